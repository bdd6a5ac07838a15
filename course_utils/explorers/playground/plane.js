// The picture of the plane: what the network or one unit says, the boundary, and the samples.

import { Plot, disc, rectangle, text } from "../shared/plot.js";
import { contour } from "../shared/marks.js";
import { number } from "../shared/format.js";
import { sampleWords, unitName } from "./frame.js";
import { symbol, unitPicture } from "./pictures.js";

// The plane reaches from -3 to 3 both ways.
const PLANE = [-3, 3];

export class PlanePicture {
  constructor(session, home) {
    this.session = session;
    this.page = session.page;
    // `near` is the sample under the pointer.
    Object.assign(this, { plane: null, near: -1, keys: { ArrowLeft: -1, ArrowRight: 1, Escape: 0 } });
    const canvas = this.page.canvas({
      home, touchAction: "pan-y",
      label: "The plane with data and boundary. Left and right arrow keys go through the samples, Escape lets go",
      height: (width) => Math.min(width, 400) + 18,
    }, this);
    canvas.addEventListener("pointerleave", () => this.pointAt(-1));
  }
  visible(i) { return this.page.get("show_test") || !this.session.frame.isTest(i); }

  // ---- drawing
  draw(pen, width, height, theme) {
    const { frame, hovered, selected } = this.session;
    if (!frame) return;
    const side = Math.min(width - 30, height - 60), box = { left: 26, top: 24, width: side, height: side };
    const plane = this.plane = new Plot(pen, theme, box, PLANE, PLANE);
    const shown = hovered || selected || { layer: frame.outputLayer, unit: 0 };
    plane.clipped(() => {
      this.ground(shown);
      this.boundary();
      this.samples();
    });
    this.axes();
    const speaker = shown.layer === frame.outputLayer ? "the network" : unitName(this.session, shown);
    text(pen, `what ${speaker} says`, plane.left, 14, { color: theme.ink, bold: true });
    if (frame.hasSample(this.near)) this.nearWords(frame.sample(this.near));
    this.legend();
  }
  ground(shown) {
    const { pen, theme, left, top, width } = this.plane, { frame } = this.session, two = this.page.get("discrete");
    pen.imageSmoothingEnabled = !two;
    pen.imageSmoothingQuality = "high";
    // Paler than in the network; the output is the one painted there already.
    const power = shown.layer === frame.outputLayer ? 0.9 : 0.62;
    pen.drawImage(unitPicture(frame, shown, theme, power, two), left, top, width, width);
  }
  boundary() {
    const { pen, theme, left, top, width } = this.plane, { frame } = this.session, { side } = frame;
    frame.segments = frame.segments || contour(frame.output, side, side, 127.5);
    const at = (column, row) => [left + ((column + 0.5) / side) * width, top + ((row + 0.5) / side) * width];
    for (const [color, lineWidth] of [[theme.surface, 4.5], [theme.ink, 1.8]]) {
      Object.assign(pen, { strokeStyle: color, lineWidth, lineCap: "round" });
      pen.beginPath();
      for (const [x1, y1, x2, y2] of frame.segments) { pen.moveTo(...at(x1, y1)); pen.lineTo(...at(x2, y2)); }
      pen.stroke();
    }
  }
  // All that are visible, and a ring around the chosen one.
  samples() {
    const { plane } = this, { pen, theme } = plane, { frame } = this.session, chosen = this.page.get("chosen");
    for (let i = 0; i < frame.sampleCount; i++) {
      if (!this.visible(i)) continue;
      const { x1, x2, target, isTest } = frame.sample(i);
      symbol(pen, theme, plane.x(x1), plane.y(x2), target, isTest);
    }
    if (!frame.hasSample(chosen)) return;
    const { x1, x2 } = frame.sample(chosen);
    disc(pen, plane.x(x1), plane.y(x2), 10, null, theme.surface, 5);
    disc(pen, plane.x(x1), plane.y(x2), 10, null, theme.ink, 2.5);
  }
  axes() {
    const { plane } = this, { pen, theme, left, top, width } = plane;
    for (const value of [-2, 0, 2]) {
      const style = { color: theme.soft, size: 11 }, words = number(value, 0);
      text(pen, words, plane.x(value), plane.bottom + 15, { ...style, align: "center" });
      text(pen, words, left - 6, plane.y(value) + 4, { ...style, align: "right" });
    }
    rectangle(pen, left, top, width, width, null, theme.faint);
  }
  // In the corner that is far from the sample.
  nearWords({ x1, x2, target, isTest, predicted }) {
    const { plane } = this, { pen, theme } = plane;
    const words = `(${number(x1)}, ${number(x2)}) class ${target}${isTest ? ", test" : ""}: ${number(predicted)}`;
    const onRight = plane.x(x1) > plane.left + plane.width / 2, align = onRight ? "right" : "left";
    const y = plane.y(x2) > plane.top + 40 ? plane.top + 18 : plane.bottom - 8;
    const style = { color: theme.ink, bold: true, halo: theme.surface, align };
    text(pen, words, onRight ? plane.right - 6 : plane.left + 6, y, style);
  }
  legend() {
    const { pen, theme, left, bottom } = this.plane, entries = [["class 1", 1, 0], ["class 0", 0, 0]];
    if (this.page.get("show_test")) entries.push(["test: hollow", 1, 1]);
    entries.forEach(([words, target, isTest], i) => {
      const x = left + 5 + 74 * i;
      symbol(pen, theme, x, bottom + 27, target, isTest);
      text(pen, words, x + 10, bottom + 31, { color: theme.soft });
    });
  }

  // ---- words and hands
  describe() {
    const { frame } = this.session, chosen = this.page.get("chosen");
    return frame?.hasSample(chosen) ? sampleWords(frame, chosen) : "no sample chosen";
  }
  press(step) {
    const { frame } = this.session;
    if (!frame) return false;
    let i = step ? this.page.get("chosen") : -1;
    if (step) do i = (i + step + frame.sampleCount) % frame.sampleCount; while (!this.visible(i));
    this.session.choose(i);
  }
  drag(point, phase) {
    if (!this.session.frame || !this.plane) return false;
    const near = this.sampleNear(point);
    if (phase === "start") this.session.choose(near === this.page.get("chosen") ? -1 : near);
    if (phase === "hover" && near !== this.near) this.pointAt(near);
  }
  // The closest visible sample, if one is at most 12 pixels away.
  sampleNear(point) {
    const { plane } = this, { frame } = this.session;
    let best = -1, distance = 12;
    for (let i = 0; i < frame.sampleCount; i++) {
      const { x1, x2 } = frame.sample(i), away = Math.hypot(plane.x(x1) - point.x, plane.y(x2) - point.y);
      if (this.visible(i) && away < distance) [best, distance] = [i, away];
    }
    return best;
  }
  pointAt(sample) {
    this.near = sample;
    this.page.invalidate();
  }
}
