// The card that every explorer draws itself into: its values, its frames and its words.
//
//   const page = new ExplorerPage({ model, el, title })    the card: controls, pictures, words
//   page.slider({ key, label, ... })  page.choice(...)  page.toggle(...)  page.button(...)
//   page.row(leftStyle, rightStyle)                        two places side by side
//   page.canvas({ label, height, ... }, picture)           drawn once an animation frame at most
//   page.say(words)                                        the sentence under the picture, also live region
//   page.ask(request)                                      a question to the kernel; the newest wins
//
// The answers come to `page.answered(content, buffers)` and `page.failed(content)`, where an explorer sets them.

import { addCanvas } from "./canvas.js";
import { addButton, addChoice, addGroup, addRow, addSlider, addToggle } from "./controls.js";
import { element, write } from "./elements.js";
import { KernelTalk } from "./kernel.js";
import { readTheme, watchTheme } from "./theme.js";

// The kernel hears of a changed value when the hand rests: questions carry what they need.
const SAVE_AFTER_MS = 150;
const WORDS_AFTER_MS = 200;
export const reducedMotion = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;

export class ExplorerPage {
  // A page whose pictures are the kernel's answers says `paintOnSet: false`: when a value changes, the
  // pictures wait for the answer.
  constructor({ model, el, title, paintOnSet = true }) {
    this.model = model;
    this.paintOnSet = paintOnSet;
    this.painters = [];
    this.cleanups = [];
    this.frame = 0;
    this.framesDrawn = 0;
    this.build(title);
    el.replaceChildren(this.root);
    this.resize = new ResizeObserver(() => this.invalidate());
    this.cleanups.push(
      watchTheme(() => this.invalidate()),
      () => this.resize.disconnect(),
      () => cancelAnimationFrame(this.frame),
      () => { if (this.saving) this.save(); },
    );
    this.kernel = new KernelTalk(this);
  }
  build(title) {
    this.bar = element("div", { class: "explorer-controls" });
    this.stage = element("div", { class: "explorer-stage" });
    this.words = element("p", { class: "explorer-words", role: "status", "aria-live": "polite" });
    this.notice = element("p", { class: "explorer-notice", role: "alert", hidden: true });
    this.root = element("section", { class: "course-explorer explorer-card", "aria-label": title },
      element("h4", { class: "explorer-title", text: title }), this.bar, this.stage, this.words, this.notice);
    this.root.page = this;
    // Jupyter's own shortcuts (arrow keys, a, b, dd) must not act while a control has the focus.
    // JupyterLab asks the focused element itself for this attribute before any of its parents.
    this.root.addEventListener("focusin", (event) => {
      event.target.setAttribute("data-lm-suppress-shortcuts", "true");
    });
  }
  listen(name, callback) {
    this.model.on(name, callback);
    this.cleanups.push(() => this.model.off(name, callback));
  }
  destroy() { this.cleanups.forEach((cleanup) => cleanup()); }

  // ---- state: the widget's model holds it, two views share it
  get(key) { return this.model.get(key); }
  set(key, value) {
    this.model.set(key, value);
    clearTimeout(this.saving);
    this.saving = setTimeout(() => this.save(), SAVE_AFTER_MS);
    this.changed();
  }
  save() {
    clearTimeout(this.saving);
    this.saving = 0;
    this.model.save_changes();
  }
  changed() { if (this.paintOnSet) this.invalidate(); }
  watch(keys, callback) {
    for (const key of [].concat(keys)) {
      this.listen(`change:${key}`, () => { callback(this.get(key)); this.changed(); });
    }
  }

  // ---- one frame: paint once
  onFrame(paint) { this.painters.push(paint); this.invalidate(); }
  invalidate() {
    if (this.frame) return;
    this.frame = requestAnimationFrame((time) => {
      this.frame = 0;
      this.framesDrawn += 1;
      this.colors = readTheme(this.root);
      for (const paint of this.painters) paint(time);
    });
  }
  // Calls `step(seconds)` before each frame until it returns false; the function it returns ends it earlier.
  animate(step) {
    let last = null;
    let running = true;
    const tick = (time) => {
      if (!running || !this.root.isConnected) return;
      running = step(last === null ? 0 : Math.min(0.1, (time - last) / 1000)) !== false;
      last = time;
      this.invalidate();
      if (running) requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
    const stop = () => { running = false; };
    this.cleanups.push(stop);
    return stop;
  }

  // ---- words: said when the hand rests, so that a screen reader is not flooded while a slider moves
  say(words) {
    if (words === this.saying) return;
    this.saying = words;
    clearTimeout(this.sayTimer);
    this.sayTimer = setTimeout(() => { this.words.textContent = words.replaceAll(" %", "\u00a0%"); }, WORDS_AFTER_MS);
  }
  warn(words) {
    this.notice.hidden = !words;
    write(this.notice, words || "");
  }

  // ---- what stands on the card
  slider(options) { return addSlider(this, options); }
  choice(options) { return addChoice(this, options); }
  toggle(options) { return addToggle(this, options); }
  button(options) { return addButton(this, options); }
  group(label, home) { return addGroup(this, label, home); }
  row(left, right) { return addRow(this, left, right); }
  canvas(options, picture) { return addCanvas(this, options, picture); }

  // ---- the kernel
  ask(request) { this.kernel.ask(request); }
  get question() { return this.kernel.question; }
  get viewName() { return this.kernel.viewName; }
  get waitsForKernel() { return Boolean(this.kernel.inFlight || this.kernel.question); }
}
