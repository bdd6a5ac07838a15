// What the parts of the playground share: the newest frame, what is chosen, and the talk with the kernel.
// Parts hear "frame" (there is a new one), "chosen" (another unit) and "playing" (it starts or stops).

import { Frame } from "./frame.js";
import { reducedMotion } from "../shared/page.js";

export const SETTINGS = [
  "dataset", "noise", "test_share", "seed", "features", "layers", "activation", "learning_rate", "batch_size",
  "regularisation", "strength",
];

export const sameUnit = (a, b) => Boolean(a && b && a.layer === b.layer && a.unit === b.unit);

export class Session extends EventTarget {
  constructor(page) {
    super();
    this.page = page;
    this.frame = null;
    this.playing = false;
    // Units of the network: the one under the pointer, and the one whose numbers are shown.
    this.hovered = this.selected = null;
    // Steps by hand that are not yet on their way, or that the last frame had no time for.
    this.owed = 0;
    page.playFrames = 0;
    page.answered = (content, buffers) => this.answered(content, buffers);
    page.listen("msg:custom", (content, buffers) => this.overheard(content, buffers));
    page.onFrame(() => this.goOn());
    page.watch(SETTINGS, () => { if (!this.playing || !page.waitsForKernel) this.show(); });
    page.cleanups.push(() => { this.playing = false; });
  }
  hear(names, callback) {
    for (const name of [].concat(names)) this.addEventListener(name, callback);
  }
  tell(name) { this.dispatchEvent(new Event(name)); }

  // ---- questions
  ask(request) {
    const settings = Object.fromEntries(SETTINGS.map((key) => [key, this.page.get(key)]));
    this.page.ask({ settings, chosen: this.page.get("chosen"), ...request });
  }
  // Other settings do not replace an action that still waits; an action replaces the steps that do.
  show() {
    const { settings: _, chosen: __, ...waiting } = this.page.question || { do: "show" };
    this.ask(waiting);
  }
  act(request) {
    this.setPlaying(false);
    this.owed = 0;
    this.ask(request);
  }
  step() {
    this.setPlaying(false);
    this.owed += 1;
    this.next();
  }
  next() {
    if (!this.page.root.isConnected || this.page.waitsForKernel) return;
    const steps = this.owed;
    this.owed = 0;
    if (this.playing) this.ask({ do: "train", steps: this.page.get("speed") });
    else if (steps) this.ask({ do: "step", steps });
    else if (this.frame && !this.frame.settled && !this.frame.trouble) this.show();
  }
  // The next question leaves in the frame that paints the answer to the last one, just before its
  // pictures are drawn: the kernel works while the page draws.
  goOn() {
    if (!this.fresh) return;
    this.fresh = false;
    if (this.playing && reducedMotion()) setTimeout(() => this.next(), 400);
    else this.next();
  }

  // ---- answers
  answered(content, buffers) {
    // An action that waits undoes what this answer left to do.
    const undone = this.page.question && this.page.question.do !== "show";
    this.owed = content.trouble ? 0 : this.owed + (undone ? 0 : content.left);
    this.take(content, buffers);
  }
  // A second view of the same playground shows the frames that the first one asked for.
  overheard(content, buffers) {
    if (!content.frame || String(content.sequence).startsWith(`${this.page.viewName} `)) return;
    this.take(content, buffers);
    this.fresh = false;
  }
  take(content, buffers) {
    if (buffers.length) this.frame = new Frame(content, buffers);
    else if (this.frame) Object.assign(this.frame, content);
    if (content.trouble) this.setPlaying(false);
    this.page.warn(content.trouble ? `It stopped. ${content.trouble}` : "");
    if (this.selected && !this.frame?.hasUnit(this.selected)) this.selected = null;
    this.page.playFrames += 1;
    this.fresh = true;
    this.tell("frame");
    this.page.invalidate();
  }

  // ---- hands
  setPlaying(on) {
    this.playing = on;
    this.tell("playing");
    if (on) this.next();
  }
  select(unit) {
    this.selected = unit;
    this.tell("chosen");
    this.page.invalidate();
  }
  choose(sample) {
    this.page.set("chosen", sample);
    if (!this.playing) this.show();
  }
}
