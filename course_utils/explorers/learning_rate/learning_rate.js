// Learning-rate explorer: see learning_rate.py for what it teaches.

import { ExplorerPage } from "../shared/page.js";
import { Plot } from "../shared/plot.js";
import { clamp, number, percent } from "../shared/format.js";
import { disc, stripes, text } from "../shared/marks.js";
import { element } from "../shared/elements.js";

const STEEPEST = 10, LEFT_OVER = 0.05, LOWEST = 0.001, HIGHEST = 1;

const bowlLoss = ([w1, w2], steepest, flattest) => (steepest * w1 * w1 + flattest * w2 * w2) / 2;
const descent = (start, rate, steepest, flattest, steps) => Array.from({ length: steps + 1 },
  (_, t) => [start[0] * (1 - rate * steepest) ** t, start[1] * (1 - rate * flattest) ** t]);
function regime(rate, steepest, flattest, steps) {
  if (Math.abs(rate * steepest - 2) < 2e-6) return "at the limit";
  if (rate > 2 / steepest) return "diverging";
  if (rate > 1 / steepest) return "oscillating";
  return (1 - rate * flattest) ** (2 * steps) > LEFT_OVER ? "too small" : "good";
}
export const pure = { bowlLoss, descent, regime };

const MEANING = {
  "too small": "it creeps, and most of the way is still ahead",
  good: "it goes straight down",
  oscillating: "each step jumps across the valley, yet lands lower than before",
  "at the limit": "each step jumps to the same height on the other side, for ever",
  diverging: "each step lands higher than the one before",
};
const NETWORK_MEANING = {
  training: "is training", good: "has learned XOR", "too small": "is still falling when the steps are used up: the rate is too small",
  oscillating: "jumps up and down instead of falling", diverging: "has exploded: the rate is too large",
  stuck: "has come to rest on a plateau, where the gradient is nearly 0; a large step can kill hidden units, and no rate brings them back",
  stopped: "has stopped",
};

function render({ model, el }) {
  const page = new ExplorerPage({ model, el, title: "Learning rate: from too small to divergence" });
  const flattest = () => STEEPEST / page.get("ratio");
  const rate = () => page.get("learning_rate");
  const name = () => regime(rate(), STEEPEST, flattest(), page.get("steps"));
  const format = (value) => String(Number(value.toPrecision(3)));

  // ---- controls
  const slider = page.slider({ key: "learning_rate", label: "learning rate", min: LOWEST, max: HIGHEST, log: true, format, describe: (value) => `${format(value)}, ${name()}` });
  slider.box.style.flexBasis = "100%";
  slider.box.style.maxWidth = "none";
  // The same scale as the slider above it, with the four kinds of rate as stretches of the road.
  page.canvas({
    home: page.bar, label: "Kinds of learning rates along the slider", height: () => 46,
    draw: (pen, width, height, theme) => {
      const place = (value) => 8 + ((Math.log10(value) + 3) / 3) * (width - 16);
      const kinds = [];
      for (let i = 0; i <= 600; i++) {
        const value = 10 ** (-3 + i / 200), kind = regime(value * 1.00001, STEEPEST, flattest(), page.get("steps"));
        if (!kinds.length || kinds[kinds.length - 1].kind !== kind) kinds.push({ kind, from: value });
      }
      const paints = { "too small": theme.grey, good: theme.blue, oscillating: theme.orange, diverging: theme.red };
      kinds.forEach(({ kind, from }, i) => {
        const left = place(from), right = i + 1 < kinds.length ? place(kinds[i + 1].from) : width - 8;
        pen.globalAlpha = 0.3;
        pen.fillStyle = kind === "oscillating" || kind === "diverging" ? stripes(pen, paints[kind], "transparent") : paints[kind];
        pen.fillRect(left, 4, right - left, 18);
        pen.globalAlpha = 1;
        if (right - left > kind.length * 6.2) text(pen, kind, (left + right) / 2, 17, { color: theme.ink, align: "center", size: 12, halo: theme.surface });
      });
      for (const [value, words, align] of [[1 / STEEPEST, "1/λ = 0.1", "right"], [2 / STEEPEST, "2/λ = 0.2: the limit", "left"]]) {
        pen.fillStyle = theme.ink;
        pen.fillRect(place(value) - 1, 0, 2, 28);
        text(pen, words, place(value) + (align === "right" ? 8 : -8), 41, { color: theme.ink, align, size: 12, bold: true });
      }
      const here = place(clamp(rate(), LOWEST, HIGHEST));
      pen.beginPath();
      pen.moveTo(here, 22); pen.lineTo(here - 7, 34); pen.lineTo(here + 7, 34);
      pen.closePath();
      pen.fillStyle = theme.ink;
      pen.fill();
    },
  });
  page.slider({ key: "ratio", label: "valley: steepest over flattest curvature", min: 1, max: 50, log: true, format: (v) => number(v, v < 10 ? 1 : 0) });
  page.slider({ key: "steps", label: "steps", min: 5, max: 100, step: 1, format: (v) => String(v) });

  // ---- the bowl from above
  const row = element("div", { class: "explorer-row" }), left = element("div"), right = element("div");
  row.append(left, right);
  page.stage.append(row);
  let plot = null;
  const moveStart = (x, y) => page.set("start", [x, y].map((value) => Number(clamp(value, -1.15, 1.15).toFixed(3))));
  page.canvas({
    home: left, label: "The bowl from above with the path of gradient descent. Arrow keys move the start",
    height: (width) => clamp(width * 0.78, 240, 330),
    draw: (pen, width, height, theme) => {
      plot = new Plot(pen, theme, { left: 40, top: 22, width: width - 52, height: height - 58 }, [-1.2, 1.2], [-1.2, 1.2]);
      plot.clipped(() => {
        [0.03, 0.12, 0.4, 1, 2, 3.4, 5.2, 7.4, 10].forEach((level, i) => {
          pen.beginPath();
          pen.ellipse(plot.x(0), plot.y(0), (Math.sqrt((2 * level) / STEEPEST) / 2.4) * plot.width, (Math.sqrt((2 * level) / flattest()) / 2.4) * plot.height, 0, 0, 7);
          pen.fillStyle = theme.dark ? "rgba(122,168,255,0.045)" : "rgba(87,144,252,0.05)";
          pen.fill();
          pen.strokeStyle = theme.faint;
          pen.lineWidth = 1;
          pen.stroke();
        });
      });
      plot.axes({ xTicks: 5, yTicks: 5, xLabel: "w₁, the steep direction", yLabel: "w₂, the flat direction" });
      const points = descent(page.get("start"), rate(), STEEPEST, flattest(), page.get("steps"));
      const color = name() === "diverging" ? theme.red : theme.blue;
      plot.clipped(() => {
        plot.line(points.map(([x, y]) => [clamp(x, -50, 50), y]), { color, width: 2 });
        points.forEach(([x, y], i) => { if (Math.abs(x) < 1.3) disc(pen, plot.x(x), plot.y(y), i ? 3 : 8, i ? color : theme.surface, color, i ? 0 : 3); });
        pen.fillStyle = theme.ink;
        pen.fillRect(plot.x(0) - 5, plot.y(0) - 1, 10, 2);
        pen.fillRect(plot.x(0) - 1, plot.y(0) - 5, 2, 10);
      });
      text(pen, "start", plot.x(page.get("start")[0]) + 12, plot.y(page.get("start")[1]) + 4, { color: theme.ink, size: 12, halo: theme.surface });
      page.say(sentence(points));
    },
    describe: () => `start at ${page.get("start").map((v) => number(v)).join(", ")}; ${name()}`,
    keys: (event) => {
      const step = { ArrowLeft: [-0.05, 0], ArrowRight: [0.05, 0], ArrowUp: [0, 0.05], ArrowDown: [0, -0.05] }[event.key];
      if (!step) return false;
      moveStart(page.get("start")[0] + step[0], page.get("start")[1] + step[1]);
      return true;
    },
    drag: (point, phase) => { if (plot && (phase === "start" || phase === "move")) moveStart(plot.valueX(point.x), plot.valueY(point.y)); },
  });

  // ---- the loss of each step
  page.canvas({
    home: right, label: "Loss of each step on the bowl", height: (width) => clamp(width * 0.78, 240, 330),
    draw: (pen, width, height, theme) => {
      const losses = descent(page.get("start"), rate(), STEEPEST, flattest(), page.get("steps")).map((point) => bowlLoss(point, STEEPEST, flattest()));
      drawLosses(pen, theme, { left: 48, top: 22, width: width - 60, height: height - 58 }, losses, page.get("steps"), [-6, 3], "loss on the bowl");
      text(pen, `${format(rate())}: ${name()}`, width - 18, 40, { color: name() === "diverging" ? theme.red : theme.ink, align: "right", bold: true, size: 15, halo: theme.surface });
    },
    describe: () => `rate ${format(rate())} is ${name()}`,
  });
  function drawLosses(pen, theme, box, losses, steps, range, label, xLabel = "step") {
    const plot = new Plot(pen, theme, box, [0, steps], range);
    const power = (value) => (Number.isInteger(value) ? (value === 0 ? "1" : `10${[...String(value)].map((c) => (c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[c])).join("")}`) : "");
    plot.axes({ xTicks: 5, yTicks: 6, yFormat: power, xLabel, yLabel: label });
    const shown = losses.map((loss, i) => [i, loss === null ? 40 : Math.log10(Math.max(loss, 1e-30))]);
    plot.clipped(() => {
      plot.line(shown, { color: theme.purple, width: 2.5 });
      if (losses.length <= 101) shown.forEach(([x, y]) => disc(pen, plot.x(x), plot.y(y), 2.6, theme.purple));
    });
    return plot;
  }

  // ---- the XOR network, trained in the kernel
  const network = { rate: null, losses: [], predictions: [], outcome: "training", finished: false };
  const forget = () => Object.assign(network, { rate: rate(), losses: [], predictions: [], outcome: "training", finished: false });
  const askForMore = () => page.ask({ rate: rate(), known: network.losses.length });
  page.answered = (content) => {
    if (content.rate !== rate() || content.from !== network.losses.length) return;
    network.losses.push(...content.losses);
    Object.assign(network, { predictions: content.predictions, outcome: content.outcome, finished: content.finished });
    // After the answer is painted, so that a moved slider comes first.
    if (!network.finished) requestAnimationFrame(() => requestAnimationFrame(() => { if (!page.waitsForKernel && !network.finished) askForMore(); }));
  };
  page.failed = () => Object.assign(network, { outcome: "stopped", finished: true });
  if (page.get("has_network")) {
    page.watch("learning_rate", () => { if (network.rate !== rate()) { forget(); askForMore(); } });
    const lower = element("div", { class: "explorer-row" }), curve = element("div"), rows = element("div");
    page.stage.append(element("h5", { class: "explorer-title", text: "The same rate on the XOR network, trained by your own functions" }), lower);
    lower.append(curve, rows);
    page.canvas({
      home: curve, label: "Loss of the XOR network", height: () => 210,
      draw: (pen, width, height, theme) => {
        drawLosses(pen, theme, { left: 48, top: 22, width: width - 60, height: height - 58 }, network.losses, page.get("network_steps"), [-8, 2], "loss on XOR");
        text(pen, network.outcome, width - 18, 40, { color: network.outcome === "diverging" ? theme.red : theme.ink, align: "right", bold: true, size: 15, halo: theme.surface });
      },
      describe: () => network.outcome,
    });
    page.canvas({
      home: rows, label: "What the network says for each row, beside the target", height: () => 210,
      draw: (pen, width, height, theme) => {
        const plot = new Plot(pen, theme, { left: 40, top: 22, width: width - 52, height: height - 58 }, [-0.5, 3.5], [-0.3, 1.4]);
        plot.axes({ xTicks: 4, yTicks: 4, xFormat: (v) => ["0 0", "0 1", "1 0", "1 1"][v] || "", yLabel: "prediction (bar) and target (line)", xLabel: "inputs" });
        [0, 1, 1, 0].forEach((target, i) => {
          const value = network.predictions[i], wide = plot.width / 9;
          if (value !== undefined && value !== null) {
            const top = plot.y(clamp(value, -0.3, 1.4));
            pen.fillStyle = theme.purple;
            pen.globalAlpha = 0.7;
            pen.fillRect(plot.x(i) - wide / 2, Math.min(top, plot.y(0)), wide, Math.max(1.5, Math.abs(top - plot.y(0))));
            pen.globalAlpha = 1;
          }
          pen.fillStyle = theme.ink;
          pen.fillRect(plot.x(i) - wide * 0.8, plot.y(target) - 1.5, wide * 1.6, 3);
        });
      },
      describe: () => network.predictions.map((v) => (v === null ? "not a number" : number(v))).join(", "),
    });
    forget();
    askForMore();
  }

  // ---- words
  function sentence(points) {
    const kind = name(), first = bowlLoss(points[0], STEEPEST, flattest()), last = bowlLoss(points[points.length - 1], STEEPEST, flattest());
    const slow = kind === "oscillating" && (1 - rate() * flattest()) ** (2 * page.get("steps")) > LEFT_OVER ? " In the flat direction the same rate is still too small." : "";
    const change = last < first ? `${last / first < 1e-6 ? "less than a millionth" : percent(last / first, last / first < 0.01 ? 4 : 1)} of the loss is left` : `the loss is ${last / first > 1e6 ? "more than a million" : number(last / first, 1)} times as large`;
    const below = page.get("has_network") ? ` The XOR network ${NETWORK_MEANING[network.outcome]}.` : "";
    return `Learning rate ${format(rate())}: ${kind}; ${MEANING[kind]}. After ${page.get("steps")} steps ${first > 0 ? change : "nothing moved"}.${slow}${below}`;
  }
  return () => page.destroy();
}

export default { render };
