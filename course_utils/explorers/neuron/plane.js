// The plane of the two inputs: what the neuron says everywhere, its line, its arrow, and the points.

import { clamp, number } from "../shared/format.js";
import { Plot, disc, fillPolygon, rectangle, text } from "../shared/plot.js";
import { sheet } from "../shared/marks.js";
import { isWrong, total } from "./formulas.js";
import { RANGE } from "./handles.js";

const STEPS = { ArrowLeft: [-0.05, 0], ArrowRight: [0.05, 0], ArrowUp: [0, 0.05], ArrowDown: [0, -0.05] };
const KEYS = { ...STEPS, n: "next", " ": "other target" };
const LABEL = "The plane of the two inputs. N chooses the next handle (point, boundary, arrow), "
  + "arrow keys move it, space changes a point's target";
// The blue of a 0 and the orange of a 1.
const ZERO = [87, 144, 252], ONE = [248, 156, 32];
const CELLS = 90;

export function addPlane(page, handles, home) {
  let plot = null, foot = null;
  page.canvas({
    home, label: LABEL, height: (width) => clamp(width * 0.96, 300, 440),
    draw: (pen, width, height, theme) => {
      const side = Math.min(width - 52, height - 60);
      plot = new Plot(pen, theme, { left: 40, top: 24, width: side, height: side }, RANGE, RANGE);
      drawPlane(plot, handles);
    },
    describe: () => handles.describe(),
    keys: KEYS, press: (what, { shiftKey }) => press(what, shiftKey, handles),
    drag: (pixel, phase) => {
      if (phase === "move") handles.moveTo([plot.valueX(pixel.x), plot.valueY(pixel.y)], foot);
      if (phase !== "start") return;
      const handle = handles.nearest(pixel, plot);
      if (handle === null) return false;
      handles.choose(handle);
      foot = handles.foot();
    },
  });
}

function press(what, backwards, handles) {
  if (what === "next") return handles.next(backwards ? -1 : 1);
  if (what === "other target") {
    if (!handles.onPoint) return false;
    return handles.changePoint(([x, y, target]) => [x, y, 1 - target]);
  }
  handles.moveTo(handles.place().map((value, i) => value + what[i]), handles.foot());
}

function drawPlane(plot, handles) {
  const { pen, theme } = plot, { points, weights } = handles;
  plot.clipped(() => drawShade(plot, handles));
  plot.axes({ xTicks: 5, yTicks: 5 });
  text(pen, "x₁", plot.right, plot.bottom + 31, { color: theme.soft, align: "right", size: 13 });
  text(pen, "x₂", plot.left, plot.top - 8, { color: theme.soft, size: 13 });
  const bad = points.filter((one) => isWrong(one, weights)).length;
  const style = { color: bad ? theme.red : theme.ink, align: "right", size: 13, bold: true };
  text(pen, `errors: ${bad} of ${points.length}`, plot.right, plot.top - 8, style);
  plot.clipped(() => {
    if (handles.onPoint) drawDistance(plot, handles);
    drawLine(plot, handles);
    points.forEach((point, i) => drawPoint(plot, point, isWrong(point, weights), i === handles.selected));
  });
}

// The colour says which answer it is, the strength how sure.
function drawShade(plot, handles) {
  const { pen, theme } = plot, { activation: answer, weights: now } = handles;
  const name = handles.page.get("activation");
  const [low, high] = { tanh: [-1, 1], ReLU: [0, 2] }[name] || [0, 1];
  const image = new ImageData(CELLS, CELLS), size = RANGE[1] - RANGE[0];
  for (let i = 0; i < CELLS * CELLS; i++) {
    const x = RANGE[0] + (size * ((i % CELLS) + 0.5)) / CELLS;
    const y = RANGE[1] - (size * (Math.floor(i / CELLS) + 0.5)) / CELLS;
    const share = clamp((answer(total([x, y], now)) - low) / (high - low), 0, 1);
    for (let c = 0; c < 3; c++) image.data[4 * i + c] = ZERO[c] + share * (ONE[c] - ZERO[c]);
    image.data[4 * i + 3] = (theme.dark ? 84 : 66) * (0.35 + 0.65 * Math.abs(2 * share - 1));
  }
  pen.imageSmoothingEnabled = name !== "threshold";
  pen.drawImage(sheet(image), plot.left, plot.top, plot.width, plot.height);
}

function drawLine(plot, handles) {
  const { w1, w2 } = handles.weights, [x, y] = handles.foot(), size = Math.hypot(w1, w2);
  if (size < 1e-6) return;
  const color = plot.theme.ink, along = [(-w2 / size) * 9, (w1 / size) * 9];
  const width = handles.selected === "line" ? 4.5 : 3;
  plot.line([[x - along[0], y - along[1]], [x + along[0], y + along[1]]], { color, width });
  const tip = handles.tip();
  plot.line([[x, y], tip], { color, width: handles.selected === "arrow" ? 4 : 2.2 });
  drawArrowHead(plot, [x, y], tip);
}

function drawArrowHead(plot, [fromX, fromY], [tipX, tipY]) {
  const { pen, theme } = plot, x = plot.x(tipX), y = plot.y(tipY);
  pen.save();
  pen.translate(x, y);
  pen.rotate(Math.atan2(y - plot.y(fromY), x - plot.x(fromX)));
  fillPolygon(pen, theme.ink, [3, 0], [-11, -7], [-11, 7]);
  pen.restore();
  text(pen, "w", x + 10, y - 8, { color: theme.ink, bold: true, size: 14, halo: theme.surface });
}

// How far the chosen point is from the line.
function drawDistance(plot, { points, selected, weights: now }) {
  const point = points[selected], size = now.w1 ** 2 + now.w2 ** 2;
  if (!point || size < 1e-9) return;
  const { pen, theme } = plot, shift = total(point, now) / size;
  const end = [point[0] - shift * now.w1, point[1] - shift * now.w2];
  plot.line([point, end], { color: theme.ink, width: 1.4, dash: [4, 4] });
  const x = plot.x((point[0] + end[0]) / 2) + 8, y = plot.y((point[1] + end[1]) / 2) - 4;
  text(pen, number(Math.abs(shift) * Math.sqrt(size)), x, y, { color: theme.ink, halo: theme.surface });
}

function drawPoint(plot, point, bad, chosen) {
  const { pen, theme } = plot, x = plot.x(point[0]), y = plot.y(point[1]);
  if (chosen) disc(pen, x, y, 16, null, theme.ink, 2);
  if (point[2]) rectangle(pen, x - 8, y - 8, 16, 16, theme.orange, theme.surface, 2);
  else disc(pen, x, y, 9, theme.blue, theme.surface, 2);
  text(pen, String(point[2]), x, y + 4.5, { color: "#14141e", align: "center", bold: true });
  if (bad) text(pen, "✗", x + 13, y - 7, { color: theme.red, bold: true, size: 18, halo: theme.surface });
}
