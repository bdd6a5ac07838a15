// What was done on the pad, step by step: starts and strokes, and the stroke that is under the pen now.

import { clamp } from "../shared/format.js";

// The pad's own units; ten of them are one pixel of the image. Points closer than GAP are left out.
export const PAD = 280, CELL = 10, GAP = 3;
export const EMPTY = "empty pad";

const lastStart = (steps) => steps.findLastIndex((step) => "start" in step);
// The steps since the last start: its name and the strokes over it.
export function present(steps) {
  const begin = lastStart(steps);
  return { start: begin < 0 ? EMPTY : steps[begin].start, strokes: steps.slice(begin + 1) };
}
// A new start takes the place of the pad; one older start is kept, so that it can be undone.
export const startAgain = (steps, name) => [...steps.slice(Math.max(0, lastStart(steps))), { start: name }];
export const undone = (steps) => (steps.length > 1 ? steps.slice(0, -1) : [{ start: EMPTY }]);
// The way of a pen with the next point, if that is far enough from the last one.
export function longer(points, x, y) {
  const next = [x, y].map((value) => Math.round(clamp(value, 0, PAD))), end = points.length;
  return end && Math.hypot(next[0] - points[end - 2], next[1] - points[end - 1]) < GAP ? points : [...points, ...next];
}

// The drawing: its steps are the page's state, the stroke under the pen becomes one when it ends.
// `down` says that the keyboard's pen is down.
export class Drawing {
  constructor(page) { Object.assign(this, { page, live: null, down: false }); }
  get steps() { return this.page.get("drawing"); }
  get now() {
    const { start, strokes } = present(this.steps);
    return { start, strokes: this.live ? [...strokes, this.live] : strokes };
  }
  get isEmpty() {
    const { start, strokes } = this.now;
    return start === EMPTY && !strokes.length;
  }
  ask() { this.page.ask({ ...this.now, centred: this.page.get("centred") }); }

  begin(x, y) {
    this.finish();
    this.live = { points: longer([], x, y), width: Math.round(this.page.get("pen") * CELL) };
    this.ask();
  }
  extend(x, y) {
    const points = longer(this.live.points, x, y);
    if (points === this.live.points) return;
    this.live = { ...this.live, points };
    this.ask();
  }
  finish() {
    if (!this.live) return;
    const steps = [...this.steps, this.live];
    this.live = null;
    this.page.set("drawing", steps);
  }
  startWith(name) { this.replace(startAgain(this.steps, name)); }
  undo() { this.replace(this.live ? this.steps : undone(this.steps)); }
  replace(steps) {
    Object.assign(this, { live: null, down: false });
    this.page.set("drawing", steps);
    this.page.set("start", present(steps).start);
  }
}
