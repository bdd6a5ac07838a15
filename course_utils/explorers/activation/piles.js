// The pile of inputs under the axis, the outputs beside it, and the way from one to the other.

import { clamp, percent } from "../shared/format.js";
import { stripes } from "../shared/marks.js";
import { reducedMotion } from "../shared/page.js";
import { disc, polyline, rectangle, text } from "../shared/plot.js";
import { WEIGHTS, Z, quantile } from "./formulas.js";

const COLUMNS = 120, BINS = 48, UP_S = 0.9, ACROSS_S = 1.1, ALL_S = 5.5;
// The share of a bin whose bar fills the strip.
const LONGEST = 0.2;
const PATHS = Array.from({ length: 13 }, (_, i) => quantile(0.05 + 0.075 * i));

// The striped part of the pile meets almost no gradient.
export function drawPile({ pen, theme, plot, base, hill }, { curves: [curve], mean, spread }) {
  const lines = theme.dark ? "#c9c9d2" : "#55555f";
  const hatch = stripes(pen, lines, theme.dark ? "rgba(255,255,255,0.10)" : "rgba(0,0,0,0.06)");
  const wide = plot.width / COLUMNS;
  plot.segment(plot.left, base, plot.right, base, theme.axis);
  for (let i = 0; i < COLUMNS; i++) {
    const x = -6 + (12 * (i + 0.5)) / COLUMNS, weak = curve.weak(x);
    const height = hill * 0.86 * Math.exp(-(((x - mean) / spread) ** 2) / 2);
    if (height < 0.4) continue;
    pen.globalAlpha = weak ? 0.9 : 0.75;
    rectangle(pen, plot.x(x) - wide / 2, base - height, wide + 0.3, height, weak ? hatch : theme.blue);
    pen.globalAlpha = 1;
  }
  text(pen, "inputs x", plot.left + 2, base - hill + 16, { color: theme.soft, halo: theme.surface });
  const more = plot.width > 380 ? ", so these inputs teach almost nothing" : "";
  const words = `striped: gradient under a tenth of its largest${more}`;
  text(pen, words, plot.left, base + 14, { color: theme.soft, size: 11 });
}

// Where the outputs land: a pile lying on its side, filled for the first, an outline for the second.
export function drawOutputs(view, now) {
  const { pen, theme, plot, outputs } = view;
  plot.segment(outputs, plot.top, outputs, plot.bottom, theme.axis);
  for (const curve of now.curves) drawBars(view, curve, binShares(curve, now, plot.yRange));
  text(pen, "outputs φ(x)", outputs, plot.bottom + 15, { color: theme.soft });
}

function binShares(curve, { mean, spread }, [low, high]) {
  const shares = new Float64Array(BINS);
  for (let i = 0; i < Z.length; i++) {
    const bin = Math.floor(((curve.value(mean + spread * Z[i]) - low) / (high - low)) * BINS);
    if (bin >= 0 && bin < BINS) shares[bin] += WEIGHTS[i];
  }
  return shares;
}

function drawBars({ pen, theme, plot, outputs, side }, curve, shares) {
  const tall = plot.height / BINS;
  let said = Infinity;
  shares.forEach((share, bin) => {
    if (share < 0.0005) return;
    const y = plot.bottom - (bin + 1) * tall, length = (Math.min(share, LONGEST) / LONGEST) * (side - 34);
    drawBar(pen, curve, theme, [outputs + 1, y + 0.5, length, tall - 1]);
    // A bar too long for the strip says its share instead.
    if (share > LONGEST && Math.abs(y - said) > 12) {
      const style = { color: theme.ink, size: 11, halo: theme.surface };
      text(pen, percent(share), outputs + length + 4, y + tall / 2 + 4, style);
      said = y;
    }
  });
}

function drawBar(pen, curve, theme, box) {
  if (curve.slot === "second") return rectangle(pen, ...box, null, curve.color(theme), 2);
  pen.globalAlpha = 0.75;
  rectangle(pen, ...box, curve.color(theme));
  pen.globalAlpha = 1;
}

export function drawPaths({ pen, theme, plot, outputs }, { curves: [curve], mean, spread }) {
  const [low, high] = plot.yRange, look = { color: theme.faint };
  for (const z of PATHS) {
    const x = mean + spread * z, y = curve.value(x);
    if (Math.abs(x) > 6 || y > high || y < low) continue;
    polyline(pen, look, [plot.x(x), plot.bottom + 20], [plot.x(x), plot.y(y)], [outputs, plot.y(y)]);
  }
}

// 200 inputs that travel up to the curve and across to the outputs.
export class Travellers {
  constructor(page) {
    this.page = page;
    this.crowd = [];
    this.stop = () => {};
  }
  release() {
    this.stop();
    // Evenly spread quantiles, so that the crowd has the pile's own shape.
    const crowd = Array.from({ length: 200 }, (_, i) => (
      { z: quantile((i + 0.5) / 200), delay: ((i * 73) % 200) / 110, time: 0 }));
    this.crowd = crowd;
    if (reducedMotion()) {
      for (const one of crowd) one.time = ALL_S;
      this.page.invalidate();
      return;
    }
    let clock = 0;
    this.stop = this.page.animate((seconds) => {
      clock += seconds;
      for (const one of crowd) one.time = clock - one.delay;
      if (clock > ALL_S) this.crowd = [];
      return clock <= ALL_S;
    });
  }
  draw({ pen, theme, plot, base, outputs }, { curves: [curve], mean, spread }) {
    for (const { z, time } of this.crowd) {
      const x = mean + spread * z;
      if (time <= 0 || Math.abs(x) > 6) continue;
      const from = plot.x(x), top = clamp(plot.y(curve.value(x)), plot.top, plot.bottom);
      const up = clamp(time / UP_S, 0, 1), across = clamp((time - UP_S) / ACROSS_S, 0, 1);
      const to = outputs + 4 + 14 * Math.abs(Math.sin(z * 97));
      const color = curve.weak(x) ? theme.grey : theme.blue;
      disc(pen, from + across ** 2 * (to - from), base + up * (top - base), 3, color, theme.surface, 1);
    }
  }
}
