// Activation explorer: see activation.py for what it teaches. All formulas are closed form.

import { ExplorerPage, reducedMotion } from "../shared/page.js";
import { Plot } from "../shared/plot.js";
import { clamp, number, percent } from "../shared/format.js";
import { disc, stripes, text } from "../shared/marks.js";
import { element, fill } from "../shared/elements.js";

const SELU_SCALE = 1.0507009873554805, SELU_ALPHA = 1.6732632423543772;
const logistic = (x, beta) => {
  const decay = Math.exp(-Math.abs(beta * x));
  return x >= 0 ? 1 / (1 + decay) : decay / (1 + decay);
};
const elu = (x, alpha) => (x > 0 ? x : alpha * Math.expm1(x));
const eluSlope = (x, alpha) => (x > 0 ? 1 : alpha * Math.exp(x));

// value, slope (derivative), steepest (its largest value), and the one parameter if there is one
const FORMULAS = {
  threshold: { value: (x) => (x >= 0 ? 1 : 0), slope: () => 0, steepest: () => 0 },
  logistic: {
    value: logistic, slope: (x, p) => p * logistic(x, p) * logistic(-x, p), steepest: (p) => p / 4,
    parameter: { letter: "β", words: "steepness β", min: 0.1, max: 10, log: true, start: 1 },
  },
  tanh: { value: Math.tanh, slope: (x) => 1 - Math.tanh(x) ** 2, steepest: () => 1 },
  ReLU: { value: (x) => Math.max(x, 0), slope: (x) => (x > 0 ? 1 : 0), steepest: () => 1 },
  "leaky ReLU": {
    value: (x, p) => (x > 0 ? x : p * x), slope: (x, p) => (x > 0 ? 1 : p), steepest: (p) => Math.max(1, p),
    parameter: { letter: "a", words: "leak: slope a on the left", min: 0.001, max: 1, log: true, start: 0.1 },
  },
  ELU: {
    value: elu, slope: eluSlope, steepest: (p) => Math.max(1, p),
    parameter: { letter: "α", words: "depth α on the left", min: 0.1, max: 3, log: true, start: 1 },
  },
  SELU: {
    value: (x) => SELU_SCALE * elu(x, SELU_ALPHA), slope: (x) => SELU_SCALE * eluSlope(x, SELU_ALPHA),
    steepest: () => SELU_SCALE * SELU_ALPHA,
  },
  softplus: {
    value: (x, p) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(p * x))) / p, slope: logistic, steepest: () => 1,
    parameter: { letter: "β", words: "sharpness β", min: 0.1, max: 10, log: true, start: 1 },
  },
};

// Nodes and weights of a normal distribution: the pile of inputs.
const NODES = 2001;
const Z = Float64Array.from({ length: NODES }, (_, i) => -5 + (10 * i) / (NODES - 1));
const WEIGHTS = Z.map((z) => Math.exp((-z * z) / 2));
const TOTAL = WEIGHTS.reduce((sum, weight) => sum + weight, 0);

// What becomes of inputs with this mean and spread (the same numbers as activation.flow in Python).
function flow(name, parameter, mean, spread) {
  const formula = FORMULAS[name];
  const limit = 0.1 * formula.steepest(parameter);
  let sum = 0, squares = 0, saturated = 0, dead = 0;
  for (let i = 0; i < NODES; i++) {
    const x = mean + spread * Z[i], weight = WEIGHTS[i] / TOTAL;
    const y = formula.value(x, parameter), slope = formula.slope(x, parameter);
    sum += weight * y;
    squares += weight * y * y;
    if (slope === 0) dead += weight;
    if (slope === 0 || slope < limit) saturated += weight;
  }
  return { mean: sum, deviation: Math.sqrt(Math.max(0, squares - sum * sum)), saturated, dead };
}

export const pure = { FORMULAS, flow };

function render({ model, el }) {
  const page = new ExplorerPage({ model, el, title: "What does an activation function do to its inputs?" });
  const names = Object.keys(FORMULAS);
  const own = () => ({ name: page.get("own_name"), values: page.get("own_values"), slopes: page.get("own_slopes") });
  const shown = () => ["first", "second"]
    .map((slot) => ({ slot, name: page.get(slot), parameter: page.get(`${slot}_parameter`) }))
    .filter((one) => one.name !== "none").map((one) => ({ ...one, formula: FORMULAS[one.name] }));
  const label = ({ name, parameter, formula }) => (formula.parameter ? `${name}, ${formula.parameter.letter} = ${format(parameter)}` : name);
  const format = (value) => String(Number(value.toPrecision(3)));

  // ---- controls
  for (const slot of ["first", "second"]) {
    const group = page.group();
    const parameter = page.group(undefined, group);
    page.choice({
      key: slot, label: slot === "first" ? "Function" : "Compare with", home: group,
      options: slot === "first" ? names : [["none", "nothing"], ...names],
      onInput: (name) => { const start = FORMULAS[name]?.parameter?.start; if (start) page.set(`${slot}_parameter`, start); },
    });
    group.append(parameter);
    const build = () => {
      const setting = FORMULAS[page.get(slot)]?.parameter;
      parameter.hidden = !setting;
      parameter.replaceChildren();
      if (setting) page.slider({ key: `${slot}_parameter`, label: setting.words, ...setting, format, home: parameter });
    };
    page.watch(slot, build);
    build();
  }
  const inputs = page.group("inputs");
  page.slider({ key: "mean", label: "mean of the inputs", min: -4, max: 4, step: 0.1, format: (v) => number(v, 1), home: inputs });
  page.slider({ key: "spread", label: "spread of the inputs", min: 0.1, max: 5, step: 0.1, format: (v) => number(v, 1), home: inputs });
  const last = page.group();
  page.toggle({ key: "show_derivative", label: "show derivative", home: last });
  page.button({ label: "Let inputs flow", title: "200 inputs travel up to the curve and across to the outputs", home: last, onClick: () => release() });

  // ---- travelling inputs
  let travellers = [];
  const release = () => {
    // Evenly spread quantiles, so that the crowd has the pile's own shape.
    const crowd = Array.from({ length: 200 }, (_, i) => ({ z: quantile((i + 0.5) / 200), delay: ((i * 73) % 200) / 110 }));
    if (reducedMotion()) { travellers = crowd.map((one) => ({ ...one, time: 9 })); page.invalidate(); return; }
    const start = { time: 0 };
    travellers = crowd;
    page.animate((seconds) => {
      start.time += seconds;
      for (const one of travellers) one.time = start.time - one.delay;
      if (start.time > 5.5) { travellers = []; return false; }
      return true;
    });
  };

  // ---- the picture
  let plot = null;
  const style = (theme, slot) => (slot === "first" ? theme.blue : theme.orange);
  page.canvas({
    label: "Function, derivative and inputs. Left and right arrow keys move the marked input",
    height: (width) => clamp(width * 0.5, 330, 420),
    draw: (pen, width, height, theme) => {
      const parts = shown();
      const side = clamp(width * 0.19, 96, 165), hill = clamp(height * 0.17, 58, 80);
      const bounded = parts.every(({ name }) => ["threshold", "logistic", "tanh"].includes(name));
      const steep = page.get("show_derivative") ? Math.max(...parts.map((one) => one.formula.steepest(one.parameter))) : 1;
      const range = bounded ? [parts.some((one) => one.name === "tanh") ? -1.25 : -0.4, Math.max(1.3, 1.12 * steep)] : [-2.2, 6.2];
      plot = new Plot(pen, theme, { left: 42, top: 14, width: width - 42 - side - 22, height: height - hill - 50 }, [-6, 6], range);
      const pileBase = height - 18;
      plot.axes({ xTicks: 8 });
      drawPile(pen, theme, plot, parts[0], pileBase, hill);
      drawOutputs(pen, theme, plot, parts, plot.right + 20, side);
      drawPaths(pen, theme, plot, parts[0], pileBase, plot.right + 20);
      plot.clipped(() => {
        for (const { slot, formula, parameter, name } of parts) {
          const color = style(theme, slot);
          if (page.get("show_derivative")) plot.curve((x) => formula.slope(x, parameter), { color, width: 1.8, dash: [5, 4] });
          if (name === "threshold") drawStep(plot, color);
          else plot.curve((x) => formula.value(x, parameter), { color, width: 3.2 });
          if (slot === "second") for (let x = -5.5; x < 6; x += 1) square(pen, plot.x(x), plot.y(formula.value(x, parameter)), color, theme);
        }
        drawOwn(plot, theme);
        drawProbe(pen, theme, plot, parts);
      });
      drawLegend(pen, theme, plot, parts);
      drawTravellers(pen, theme, plot, parts[0], pileBase, plot.right + 20);
      fillTable(parts);
    },
    describe: () => probeWords(),
    keys: (event) => {
      const step = { ArrowLeft: -0.1, ArrowRight: 0.1, PageDown: -1, PageUp: 1 }[event.key];
      if (step) page.set("probe", Number(clamp(page.get("probe") + step, -6, 6).toFixed(2)));
      else if (event.key === "Home" || event.key === "End") page.set("probe", event.key === "Home" ? -6 : 6);
      else return false;
      return true;
    },
    drag: (point, phase) => {
      if (!plot || (phase === "start" && (point.x > plot.right + 6 || point.y > plot.bottom + 6))) return false;
      if (phase === "start" || phase === "move") page.set("probe", Number(clamp(plot.valueX(point.x), -6, 6).toFixed(2)));
    },
  });

  function square(pen, x, y, color, theme) {
    pen.fillStyle = theme.surface;
    pen.strokeStyle = color;
    pen.lineWidth = 2;
    pen.fillRect(x - 3.5, y - 3.5, 7, 7);
    pen.strokeRect(x - 3.5, y - 3.5, 7, 7);
  }
  function drawStep(plot, color) {
    plot.line([[-6, 0], [0, 0]], { color, width: 3.2 });
    plot.line([[0, 0], [0, 1]], { color, width: 1, dash: [2, 3] });
    plot.line([[0, 1], [6, 1]], { color, width: 3.2 });
  }
  function weak({ formula, parameter }, x) {
    const slope = formula.slope(x, parameter);
    return slope === 0 || slope < 0.1 * formula.steepest(parameter);
  }
  // The pile of inputs under the axis; its striped part meets almost no gradient.
  function drawPile(pen, theme, plot, one, base, tall) {
    const mean = page.get("mean"), spread = page.get("spread");
    const hatch = stripes(pen, theme.dark ? "#c9c9d2" : "#55555f", theme.dark ? "rgba(255,255,255,0.10)" : "rgba(0,0,0,0.06)");
    const density = (x) => Math.exp(-(((x - mean) / spread) ** 2) / 2);
    plot.segment(plot.left, base, plot.right, base, theme.axis);
    const columns = 120;
    for (let i = 0; i < columns; i++) {
      const x = -6 + (12 * (i + 0.5)) / columns;
      const height = tall * 0.86 * density(x);
      if (height < 0.4) continue;
      pen.fillStyle = weak(one, x) ? hatch : theme.blue;
      pen.globalAlpha = weak(one, x) ? 0.9 : 0.75;
      pen.fillRect(plot.x(x) - plot.width / columns / 2, base - height, plot.width / columns + 0.3, height);
      pen.globalAlpha = 1;
    }
    text(pen, "inputs x", plot.left + 2, base - tall + 16, { color: theme.soft, halo: theme.surface });
    text(pen, `striped: gradient under a tenth of its largest${plot.width > 380 ? ", so these inputs teach almost nothing" : ""}`, plot.left, base + 14, { color: theme.soft, size: 11 });
  }
  // Where the outputs land: a pile lying on its side, filled for the first, an outline for the second.
  function drawOutputs(pen, theme, plot, parts, left, wide) {
    plot.segment(left, plot.top, left, plot.bottom, theme.axis);
    const bins = 48, [low, high] = plot.yRange, tall = plot.height / bins;
    parts.forEach((one, index) => {
      const shares = new Float64Array(bins);
      for (let i = 0; i < NODES; i++) {
        const y = one.formula.value(page.get("mean") + page.get("spread") * Z[i], one.parameter);
        const bin = Math.floor(((y - low) / (high - low)) * bins);
        if (bin >= 0 && bin < bins) shares[bin] += WEIGHTS[i] / TOTAL;
      }
      const cut = 0.2;
      let said = Infinity;
      shares.forEach((share, bin) => {
        if (share < 0.0005) return;
        const y = plot.bottom - (bin + 1) * tall, length = (Math.min(share, cut) / cut) * (wide - 34);
        if (index === 0) {
          pen.fillStyle = theme.blue;
          pen.globalAlpha = 0.75;
          pen.fillRect(left + 1, y + 0.5, length, tall - 1);
          pen.globalAlpha = 1;
        } else {
          pen.strokeStyle = theme.orange;
          pen.lineWidth = 2;
          pen.strokeRect(left + 1, y + 0.5, length, tall - 1);
        }
        // A bar too long for the strip says its share instead.
        if (share > cut && Math.abs(y - said) > 12) {
          text(pen, percent(share), left + length + 4, y + tall / 2 + 4, { color: theme.ink, size: 11, halo: theme.surface });
          said = y;
        }
      });
    });
    text(pen, "outputs φ(x)", left, plot.bottom + 15, { color: theme.soft });
  }
  function drawPaths(pen, theme, plot, one, base, right) {
    pen.strokeStyle = theme.faint;
    pen.lineWidth = 1;
    for (let share = 0.05; share < 0.96; share += 0.075) {
      const x = page.get("mean") + page.get("spread") * quantile(share);
      const y = one.formula.value(x, one.parameter);
      if (Math.abs(x) > 6 || y > plot.yRange[1] || y < plot.yRange[0]) continue;
      pen.beginPath();
      pen.moveTo(plot.x(x), plot.bottom + 20);
      pen.lineTo(plot.x(x), plot.y(y));
      pen.lineTo(right, plot.y(y));
      pen.stroke();
    }
  }
  function drawOwn(plot, theme) {
    const { values, slopes } = own();
    const at = (i, count) => -6 + (12 * i) / (count - 1);
    const color = theme.red;
    plot.line(slopes.map((y, i) => [at(i, slopes.length), y]), { color, width: 1.8, dash: [2, 4] });
    plot.line(values.map((y, i) => [at(i, values.length), y]), { color, width: 2.6, dash: [11, 7] });
  }
  // The marked input, its output, and the tangent there: the derivative as a slope one can see.
  function drawProbe(pen, theme, plot, parts) {
    const x = page.get("probe");
    plot.line([[x, plot.yRange[0]], [x, plot.yRange[1]]], { color: theme.soft, width: 1, dash: [3, 3] });
    for (const { formula, parameter, slot, name } of parts) {
      const y = formula.value(x, parameter), slope = formula.slope(x, parameter), reach = 1.1;
      if (page.get("show_derivative") && name !== "threshold") {
        plot.line([[x - reach, y - reach * slope], [x + reach, y + reach * slope]], { color: theme.ink, width: 1.4 });
      }
      disc(pen, plot.x(x), plot.y(y), 5.5, style(theme, slot), theme.surface, 2);
    }
  }
  function drawLegend(pen, theme, plot, parts) {
    const rows = parts.flatMap((one) => [
      { color: style(theme, one.slot), dash: [], width: 3.2, words: label(one), mark: one.slot === "second" },
      ...(page.get("show_derivative") ? [{ color: style(theme, one.slot), dash: [5, 4], width: 1.8, words: "its derivative" }] : []),
    ]);
    if (own().name) rows.push({ color: theme.red, dash: [11, 7], width: 2.6, words: `yours: ${own().name}` });
    rows.forEach((row, i) => {
      const x = plot.left + 12, y = plot.top + 14 + 18 * i;
      Object.assign(pen, { strokeStyle: row.color, lineWidth: row.width });
      pen.setLineDash(row.dash);
      pen.beginPath();
      pen.moveTo(x, y);
      pen.lineTo(x + 30, y);
      pen.stroke();
      pen.setLineDash([]);
      if (row.mark) square(pen, x + 15, y, row.color, theme);
      text(pen, row.words, x + 38, y + 4, { color: theme.ink, halo: theme.surface });
    });
  }
  function drawTravellers(pen, theme, plot, one, base, right) {
    for (const { z, time } of travellers) {
      if (!(time > 0)) continue;
      const x = page.get("mean") + page.get("spread") * z, y = one.formula.value(x, one.parameter);
      if (Math.abs(x) > 6) continue;
      const px = plot.x(x), py = clamp(plot.y(y), plot.top, plot.bottom);
      const up = clamp(time / 0.9, 0, 1), across = clamp((time - 0.9) / 1.1, 0, 1), settle = 4 + 14 * Math.abs(Math.sin(z * 97));
      disc(pen, px + across ** 2 * (right + settle - px), base + up * (py - base), 3, weak(one, x) ? theme.grey : theme.blue, theme.surface, 1);
    }
  }

  // ---- numbers and words
  const table = element("table", { class: "explorer-table" });
  page.stage.append(table);
  function fillTable(parts) {
    const head = ["function", "saturated", "dead: φ′ = 0", "outputs: mean", "outputs: spread", `at x = ${number(page.get("probe"))}`];
    const rows = parts.map((one) => {
      const now = flow(one.name, one.parameter, page.get("mean"), page.get("spread"));
      const x = page.get("probe");
      return [label(one), percent(now.saturated), percent(now.dead), number(now.mean), number(now.deviation),
        `φ = ${number(one.formula.value(x, one.parameter), 3)}, φ′ = ${number(one.formula.slope(x, one.parameter), 3)}`];
    });
    fill(table, [head, ...rows]);
    for (const line of table.tBodies[0].rows) for (const c of [1, 2]) line.cells[c].style.fontWeight = 650;
    page.warn(page.get("own_message"));
    page.say(sentence(parts));
  }
  function probeWords() {
    const x = page.get("probe");
    return `at x = ${number(x)}, ${shown().map((one) => `${label(one)} is ${number(one.formula.value(x, one.parameter), 3)} with derivative ${number(one.formula.slope(x, one.parameter), 3)}`).join("; ")}`;
  }
  function sentence(parts) {
    const words = parts.map((one) => {
      const now = flow(one.name, one.parameter, page.get("mean"), page.get("spread"));
      const verdict = one.name === "threshold" ? "its gradient is 0 everywhere, so nothing can be learned through it"
        : now.dead > 0.9 ? "this unit is as good as dead"
        : now.saturated > 0.51 ? "most inputs teach almost nothing"
        : now.saturated > 0.1 ? "some inputs teach almost nothing" : "nearly every input is heard";
      return `${label(one)}: ${percent(now.saturated)} of the inputs saturated, ${percent(now.dead)} dead; ${verdict}.`;
    });
    return [...words, difference(parts[0])].filter(Boolean).join(" ");
  }
  // How far the learner's own function is from the first one, and where.
  function difference(one) {
    const { name, values, slopes } = own();
    const parts = [[values, one.formula.value, name], [slopes, one.formula.slope, "your derivative"]].map(([mine, truth, words]) => {
      let worst = 0, where = 0;
      mine.forEach((y, i) => {
        const x = -6 + (12 * i) / (mine.length - 1);
        // At a corner either one-sided derivative is right.
        if (y === null || (words === "your derivative" && Math.abs(x) < 1e-9)) return;
        if (Math.abs(y - truth(x, one.parameter)) > worst) { worst = Math.abs(y - truth(x, one.parameter)); where = x; }
      });
      if (!mine.length) return "";
      return worst < 1e-5 ? `${words} agrees with it at every point drawn.` : `${words} differs most at x = ${number(where)}, by ${number(worst, 3)}.`;
    });
    return parts.filter(Boolean).join(" ");
  }
  return () => page.destroy();
}

// Inverse of the normal distribution function, by bisection: only used for a few hundred points.
function quantile(share) {
  let low = 0, high = NODES - 1;
  if (!quantile.table) {
    let sum = 0;
    quantile.table = WEIGHTS.map((weight) => { sum += weight / TOTAL; return sum; });
  }
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (quantile.table[middle] < share) low = middle; else high = middle;
  }
  return Z[high];
}

export default { render };
