// A rectangle of a canvas with units of its own: axes, lines and curves.

import { MINUS, clamp } from "./format.js";
import { text } from "./marks.js";

// Round numbers between low and high, about `about` of them.
export function ticks(low, high, about = 6) {
  const raw = (high - low) / about;
  const magnitude = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((s) => s * magnitude).find((s) => s >= raw * 0.999);
  const values = [];
  for (let i = Math.ceil(low / step - 1e-9); i <= Math.floor(high / step + 1e-9); i++) values.push(i * step);
  return values;
}

// A rectangle of a canvas with its own units.
export class Plot {
  constructor(pen, theme, box, xRange, yRange) {
    Object.assign(this, { pen, theme, ...box, xRange, yRange });
    this.right = this.left + this.width;
    this.bottom = this.top + this.height;
  }
  x(value) { return this.left + ((value - this.xRange[0]) / (this.xRange[1] - this.xRange[0])) * this.width; }
  y(value) { return this.top + ((this.yRange[1] - value) / (this.yRange[1] - this.yRange[0])) * this.height; }
  valueX(pixels) { return this.xRange[0] + ((pixels - this.left) / this.width) * (this.xRange[1] - this.xRange[0]); }
  valueY(pixels) { return this.yRange[1] - ((pixels - this.top) / this.height) * (this.yRange[1] - this.yRange[0]); }
  axes({ xLabel = "", yLabel = "", xTicks = 7, yTicks = 6, xFormat = String, yFormat = String } = {}) {
    const { pen, theme } = this;
    const tidy = (value) => String(Number(value.toPrecision(6))).replace("-", MINUS);
    pen.lineWidth = 1;
    for (const value of xTicks ? ticks(...this.xRange, xTicks) : []) {
      this.segment(this.x(value), this.top, this.x(value), this.bottom, Math.abs(value) < 1e-9 ? theme.axis : theme.grid);
      text(pen, xFormat === String ? tidy(value) : xFormat(value), this.x(value), this.bottom + 15, { color: theme.soft, align: "center", size: 11 });
    }
    for (const value of ticks(...this.yRange, yTicks)) {
      this.segment(this.left, this.y(value), this.right, this.y(value), Math.abs(value) < 1e-9 ? theme.axis : theme.grid);
      text(pen, yFormat === String ? tidy(value) : yFormat(value), this.left - 7, this.y(value) + 4, { color: theme.soft, align: "right", size: 11 });
    }
    if (xLabel) text(pen, xLabel, this.right, this.bottom + 31, { color: theme.soft, align: "right", size: 12 });
    if (yLabel) text(pen, yLabel, this.left, this.top - 7, { color: theme.soft, size: 12 });
  }
  segment(x1, y1, x2, y2, color) {
    const { pen } = this;
    pen.strokeStyle = color;
    pen.lineWidth = 1;
    pen.beginPath();
    pen.moveTo(Math.round(x1) + 0.5, Math.round(y1) + 0.5);
    pen.lineTo(Math.round(x2) + 0.5, Math.round(y2) + 0.5);
    pen.stroke();
  }
  // Everything drawn inside stays inside the frame.
  clipped(draw) {
    this.pen.save();
    this.pen.beginPath();
    this.pen.rect(this.left, this.top, this.width, this.height);
    this.pen.clip();
    draw();
    this.pen.restore();
  }
  // points: [[x, y], ...]; a y that is not finite leaves a gap
  line(points, { color, width = 2.5, dash = [] }) {
    const { pen } = this;
    Object.assign(pen, { strokeStyle: color, lineWidth: width, lineJoin: "round", lineCap: dash.length ? "butt" : "round" });
    pen.setLineDash(dash);
    pen.beginPath();
    let down = false;
    for (const [x, y] of points) {
      if (y === null || !Number.isFinite(y)) { down = false; continue; }
      const height = clamp(this.y(y), -1e4, 1e4);
      if (down) pen.lineTo(this.x(x), height); else pen.moveTo(this.x(x), height);
      down = true;
    }
    pen.stroke();
    pen.setLineDash([]);
  }
  curve(f, style, count = 400) {
    const [low, high] = this.xRange;
    this.line(Array.from({ length: count + 1 }, (_, i) => {
      const x = low + ((high - low) * i) / count;
      return [x, f(x)];
    }), style);
  }
}
