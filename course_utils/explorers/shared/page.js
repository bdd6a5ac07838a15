// The page side that every explorer shares. Python joins the modules that
// an explorer imports into one (bundle.py).
//
//   const page = new ExplorerPage({ model, el, title })   the card: controls, canvases, words
//   page.slider({ key, label, ... })  page.choice(...)  page.toggle(...)  page.button(...)
//   page.canvas({ label, height, draw, ... })              drawn once an animation frame at most
//   page.say(words)                                        the sentence under the picture, also live region
//   page.ask(request)                                      a question to the kernel; the newest wins

import { DARK, LIGHT } from "./theme.js";
import { element } from "./elements.js";
import { number } from "./format.js";

// The kernel hears of a changed value when the hand rests: questions carry what they need.
const SAVE_AFTER_MS = 150;
// Jupyter's server holds small packets back until the browser has acknowledged the last one, and the
// browser waits 40 ms with that. What fills a packet leaves at once, so the kernel makes its answers
// that long: a packet between two programs of one machine holds 65,483 bytes, one on a network 1,460.
const ON_THIS_MACHINE = ["localhost", "127.0.0.1", "[::1]"].includes(location.hostname);
const ANSWER_BYTES = ON_THIS_MACHINE ? 66000 : 3000;
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
    this.bar = element("div", { class: "explorer-controls" });
    this.stage = element("div", { class: "explorer-stage" });
    this.words = element("p", { class: "explorer-words", role: "status", "aria-live": "polite" });
    this.notice = element("p", { class: "explorer-notice", role: "alert", hidden: true });
    this.root = element("section", { class: "course-explorer explorer-card", "aria-label": title },
      element("h4", { class: "explorer-title", text: title }), this.bar, this.stage, this.words, this.notice);
    this.root.page = this;
    // Jupyter's own shortcuts (arrow keys, a, b, dd) must not act while a control has the focus.
    // JupyterLab asks the focused element itself for this attribute before any of its parents.
    this.root.addEventListener("focusin", (event) => event.target.setAttribute("data-lm-suppress-shortcuts", "true"));
    el.replaceChildren(this.root);
    this.watchTheme();
    this.resize = new ResizeObserver(() => this.invalidate());
    this.cleanups.push(() => this.resize.disconnect(), () => clearInterval(this.waiting), () => cancelAnimationFrame(this.frame));
    this.cleanups.push(() => { if (this.saving) this.save(); });
    this.onReply = (content, buffers) => this.receive(content, buffers);
    this.listen("msg:custom", this.onReply);
  }
  listen(name, callback) {
    this.model.on(name, callback);
    this.cleanups.push(() => this.model.off(name, callback));
  }
  destroy() { this.cleanups.forEach((cleanup) => cleanup()); }

  // ---- state: the widget's model holds it, two views share it -------------------------------
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
    for (const key of [].concat(keys)) this.listen(`change:${key}`, () => { callback(this.get(key)); this.changed(); });
  }

  // ---- one frame: paint once -----------------------------------------------------------------
  onFrame(paint) { this.painters.push(paint); this.invalidate(); }
  invalidate() {
    if (this.frame) return;
    this.frame = requestAnimationFrame((time) => {
      this.frame = 0;
      this.framesDrawn += 1;
      this.colors = this.readTheme();
      for (const paint of this.painters) paint(time);
    });
  }
  readTheme() {
    const style = getComputedStyle(this.root);
    const pick = (name) => style.getPropertyValue(name).trim();
    const [red, green, blue] = (style.backgroundColor.match(/[\d.]+/g) || [255, 255, 255]).map(Number);
    const dark = 0.299 * red + 0.587 * green + 0.114 * blue < 128;
    const ink = dark ? "255, 255, 255" : "20, 20, 30";
    return {
      ...(dark ? DARK : LIGHT), dark, surface: style.backgroundColor, ink: `rgba(${ink}, 0.92)`, soft: `rgba(${ink}, 0.66)`,
      axis: `rgba(${ink}, 0.42)`, grid: `rgba(${ink}, 0.09)`, faint: `rgba(${ink}, 0.22)`, font: pick("font-family"),
    };
  }
  watchTheme() {
    // The attributes change before the new style sheet has arrived, hence the second look.
    const look = () => { this.invalidate(); setTimeout(() => this.invalidate(), 300); };
    const observer = new MutationObserver(look);
    for (const node of [document.documentElement, document.body]) observer.observe(node, { attributes: true });
    const scheme = window.matchMedia("(prefers-color-scheme: dark)");
    scheme.addEventListener("change", look);
    this.cleanups.push(() => observer.disconnect(), () => scheme.removeEventListener("change", look));
  }

  // ---- words ---------------------------------------------------------------------------------
  // Said when the hand rests, so that a screen reader is not flooded while a slider moves.
  say(words) {
    if (words === this.saying) return;
    this.saying = words;
    clearTimeout(this.sayTimer);
    this.sayTimer = setTimeout(() => { this.words.textContent = words.replaceAll(" %", "\u00a0%"); }, 200);
  }
  warn(words) {
    this.notice.hidden = !words;
    if (this.notice.textContent !== (words || "")) this.notice.textContent = words || "";
  }

  // ---- controls ------------------------------------------------------------------------------
  // A slider bound to state `key`. With `log: true` equal steps of the hand are equal ratios.
  slider({ key, label, min, max, step, log = false, format = (value) => number(value), describe = null, home = this.bar, onInput = null }) {
    const there = log ? Math.log10 : (value) => value;
    const back = log ? (value) => 10 ** value : (value) => value;
    const output = element("output", { class: "explorer-value" });
    const name = element("span", { text: label });
    const input = element("input", { type: "range", min: there(min), max: there(max), step: log ? 0.01 : step, "aria-label": label });
    const show = () => {
      const value = this.get(key);
      if (Math.abs(Number(input.value) - there(value)) > 1e-9) input.value = there(value);
      output.textContent = format(value);
      input.setAttribute("aria-valuetext", (describe || format)(value));
    };
    input.addEventListener("input", () => {
      this.set(key, Number(back(Number(input.value)).toPrecision(log ? 3 : 6)));
      if (onInput) onInput();
    });
    this.watch(key, show);
    const box = element("label", { class: "explorer-slider", "data-key": key }, element("span", { class: "explorer-label" }, name, output), input);
    home.append(box);
    show();
    return { box, input, rename: (words) => { name.textContent = words; input.setAttribute("aria-label", words); }, show };
  }
  // A drop-down bound to state `key`; options are strings or [value, label] pairs.
  choice({ key, label, options, home = this.bar, onInput = null }) {
    const select = element("select", { "aria-label": label }, ...options.map((option) => {
      const [value, words] = [].concat(option, option);
      return element("option", { value, text: words });
    }));
    const show = () => { select.value = this.get(key); };
    select.addEventListener("change", () => { this.set(key, select.value); if (onInput) onInput(select.value); });
    this.watch(key, show);
    home.append(element("label", { class: "explorer-choice", "data-key": key }, element("span", { class: "explorer-label", text: label }), select));
    show();
    return select;
  }
  toggle({ key, label, home = this.bar }) {
    const input = element("input", { type: "checkbox" });
    const show = () => { input.checked = this.get(key); };
    input.addEventListener("change", () => this.set(key, input.checked));
    this.watch(key, show);
    home.append(element("label", { class: "explorer-toggle", "data-key": key }, input, element("span", { text: label })));
    show();
    return input;
  }
  button({ label, onClick, home = this.bar, title = undefined }) {
    const button = element("button", { type: "button", class: "explorer-button", text: label, title, onclick: onClick });
    home.append(button);
    return button;
  }
  group(label = undefined, home = this.bar) {
    const box = element("div", { class: "explorer-group", role: label ? "group" : undefined, "aria-label": label });
    home.append(box);
    return box;
  }

  // ---- pictures ------------------------------------------------------------------------------
  // A canvas that fills its width. `draw(pen, width, height, theme)` works in CSS pixels.
  // With `keys` it takes the focus and `keys(event)` returns true for a key it used;
  // with `drag(point, phase)` it follows mouse, pen and finger. `touchAction: "pan-y"` leaves the
  // finger's way up and down to the page: for pictures that are tapped, or dragged sideways.
  canvas({ label, height, draw, keys = null, drag = null, touchAction = "none", home = this.stage, describe = null, role = null }) {
    const canvas = element("canvas", { class: "explorer-canvas", role: role || (keys ? "application" : "img"), "aria-label": label, tabindex: keys ? 0 : undefined });
    const pen = canvas.getContext("2d");
    home.append(canvas);
    this.resize.observe(canvas);
    this.onFrame((time) => {
      const width = canvas.clientWidth;
      if (!width) return;
      const tall = Math.round(height(width));
      const ratio = window.devicePixelRatio || 1;
      if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(tall * ratio)) {
        canvas.width = Math.round(width * ratio);
        canvas.height = Math.round(tall * ratio);
        canvas.style.height = `${tall}px`;
      }
      pen.setTransform(ratio, 0, 0, ratio, 0, 0);
      pen.clearRect(0, 0, width, tall);
      canvas.fontFamily = this.colors.font;
      draw(pen, width, tall, this.colors, time);
      if (describe) canvas.setAttribute("aria-label", `${label}: ${describe()}`);
    });
    if (keys) canvas.addEventListener("keydown", (event) => { if (keys(event)) { event.preventDefault(); event.stopPropagation(); } });
    if (drag) this.drag(canvas, drag, touchAction);
    return canvas;
  }
  drag(canvas, callback, touchAction = "none") {
    canvas.style.touchAction = touchAction;
    const point = (event) => {
      const box = canvas.getBoundingClientRect();
      return { x: ((event.clientX - box.left) * canvas.clientWidth) / box.width, y: ((event.clientY - box.top) * canvas.clientHeight) / box.height };
    };
    canvas.addEventListener("pointerdown", (event) => {
      if (callback(point(event), "start", event) === false) return;
      canvas.setPointerCapture(event.pointerId);
      event.preventDefault();
      canvas.focus({ preventScroll: true });
      this.invalidate();
    });
    canvas.addEventListener("pointermove", (event) => {
      callback(point(event), canvas.hasPointerCapture(event.pointerId) ? "move" : "hover", event);
      if (canvas.hasPointerCapture(event.pointerId)) this.invalidate();
    });
    for (const name of ["pointerup", "pointercancel"]) {
      canvas.addEventListener(name, (event) => { if (canvas.hasPointerCapture(event.pointerId)) { callback(point(event), "end", event); this.invalidate(); } });
    }
  }
  // Calls `step(seconds)` before each frame until it returns false; `stop()` ends it earlier.
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

  // ---- the kernel ----------------------------------------------------------------------------
  // One question in flight; of those that come meanwhile only the newest is kept. Old answers
  // are dropped by their sequence number. A kernel that is busy or gone is said in one sentence.
  ask(request) {
    if (this.model.standAlone) { this.warn("This part needs a running kernel: run the cell in Jupyter."); return; }
    this.question = request;
    this.sendQuestion();
  }
  get waitsForKernel() { return Boolean(this.inFlight || this.question); }
  sendQuestion() {
    if (this.inFlight || !this.question) return;
    // Two views of one explorer hear the same answers: each knows its own by this name.
    this.sequence = (this.sequence || 0) + 1;
    this.viewName = this.viewName || Math.random().toString(36).slice(2);
    this.inFlight = `${this.viewName} ${this.sequence}`;
    const request = { ...this.question, sequence: this.inFlight, fill: ANSWER_BYTES };
    this.question = null;
    this.asked = performance.now();
    clearInterval(this.waiting);
    this.waiting = setInterval(() => this.warn(
      `Waiting for the kernel (${Math.round((performance.now() - this.asked) / 1000)} s): it is busy, or it was restarted and this cell has to run again.`), 1000);
    try { this.model.send(request); } catch { /* the sentence above says it */ }
  }
  receive(content, buffers) {
    if (content.sequence !== this.inFlight) return;
    clearInterval(this.waiting);
    this.inFlight = null;
    this.warn(content.failure ? `It stopped. ${content.failure}` : "");
    const heard = content.failure ? this.failed : this.answered;
    if (heard) heard(content, buffers);
    this.invalidate();
    this.sendQuestion();
  }
}
