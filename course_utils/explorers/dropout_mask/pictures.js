// The layer under the last mask, and the outputs of all masks so far with their running average.

import { Plot, disc, polyline, rectangle, text, within } from "../shared/plot.js";
import { clamp, number } from "../shared/format.js";
import { ACTIVATIONS, EVALUATION, MOST, SAMPLES, UNITS } from "./masks.js";

const canvasHeight = (width) => clamp(width * 0.72, 230, 300);
// The activation that fills a cell.
const FULL = 4;

export function addMask(page, layer, home) {
  page.canvas({
    home, label: "The hidden layer under the last mask: samples in rows, units in columns", height: canvasHeight,
    draw: (...canvas) => drawLayer(layer, ...canvas),
    describe: () => {
      const count = layer.kept.flat().filter(Boolean).length;
      return layer.evaluating ? "all 72 units on" : `${count} of 72 units kept`;
    },
  });
}
function drawLayer(layer, pen, width, height, theme) {
  const { kept, evaluating } = layer, scale = evaluating ? 1 : layer.factor, left = 66, top = 26;
  const wide = (width - 70) / UNITS, tall = (height - 62) / SAMPLES;
  text(pen, "hidden units h₁ to h₁₂", left, 16, { color: theme.soft });
  ACTIVATIONS.forEach((values, row) => {
    const look = { color: theme.soft, align: "right", size: 11 };
    text(pen, `sample ${row + 1}`, left - 8, top + (row + 0.5) * tall + 4, look);
    values.forEach((value, unit) => {
      const cell = { x: left + unit * wide + 2, y: top + row * tall + 2, wide, tall };
      rectangle(pen, cell.x, cell.y, wide - 4, tall - 4, null, theme.faint);
      if (evaluating || kept[row][unit]) drawBar(pen, theme, cell, value * scale);
      else drawCross(pen, theme, cell);
    });
  });
  const masked = `mask ${layer.draws}: × is dropped, a bar is what goes on`;
  text(pen, evaluating ? "no mask: every unit as it is" : masked, left, height - 18, { color: theme.ink });
}
// The height of the bar is the activation after scaling; one that is too large for its cell has a lid.
function drawBar(pen, theme, { x, y, wide, tall }, value) {
  const high = (tall - 5) * clamp(value / FULL, 0.02, 1);
  rectangle(pen, x + 0.5, y + tall - 4.5 - high, wide - 5, high, theme.blue);
  if (value > FULL) rectangle(pen, x + 0.5, y + 0.5, wide - 5, 2.5, theme.ink);
}
function drawCross(pen, theme, { x, y, wide, tall }) {
  const left = x + wide * 0.28, right = x + wide * 0.72 - 4, top = y + tall * 0.3, bottom = y + tall * 0.7 - 4;
  const look = { color: theme.soft, width: 1.6 };
  for (const [from, to] of [[left, right], [right, left]]) polyline(pen, look, [from, top], [to, bottom]);
}

export function addAverage(page, layer, home) {
  page.canvas({
    home, label: "Mean output of the batch for each mask, and its running average", height: canvasHeight,
    draw: (pen, width, height, theme) => {
      const box = within(width, height, 38, 26, 8, 36);
      const plot = new Plot(pen, theme, box, [0, Math.max(20, layer.draws)], [0, 2.2]);
      plot.axes({ xTicks: 5, yTicks: 5, xLabel: "mask", yLabel: "mean output of the batch" });
      drawOutputs(plot, theme, layer);
    },
    describe: () => `average ${number(layer.mean)}, spread ${number(layer.spread)}, evaluation ${number(EVALUATION)}`,
  });
}
function drawOutputs(plot, theme, { seen }) {
  const { pen, top, left } = plot;
  let sum = 0;
  const averages = seen.map((value, i) => {
    sum += value;
    return [i + 1, sum / (i + 1)];
  });
  const dashed = { color: theme.ink, width: 1.6, dash: [7, 5] }, thick = { color: theme.orange, width: 3.2 };
  plot.clipped(() => {
    seen.forEach((value, i) => disc(pen, plot.x(i + 1), plot.y(value), seen.length > 150 ? 2 : 3, theme.blue));
    plot.line([[0, EVALUATION], [MOST, EVALUATION]], dashed);
    plot.line(averages, thick);
  });
  const words = ["dots: one mask each", "thick line: their running average", "dashed: evaluation, no mask"];
  const look = { color: theme.ink, halo: theme.surface };
  words.forEach((one, i) => text(pen, one, left + 40, top + 12 + 17 * i, look));
  disc(pen, left + 20, top + 8, 3, theme.blue);
  polyline(pen, thick, [left + 8, top + 25], [left + 32, top + 25]);
  polyline(pen, dashed, [left + 8, top + 42], [left + 32, top + 42]);
}
