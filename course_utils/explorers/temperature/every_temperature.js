// The probabilities of the same five scores at every temperature at once, as curves.

import { Plot } from "../shared/plot.js";
import { clamp, number, percent } from "../shared/format.js";
import { disc, text } from "../shared/marks.js";
import { NAMES, softmax } from "./scores.js";
import { classColors } from "./bars.js";

const COLDEST = 0.05, HOTTEST = 20, MARKED = [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20];
const DASHES = [[], [9, 4], [2, 3], [12, 3, 2, 3], [5, 5]];
const TITLE = "probabilities at every temperature";

export function addEveryTemperature(page, scores) {
  page.canvas({
    label: "Probabilities at every temperature", height: (width) => clamp(width * 0.24, 150, 200),
    draw: (pen, width, height, theme) => {
      const box = { left: 40, top: 22, width: width - 100, height: height - 56 };
      const plot = new Plot(pen, theme, box, [Math.log10(COLDEST), Math.log10(HOTTEST)], [0, 1.02]);
      const yLabel = width < 560 ? TITLE : `${TITLE}: from winner takes all to all the same`;
      plot.axes({ xTicks: 3, yTicks: 4, xFormat: () => "", yFormat: (share) => percent(share), yLabel });
      drawMarks(plot, theme);
      drawCurves(plot, theme, scores);
    },
    describe: () => `now at ${number(scores.temperature)}`,
  });
}

// The axis is logarithmic, so its marks are written here.
function drawMarks(plot, theme) {
  const { pen, right, bottom } = plot, look = { color: theme.soft, align: "center", size: 11 };
  for (const value of MARKED) text(pen, String(value), plot.x(Math.log10(value)), bottom + 15, look);
  text(pen, "temperature T", right, bottom + 31, { color: theme.soft, align: "right" });
}

function drawCurves(plot, theme, scores) {
  const { raw } = scores, { pen, right } = plot, colors = classColors(theme);
  DASHES.forEach((dash, i) => {
    plot.curve((x) => softmax(raw, 10 ** x)[i], { color: colors[i], width: 2.4, dash }, 120);
  });
  // The names stand in the order of the curves' right ends, about the one in the middle.
  const ends = softmax(raw, HOTTEST), order = [...ends.keys()].sort((a, b) => ends[b] - ends[a]);
  const middle = plot.y(ends[order[2]]) + 4;
  order.forEach((i, rank) => {
    text(pen, NAMES[i], right + 8, Math.max(middle + (rank - 2) * 13, 0), { color: theme.ink, size: 12 });
  });
  const here = plot.x(Math.log10(scores.temperature));
  plot.segment(here, plot.top, here, plot.bottom, theme.ink);
  scores.probabilities.forEach((p, i) => disc(pen, here, plot.y(p), 4.5, colors[i], theme.surface, 1.5));
}
