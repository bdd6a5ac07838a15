// Words, discs, rectangles and lines on a canvas, and a part of it with units, axes and curves of its own.

import { MINUS, brief, clamp } from "./format.js";

export function text(pen, words, x, y, { color, align = "left", size = 12, bold = false, halo = null } = {}) {
  pen.font = `${bold ? "600 " : ""}${size}px ${pen.canvas.fontFamily || "sans-serif"}`;
  pen.textAlign = align;
  if (halo) {
    Object.assign(pen, { strokeStyle: halo, lineWidth: 4, lineJoin: "round" });
    pen.strokeText(words, x, y);
  }
  pen.fillStyle = color;
  pen.fillText(words, x, y);
}

export function disc(pen, x, y, radius, fill, edge = null, width = 1.5) {
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
  if (fill) {
    pen.fillStyle = fill;
    pen.fill();
  }
  if (edge) {
    Object.assign(pen, { strokeStyle: edge, lineWidth: width });
    pen.stroke();
  }
}

export function rectangle(pen, x, y, wide, tall, fill, edge = null, width = 1) {
  if (fill) {
    pen.fillStyle = fill;
    pen.fillRect(x, y, wide, tall);
  }
  if (edge) {
    Object.assign(pen, { strokeStyle: edge, lineWidth: width });
    pen.strokeRect(x, y, wide, tall);
  }
}

// A line through points.
export function polyline(pen, { color, width = 1, dash = [] }, ...points) {
  Object.assign(pen, { strokeStyle: color, lineWidth: width });
  pen.setLineDash(dash);
  pen.beginPath();
  for (const [x, y] of points) pen.lineTo(x, y);
  pen.stroke();
  pen.setLineDash([]);
}

export function fillPolygon(pen, color, ...points) {
  pen.beginPath();
  for (const [x, y] of points) pen.lineTo(x, y);
  pen.fillStyle = color;
  pen.fill();
}

// Round numbers between low and high, about `about` of them.
export function ticks(low, high, about = 6) {
  const raw = (high - low) / about;
  const magnitude = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((s) => s * magnitude).find((s) => s >= raw * 0.999);
  const values = [];
  for (let i = Math.ceil(low / step - 1e-9); i <= Math.floor(high / step + 1e-9); i++) values.push(i * step);
  return values;
}

const tidy = (value) => brief(value, 6).replace("-", MINUS);

// The part of a canvas within margins.
export const within = (width, height, left, top, right, bottom) => (
  { left, top, width: width - left - right, height: height - top - bottom });

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
  axes({ xLabel = "", yLabel = "", xTicks = 7, yTicks = 6, xFormat = tidy, yFormat = tidy } = {}) {
    const { pen, theme } = this;
    const color = (value) => (Math.abs(value) < 1e-9 ? theme.axis : theme.grid);
    const style = { color: theme.soft, size: 11 };
    for (const value of xTicks ? ticks(...this.xRange, xTicks) : []) {
      const x = this.x(value);
      this.segment(x, this.top, x, this.bottom, color(value));
      text(pen, xFormat(value), x, this.bottom + 15, { ...style, align: "center" });
    }
    for (const value of ticks(...this.yRange, yTicks)) {
      const y = this.y(value);
      this.segment(this.left, y, this.right, y, color(value));
      text(pen, yFormat(value), this.left - 7, y + 4, { ...style, align: "right" });
    }
    if (xLabel) text(pen, xLabel, this.right, this.bottom + 31, { color: theme.soft, align: "right" });
    if (yLabel) text(pen, yLabel, this.left, this.top - 7, { color: theme.soft });
  }
  segment(x1, y1, x2, y2, color) {
    // At the middle of a pixel the line is sharp.
    const sharp = (value) => Math.round(value) + 0.5;
    polyline(this.pen, { color }, [sharp(x1), sharp(y1)], [sharp(x2), sharp(y2)]);
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
    const lineCap = dash.length ? "butt" : "round";
    Object.assign(pen, { strokeStyle: color, lineWidth: width, lineJoin: "round", lineCap });
    pen.setLineDash(dash);
    pen.beginPath();
    let down = false;
    for (const [x, y] of points) {
      const drawable = y !== null && Number.isFinite(y);
      const height = clamp(this.y(y), -1e4, 1e4);
      if (drawable && down) pen.lineTo(this.x(x), height);
      else if (drawable) pen.moveTo(this.x(x), height);
      down = drawable;
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
