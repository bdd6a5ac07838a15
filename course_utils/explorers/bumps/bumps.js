// Bumps explorer: see bumps.py for what it teaches.

import { ExplorerPage } from "../shared/page.js";
import { Plot } from "../shared/plot.js";
import { clamp, number } from "../shared/format.js";
import { disc, text } from "../shared/marks.js";
import { element } from "../shared/elements.js";

const KINDS = ["sigmoid bumps", "ReLU hinges"], WIDTHS = [2, 4, 8, 16, 32, 64], TABLE = 65, OUTSIDE = 0.5;
const GOALS = {
  "sine wave": (x) => 0.8 * Math.sin(2 * Math.PI * x),
  "two hills": (x) => 0.9 * Math.exp(-((x - 0.3) ** 2) / 0.01) + 0.5 * Math.exp(-((x - 0.72) ** 2) / 0.02) - 0.2,
  zigzag: (x) => 1.6 * Math.abs(2 * (2 * x - Math.floor(2 * x + 0.5))) - 0.8,
  step: (x) => (x < 0.5 ? -0.5 : 0.5),
};
const tableGoal = (values) => (x) => {
  const place = x * (TABLE - 1), i = Math.min(Math.floor(place), TABLE - 2);
  return values[i] + (place - i) * (values[i + 1] - values[i]);
};
const sigmoid = (x) => { const decay = Math.exp(-Math.abs(x)); return x >= 0 ? 1 / (1 + decay) : decay / (1 + decay); };

// One entry a hidden pair or unit: x -> its share of the output. Their sum (and `base`) is the network.
function build(kind, goal, units, steepness) {
  if (kind === KINDS[0]) {
    const count = Math.max(Math.floor(units / 2), 1), slope = steepness * count;
    const parts = Array.from({ length: count }, (_, i) => {
      const left = i ? i / count : -OUTSIDE, right = i < count - 1 ? (i + 1) / count : 1 + OUTSIDE, height = goal((i + 0.5) / count);
      return (x) => height * (sigmoid(slope * (x - left)) - sigmoid(slope * (x - right)));
    });
    return { base: 0, parts };
  }
  const parts = [];
  let before = 0;
  for (let i = 0; i < units; i++) {
    const knot = i / units, slope = (goal((i + 1) / units) - goal(knot)) * units, bend = slope - before;
    parts.push((x) => bend * Math.max(x - knot, 0));
    before = slope;
  }
  return { base: goal(0), parts };
}
const output = ({ base, parts }, x) => { let sum = base; for (const part of parts) sum += part(x); return sum; };
function errors(kind, goal, units, steepness, points = 401) {
  const net = build(kind, goal, units, steepness);
  let squares = 0, worst = 0;
  for (let i = 0; i < points; i++) {
    const x = i / (points - 1), miss = output(net, x) - goal(x);
    squares += miss * miss;
    worst = Math.max(worst, Math.abs(miss));
  }
  return [Math.sqrt(squares / points), worst];
}
export const pure = { GOALS, build, output, errors, network: (kind, xs, name, units, steepness) => { const net = build(kind, GOALS[name], units, steepness); return xs.map((x) => output(net, x)); } };

function render({ model, el }) {
  const page = new ExplorerPage({ model, el, title: "Hidden units against fit: any continuous function, built from bumps" });
  const goal = () => (page.get("goal") === "yours" ? tableGoal(page.get("drawn")) : GOALS[page.get("goal")]);
  const now = () => [page.get("kind"), goal(), page.get("units"), page.get("steepness")];

  page.choice({ key: "goal", label: "Goal", options: [...Object.keys(GOALS), ["yours", "draw your own"]] });
  const steep = () => { slider.box.hidden = page.get("kind") !== KINDS[0]; };
  page.choice({ key: "kind", label: "Hidden units", options: [[KINDS[0], "sigmoids, in pairs"], [KINDS[1], "ReLU hinges"]] });
  page.slider({ key: "units", label: "number of hidden units", min: 2, max: 64, step: 2, format: String });
  const slider = page.slider({ key: "steepness", label: "steepness", min: 1, max: 200, log: true, format: (v) => String(Number(v.toPrecision(2))) });
  page.watch("kind", steep);
  steep();
  page.toggle({ key: "show_units", label: "show what each adds" });

  const row = element("div", { class: "explorer-row" }), left = element("div"), right = element("div");
  left.style.flex = "2.2 1 340px";
  right.style.flex = "1 1 200px";
  row.append(left, right);
  page.stage.append(row);
  let plot = null, pen_ = 16;
  const sketch = (index, height) => {
    if (page.get("goal") !== "yours") {
      const copy = goal();
      page.set("drawn", Array.from({ length: TABLE }, (_, i) => Number(copy(i / (TABLE - 1)).toFixed(3))));
      page.set("goal", "yours");
    }
    page.set("drawn", page.get("drawn").map((value, i) => (i === index ? Number(clamp(height, -1, 1).toFixed(3)) : value)));
  };
  let last = null;
  page.canvas({
    home: left, label: "Goal and network. Draw with the mouse, or choose a place with left and right arrow keys and bend the goal there with up and down",
    height: (width) => clamp(width * 0.62, 260, 370),
    draw: (pen, width, height, theme) => {
      plot = new Plot(pen, theme, { left: 38, top: 12, width: width - 48, height: height - 44 }, [0, 1], [-1.1, 1.1]);
      plot.axes({ xTicks: 5, yTicks: 5, xLabel: "x" });
      const net = build(...now());
      plot.clipped(() => {
        if (page.get("show_units")) drawParts(pen, theme, net);
        plot.curve(goal(), { color: theme.dark ? "rgba(255,255,255,0.35)" : "rgba(20,20,30,0.25)", width: 7 });
        plot.curve((x) => output(net, x), { color: theme.blue, width: 2.8 }, 801);
        const x = pen_ / (TABLE - 1);
        if (document.activeElement === plot.pen.canvas) disc(pen, plot.x(x), plot.y(goal()(x)), 6, null, theme.ink, 2);
      });
      text(pen, "wide and pale: the goal", plot.left + 10, plot.top + 16, { color: theme.soft, halo: theme.surface });
      text(pen, "thin and blue: the network", plot.left + 10, plot.top + 33, { color: theme.blue, bold: true, halo: theme.surface });
      page.say(sentence());
    },
    describe: () => `position ${number(pen_ / (TABLE - 1))}, height ${number(goal()(pen_ / (TABLE - 1)))}`,
    keys: (event) => {
      if (event.key === "ArrowLeft" || event.key === "ArrowRight") { pen_ = clamp(pen_ + (event.key === "ArrowLeft" ? -1 : 1), 0, TABLE - 1); page.invalidate(); return true; }
      if (event.key === "ArrowUp" || event.key === "ArrowDown") { sketch(pen_, goal()(pen_ / (TABLE - 1)) + (event.key === "ArrowUp" ? 0.08 : -0.08)); return true; }
      return false;
    },
    drag: (point, phase) => {
      if (!plot || phase === "hover" || phase === "end") { last = null; return; }
      const index = clamp(Math.round(plot.valueX(point.x) * (TABLE - 1)), 0, TABLE - 1), height = plot.valueY(point.y);
      // A quick hand skips places: fill them in.
      const [from, level] = last || [index, height], way = Math.max(Math.abs(index - from), 1);
      for (let k = last ? 1 : 0; k <= (last ? way : 0); k++) sketch(Math.round(from + ((index - from) * k) / way), level + ((height - level) * k) / way);
      last = [index, height];
      pen_ = index;
    },
  });
  function drawParts(pen, theme, net) {
    net.parts.forEach((part, i) => {
      const color = [theme.orange, theme.purple][i % 2];
      plot.curve(part, { color, width: 1.2, dash: i % 2 ? [4, 3] : [] }, 240);
    });
  }

  // ---- error against width; recomputed only when something but the width has changed
  let known = { key: null, errors: [] };
  function errorsByWidth() {
    const [kind, , , steepness] = now(), key = JSON.stringify([kind, page.get("goal"), steepness, page.get("goal") === "yours" && page.get("drawn")]);
    if (known.key !== key) known = { key, errors: WIDTHS.map((width) => errors(kind, goal(), width, steepness, 201)[0]) };
    return known.errors;
  }
  const slope = () => { const all = errorsByWidth(), n = all.length; return Math.log(all[n - 1] / all[n - 3]) / Math.log(WIDTHS[n - 1] / WIDTHS[n - 3]); };
  page.canvas({
    home: right, label: "Error against number of hidden units", height: (width) => clamp(width * 1.25, 260, 370),
    draw: (pen, width, height, theme) => {
      const chart = new Plot(pen, theme, { left: 46, top: 30, width: width - 58, height: height - 62 }, [0.7, 6.3], [-4.2, 0.2]);
      chart.axes({ xTicks: 6, yTicks: 5, xFormat: (v) => (Number.isInteger(v) ? String(2 ** v) : ""), yFormat: (v) => (Number.isInteger(v) ? `10${["", "⁻¹", "⁻²", "⁻³", "⁻⁴"][-v] ?? ""}`.replace(/^10$/, "1") : ""), xLabel: "hidden units", yLabel: "root mean square error" });
      const points = WIDTHS.map((width_, i) => [Math.log2(width_), Math.log10(Math.max(errorsByWidth()[i], 1e-9))]);
      chart.clipped(() => {
        chart.line(points, { color: theme.purple, width: 2 });
        points.forEach(([x, y]) => disc(pen, chart.x(x), chart.y(y), 4, theme.purple));
        const here = [Math.log2(page.get("units")), Math.log10(Math.max(errors(...now())[0], 1e-9))];
        disc(pen, chart.x(here[0]), chart.y(here[1]), 7, null, theme.ink, 2.5);
      });
      text(pen, `slope ${number(slope(), 1)}`, chart.right - 4, chart.top + 16, { color: theme.ink, align: "right", bold: true, halo: theme.surface });
    },
    describe: () => `slope ${number(slope(), 1)}`,
  });
  function sentence() {
    const [kind, , units] = now(), [rms, worst] = errors(...now());
    const pairs = kind === KINDS[0] ? `${units} sigmoids make ${units / 2} ${units === 2 ? "bump" : "bumps"}` : `${units} ReLU hinges make ${units} straight pieces`;
    const jump = page.get("goal") === "step" ? " The goal jumps, so the largest error stays however many units there are: the theorem asks for a continuous goal." : "";
    return `${pairs}: root mean square error ${number(rms, 3)}, largest ${number(worst, 2)}. When the width doubles, the error is multiplied by about ${number(2 ** slope(), 2)}.${jump}`;
  }
  return () => page.destroy();
}

export default { render };
