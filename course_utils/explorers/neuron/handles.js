// What a hand can take hold of: the points, the line between the classes, the arrow of the weights.

import { clamp, number } from "../shared/format.js";
import { ACTIVATIONS, PRESETS, total } from "./formulas.js";

export const REACH = 4;
export const RANGE = [-0.6, 1.6];
const ARROW = 0.3;

export class Handles {
  constructor(page) {
    this.page = page;
    // A point's number, or "line", or "arrow".
    this.selected = 0;
  }
  get weights() { return { w1: this.page.get("w1"), w2: this.page.get("w2"), b: this.page.get("b") }; }
  set weights(next) {
    for (const key of ["w1", "w2", "b"]) this.page.set(key, Number(clamp(next[key], -REACH, REACH).toFixed(2)));
  }
  // Until a hand moves one, or the learner brings their own, they are those of the preset.
  get points() {
    const { page } = this, moved = page.get("points");
    return moved.length ? moved : PRESETS[page.get("preset")];
  }
  get activation() { return ACTIVATIONS[this.page.get("activation")]; }
  get onPoint() { return typeof this.selected === "number"; }

  changePoint(change) {
    this.page.set("points", this.points.map((one, i) => (i === this.selected ? change(one) : one)));
  }
  choose(handle) {
    this.selected = handle;
    this.page.invalidate();
  }
  next(step) {
    const all = [...this.points.keys(), "line", "arrow"];
    this.choose(all[(all.indexOf(this.selected) + step + all.length) % all.length]);
  }

  // The arrow starts where the line is nearest to the middle, and points to where z grows.
  foot() {
    const { w1, w2, b } = this.weights, size = w1 * w1 + w2 * w2;
    if (size < 1e-9) return [0.5, 0.5];
    const shift = (0.5 * w1 + 0.5 * w2 + b) / size;
    return [0.5 - shift * w1, 0.5 - shift * w2];
  }
  tip() {
    const { w1, w2 } = this.weights, [x, y] = this.foot();
    return [x + ARROW * w1, y + ARROW * w2];
  }
  place() {
    if (this.onPoint) return this.points[this.selected];
    return this.selected === "arrow" ? this.tip() : this.foot();
  }
  // Moves what is chosen to a place; the line turns about the arrow's foot, `foot`.
  moveTo(place, foot) {
    const now = this.weights;
    const [x, y] = place.map((value) => Number(clamp(value, ...RANGE).toFixed(3)));
    if (this.onPoint) this.changePoint((one) => [x, y, one[2]]);
    else if (this.selected === "line") this.weights = { ...now, b: -(now.w1 * x + now.w2 * y) };
    else {
      const [w1, w2] = place.map((value, i) => Number(clamp((value - foot[i]) / ARROW, -REACH, REACH).toFixed(2)));
      this.weights = { w1, w2, b: -(w1 * foot[0] + w2 * foot[1]) };
    }
  }
  // The handle under a pixel of the plane, or null.
  nearest(pixel, plot) {
    const far = ([x, y]) => Math.hypot(plot.x(x) - pixel.x, plot.y(y) - pixel.y);
    const candidates = this.points.map((one, index) => [far(one), index]);
    candidates.push([far(this.tip()) - 4, "arrow"]);
    const [distance, handle] = candidates.reduce((best, one) => (one[0] < best[0] ? one : best));
    if (distance < 20) return handle;
    const now = this.weights, size = Math.hypot(now.w1, now.w2);
    const gap = Math.abs(total([plot.valueX(pixel.x), plot.valueY(pixel.y)], now)) / size;
    return size > 1e-6 && gap * (plot.width / (RANGE[1] - RANGE[0])) < 16 ? "line" : null;
  }

  describe() {
    if (this.selected === "line") return "the boundary is chosen";
    if (this.selected === "arrow") return "the weight arrow is chosen";
    const point = this.points[this.selected];
    if (!point) return "";
    return `point ${this.selected + 1} at ${number(point[0])}, ${number(point[1])} with target ${point[2]} is chosen`;
  }
}
