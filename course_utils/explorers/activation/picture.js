// The picture: the curves with the marked input, between the inputs below and the outputs beside.

import { clamp } from "../shared/format.js";
import { Plot, disc, polyline, rectangle, text } from "../shared/plot.js";
import { drawOutputs, drawPaths, drawPile } from "./piles.js";
import { ownInput, probeWords, shownNow } from "./shown.js";

const BOUNDED = ["threshold", "logistic", "tanh"];
const STEPS = { ArrowLeft: -0.1, ArrowRight: 0.1, PageDown: -1, PageUp: 1, Home: -12, End: 12 };

export function addPicture(page, travellers) {
  let plot = null;
  const setProbe = (x) => page.set("probe", Number(clamp(x, -6, 6).toFixed(2)));
  page.canvas({
    label: "Function, derivative and inputs. Left and right arrow keys move the marked input",
    height: (width) => clamp(width * 0.5, 330, 420),
    draw: (pen, width, height, theme) => {
      const now = shownNow(page), view = layOut(pen, theme, width, height, now);
      plot = view.plot;
      drawAll(view, now);
      travellers.draw(view, now);
    },
    describe: () => probeWords(shownNow(page)),
    keys: STEPS, press: (step) => setProbe(page.get("probe") + step),
    drag: (point, phase) => {
      if (phase === "start" && (point.x > plot.right + 6 || point.y > plot.bottom + 6)) return false;
      if (phase === "start" || phase === "move") setProbe(plot.valueX(point.x));
    },
  });
}

function layOut(pen, theme, width, height, now) {
  const side = clamp(width * 0.19, 96, 165), hill = clamp(height * 0.17, 58, 80);
  const box = { left: 42, top: 14, width: width - 42 - side - 22, height: height - hill - 50 };
  const plot = new Plot(pen, theme, box, [-6, 6], heights(now));
  return { pen, theme, plot, side, hill, base: height - 18, outputs: plot.right + 20 };
}

function heights({ curves, derivative }) {
  if (!curves.every(({ name }) => BOUNDED.includes(name))) return [-2.2, 6.2];
  const steepest = derivative ? Math.max(...curves.map((one) => one.steepest)) : 1;
  return [curves.some((one) => one.name === "tanh") ? -1.25 : -0.4, Math.max(1.3, 1.12 * steepest)];
}

function drawAll(view, now) {
  view.plot.axes({ xTicks: 8 });
  drawPile(view, now);
  drawOutputs(view, now);
  drawPaths(view, now);
  view.plot.clipped(() => {
    for (const curve of now.curves) drawCurve(view, curve, now.derivative);
    drawOwn(view, now.own);
    drawProbe(view, now);
  });
  drawLegend(view, now);
}

function drawCurve({ pen, theme, plot }, curve, derivative) {
  const color = curve.color(theme);
  if (derivative) plot.curve((x) => curve.slope(x), { color, width: 1.8, dash: [5, 4] });
  if (curve.name === "threshold") drawStep(plot, color);
  else plot.curve((x) => curve.value(x), { color, width: 3.2 });
  if (curve.slot === "first") return;
  for (let x = -5.5; x < 6; x += 1) drawSquare(pen, plot.x(x), plot.y(curve.value(x)), color, theme);
}

function drawStep(plot, color) {
  plot.line([[-6, 0], [0, 0]], { color, width: 3.2 });
  plot.line([[0, 0], [0, 1]], { color, width: 1, dash: [2, 3] });
  plot.line([[0, 1], [6, 1]], { color, width: 3.2 });
}

function drawSquare(pen, x, y, color, theme) {
  rectangle(pen, x - 3.5, y - 3.5, 7, 7, theme.surface, color, 2);
}

function drawOwn({ plot, theme: { red: color } }, { values, slopes }) {
  const points = (list) => list.map((y, i) => [ownInput(i, list.length), y]);
  plot.line(points(slopes), { color, width: 1.8, dash: [2, 4] });
  plot.line(points(values), { color, width: 2.6, dash: [11, 7] });
}

// The marked input, its output, and the tangent there: the derivative as a slope one can see.
function drawProbe({ pen, theme, plot }, { curves, derivative, probe: x }) {
  plot.line([[x, plot.yRange[0]], [x, plot.yRange[1]]], { color: theme.soft, width: 1, dash: [3, 3] });
  for (const curve of curves) {
    const y = curve.value(x), rise = 1.1 * curve.slope(x);
    if (derivative && curve.name !== "threshold") {
      plot.line([[x - 1.1, y - rise], [x + 1.1, y + rise]], { color: theme.ink, width: 1.4 });
    }
    disc(pen, plot.x(x), plot.y(y), 5.5, curve.color(theme), theme.surface, 2);
  }
}

function drawLegend({ pen, theme, plot }, { curves, derivative, own }) {
  const rows = [];
  for (const curve of curves) {
    const color = curve.color(theme);
    rows.push({ color, dash: [], width: 3.2, words: curve.label, mark: curve.slot === "second" });
    if (derivative) rows.push({ color, dash: [5, 4], width: 1.8, words: "its derivative" });
  }
  if (own.name) rows.push({ color: theme.red, dash: [11, 7], width: 2.6, words: `yours: ${own.name}` });
  rows.forEach(({ words, mark, ...look }, i) => {
    const x = plot.left + 12, y = plot.top + 14 + 18 * i;
    polyline(pen, look, [x, y], [x + 30, y]);
    if (mark) drawSquare(pen, x + 15, y, look.color, theme);
    text(pen, words, x + 38, y + 4, { color: theme.ink, halo: theme.surface });
  });
}
