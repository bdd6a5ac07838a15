// Neuron explorer: see neuron.py for what it teaches.

import { ExplorerPage } from "../shared/page.js";
import { MINUS, clamp, number } from "../shared/format.js";
import { Plot } from "../shared/plot.js";
import { disc, text } from "../shared/marks.js";
import { element, fill } from "../shared/elements.js";

const CORNERS = [[0, 0], [0, 1], [1, 0], [1, 1]];
const gate = (targets) => CORNERS.map((corner, i) => [...corner, targets[i]]);
const PRESETS = {
  AND: gate([0, 0, 0, 1]), OR: gate([0, 1, 1, 1]), NAND: gate([1, 1, 1, 0]), NOT: gate([1, 1, 0, 0]), XOR: gate([0, 1, 1, 0]),
  "two clouds": [[-0.2, 0.1, 0], [0.1, 0.5, 0], [0.35, -0.25, 0], [0, 0.85, 0], [0.3, 0.2, 0], [-0.3, 0.6, 0],
    [0.9, 1.2, 1], [1.2, 0.6, 1], [0.8, 0.75, 1], [1.35, 1.05, 1], [0.6, 1.35, 1], [1.15, 0.1, 1]],
};
const ACTIVATIONS = {
  threshold: (z) => (z >= 0 ? 1 : 0),
  logistic: (z) => 1 / (1 + Math.exp(-z)),
  tanh: Math.tanh,
  ReLU: (z) => Math.max(z, 0),
};
const LEARNING_RATE = 0.25, REACH = 4, RANGE = [-0.6, 1.6], ARROW = 0.3;

const total = (point, { w1, w2, b }) => w1 * point[0] + w2 * point[1] + b;
const isWrong = (point, weights) => (total(point, weights) >= 0) !== Boolean(point[2]);
function learn(points, weights) {
  const point = points.find((one) => isWrong(one, weights));
  if (!point) return weights;
  const change = LEARNING_RATE * (point[2] ? 1 : -1);
  return { w1: weights.w1 + change * point[0], w2: weights.w2 + change * point[1], b: weights.b + change };
}
export const pure = { PRESETS, ACTIVATIONS, total, isWrong, learn };

function render({ model, el }) {
  const page = new ExplorerPage({ model, el, title: "One neuron: a line through the plane" });
  const weights = () => ({ w1: page.get("w1"), w2: page.get("w2"), b: page.get("b") });
  const round = (value) => Number(clamp(value, -REACH, REACH).toFixed(2));
  const setWeights = (next) => { for (const key of ["w1", "w2", "b"]) page.set(key, round(next[key])); };
  const points = () => page.get("points");
  const setPoint = (index, change) => page.set("points", points().map((one, i) => (i === index ? change(one) : one)));
  let selected = 0; // a point's number, or "line", or "arrow"

  // ---- controls
  page.choice({ key: "preset", label: "Points", options: Object.keys(PRESETS), onInput: (name) => { selected = 0; page.set("points", PRESETS[name]); } });
  page.choice({ key: "activation", label: "Activation", options: Object.keys(ACTIVATIONS) });
  const knob = { min: -REACH, max: REACH, step: 0.05, format: (v) => number(v) };
  page.slider({ key: "w1", label: "weight w₁", ...knob });
  page.slider({ key: "w2", label: "weight w₂", ...knob });
  page.slider({ key: "b", label: "bias b", ...knob });
  const buttons = page.group();
  page.button({ label: "Learn from one mistake", title: `delta rule with learning rate ${LEARNING_RATE} on the first wrong point`, home: buttons, onClick: () => setWeights(learn(points(), weights())) });

  // ---- the plane
  const row = element("div", { class: "explorer-row" });
  const right = element("div", { class: "explorer-stage" });
  const left = element("div");
  page.stage.append(row);
  row.append(left, right);
  let plot = null;
  // The arrow starts where the line is nearest to the middle, and points to where z grows.
  const foot = () => {
    const { w1, w2, b } = weights(), size = w1 * w1 + w2 * w2;
    if (size < 1e-9) return [0.5, 0.5];
    const shift = (0.5 * w1 + 0.5 * w2 + b) / size;
    return [0.5 - shift * w1, 0.5 - shift * w2];
  };
  const tip = () => { const { w1, w2 } = weights(), [x, y] = foot(); return [x + ARROW * w1, y + ARROW * w2]; };

  function drawShade(pen, theme) {
    const cells = 90, image = new ImageData(cells, cells), answer = ACTIVATIONS[page.get("activation")];
    const [low, high] = page.get("activation") === "tanh" ? [-1, 1] : [0, page.get("activation") === "ReLU" ? 2 : 1];
    const one = [248, 156, 32], zero = [87, 144, 252], now = weights();
    for (let i = 0; i < cells * cells; i++) {
      const x = RANGE[0] + (2.2 * ((i % cells) + 0.5)) / cells, y = RANGE[1] - (2.2 * (Math.floor(i / cells) + 0.5)) / cells;
      const share = clamp((answer(total([x, y], now)) - low) / (high - low), 0, 1);
      for (let c = 0; c < 3; c++) image.data[4 * i + c] = zero[c] + share * (one[c] - zero[c]);
      image.data[4 * i + 3] = (theme.dark ? 84 : 66) * (0.35 + 0.65 * Math.abs(2 * share - 1));
    }
    const tile = Object.assign(document.createElement("canvas"), { width: cells, height: cells });
    tile.getContext("2d").putImageData(image, 0, 0);
    pen.imageSmoothingEnabled = page.get("activation") !== "threshold";
    pen.drawImage(tile, plot.left, plot.top, plot.width, plot.height);
  }
  function drawLine(pen, theme) {
    const { w1, w2 } = weights(), [x, y] = foot(), size = Math.hypot(w1, w2);
    if (size < 1e-6) return;
    const along = [(-w2 / size) * 9, (w1 / size) * 9];
    plot.line([[x - along[0], y - along[1]], [x + along[0], y + along[1]]], { color: theme.ink, width: selected === "line" ? 4.5 : 3 });
    const [tx, ty] = tip(), turn = Math.atan2(plot.y(ty) - plot.y(y), plot.x(tx) - plot.x(x));
    plot.line([[x, y], [tx, ty]], { color: theme.ink, width: selected === "arrow" ? 4 : 2.2 });
    pen.save();
    pen.translate(plot.x(tx), plot.y(ty));
    pen.rotate(turn);
    pen.beginPath();
    pen.moveTo(3, 0); pen.lineTo(-11, -7); pen.lineTo(-11, 7);
    pen.closePath();
    pen.fillStyle = theme.ink;
    pen.fill();
    pen.restore();
    text(pen, "w", plot.x(tx) + 10, plot.y(ty) - 8, { color: theme.ink, bold: true, size: 14, halo: theme.surface });
  }
  // How far the chosen point is from the line.
  function drawDistance(pen, theme) {
    const point = points()[selected], now = weights(), size = now.w1 ** 2 + now.w2 ** 2;
    if (!point || size < 1e-9) return;
    const shift = total(point, now) / size, end = [point[0] - shift * now.w1, point[1] - shift * now.w2];
    plot.line([point, end], { color: theme.ink, width: 1.4, dash: [4, 4] });
    text(pen, number(Math.abs(shift) * Math.sqrt(size)), plot.x((point[0] + end[0]) / 2) + 8, plot.y((point[1] + end[1]) / 2) - 4, { color: theme.ink, size: 12, halo: theme.surface });
  }
  function drawPoint(pen, theme, point, index) {
    const x = plot.x(point[0]), y = plot.y(point[1]), bad = isWrong(point, weights());
    if (index === selected) disc(pen, x, y, 16, null, theme.ink, 2);
    if (point[2]) {
      Object.assign(pen, { fillStyle: theme.orange, strokeStyle: theme.surface, lineWidth: 2 });
      pen.fillRect(x - 8, y - 8, 16, 16);
      pen.strokeRect(x - 8, y - 8, 16, 16);
    } else disc(pen, x, y, 9, theme.blue, theme.surface, 2);
    text(pen, point[2] ? "1" : "0", x, y + 4.5, { color: "#14141e", align: "center", bold: true, size: 12 });
    if (bad) text(pen, "✗", x + 13, y - 7, { color: theme.red, bold: true, size: 18, halo: theme.surface });
  }
  page.canvas({
    home: left,
    label: "The plane of the two inputs. N chooses the next handle (point, boundary, arrow), arrow keys move it, space changes a point's target",
    height: (width) => clamp(width * 0.96, 300, 440),
    draw: (pen, width, height, theme) => {
      const side = Math.min(width - 52, height - 60);
      plot = new Plot(pen, theme, { left: 40, top: 24, width: side, height: side }, RANGE, RANGE);
      plot.clipped(() => drawShade(pen, theme));
      plot.axes({ xTicks: 5, yTicks: 5 });
      text(pen, "x₁", plot.right, plot.bottom + 31, { color: theme.soft, align: "right", size: 13 });
      text(pen, "x₂", plot.left, plot.top - 8, { color: theme.soft, size: 13 });
      const bad = points().filter((one) => isWrong(one, weights())).length;
      text(pen, `errors: ${bad} of ${points().length}`, plot.right, plot.top - 8, { color: bad ? theme.red : theme.ink, align: "right", size: 13, bold: true });
      plot.clipped(() => {
        if (typeof selected === "number") drawDistance(pen, theme);
        drawLine(pen, theme);
        points().forEach((point, index) => drawPoint(pen, theme, point, index));
      });
      fillTable();
    },
    describe: () => handleWords(),
    keys: (event) => {
      const handles = [...points().keys(), "line", "arrow"];
      if (event.key === "n" || event.key === "N") {
        selected = handles[(handles.indexOf(selected) + (event.shiftKey ? handles.length - 1 : 1)) % handles.length];
        page.invalidate();
        return true;
      }
      if (event.key === " " && typeof selected === "number") { setPoint(selected, (one) => [one[0], one[1], 1 - one[2]]); return true; }
      const step = { ArrowLeft: [-0.05, 0], ArrowRight: [0.05, 0], ArrowUp: [0, 0.05], ArrowDown: [0, -0.05] }[event.key];
      if (!step) return false;
      const from = selected === "arrow" ? tip() : selected === "line" ? foot() : points()[selected];
      moveHandle([from[0] + step[0], from[1] + step[1]], foot());
      return true;
    },
    drag: (point, phase) => {
      if (!plot) return false;
      const at = [plot.valueX(point.x), plot.valueY(point.y)];
      if (phase === "start") {
        const handle = nearest(point);
        if (handle === null) return false;
        selected = handle;
        anchor = foot();
      } else if (phase === "move") moveHandle(at, anchor);
    },
  });
  let anchor = [0.5, 0.5];
  function nearest(pixel) {
    const far = ([x, y]) => Math.hypot(plot.x(x) - pixel.x, plot.y(y) - pixel.y);
    const candidates = points().map((one, index) => [far(one), index]);
    candidates.push([far(tip()) - 4, "arrow"]);
    const [distance, handle] = candidates.reduce((best, one) => (one[0] < best[0] ? one : best));
    if (distance < 20) return handle;
    const now = weights(), size = Math.hypot(now.w1, now.w2);
    const gap = Math.abs(total([plot.valueX(pixel.x), plot.valueY(pixel.y)], now)) / size;
    return size > 1e-6 && gap * (plot.width / 2.2) < 16 ? "line" : null;
  }
  function moveHandle(at, base) {
    const now = weights();
    const inside = at.map((value) => Number(clamp(value, ...RANGE).toFixed(3)));
    if (typeof selected === "number") setPoint(selected, (one) => [...inside, one[2]]);
    else if (selected === "line") setWeights({ ...now, b: -(now.w1 * inside[0] + now.w2 * inside[1]) });
    else {
      // The line turns about the arrow's foot.
      const w1 = round((at[0] - base[0]) / ARROW), w2 = round((at[1] - base[1]) / ARROW);
      setWeights({ w1, w2, b: -(w1 * base[0] + w2 * base[1]) });
    }
  }
  function handleWords() {
    if (selected === "line") return "the boundary is chosen";
    if (selected === "arrow") return "the weight arrow is chosen";
    const point = points()[selected];
    return point ? `point ${selected + 1} at ${number(point[0])}, ${number(point[1])} with target ${point[2]} is chosen` : "";
  }

  // ---- the neuron itself, with the chosen point flowing through it
  page.canvas({
    home: right, label: "The neuron with the chosen point's numbers",
    height: () => 208,
    draw: (pen, width, height, theme) => {
      const point = points()[typeof selected === "number" ? selected : 0] || [0, 0, 0], now = weights();
      const z = total(point, now), out = ACTIVATIONS[page.get("activation")](z);
      const sumX = width * 0.56, outX = width - 64, middle = height / 2, rows = [34, 104, 174];
      const nodes = [["x₁", point[0], now.w1, "w₁"], ["x₂", point[1], now.w2, "w₂"], ["1", 1, now.b, "b"]];
      nodes.forEach(([name, value, weight, letter], i) => {
        const x = 34, y = rows[i];
        Object.assign(pen, { strokeStyle: weight >= 0 ? theme.blue : theme.orange, lineWidth: 1 + 2.2 * Math.abs(weight) });
        pen.setLineDash(weight >= 0 ? [] : [7, 5]);
        pen.beginPath();
        pen.moveTo(x + 20, y);
        pen.lineTo(sumX - 24, middle + (i - 1) * 8);
        pen.stroke();
        pen.setLineDash([]);
        const tx = x + 20 + (sumX - 54 - x) * 0.42, ty = y + (middle + (i - 1) * 8 - y) * 0.42;
        text(pen, `${letter} = ${number(weight)}`, tx, ty - 9, { color: theme.ink, align: "center", size: 12, halo: theme.surface });
        disc(pen, x, y, 21, theme.surface, theme.axis, 1.5);
        text(pen, name, x, y - 1, { color: theme.soft, align: "center", size: 11 });
        text(pen, i < 2 ? number(value) : "", x, y + 12, { color: theme.ink, align: "center", size: 12, bold: true });
      });
      Object.assign(pen, { strokeStyle: theme.axis, lineWidth: 2 });
      pen.beginPath(); pen.moveTo(sumX + 24, middle); pen.lineTo(outX - 30, middle); pen.stroke();
      disc(pen, sumX, middle, 26, theme.surface, theme.ink, 2);
      text(pen, "Σ", sumX, middle - 2, { color: theme.soft, align: "center", size: 14 });
      text(pen, number(z), sumX, middle + 14, { color: theme.ink, align: "center", size: 13, bold: true });
      text(pen, "total z", sumX, middle + 44, { color: theme.soft, align: "center", size: 11 });
      drawBox(pen, theme, outX, middle, z, out);
      text(pen, `says ${z >= 0 ? 1 : 0}, should be ${point[2]}`, width - 4, middle + 66, { color: theme.ink, align: "right", size: 13, bold: true });
      text(pen, isWrong(point, now) ? "✗ wrong" : "✓ right", width - 4, middle + 84, { color: isWrong(point, now) ? theme.red : theme.ink, align: "right", size: 13, bold: true });
      text(pen, `point ${(typeof selected === "number" ? selected : 0) + 1}`, width - 4, 16, { color: theme.soft, align: "right", size: 12 });
      text(pen, "solid: positive weight, dashed: negative", width - 4, 31, { color: theme.soft, align: "right", size: 11 });
    },
  });
  function drawBox(pen, theme, x, y, z, out) {
    const box = { left: x - 28, top: y - 32, width: 62, height: 48 };
    Object.assign(pen, { strokeStyle: theme.ink, lineWidth: 2 });
    pen.strokeRect(box.left, box.top, box.width, box.height);
    const small = new Plot(pen, theme, box, [-4, 4], [-1.15, 1.4]);
    small.clipped(() => {
      small.segment(box.left, small.y(0), box.left + box.width, small.y(0), theme.faint);
      small.curve(ACTIVATIONS[page.get("activation")], { color: theme.blue, width: 2 }, 80);
      disc(pen, small.x(clamp(z, -4, 4)), small.y(clamp(out, -1, 1.3)), 4, theme.ink);
    });
    text(pen, `φ(z) = ${number(out)}`, x + 34, y + 34, { color: theme.ink, align: "right", size: 13, bold: true });
  }

  // ---- numbers and words
  const table = element("table", { class: "explorer-table" });
  right.append(table);
  function fillTable() {
    const now = weights(), answer = ACTIVATIONS[page.get("activation")], all = points();
    table.hidden = all.length > 6;
    const head = ["", "x₁", "x₂", "target", "total z", "φ(z)", ""];
    const cells = [head, ...(table.hidden ? [] : all.map((one, i) => [String(i + 1), number(one[0]), number(one[1]), String(one[2]),
      number(total(one, now)), number(answer(total(one, now))), isWrong(one, now) ? "✗ wrong" : "✓ right"]))];
    fill(table, cells);
    [...table.tBodies[0].rows].forEach((line, i) => { line.classList.toggle("explorer-chosen", i === selected); });
    page.say(sentence(all, now));
  }
  function sentence(all, now) {
    const bad = all.filter((one) => isWrong(one, now)).length;
    const name = page.get("preset"), untouched = JSON.stringify(all) === JSON.stringify(PRESETS[name]);
    const verdict = bad === 0 ? "The line separates them."
      : name === "XOR" && untouched && bad === 1 ? "That is the best any line can do: no single neuron computes XOR."
      : bad === 1 ? "One is on the wrong side." : `${bad} are on the wrong side.`;
    return `${name}: ${all.length - bad} of ${all.length} points right. ${verdict} The boundary is ${number(now.w1)} x₁ ${now.w2 < 0 ? MINUS : "+"} ${number(Math.abs(now.w2))} x₂ ${now.b < 0 ? MINUS : "+"} ${number(Math.abs(now.b))} = 0.`;
  }
  return () => page.destroy();
}

export default { render };
