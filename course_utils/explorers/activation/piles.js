// The pile of inputs under the axis, the outputs beside it, and the paths from one to the other.

import { percent } from "../shared/format.js";
import { stripes, strokeThrough, text } from "../shared/marks.js";
import { WEIGHTS, Z, quantile } from "./inputs.js";

const COLUMNS = 120, BINS = 48;
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
    pen.fillStyle = weak ? hatch : theme.blue;
    pen.globalAlpha = weak ? 0.9 : 0.75;
    pen.fillRect(plot.x(x) - wide / 2, base - height, wide + 0.3, height);
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
  if (curve.slot === "first") {
    pen.fillStyle = curve.color(theme);
    pen.globalAlpha = 0.75;
    pen.fillRect(...box);
    pen.globalAlpha = 1;
  } else {
    pen.strokeStyle = curve.color(theme);
    pen.lineWidth = 2;
    pen.strokeRect(...box);
  }
}

export function drawPaths({ pen, theme, plot, outputs }, { curves: [curve], mean, spread }) {
  pen.strokeStyle = theme.faint;
  pen.lineWidth = 1;
  const [low, high] = plot.yRange;
  for (const z of PATHS) {
    const x = mean + spread * z, y = curve.value(x);
    if (Math.abs(x) > 6 || y > high || y < low) continue;
    strokeThrough(pen, [plot.x(x), plot.bottom + 20], [plot.x(x), plot.y(y)], [outputs, plot.y(y)]);
  }
}
