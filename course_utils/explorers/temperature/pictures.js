// The pictures: scores as bars that a hand drags, probabilities as bars, and those at every temperature as curves.

import { Plot, disc, rectangle, text, within } from "../shared/plot.js";
import { clamp, number, percent } from "../shared/format.js";
import { NAMES, REACH, softmax } from "./scores.js";

// One a class.
const COLORS = ["blue", "orange", "red", "purple", "grey"], DASHES = [[], [9, 4], [2, 3], [12, 3, 2, 3], [5, 5]];
// Steps to the side, and how far the score changes.
const KEYS = { ArrowLeft: [NAMES.length - 1, 0], ArrowRight: [1, 0], ArrowUp: [0, 0.1], ArrowDown: [0, -0.1] };

// The bar of each class with its words at the end; the bar of class `ringed` has a frame.
function drawBars(plot, theme, values, words, ringed = -1) {
  const { pen } = plot, wide = plot.width / 5.6, zero = plot.y(0);
  values.forEach((value, i) => {
    const x = plot.x(i), y = plot.y(clamp(value, ...plot.yRange));
    const top = Math.min(y, zero), tall = Math.max(Math.abs(y - zero), 1.5);
    pen.globalAlpha = 0.85;
    rectangle(pen, x - wide / 2, top, wide, tall, theme[COLORS[i]]);
    pen.globalAlpha = 1;
    if (i === ringed) rectangle(pen, x - wide / 2 - 3, top - 3, wide + 6, tall + 6, null, theme.ink, 2);
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
      const { shift } = scores, box = within(width, height, 34, 24, 6, 24);
      plot = new Plot(pen, theme, box, [-0.5, 4.5], [-REACH - 0.9, REACH + 0.9]);
      const added = shift ? ` (and ${number(shift, 0)} added to each)` : "";
      plot.axes({ xTicks: 0, yTicks: 5, yLabel: `scores z${added}; drag the bars` });
      drawBars(plot, theme, scores.raw, scores.shown.map((score) => number(score, shift ? 1 : 2)), chosen);
    },
    describe: () => `${NAMES[chosen]} has the score ${number(scores.shown[chosen])}`,
    keys: KEYS,
    press: ([step, change]) => {
      if (step) chosen = (chosen + step) % NAMES.length;
      else scores.change(chosen, scores.raw[chosen] + change);
      page.invalidate();
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
      const plot = new Plot(pen, theme, within(width, height, 40, 24, 6, 24), [-0.5, 4.5], [0, 1.12]);
      plot.axes({ xTicks: 0, yTicks: 5, yFormat: (share) => percent(share), yLabel: "probabilities softmax(z / T)" });
      drawBars(plot, theme, scores.probabilities, scores.probabilities.map((p) => percent(p, p < 0.0995 ? 1 : 0)));
    },
    describe: () => scores.probabilities.map((p, i) => `${NAMES[i]} ${percent(p, 1)}`).join(", "),
  });
}

const COLDEST = 0.05, HOTTEST = 20, MARKED = [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20];
// The same five scores at every temperature at once.
export function addEveryTemperature(page, scores) {
  page.canvas({
    label: "Probabilities at every temperature", height: (width) => clamp(width * 0.24, 150, 200),
    draw: (pen, width, height, theme) => {
      const box = within(width, height, 40, 22, 60, 34);
      const plot = new Plot(pen, theme, box, [Math.log10(COLDEST), Math.log10(HOTTEST)], [0, 1.02]);
      const ends = width < 560 ? "" : ": from winner takes all to all the same";
      const yLabel = `probabilities at every temperature${ends}`;
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
  const { raw } = scores, { pen, right } = plot;
  DASHES.forEach((dash, i) => {
    plot.curve((x) => softmax(raw, 10 ** x)[i], { color: theme[COLORS[i]], width: 2.4, dash }, 120);
  });
  // The names stand in the order of the curves' right ends, about the one in the middle.
  const ends = softmax(raw, HOTTEST), order = [...ends.keys()].sort((a, b) => ends[b] - ends[a]);
  const middle = plot.y(ends[order[2]]) + 4;
  order.forEach((i, rank) => {
    text(pen, NAMES[i], right + 8, Math.max(middle + (rank - 2) * 13, 0), { color: theme.ink, size: 12 });
  });
  const here = plot.x(Math.log10(scores.temperature));
  plot.segment(here, plot.top, here, plot.bottom, theme.ink);
  scores.probabilities.forEach((p, i) => disc(pen, here, plot.y(p), 4.5, theme[COLORS[i]], theme.surface, 1.5));
}
