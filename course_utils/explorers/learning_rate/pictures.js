// The bowl from above with the way down, the loss of each step, and the road under the slider.

import { brief, clamp, number, powerOfTen } from "../shared/format.js";
import { Plot, disc, fillPolygon, rectangle, text, within } from "../shared/plot.js";
import { stripes } from "../shared/marks.js";

const STEPS = { ArrowLeft: [-0.05, 0], ArrowRight: [0.05, 0], ArrowUp: [0, 0.05], ArrowDown: [0, -0.05] };
const LEVELS = [0.03, 0.12, 0.4, 1, 2, 3.4, 5.2, 7.4, 10];
const RANGE = [-1.2, 1.2];
export const LOWEST = 0.001, HIGHEST = 1;
const LOOKS = 600;
const tall = (width) => clamp(width * 0.78, 240, 330);

export function addDescent(page, bowl, home) {
  let plot = null;
  const moveStart = (place) => page.set("start", place.map((value) => Number(clamp(value, -1.15, 1.15).toFixed(3))));
  page.canvas({
    home, label: "The bowl from above with the path of gradient descent. Arrow keys move the start", height: tall,
    draw: (pen, width, height, theme) => {
      plot = new Plot(pen, theme, within(width, height, 40, 22, 12, 36), RANGE, RANGE);
      plot.clipped(() => LEVELS.forEach((level) => drawLevel(plot, bowl, level)));
      plot.axes({ xTicks: 5, yTicks: 5, xLabel: "w₁, the steep direction", yLabel: "w₂, the flat direction" });
      plot.clipped(() => drawPath(plot, bowl));
      const [x, y] = bowl.start, style = { color: theme.ink, halo: theme.surface };
      text(pen, "start", plot.x(x) + 12, plot.y(y) + 4, style);
    },
    describe: () => `start at ${bowl.start.map((value) => number(value)).join(", ")}; ${bowl.kind}`,
    keys: STEPS, press: (step) => moveStart(bowl.start.map((value, i) => value + step[i])),
    hold: (point) => moveStart([plot.valueX(point.x), plot.valueY(point.y)]),
  });
}

// The ellipse on which the loss is `level`.
function drawLevel(plot, { steepest, flattest }, level) {
  const { pen, theme } = plot, size = RANGE[1] - RANGE[0];
  const wide = (Math.sqrt((2 * level) / steepest) / size) * plot.width;
  const high = (Math.sqrt((2 * level) / flattest) / size) * plot.height;
  pen.beginPath();
  pen.ellipse(plot.x(0), plot.y(0), wide, high, 0, 0, 7);
  pen.fillStyle = theme.dark ? "rgba(122,168,255,0.045)" : "rgba(87,144,252,0.05)";
  pen.fill();
  Object.assign(pen, { strokeStyle: theme.faint, lineWidth: 1 });
  pen.stroke();
}

function drawPath(plot, { points, kind }) {
  const { pen, theme } = plot, color = kind === "diverging" ? theme.red : theme.blue;
  plot.line(points.map(([x, y]) => [clamp(x, -50, 50), y]), { color, width: 2 });
  points.forEach(([x, y], i) => {
    if (Math.abs(x) < 1.3) disc(pen, plot.x(x), plot.y(y), i ? 3 : 8, i ? color : theme.surface, color, 3);
  });
  rectangle(pen, plot.x(0) - 5, plot.y(0) - 1, 10, 2, theme.ink);
  rectangle(pen, plot.x(0) - 1, plot.y(0) - 5, 2, 10, theme.ink);
}

export function addBowlLosses(page, bowl, home) {
  page.canvas({
    home, label: "Loss of each step on the bowl", height: tall,
    draw: (pen, width, height, theme) => {
      const losses = bowl.points.map((point) => bowl.lossAt(point));
      drawLosses(pen, theme, width, height, losses, bowl.steps, [-6, 3], "loss on the bowl");
      drawTitle(pen, theme, width, `${brief(bowl.rate)}: ${bowl.kind}`, bowl.kind === "diverging");
    },
    describe: () => `rate ${brief(bowl.rate)} is ${bowl.kind}`,
  });
}

// Losses step by step, on a scale of powers of ten.
// `powers` is the range of the scale; a loss that is no number (null) leaves it at the top.
export function drawLosses(pen, theme, width, height, losses, steps, powers, yLabel) {
  const plot = new Plot(pen, theme, within(width, height, 48, 22, 12, 36), [0, steps], powers);
  const yFormat = (power) => (power === 0 ? "1" : powerOfTen(power));
  plot.axes({ xTicks: 5, yTicks: 6, yFormat, xLabel: "step", yLabel });
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

// The slider's road: its own scale again, with the four kinds of rate as stretches of it.
export function addRoad(page, bowl) {
  page.canvas({
    home: page.bar, label: "Kinds of learning rates along the slider", height: () => 46,
    draw: (pen, width, height, theme) => {
      const place = (rate) => 8 + ((Math.log10(rate) + 3) / 3) * (width - 16);
      const all = stretches(bowl);
      all.forEach(({ kind, from }, i) => {
        drawStretch(pen, theme, kind, place(from), i + 1 < all.length ? place(all[i + 1].from) : width - 8);
      });
      drawMark(pen, theme, place(1 / bowl.steepest), "1/λ = 0.1", "right");
      drawMark(pen, theme, place(2 / bowl.steepest), "2/λ = 0.2: the limit", "left");
      const here = place(clamp(bowl.rate, LOWEST, HIGHEST));
      fillPolygon(pen, theme.ink, [here, 22], [here - 7, 34], [here + 7, 34]);
    },
  });
}

function stretches(bowl) {
  const found = [];
  for (let i = 0; i <= LOOKS; i++) {
    const from = 10 ** (-3 + (3 * i) / LOOKS), kind = bowl.kindOf(from * 1.00001);
    if (found.at(-1)?.kind !== kind) found.push({ kind, from });
  }
  return found;
}

function drawStretch(pen, theme, kind, left, right) {
  const color = { "too small": theme.grey, good: theme.blue, oscillating: theme.orange, diverging: theme.red }[kind];
  const striped = kind === "oscillating" || kind === "diverging";
  pen.globalAlpha = 0.3;
  rectangle(pen, left, 4, right - left, 18, striped ? stripes(pen, color, "transparent") : color);
  pen.globalAlpha = 1;
  if (right - left <= kind.length * 6.2) return;
  text(pen, kind, (left + right) / 2, 17, { color: theme.ink, align: "center", halo: theme.surface });
}

function drawMark(pen, theme, x, words, align) {
  rectangle(pen, x - 1, 0, 2, 28, theme.ink);
  text(pen, words, x + (align === "right" ? 8 : -8), 41, { color: theme.ink, align, bold: true });
}
