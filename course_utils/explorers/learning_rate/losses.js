// Losses step by step, on a scale of powers of ten.

import { disc, text } from "../shared/marks.js";
import { Plot } from "../shared/plot.js";

const RAISED = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };

function powerOfTen(power) {
  if (!Number.isInteger(power)) return "";
  return power === 0 ? "1" : `10${[...String(power)].map((sign) => RAISED[sign]).join("")}`;
}

// `powers` is the range of the scale; a loss that is no number (null) leaves it at the top.
export function drawLosses(pen, theme, width, height, losses, steps, powers, yLabel) {
  const box = { left: 48, top: 22, width: width - 60, height: height - 58 };
  const plot = new Plot(pen, theme, box, [0, steps], powers);
  plot.axes({ xTicks: 5, yTicks: 6, yFormat: powerOfTen, xLabel: "step", yLabel });
  const points = losses.map((loss, i) => [i, loss === null ? 40 : Math.log10(Math.max(loss, 1e-30))]);
  plot.clipped(() => {
    plot.line(points, { color: theme.purple, width: 2.5 });
    if (points.length > 101) return;
    for (const [x, y] of points) disc(pen, plot.x(x), plot.y(y), 2.6, theme.purple);
  });
}

export function drawTitle(pen, theme, width, words, isBad) {
  const color = isBad ? theme.red : theme.ink;
  text(pen, words, width - 18, 40, { color, align: "right", bold: true, size: 15, halo: theme.surface });
}
