// Optimizer race: see race.py for what it teaches, race_rules.js for the formulas.

import { ExplorerPage, reducedMotion } from "../shared/page.js";
import { LOWEST_RATE, RULES, SURFACES, bestRates, divergedAt, path } from "./rules.js";
import { MINUS, clamp, number } from "../shared/format.js";
import { Plot } from "../shared/plot.js";
import { contour, disc, text } from "../shared/marks.js";
import { element, fill } from "../shared/elements.js";

// Color, dash and marker of each rule; markers are drawn in a circle of radius 1.
const LOOKS = {
  sgd: { color: "ink", dash: [], shape: "M1 0A1 1 0 1 1 -1 0A1 1 0 1 1 1 0Z" },
  momentum: { color: "blue", dash: [], shape: "M-.9 -.9H.9V.9H-.9Z" },
  nesterov: { color: "violet", dash: [7, 4], shape: "M0 -1.1L1.1 .9H-1.1Z" },
  adagrad: { color: "purple", dash: [2, 3], shape: "M0 -1.25L1.25 0L0 1.25L-1.25 0Z" },
  rmsprop: { color: "red", dash: [9, 3, 2, 3], shape: "M-1 -.5L-.5 -1L0 -.5L.5 -1L1 -.5L.5 0L1 .5L.5 1L0 .5L-.5 1L-1 .5L-.5 0Z" },
  adam: { color: "orange", dash: [], shape: "M0 -1.3L.4 -.4L1.3 0L.4 .4L0 1.3L-.4 .4L-1.3 0L-.4 -.4Z" },
  adamw: { color: "grey", dash: [12, 4], shape: "M0 1.1L1.1 -.9H-1.1Z" },
};
const STAR = "M0 -1L.24 -.32L.95 -.31L.38 .12L.59 .81L0 .4L-.59 .81L-.38 .12L-.95 -.31L-.24 -.32Z";
const STEPS_A_SECOND = 14, VISIBLE_LOSS = 1e-12;
// The name of a rule stands in the table's first column, so its slider's own label is hidden.
const STYLE = `
.explorer-race .explorer-slider { flex-direction: row-reverse; align-items: center; gap: 8px; max-width: none; }
.explorer-race .explorer-slider .explorer-label { flex: 0 0 4.4em; }
.explorer-race .explorer-slider .explorer-label > span { display: none; }
.explorer-race .explorer-toggle { display: inline-flex; }
.explorer-race svg { flex: none; }
.explorer-card .explorer-race th, .explorer-card .explorer-race td { white-space: nowrap; }
.explorer-card .explorer-race td:nth-child(2) { width: 46%; }
.explorer-card .explorer-race td:nth-child(3) { min-width: 6.5em; }
.explorer-card .explorer-race .explorer-off > * { opacity: 0.55; }
@container (max-width: 420px) {
.explorer-card .explorer-race td:nth-child(3) { min-width: 0; white-space: normal; }
.explorer-race .explorer-slider { gap: 4px; }
.explorer-race .explorer-slider .explorer-label { flex-basis: 3.4em; }
.explorer-race svg { width: 20px; }
}
.explorer-verdicts { margin: 4px 0 0; }`;

function render({ model, el }) {
  const page = new ExplorerPage({ model, el, title: "Optimizer race: one start, one surface, a rate for each rule" });
  page.root.prepend(element("style", { text: STYLE }));
  const names = Object.keys(RULES), surface = () => SURFACES[page.get("surface")];
  const own = Object.fromEntries(page.get("own"));
  const steps = () => page.get("steps"), now = () => clamp(page.get("step"), 0, steps());
  const rate = (rule) => page.get(`rate_${rule}`);
  const shown = () => names.filter((rule) => page.get(`show_${rule}`));
  const paint = (rule, theme) => theme[LOOKS[rule].color];
  const brief = (value) => String(Number(value.toPrecision(3)));
  const small = (value) => (!Number.isFinite(value) ? "not a number" : value < VISIBLE_LOSS ? "below 1e−12" : value >= 0.001 && value < 1e4 ? brief(value) : value.toExponential(1).replace("-", MINUS).replace("+", ""));
  const capital = (words) => words.charAt(0).toUpperCase() + words.slice(1);
  const at = (point) => `(${point.map((value) => number(value)).join(", ")})`;

  // ---- the built-in rules: each path is computed once for its surface, start and rate
  const memo = {};
  function race(rule) {
    const key = JSON.stringify([page.get("surface"), page.get("start"), rate(rule), steps()]);
    if (memo[rule]?.key !== key) {
      const points = path(rule, page.get("surface"), page.get("start"), rate(rule), steps());
      const losses = points.map((point) => surface().value(...point));
      memo[rule] = { key, points, losses, diverged: divergedAt(losses, steps()) };
    }
    return memo[rule];
  }
  const lossNow = (rule) => race(rule).losses[now()] ?? Infinity;

  // ---- controls
  const toSurface = (name) => { moveTo(SURFACES[name].start); tune(); page.set("step", steps()); };
  const tune = () => Object.entries(bestRates(page.get("surface"), page.get("start"), steps()))
    .forEach(([rule, best]) => page.set(`rate_${rule}`, best));
  const moveTo = ([x, y]) => page.set("start", [clamp(x, ...surface().x), clamp(y, ...surface().y)].map((value) => Number(value.toFixed(2))));
  const go = (step) => { stop(); page.set("step", clamp(step, 0, steps())); };
  page.choice({ key: "surface", label: "Surface", options: Object.keys(SURFACES), onInput: toSurface });
  const scrub = page.slider({ key: "step", label: "step of the race", min: 0, max: steps(), step: 1, format: (v) => `${v} of ${steps()}`, onInput: () => stop() });
  scrub.box.style.maxWidth = "none";
  scrub.box.style.flex = "3 1 260px";
  const buttons = page.group("the race");
  buttons.style.flex = "0 1 auto";
  buttons.style.alignSelf = "flex-end";
  let running = null;
  const play = page.button({ label: "▶ Play", home: buttons, onClick: () => (running ? stop() : start()) });
  page.button({ label: "− 1", title: "one step back", home: buttons, onClick: () => go(now() - 1) }).setAttribute("aria-label", "one step back");
  page.button({ label: "+ 1", title: "one step on", home: buttons, onClick: () => go(now() + 1) }).setAttribute("aria-label", "one step on");
  page.button({ label: "Best rates", title: "for each rule the rate that ends lowest from this start", home: buttons, onClick: () => tune() });
  page.button({ label: "Usual start", home: buttons, onClick: () => moveTo(surface().start) });
  function stop() {
    if (running) running();
    running = null;
    play.textContent = "▶ Play";
  }
  function start() {
    let passed = now() >= steps() ? 0 : now();
    // Whoever asked for little motion gets the end of the race at once.
    if (reducedMotion()) { page.set("step", steps()); return; }
    page.set("step", passed);
    play.textContent = "❚❚ Pause";
    running = page.animate((seconds) => {
      passed += seconds * STEPS_A_SECOND;
      if (Math.floor(passed) !== now()) page.set("step", Math.min(Math.floor(passed), steps()));
      if (now() >= steps()) { stop(); return false; }
      return Boolean(running);
    });
  }

  // ---- the surface from above
  const row = element("div", { class: "explorer-row" }), left = element("div"), right = element("div");
  left.style.flexGrow = "1.9";
  right.style.flexBasis = "260px";
  const tall = () => clamp(page.stage.clientWidth * 0.42, 280, 370);
  row.append(left, right);
  page.stage.append(row);
  let plane = null, ground = { key: "" };
  // Shade and contours are drawn once for a surface, a size and a theme.
  function drawGround(pen, theme) {
    const ratio = window.devicePixelRatio || 1, key = [page.get("surface"), plane.width, plane.height, theme.ink, ratio].join();
    if (ground.key !== key) {
      const columns = 121, rows = 91, { value, x, y } = surface(), heights = new Float64Array(columns * rows);
      for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) heights[r * columns + c] = Math.sqrt(value(x[0] + ((x[1] - x[0]) * c) / (columns - 1), y[1] - ((y[1] - y[0]) * r) / (rows - 1)));
      const top = heights.reduce((a, b) => Math.max(a, b)), sheet = document.createElement("canvas");
      sheet.width = Math.round(plane.width * ratio);
      sheet.height = Math.round(plane.height * ratio);
      const brush = sheet.getContext("2d"), image = new ImageData(columns, rows), tile = Object.assign(document.createElement("canvas"), { width: columns, height: rows });
      heights.forEach((height, i) => image.data.set([87, 144, 252, (theme.dark ? 90 : 80) * (1 - height / top)], 4 * i));
      tile.getContext("2d").putImageData(image, 0, 0);
      brush.drawImage(tile, 0, 0, sheet.width, sheet.height);
      brush.strokeStyle = theme.axis;
      brush.globalAlpha = 0.55;
      brush.lineWidth = 0.8 * ratio;
      brush.beginPath();
      for (let level = 1; level < 11; level++) {
        for (const [x1, y1, x2, y2] of contour(heights, columns, rows, (level / 11) * top)) {
          brush.moveTo((x1 / (columns - 1)) * sheet.width, (y1 / (rows - 1)) * sheet.height);
          brush.lineTo((x2 / (columns - 1)) * sheet.width, (y2 / (rows - 1)) * sheet.height);
        }
      }
      brush.stroke();
      ground = { key, sheet };
    }
    pen.drawImage(ground.sheet, plane.left, plane.top, plane.width, plane.height);
  }
  const outlines = {};
  function marker(pen, shape, x, y, radius, fill, edge) {
    pen.save();
    pen.translate(x, y);
    pen.scale(radius, radius);
    const outline = (outlines[shape] = outlines[shape] || new Path2D(shape));
    Object.assign(pen, { lineWidth: 1.5 / radius, strokeStyle: edge, fillStyle: fill, lineJoin: "round" });
    pen.fill(outline);
    if (edge) pen.stroke(outline);
    pen.restore();
  }
  const inPicture = (point) => plane && Math.abs(plane.x(point[0])) < 5000 && Math.abs(plane.y(point[1])) < 5000;
  function drawPath(pen, theme, rule) {
    const points = race(rule).points.slice(0, now() + 1), { dash, shape } = LOOKS[rule], color = paint(rule, theme);
    // Where all jumps of a diverging path were drawn in full, they would hide the others.
    pen.globalAlpha = race(rule).diverged && race(rule).diverged <= now() ? 0.3 : 1;
    plane.line(points.map(([x, y]) => [clamp(x, -1e3, 1e3), clamp(y, -1e3, 1e3)]), { color, width: 2, dash });
    pen.globalAlpha = 1;
    let last = null;
    points.forEach((point) => {
      const x = plane.x(point[0]), y = plane.y(point[1]);
      if (last && Math.hypot(x - last[0], y - last[1]) < 9) return;
      last = [x, y];
      if (inPicture(point)) marker(pen, shape, x, y, 2.4, color);
    });
    const end = points[points.length - 1];
    if (inPicture(end)) marker(pen, shape, plane.x(end[0]), plane.y(end[1]), 6.5, color, theme.surface);
  }
  // The learner's path: rings on torch's path while both agree, a line of its own from where they part.
  function drawOwn(pen, theme, rule) {
    const run = runs[rule];
    if (!run || run.key !== keyOf(rule)) return;
    const points = run.points.slice(0, now() + 1), part = run.differs;
    let last = null;
    points.forEach((point, step) => {
      const x = plane.x(point[0]), y = plane.y(point[1]), own = part && step >= part;
      if (!inPicture(point) || (last && Math.hypot(x - last[0], y - last[1]) < (own ? 10 : 32))) return;
      last = [x, y];
      disc(pen, x, y, own ? 3 : 5, null, own ? theme.ink : paint(rule, theme), 1.3);
    });
    if (!part || part > now()) return;
    plane.line(points.slice(part - 1), { color: theme.ink, width: 1.4, dash: [3, 2] });
    const place = points[part] && inPicture(points[part]) ? points[part] : points[part - 1];
    const x = clamp(plane.x(place[0]), plane.left + 12, plane.right - 12), y = clamp(plane.y(place[1]), plane.top + 12, plane.bottom - 12);
    disc(pen, x, y, 10, null, theme.red, 2.5);
    text(pen, "✗", x, y + 5, { color: theme.red, align: "center", bold: true, size: 14, halo: theme.surface });
    const words = `${own[rule]}: step ${part}`, before = x > plane.left + plane.width * 0.6;
    text(pen, words, x + (before ? -15 : 15), y - 8, { color: theme.ink, align: before ? "right" : "left", bold: true, size: 12, halo: theme.surface });
  }
  page.canvas({
    home: left,
    label: "The surface from above with a path for each rule. Arrow keys move the start, with Shift by a hundredth",
    height: tall,
    draw: (pen, width, height, theme) => {
      plane = new Plot(pen, theme, { left: 40, top: 22, width: width - 50, height: height - 58 }, surface().x, surface().y);
      drawGround(pen, theme);
      plane.axes({ xTicks: 6, yTicks: 5, xLabel: "w₁", yLabel: "w₂" });
      plane.clipped(() => {
        for (const [x, y] of surface().goals) marker(pen, STAR, plane.x(x), plane.y(y), 9, theme.surface, theme.ink);
        const lastFirst = [...shown()].sort((a, b) => Boolean(race(b).diverged) - Boolean(race(a).diverged));
        lastFirst.forEach((rule) => drawPath(pen, theme, rule));
        Object.keys(own).filter((rule) => shown().includes(rule)).forEach((rule) => drawOwn(pen, theme, rule));
      });
      const [x, y] = page.get("start"), px = plane.x(x), py = plane.y(y), before = px > plane.right - 60;
      disc(pen, px, py, 9, theme.surface, theme.ink, 3);
      text(pen, "start", px + (before ? -15 : 15), py + 4, { color: theme.ink, align: before ? "right" : "left", bold: true, size: 12, halo: theme.surface });
      showNumbers(theme);
    },
    describe: () => `start at ${at(page.get("start"))}; step ${now()} of ${steps()}`,
    keys: (event) => {
      const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
      if (!way) return false;
      const far = event.shiftKey ? 0.01 : 0.05, [x, y] = page.get("start");
      moveTo([x + far * way[0], y + far * way[1]]);
      return true;
    },
    drag: (point, phase) => { if (plane && (phase === "start" || phase === "move")) moveTo([plane.valueX(point.x), plane.valueY(point.y)]); },
  });

  // ---- the loss of each step
  let curves = null;
  page.canvas({
    home: right, label: "Loss of each rule against the step. Arrow keys step through the race",
    height: tall,
    draw: (pen, width, height, theme) => {
      const logs = shown().map((rule) => race(rule).losses.map((loss) => Math.log10(Math.max(loss, 1e-30))));
      const first = Math.log10(Math.max(surface().value(...page.get("start")), 1e-6));
      const low = clamp(Math.floor(Math.min(first - 2, ...logs.flat())), -9, first - 2);
      const high = clamp(Math.ceil(Math.max(first + 0.3, ...logs.flat())), first + 0.3, first + 2);
      const power = (value) => (Number.isInteger(value) ? `10${[...String(value)].map((c) => (c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[c])).join("")}` : "");
      curves = new Plot(pen, theme, { left: 44, top: 22, width: width - 56, height: height - 58 }, [0, steps()], [low, high]);
      curves.axes({ xTicks: 5, yTicks: 6, yFormat: power, xLabel: "step", yLabel: "loss" });
      const ends = [];
      curves.clipped(() => {
        curves.segment(curves.x(now()), curves.top, curves.x(now()), curves.bottom, theme.ink);
        shown().forEach((rule, i) => {
          const color = paint(rule, theme), { dash, shape } = LOOKS[rule], points = logs[i].map((log, step) => [step, log]);
          pen.globalAlpha = 0.3;
          curves.line(points, { color, width: 1.2, dash });
          pen.globalAlpha = 1;
          curves.line(points.slice(0, now() + 1), { color, width: 2.2, dash });
          ends.push(() => { const end = points[Math.min(now(), points.length - 1)]; marker(pen, shape, curves.x(end[0]), clamp(curves.y(end[1]), curves.top + 6, curves.bottom - 6), 5.5, color, theme.surface); });
          const part = runs[rule]?.key === keyOf(rule) ? runs[rule].differs : 0;
          if (part && part <= now()) text(pen, "✗", curves.x(part), clamp(curves.y(points[Math.min(part, points.length - 1)][1]), curves.top + 14, curves.bottom) + 5, { color: theme.red, align: "center", bold: true, size: 15, halo: theme.surface });
        });
      });
      ends.forEach((draw) => draw());
    },
    describe: () => `step ${now()}; ${sentence()}`,
    keys: (event) => {
      const way = { ArrowLeft: -1, ArrowRight: 1, PageDown: -10, PageUp: 10, Home: -1e9, End: 1e9 }[event.key];
      if (way) go(now() + way);
      return Boolean(way);
    },
    drag: (point, phase) => { if (curves && (phase === "start" || phase === "move")) go(Math.round(curves.valueX(point.x))); },
  });

  // ---- a row for each rule: its switch and sign, its rate, its loss, and what the learner's own does
  const lines = {}, anyOwn = Object.keys(own).length > 0;
  const table = element("table", { class: "explorer-table explorer-race" }), body = element("tbody");
  table.append(element("thead", {}, element("tr", {}, ...["rule", "learning rate", "loss now", ...(anyOwn ? ["yours"] : [])].map((words) => element("th", { scope: "col", text: words })))), body);
  page.stage.append(table);
  const drawn = (tag, attributes) => {
    const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    return node;
  };
  for (const rule of names) {
    const head = element("th", { scope: "row" }), middle = element("td"), loss = element("td"), yours = element("td");
    const sign = drawn("svg", { width: 42, height: 16, "aria-hidden": "true" });
    const stroke = drawn("path", { d: "M1 8H41", "stroke-width": 2.4, "stroke-dasharray": LOOKS[rule].dash.join(" ") || "none" });
    const shape = drawn("path", { d: LOOKS[rule].shape, transform: "translate(21 8) scale(5)" });
    sign.append(stroke, shape);
    page.toggle({ key: `show_${rule}`, label: RULES[rule].name, home: head }).after(sign);
    page.slider({ key: `rate_${rule}`, label: `learning rate of ${RULES[rule].name}`, min: LOWEST_RATE, max: HIGHEST_RATE, log: true, format: brief, home: middle });
    const line = element("tr", {}, head, middle, loss, ...(anyOwn ? [yours] : []));
    body.append(line);
    lines[rule] = { line, loss, yours, stroke, shape };
  }
  const verdicts = element("p", { class: "explorer-verdicts", role: "status", "aria-live": "polite", hidden: true });
  page.root.insertBefore(verdicts, page.notice);
  const write = (node, words) => { if (node.textContent !== words) node.textContent = words; };
  function showNumbers(theme) {
    const best = shown().reduce((low, rule) => (low === null || lossNow(rule) < lossNow(low) ? rule : low), null);
    for (const rule of names) {
      const { line, loss, yours, stroke, shape } = lines[rule], on = page.get(`show_${rule}`);
      line.classList.toggle("explorer-off", !on);
      line.classList.toggle("explorer-chosen", rule === best);
      stroke.setAttribute("stroke", paint(rule, theme));
      shape.setAttribute("fill", paint(rule, theme));
      const lost = on && race(rule).diverged;
      write(loss, !on ? "" : lost && lost <= now() ? `diverged, step ${lost}` : small(lossNow(rule)));
      if (anyOwn) write(yours, on && own[rule] ? ownWords(rule) : "");
    }
    page.say(sentence());
  }

  // ---- the learner's own steps, taken in the kernel
  const runs = {};
  const keyOf = (rule) => JSON.stringify([page.get("surface"), page.get("start"), rate(rule)]);
  const wanted = () => Object.keys(own).filter((rule) => page.get(`show_${rule}`));
  const open = (rule) => !(runs[rule]?.key === keyOf(rule) && runs[rule].finished);
  let asked = "", soon = false;
  // Before the next frame, but after all of a hand's changes: choosing a surface changes many.
  const askSoon = () => {
    if (!soon) queueMicrotask(() => { soon = false; askForOwn(); });
    soon = true;
  };
  if (anyOwn) page.watch(["surface", "start", ...names.flatMap((rule) => [`rate_${rule}`, `show_${rule}`])], askSoon);
  function askForOwn() {
    const rules = wanted().filter(open);
    if (!rules.length) return;
    const known = Object.fromEntries(rules.map((rule) => [rule, runs[rule]?.key === keyOf(rule) ? runs[rule].points.length : 0]));
    const request = { surface: page.get("surface"), start: page.get("start"), rates: Object.fromEntries(rules.map((rule) => [rule, rate(rule)])), known };
    // Asked again only for something new: a frame is painted for many other reasons.
    if (JSON.stringify(request) === asked) return;
    asked = JSON.stringify(request);
    page.ask(request);
  }
  page.answered = (content) => {
    const place = [content.surface, content.start];
    for (const [rule, told] of Object.entries(content.paths)) {
      const key = JSON.stringify([...place, told.rate]);
      if (runs[rule]?.key !== key) runs[rule] = { key, points: [] };
      if (told.from !== runs[rule].points.length) continue;
      runs[rule].points.push(...told.points);
      Object.assign(runs[rule], { finished: told.finished, differs: told.differs, failure: told.failure, verdict: told.verdict });
    }
    const fresh = wanted().map((rule) => runs[rule]).filter((run) => run);
    page.warn(fresh.filter((run) => run.failure).map((run) => capital(run.verdict)).join(" "));
    // The rest is asked for after this part is painted, so that a moved slider comes first.
    if (wanted().some(open)) requestAnimationFrame(() => requestAnimationFrame(() => { if (!page.waitsForKernel) askForOwn(); }));
    // The old words stay until all is known anew: nothing jumps while the start is dragged.
    if (!fresh.every((run) => run.finished)) return;
    const words = fresh.filter((run) => run.verdict && !run.failure).map((run) => capital(run.verdict)).join(" ");
    verdicts.hidden = !words;
    write(verdicts, words);
  };
  askForOwn();
  function ownWords(rule) {
    const run = runs[rule];
    if (page.model.standAlone) return "needs a kernel";
    if (!run || run.key !== keyOf(rule)) return "…";
    return run.failure ? "stopped" : run.differs ? `✗ differs, step ${run.differs}` : run.finished ? "✓ as torch" : "…";
  }

  // ---- words
  function sentence() {
    const rules = shown();
    if (!rules.length) return "No rule is switched on.";
    const lost = rules.filter((rule) => race(rule).diverged && race(rule).diverged <= now()), alive = rules.filter((rule) => !lost.includes(rule));
    const order = [...alive].sort((a, b) => lossNow(a) - lossNow(b)).map((rule) => RULES[rule].name);
    const lead = alive.length === 0 ? "" : ` Lowest is ${order[0]} (loss ${small(Math.min(...alive.map(lossNow)))})${order.length > 1 ? `, then ${order.slice(1).join(", ")}` : ""}.`;
    const trouble = lost.map((rule) => ` ${capital(RULES[rule].name)} diverges: from step ${race(rule).diverged} on its loss is over ${DIVERGED} times that of the start; its rate ${brief(rate(rule))} is too large here.`).join("");
    return `Step ${now()} on the surface "${page.get("surface")}" from ${at(page.get("start"))}.${lead}${trouble}`;
  }
  return () => page.destroy();
}

export const pure = { SURFACES, RULES, path, divergedAt, bestRates, contour };

export default { render };
