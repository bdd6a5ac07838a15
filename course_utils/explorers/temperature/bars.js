// The scores as bars that a hand drags, and the probabilities as bars beside them.

import { Plot } from "../shared/plot.js";
import { clamp, number, percent } from "../shared/format.js";
import { text } from "../shared/marks.js";
import { NAMES, REACH } from "./scores.js";

export const classColors = (theme) => [theme.blue, theme.orange, theme.red, theme.purple, theme.grey];
const SIDE = { ArrowLeft: NAMES.length - 1, ArrowRight: 1 }, UP = { ArrowUp: 0.1, ArrowDown: -0.1 };

// One bar a class with its words at the end; the bar of class `ringed` has a frame.
function drawBars(plot, theme, values, words, ringed = -1) {
  const { pen } = plot, wide = plot.width / 5.6, zero = plot.y(0);
  values.forEach((value, i) => {
    const x = plot.x(i), y = plot.y(clamp(value, ...plot.yRange));
    const top = Math.min(y, zero), tall = Math.max(Math.abs(y - zero), 1.5);
    pen.fillStyle = classColors(theme)[i];
    pen.globalAlpha = 0.85;
    pen.fillRect(x - wide / 2, top, wide, tall);
    pen.globalAlpha = 1;
    if (i === ringed) {
      Object.assign(pen, { strokeStyle: theme.ink, lineWidth: 2 });
      pen.strokeRect(x - wide / 2 - 3, top - 3, wide + 6, tall + 6);
    }
    const look = { color: theme.ink, align: "center", size: 13 };
    text(pen, words[i], x, value >= 0 ? top - 7 : Math.max(y, zero) + 16, { ...look, bold: true, halo: theme.surface });
    text(pen, NAMES[i], x, plot.bottom + 16, look);
  });
}

export function addScoreBars(page, scores, home) {
  let plot = null, chosen = 0;
  page.canvas({
    home, label: "Scores. Left and right arrow keys choose a class, up and down change its score", height: () => 240,
    draw: (pen, width, height, theme) => {
      const { shift } = scores, box = { left: 34, top: 24, width: width - 40, height: height - 48 };
      plot = new Plot(pen, theme, box, [-0.5, 4.5], [-REACH - 0.9, REACH + 0.9]);
      const added = shift ? ` (and ${number(shift, 0)} added to each)` : "";
      plot.axes({ xTicks: 0, yTicks: 5, yLabel: `scores z${added}; drag the bars` });
      drawBars(plot, theme, scores.raw, scores.shown.map((score) => number(score, shift ? 1 : 2)), chosen);
    },
    describe: () => `${NAMES[chosen]} has the score ${number(scores.shown[chosen])}`,
    keys: ({ key }) => {
      if (key in SIDE) chosen = (chosen + SIDE[key]) % NAMES.length;
      else if (key in UP) scores.change(chosen, scores.raw[chosen] + UP[key]);
      else return false;
      page.invalidate();
      return true;
    },
    drag: (point, phase) => {
      if (phase === "start") chosen = clamp(Math.round(plot.valueX(point.x)), 0, NAMES.length - 1);
      if (phase === "start" || phase === "move") scores.change(chosen, plot.valueY(point.y));
    },
  });
}

export function addProbabilityBars(page, scores, home) {
  page.canvas({
    home, label: "Probabilities", height: () => 240,
    draw: (pen, width, height, theme) => {
      const box = { left: 40, top: 24, width: width - 46, height: height - 48 };
      const plot = new Plot(pen, theme, box, [-0.5, 4.5], [0, 1.12]);
      plot.axes({ xTicks: 0, yTicks: 5, yFormat: (share) => percent(share), yLabel: "probabilities softmax(z / T)" });
      drawBars(plot, theme, scores.probabilities, scores.probabilities.map((p) => percent(p, p < 0.0995 ? 1 : 0)));
    },
    describe: () => scores.probabilities.map((p, i) => `${NAMES[i]} ${percent(p, 1)}`).join(", "),
  });
}
