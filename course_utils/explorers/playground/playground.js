// Playground: see playground.py for what it teaches. The kernel computes, this draws and asks.
// The parts that stand alone are in playground_parts.js.

import { ExplorerPage, reducedMotion } from "../shared/page.js";
import { MINUS, clamp, number, percent } from "../shared/format.js";
import { MOST_LAYERS, MOST_UNITS, REACH, RIGHT, SETTINGS, WRONG, bytes, cross, floats, places, ramp, symbol } from "./parts.js";
import { Plot } from "../shared/plot.js";
import { contour, disc, text } from "../shared/marks.js";
import { element, fill } from "../shared/elements.js";

export const pure = { places };

function render({ model, el }) {
  const page = new ExplorerPage({ model, el, title: "Playground: a network learns in front of you", paintOnSet: false });
  const own = page.get("own");
  let now = null, playing = false, owed = 0, hovered = null, selected = null, tip = null, lastSaid = 0;
  page.playFrames = 0;
  // The next question leaves in the frame that paints the answer to the last one, just before its
  // pictures are drawn: the kernel works while the page draws.
  page.onFrame(() => {
    if (!page.fresh) return;
    page.fresh = false;
    if (playing && reducedMotion()) setTimeout(next, 400); else next();
  });

  // ---- talking to the kernel
  const settings = () => Object.fromEntries(SETTINGS.map((key) => [key, page.get(key)]));
  const ask = (request) => page.ask({ settings: settings(), chosen: page.get("chosen"), ...request });
  // Other settings do not replace an action that still waits; an action replaces the steps that do.
  const show = () => { const { settings: _, chosen: __, ...waiting } = page.question || { do: "show" }; ask(waiting); };
  const act = (request) => { owed = 0; ask(request); };
  // `owed`: steps by hand that are not yet on their way, or that the last frame had no time for.
  const train = () => ask({ do: "train", steps: page.get("speed") });
  const take = (content, buffers) => {
    if (!buffers.length) { now = now && { ...now, ...content }; } else {
      const [units, output, weights, marks, claimed, measured, points, curves] = buffers;
      now = {
        ...content, units: bytes(units), output: bytes(output), weights: floats(weights), marks: bytes(marks), claimed: floats(claimed),
        measured: floats(measured), points: floats(points), history: floats(curves), layers: places(content.sizes), images: new Map(),
      };
    }
    if (content.trouble) setPlaying(false);
    page.warn(content.trouble ? `It stopped. ${content.trouble}` : "");
    if (selected && (!now || selected.layer >= now.sizes.length || selected.unit >= now.sizes[selected.layer])) selected = null;
    page.playFrames += 1;
    page.fresh = true;
    inspect();
    sayState();
    page.invalidate();
  };
  page.answered = (content, buffers) => {
    const undone = page.question && page.question.do !== "show";  // by an action that waits
    owed = content.trouble ? 0 : owed + (undone ? 0 : content.left);
    take(content, buffers);
  };
  // A second view of the same playground shows the frames that the first one asked for.
  page.listen("msg:custom", (content, buffers) => { if (content.frame && !String(content.sequence).startsWith(`${page.viewName} `)) { take(content, buffers); page.fresh = false; } });
  const next = () => {
    if (!page.root.isConnected || page.waitsForKernel) return;
    const steps = owed;
    owed = 0;
    if (playing) train();
    else if (steps) ask({ do: "step", steps });
    else if (now && !now.settled && !now.trouble) show();
  };

  // ---- controls
  const transport = page.group("Training");
  transport.style.cssText = "flex-basis: 100%; align-items: flex-end";
  const playButton = page.button({ label: "▶ Play", home: transport, onClick: () => setPlaying(!playing) });
  playButton.style.cssText = "min-width: 92px; font-weight: 650";
  function setPlaying(on) {
    playing = on;
    playButton.textContent = on ? "❚❚ Pause" : "▶ Play";
    playButton.setAttribute("aria-pressed", String(on));
    if (on) next();
    if (!on) { lastSaid = 0; sayState(); }
  }
  page.button({ label: "Step", title: "One step of training: one batch", home: transport, onClick: () => { setPlaying(false); owed += 1; next(); } });
  page.button({ label: "Reset", title: "Back to the first weights of this seed", home: transport, onClick: () => { setPlaying(false); act({ do: "reset" }); } });
  page.slider({ key: "speed", label: "steps a frame", min: 1, max: 100, step: 1, format: String, home: transport });
  page.slider({ key: "learning_rate", label: "learning rate", min: 0.001, max: 10, log: true, format: (v) => String(Number(v.toPrecision(3))), home: transport });
  page.slider({ key: "batch_size", label: "batch size", min: 1, max: 50, step: 1, format: String, home: transport });

  const data = page.group("Data"), shape = page.group("Network"), penalty = page.group("Regularisation");
  const narrow = (home) => { for (const box of home.children) box.style.flexBasis = "120px"; };
  page.choice({ key: "dataset", label: "data", options: ["XOR cloud", "two clouds", "circles", "moons", "spirals"], home: data });
  page.slider({ key: "noise", label: "noise", min: 0, max: 1, step: 0.05, home: data });
  page.slider({ key: "test_share", label: "kept for testing", min: 0.1, max: 0.9, step: 0.1, format: (v) => percent(v), home: data });
  page.slider({ key: "seed", label: "seed", min: 0, max: 30, step: 1, format: String, home: data });
  if (!own) page.choice({ key: "activation", label: "activation", options: ["tanh", "ReLU", "logistic", "linear"], home: shape });
  if (!own) range({ label: "hidden layers", min: 0, max: MOST_LAYERS, home: shape, read: () => page.get("layers").length, write: (depth) => page.set("layers", Array.from({ length: depth }, (_, i) => page.get("layers")[i] || 4)) });
  for (let i = 0; i < (own ? 1 : MOST_LAYERS); i++) {
    range({ label: own ? "hidden units" : `units in layer ${i + 1}`, min: 1, max: MOST_UNITS, home: shape, read: () => page.get("layers")[i], write: (width) => page.set("layers", page.get("layers").map((old, j) => (j === i ? width : old))) });
  }
  if (own) shape.append(element("span", { class: "explorer-hint", style: "flex: 1 1 100%; color: var(--explorer-soft)", text: "Your functions run here; they have one hidden layer, with the activation you wrote." }));
  page.choice({ key: "regularisation", label: "regularisation", options: ["none", "L1", "L2"], home: penalty });
  const strength = page.slider({ key: "strength", label: "its strength", min: 0.0001, max: 0.3, log: true, format: (v) => String(Number(v.toPrecision(2))), home: penalty });
  const hideStrength = () => { strength.box.hidden = page.get("regularisation") === "none"; };
  page.watch("regularisation", hideStrength);
  hideStrength();
  for (const home of [data, shape, penalty]) narrow(home);

  const inputs = page.group("Inputs of the network");
  inputs.style.flexBasis = "100%";
  inputs.append(element("span", { text: "inputs:", style: "align-self:center; color: var(--explorer-soft)" }));
  for (const name of page.get("all_features")) {
    const box = element("input", { type: "checkbox", "data-feature": name });
    const showBox = () => {
      box.checked = page.get("features").includes(name);
      // The last one has to stay.
      box.disabled = box.checked && page.get("features").length === 1;
    };
    box.addEventListener("change", () => page.set("features", page.get("all_features").filter((one) => (one === name ? box.checked : page.get("features").includes(one)))));
    page.watch("features", showBox);
    showBox();
    inputs.append(element("label", { class: "explorer-toggle" }, box, element("span", { text: name })));
  }
  inputs.append(element("span", { style: "flex: 1" }));
  page.toggle({ key: "show_test", label: "show test data", home: inputs });
  page.toggle({ key: "discrete", label: "two colours only", home: inputs });
  page.watch(["show_test", "discrete", "chosen"], () => page.invalidate());
  page.watch(SETTINGS, () => { if (!playing || !page.waitsForKernel) show(); });

  // A slider that is not one value of the state: depth, width, and the way back in time.
  function range({ label, min, max, home, read, write, format = String }) {
    const output = element("output", { class: "explorer-value" });
    const input = element("input", { type: "range", min, max, step: 1, "aria-label": label });
    const box = element("label", { class: "explorer-slider" }, element("span", { class: "explorer-label" }, element("span", { text: label }), output), input);
    const refresh = () => {
      const value = read();
      box.hidden = value === undefined;
      if (value === undefined) return;
      input.value = value;
      output.textContent = format(value);
      input.setAttribute("aria-valuetext", format(value));
    };
    input.addEventListener("input", () => { write(Number(input.value)); refresh(); });
    page.watch("layers", refresh);
    home.append(box);
    refresh();
    return { box, input, refresh };
  }

  // ---- the two pictures side by side
  const row = element("div", { class: "explorer-row" }), left = element("div"), right = element("div");
  left.style.flex = "1.5 1 420px";
  right.style.flex = "1 1 300px";
  row.append(left, right);
  page.stage.append(row);

  const verdict = element("p", { class: "explorer-verdict", style: "margin: 0; min-height: 1.4em" });
  page.stage.append(verdict);

  function image(key, values, side, theme, power) {
    const name = `${key} ${theme.surface} ${page.get("discrete")}`;
    if (now.images.has(name)) return now.images.get(name);
    const canvas = element("canvas", { width: side, height: side }), pen = canvas.getContext("2d"), picture = pen.createImageData(side, side);
    const colors = ramp(theme, power, page.get("discrete")), pixels = new Uint32Array(picture.data.buffer);
    for (let i = 0; i < pixels.length; i++) pixels[i] = colors[values[i]];
    pen.putImageData(picture, 0, 0);
    now.images.set(name, canvas);
    return canvas;
  }
  // Features and hidden units come in one row; the output has a picture of its own.
  function unitImage(layer, unit, theme, power = 0.9) {
    if (layer === now.sizes.length - 1) return image("output", now.output, now.side, theme, power);
    const index = now.sizes.slice(0, layer).reduce((sum, size) => sum + size, 0) + unit, area = now.unit_side ** 2;
    return image(`unit ${index} ${power}`, now.units.subarray(index * area, (index + 1) * area), now.unit_side, theme, power);
  }
  const unitName = (layer, unit) => (layer === 0 ? `input ${page.get("features")[unit]}` : layer === now.sizes.length - 1 ? "the output" : now.sizes.length === 3 ? `hidden unit ${unit + 1}` : `unit ${unit + 1} of layer ${layer}`);

  // ---- the network
  let net = null;
  function layout(width, height) {
    const most = Math.max(...now.sizes), slot = Math.min(80, (height - 26) / most), size = Math.min(52, slot * 0.8);
    const first = 62 + size / 2, last = width - 12 - size / 2;
    return { size, columns: now.sizes.map((count, layer) => Array.from({ length: count }, (_, unit) => ({
      layer, unit, x: first + ((last - first) * layer) / (now.sizes.length - 1), y: 22 + (height - 26) / 2 + (unit - (count - 1) / 2) * slot }))) };
  }
  page.canvas({
    home: left, touchAction: "pan-y", label: "The network. Arrow keys choose a unit, Escape lets go",
    height: (width) => clamp(width * 0.66, 270, 370),
    draw: (pen, width, height, theme) => {
      if (!now || !now.layers) { text(pen, "waiting for the first frame", 14, 30, { color: theme.soft }); return; }
      net = layout(width, height);
      heads(pen, theme);
      now.layers.forEach((layer, i) => { for (let from = 0; from < layer.inputs; from++) for (let to = 0; to < layer.outputs; to++) edge(pen, theme, net.columns[i][from], net.columns[i + 1][to], layer.weight(from, to)); });
      now.layers.forEach((layer, i) => { for (let from = 0; from < layer.inputs; from++) for (let to = 0; to < layer.outputs; to++) if (now.marks[layer.weight(from, to)] === WRONG) cross(pen, theme, ...middle(net.columns[i][from], net.columns[i + 1][to], crossAt(from))); });
      for (const column of net.columns) for (const one of column) unit(pen, theme, one);
      if (tip) tooltip(pen, theme, width, height);
    },
    describe: () => (now && selected ? `${unitName(selected.layer, selected.unit)} is chosen` : now ? `${now.sizes.join("-")} network` : "not started"),
    keys: (event) => {
      const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
      if (!now || (!step && event.key !== "Escape")) return false;
      if (!step) select(null);
      else {
        const start = selected || { layer: now.sizes.length - 1, unit: 0 };
        const layer = selected ? clamp(start.layer + step[0], 0, now.sizes.length - 1) : 1;
        select({ layer, unit: clamp(start.unit + step[1], 0, now.sizes[layer] - 1) });
      }
      return true;
    },
    drag: (point, phase) => {
      if (!now || !net) return false;
      const one = net.columns.flat().find(({ x, y }) => Math.max(Math.abs(x - point.x), Math.abs(y - point.y)) < net.size / 2 + 2) || null;
      if (phase === "start") { select(one && selected && one.layer === selected.layer && one.unit === selected.unit ? null : one); return; }
      if (phase !== "hover") return;
      const close = one ? null : nearestEdge(point);
      const words = close ? `${close.layer}.${close.from}.${close.to}` : one ? `${one.layer}.${one.unit}` : "";
      if (words === (tip?.words || (hovered ? `${hovered.layer}.${hovered.unit}` : ""))) { if (tip) tip.point = point; return; }
      hovered = one;
      tip = close ? { ...close, point, words } : null;
      page.invalidate();
    },
  }).addEventListener("pointerleave", () => { hovered = tip = null; page.invalidate(); });

  // A cubic from unit to unit, and a point on it.
  const middle = (a, b, t) => {
    const x0 = a.x + net.size / 2, x3 = b.x - net.size / 2, bend = (x3 - x0) / 2, s = 1 - t;
    return [s ** 3 * x0 + 3 * s * s * t * (x0 + bend) + 3 * s * t * t * (x3 - bend) + t ** 3 * x3, (s ** 3 + 3 * s * s * t) * a.y + (3 * s * t * t + t ** 3) * b.y];
  };
  const crossAt = (from) => 0.36 + 0.14 * (from % 3);
  function edge(pen, theme, a, b, place) {
    const weight = now.weights[place], wrong = now.marks[place] === WRONG;
    const x0 = a.x + net.size / 2, x3 = b.x - net.size / 2, bend = (x3 - x0) / 2;
    const touched = selected && ((selected.layer === b.layer && selected.unit === b.unit) || (selected.layer === a.layer && selected.unit === a.unit));
    Object.assign(pen, { strokeStyle: wrong ? theme.red : weight > 0 ? theme.orange : theme.blue, lineWidth: Math.max(wrong ? 2 : 0.7, clamp(Math.abs(weight) * 2.6, 0.6, 9)), lineCap: "butt" });
    pen.globalAlpha = selected && !touched ? 0.25 : wrong ? 0.95 : clamp(0.45 + Math.abs(weight), 0.5, 0.9);
    pen.setLineDash(weight < 0 ? [7, 4] : []);
    pen.beginPath();
    pen.moveTo(x0, a.y);
    pen.bezierCurveTo(x0 + bend, a.y, x3 - bend, b.y, x3, b.y);
    pen.stroke();
    pen.setLineDash([]);
    pen.globalAlpha = 1;
  }
  function unit(pen, theme, { layer, unit: index, x, y }) {
    const size = net.size, corner = [x - size / 2, y - size / 2];
    pen.imageSmoothingEnabled = !page.get("discrete");
    pen.drawImage(unitImage(layer, index, theme), ...corner, size, size);
    const chosen = selected && selected.layer === layer && selected.unit === index, over = hovered && hovered.layer === layer && hovered.unit === index;
    Object.assign(pen, { strokeStyle: chosen || over ? theme.ink : theme.axis, lineWidth: chosen ? 3 : over ? 2 : 1 });
    pen.strokeRect(...corner, size, size);
    if (layer === 0) text(pen, page.get("features")[index], x - size / 2 - 8, y + 5, { color: theme.ink, align: "right", size: 14 });
    else {
      // The bias: a small square at the corner; filled if positive, hollow if negative.
      const place = now.layers[layer - 1].bias + index, bias = now.weights[place];
      if (now.marks[place] === WRONG) cross(pen, theme, corner[0], y + size / 2);
      else {
        pen.fillStyle = bias >= 0 ? theme.orange : theme.surface;
        Object.assign(pen, { strokeStyle: bias >= 0 ? theme.orange : theme.blue, lineWidth: 2 });
        const side = clamp(3 + 3 * Math.abs(bias), 4, 9);
        pen.fillRect(corner[0] - side / 2, y + size / 2 - side / 2, side, side);
        pen.strokeRect(corner[0] - side / 2, y + size / 2 - side / 2, side, side);
      }
    }
    const flow = now.flow?.[layer]?.[index];
    if (flow !== undefined && flow !== null) text(pen, number(flow), x, y + 5, { color: theme.ink, align: "center", size: 12, bold: true, halo: theme.surface });
  }
  function heads(pen, theme) {
    net.columns.forEach((column, layer) => {
      const last = net.columns.length - 1;
      const words = layer === 0 ? "inputs" : layer === last ? "output" : last === 2 ? "hidden layer" : `layer ${layer}`;
      text(pen, words, layer === last ? Math.min(column[0].x, pen.canvas.clientWidth - 26) : column[0].x, 14, { color: theme.soft, align: "center" });
    });
  }
  function nearestEdge(point) {
    let best = null;
    now.layers.forEach((layer, i) => {
      for (let from = 0; from < layer.inputs; from++) for (let to = 0; to < layer.outputs; to++) {
        const a = net.columns[i][from], b = net.columns[i + 1][to];
        if (point.x < a.x || point.x > b.x) continue;
        for (let t = 0.02; t < 1; t += 0.04) {
          const [x, y] = middle(a, b, t), distance = Math.hypot(x - point.x, y - point.y);
          if (distance < 9 && (!best || distance < best.distance)) best = { distance, layer: i, from, to, place: layer.weight(from, to) };
        }
      }
    });
    return best;
  }
  function tooltip(pen, theme, width, height) {
    const rows = [`weight from ${unitName(tip.layer, tip.from)} to ${unitName(tip.layer + 1, tip.to)}: ${number(now.weights[tip.place], 3)}`,
      now.marks[tip.place] ? `gradient ${number(now.claimed[tip.place], 4)}, measured ${number(now.measured[tip.place], 4)}${now.marks[tip.place] === WRONG ? ": wrong" : ""}` : "gradient not compared yet"];
    pen.font = `12px ${pen.canvas.fontFamily}`;
    const wide = Math.max(...rows.map((one) => pen.measureText(one).width)) + 18;
    const x = clamp(tip.point.x + 12, 0, width - wide), y = clamp(tip.point.y + 14, 0, height - 46);
    pen.fillStyle = theme.surface;
    Object.assign(pen, { strokeStyle: theme.axis, lineWidth: 1 });
    pen.beginPath();
    pen.rect(x, y, wide, 42);
    pen.fill();
    pen.stroke();
    rows.forEach((one, i) => text(pen, one, x + 9, y + 17 + 17 * i, { color: i && now.marks[tip.place] === WRONG ? theme.red : theme.ink }));
  }
  function select(one) { selected = one; inspect(); page.invalidate(); }

  // ---- the plane with data and boundary
  let plane = null, near = -1;
  const sample = (i) => { const [x1, x2, target, isTest, predicted] = now.points.subarray(5 * i, 5 * i + 5); return { x1, x2, target, isTest, predicted }; };
  const visible = (i) => page.get("show_test") || !now.points[5 * i + 3];
  page.canvas({
    home: right, touchAction: "pan-y", label: "The plane with data and boundary. Left and right arrow keys go through the samples, Escape lets go",
    height: (width) => Math.min(width, 400) + 18,
    draw: (pen, width, height, theme) => {
      if (!now || !now.layers) return;
      const side = Math.min(width - 30, height - 60);
      plane = new Plot(pen, theme, { left: 26, top: 24, width: side, height: side }, [-REACH, REACH], [-REACH, REACH]);
      const shown = hovered || selected || { layer: now.sizes.length - 1, unit: 0 }, isOutput = shown.layer === now.sizes.length - 1;
      plane.clipped(() => {
        pen.imageSmoothingEnabled = !page.get("discrete");
        pen.imageSmoothingQuality = "high";
        pen.drawImage(unitImage(shown.layer, shown.unit, theme, 0.62), plane.left, plane.top, side, side);
        boundary(pen, theme);
        for (let i = 0; i < now.points.length / 5; i++) if (visible(i)) mark(pen, theme, sample(i));
        if (page.get("chosen") >= 0 && 5 * page.get("chosen") < now.points.length) {
          const { x1, x2 } = sample(page.get("chosen"));
          disc(pen, plane.x(x1), plane.y(x2), 10, null, theme.surface, 5);
          disc(pen, plane.x(x1), plane.y(x2), 10, null, theme.ink, 2.5);
        }
      });
      for (const value of [-2, 0, 2]) {
        text(pen, number(value, 0), plane.x(value), plane.bottom + 15, { color: theme.soft, align: "center", size: 11 });
        text(pen, number(value, 0), plane.left - 6, plane.y(value) + 4, { color: theme.soft, align: "right", size: 11 });
      }
      Object.assign(pen, { strokeStyle: theme.faint, lineWidth: 1 });
      pen.strokeRect(plane.left, plane.top, side, side);
      text(pen, isOutput ? "what the network says" : `what ${unitName(shown.layer, shown.unit)} says`, plane.left, 14, { color: theme.ink, bold: true });
      if (near >= 0 && 5 * near < now.points.length) {
        const { x1, x2, target, isTest, predicted } = sample(near);
        const words = `(${number(x1)}, ${number(x2)}) class ${target}${isTest ? ", test" : ""}: ${number(predicted)}`;
        text(pen, words, plane.x(x1) > plane.left + side / 2 ? plane.right - 6 : plane.left + 6, plane.y(x2) > plane.top + 40 ? plane.top + 18 : plane.bottom - 8, { color: theme.ink, bold: true, halo: theme.surface, align: plane.x(x1) > plane.left + side / 2 ? "right" : "left" });
      }
      legend(pen, theme);
    },
    describe: () => (now && page.get("chosen") >= 0 && 5 * page.get("chosen") < now.points.length ? sampleWords(page.get("chosen")) : "no sample chosen"),
    keys: (event) => {
      if (!now || !["ArrowLeft", "ArrowRight", "Escape"].includes(event.key)) return false;
      if (event.key === "Escape") choose(-1);
      else {
        const count = now.points.length / 5, step = event.key === "ArrowRight" ? 1 : -1;
        let i = page.get("chosen");
        do { i = (i + step + count) % count; } while (!visible(i));
        choose(i);
      }
      return true;
    },
    drag: (point, phase) => {
      if (!now || !plane) return false;
      let best = -1, distance = 12;
      for (let i = 0; i < now.points.length / 5; i++) {
        if (!visible(i)) continue;
        const away = Math.hypot(plane.x(now.points[5 * i]) - point.x, plane.y(now.points[5 * i + 1]) - point.y);
        if (away < distance) { best = i; distance = away; }
      }
      if (phase === "start") choose(best === page.get("chosen") ? -1 : best);
      if (phase === "hover" && best !== near) { near = best; page.invalidate(); }
    },
  }).addEventListener("pointerleave", () => { near = -1; page.invalidate(); });
  function choose(i) {
    page.set("chosen", i);
    if (!playing) show();
  }
  const sampleWords = (i) => { const { x1, x2, target, predicted } = sample(i); return `sample ${i} at ${number(x1)}, ${number(x2)}, class ${target}, prediction ${number(predicted)}`; };
  // Class 1: orange square. Class 0: blue disc, as in every figure. Test samples are hollow.
  function mark(pen, theme, { x1, x2, target, isTest }) {
    const x = plane.x(x1), y = plane.y(x2), color = target ? theme.orange : theme.blue;
    symbol(pen, theme, x, y, target, isTest, color);
  }
  function boundary(pen, theme) {
    now.segments = now.segments || contour(now.output, now.side, now.side, 127.5);
    const at = (c, r) => [plane.left + ((c + 0.5) / now.side) * plane.width, plane.top + ((r + 0.5) / now.side) * plane.height];
    for (const [color, width] of [[theme.surface, 4.5], [theme.ink, 1.8]]) {
      Object.assign(pen, { strokeStyle: color, lineWidth: width, lineCap: "round" });
      pen.beginPath();
      for (const [x1, y1, x2, y2] of now.segments) { pen.moveTo(...at(x1, y1)); pen.lineTo(...at(x2, y2)); }
      pen.stroke();
    }
  }
  function legend(pen, theme) {
    const y = plane.bottom + 31, entries = [["class 1", 1, 0], ["class 0", 0, 0], ...(page.get("show_test") ? [["test: hollow", 1, 1]] : [])];
    let x = plane.left + 5;
    for (const [words, target, isTest] of entries) {
      symbol(pen, theme, x, y - 4, target, isTest, target ? theme.orange : theme.blue);
      text(pen, words, x + 10, y, { color: theme.soft, size: 12 });
      x += 74;
    }
  }

  // ---- loss, and the way back in time
  const lower = element("div", { class: "explorer-row" }), curves = element("div"), details = element("div");
  lower.append(curves, details);
  page.stage.append(lower);
  let chart = null;
  const moment = (i) => ({ step: now.history[3 * i], train: now.history[3 * i + 1], test: now.history[3 * i + 2] });
  const go = (index) => {
    setPlaying(false);
    act({ do: "go", index: clamp(Math.round(index), 0, now.curves[0].count - 1) });
  };
  page.canvas({
    home: curves, touchAction: "pan-y", label: "Loss of training and test data over the steps. Left and right arrow keys go back and forward in time",
    height: () => 190,
    draw: (pen, width, height, theme) => {
      if (!now || !now.layers) return;
      const values = [];
      let last = 10;
      for (let i = 0; i < now.history.length; i += 3) { last = Math.max(last, now.history[i]); for (const j of [1, 2]) if (now.history[i + j] > 0 && Number.isFinite(now.history[i + j])) values.push(Math.log10(now.history[i + j])); }
      const low = Math.min(-1.5, ...values) - 0.1, high = clamp(Math.max(0, ...values), 0, 4) + 0.1;
      chart = new Plot(pen, theme, { left: 44, top: 24, width: width - 58, height: height - 62 }, [0, last], [low, high]);
      chart.axes({ xTicks: 5, yTicks: 4, xLabel: "steps", yFormat: (v) => (Number.isInteger(v) ? String(Number((10 ** v).toPrecision(1))) : "") });
      let start = 0;
      const log = (v) => (v > 0 && Number.isFinite(v) ? Math.log10(v) : NaN);
      const lines = now.curves.map(({ count, rate }) => {
        const points = Array.from({ length: count }, (_, i) => moment(start + i));
        start += count;
        return { points, rate };
      });
      chart.clipped(() => {
        for (const { points } of lines.slice(1).reverse()) chart.line(points.map(({ step, train }) => [step, log(train)]), { color: theme.grey, width: 1.6, dash: [2, 3] });
        chart.line(lines[0].points.map(({ step, test }) => [step, log(test)]), { color: theme.orange, width: 2, dash: [6, 4] });
        chart.line(lines[0].points.map(({ step, train }) => [step, log(train)]), { color: theme.purple, width: 2.4 });
        const here = lines[0].points[Math.min(now.now, lines[0].points.length - 1)];
        chart.line([[here.step, low], [here.step, high]], { color: theme.ink, width: 1.5 });
        for (const [key, color] of [["test", theme.orange], ["train", theme.purple]]) if (here[key] > 0) disc(pen, chart.x(here.step), chart.y(log(here[key])), 4, color, theme.surface, 1.5);
      });
      for (const { points, rate } of lines.slice(1)) {
        const end = points.filter(({ train }) => Number.isFinite(train)).pop();
        if (end && end.step > 0) text(pen, `rate ${Number(rate.toPrecision(3))}`, clamp(chart.x(end.step), chart.left + 50, chart.right) - 4, clamp(chart.y(log(end.train)) - 6, chart.top + 12, chart.bottom - 4), { color: theme.soft, size: 11, align: "right", halo: theme.surface });
      }
      let x = chart.left;
      for (const [words, color, dash] of [[`train ${loss(now.losses[0])}`, theme.purple, []], [`test ${loss(now.losses[1])}`, theme.orange, [6, 4]]]) {
        Object.assign(pen, { strokeStyle: color, lineWidth: 2.4, lineCap: "butt" });
        pen.setLineDash(dash);
        pen.beginPath(); pen.moveTo(x, 9.5); pen.lineTo(x + 22, 9.5); pen.stroke();
        pen.setLineDash([]);
        text(pen, words, x + 28, 14, { color: theme.ink, bold: true });
        x += 128;
      }
      if (width > 400) text(pen, `step ${now.step}, epoch ${number(now.epoch, 1)}`, chart.right, 14, { color: theme.soft, align: "right" });
    },
    describe: () => (now ? `step ${now.step}, training loss ${loss(now.losses[0])}, test loss ${loss(now.losses[1])}` : "not started"),
    keys: (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1, PageDown: -10, PageUp: 10, Home: -1e6, End: 1e6 }[event.key];
      if (!step || !now) return false;
      go(now.now + step);
      return true;
    },
    drag: (point, phase) => {
      if (!now || !chart || phase === "hover" || phase === "end") return;
      const step = chart.valueX(point.x);
      let best = 0;
      for (let i = 0; i < now.curves[0].count; i++) if (Math.abs(now.history[3 * i] - step) < Math.abs(now.history[3 * best] - step)) best = i;
      go(best);
    },
  });
  const loss = (value) => (value === null || value === undefined ? "not a number" : value < 0.001 || value >= 1000 ? value.toExponential(1).replace("-", MINUS) : value.toFixed(value < 0.1 ? 4 : 3));
  const time = range({ label: "back in time (then Play branches off)", min: 0, max: 0, home: curves, read: () => (now ? now.now : 0), write: (index) => now && go(index), format: (index) => (now && now.history ? `step ${moment(Math.min(index, now.curves[0].count - 1)).step}` : "step 0") });
  time.box.style.maxWidth = "none";

  // ---- tables: the chosen unit's weights, the chosen sample's way through the network
  const hint = element("p", { class: "explorer-hint", style: "color: var(--explorer-soft); margin: 8px 0", text: "Click a unit to see its weights, their gradients and the check; click a sample to follow its values forwards and its slopes backwards." });
  const weightTable = element("table", { class: "explorer-table" }), sampleTable = element("table", { class: "explorer-table" });
  const unitTitle = element("strong"), sampleTitle = element("strong");
  const below = element("div", { style: "overflow-x: auto" });
  details.append(hint, unitTitle, weightTable);
  details.style.overflowX = "auto";
  below.append(sampleTitle, sampleTable);
  page.stage.append(below);
  let editing = "";
  function inspect() {
    time.input.max = now && now.curves ? now.curves[0].count - 1 : 0;
    time.refresh();
    const unitShown = Boolean(now && now.layers && selected && selected.layer > 0), sampleShown = Boolean(now && now.detail && now.detail.length);
    weightTable.hidden = unitTitle.hidden = !unitShown;
    sampleTable.hidden = sampleTitle.hidden = !sampleShown;
    hint.hidden = unitShown || sampleShown;
    if (unitShown) fillWeights();
    if (sampleShown) fillSample();
  }
  function fillWeights() {
    const layer = now.layers[selected.layer - 1], { unit: index } = selected;
    const rows = [...Array.from({ length: layer.inputs }, (_, from) => [`from ${unitName(selected.layer - 1, from)}`, layer.weight(from, index)]), ["bias", layer.bias + index]];
    const identity = `${now.sizes} ${selected.layer} ${index} ${page.get("features")}`;
    unitTitle.textContent = unitName(selected.layer, index).replace(/^./, (c) => c.toUpperCase());
    if (identity !== editing) {
      editing = identity;
      weightTable.replaceChildren(
        element("thead", {}, element("tr", {}, ...["", "weight", own ? "your gradient" : "gradient", "measured", "check"].map((words) => element("th", { scope: "col", text: words })))),
        element("tbody", {}, ...rows.map(([name, place]) => {
          const input = element("input", { type: "number", step: 0.1, "aria-label": `weight ${name}`, style: "width: 84px; font: inherit; color: inherit; background: var(--explorer-raised); border: 1px solid var(--explorer-edge); border-radius: 4px; padding: 1px 4px" });
          input.addEventListener("change", () => { if (Number.isFinite(input.valueAsNumber)) { setPlaying(false); act({ do: "edit", place, value: input.valueAsNumber }); } });
          return element("tr", {}, element("th", { scope: "row", text: name }), element("td", {}, input), element("td"), element("td"), element("td"));
        })));
    }
    rows.forEach(([, place], r) => {
      const cells = weightTable.tBodies[0].rows[r].cells, input = cells[1].firstChild;
      if (document.activeElement !== input) input.value = Number.isFinite(now.weights[place]) ? now.weights[place].toFixed(3) : "";
      const mark = now.marks[place];
      cells[2].textContent = mark ? number(now.claimed[place], 4) : "";
      cells[3].textContent = mark ? number(now.measured[place], 4) : "";
      cells[4].textContent = mark === WRONG ? "✕ wrong" : mark === RIGHT ? "✓" : "…";
    });
  }
  function fillSample() {
    sampleTitle.textContent = sampleWords(page.get("chosen")).replace(/^s/, "S");
    const arrow = { forward: "→", backward: "←" };
    fill(sampleTable, [["", "shape", "values"], ...now.detail.map(({ name, way, shape: size, values, more }) => [
      `${arrow[way]} ${name}`, `(${size.join(", ")}${size.length === 1 ? "," : ""})`,
      values.map((v) => (v === null ? "not a number" : String(v).replace("-", MINUS))).join(", ") + (more ? " …" : "")])]);
  }

  // ---- words: while it plays every two seconds, so that a screen reader can follow
  function sayState() {
    if (!now || !now.losses) return;
    const wrong = now.marks && now.marks.includes(WRONG);
    verdict.textContent = `${wrong ? "✕ " : now.settled ? "✓ " : ""}${now.verdict}`;
    verdict.style.cssText = `margin: 0; min-height: 1.4em; ${wrong ? "font-weight: 650; color: " + (page.colors?.red || "inherit") : "color: var(--explorer-soft)"}`;
    const moment_ms = performance.now();
    if (playing && moment_ms - lastSaid < 2000) return;
    lastSaid = moment_ms;
    const rightShare = now.right && now.right[1] !== null ? ` ${percent(now.right[1])} of the test samples are on the right side.` : "";
    page.say(`Step ${now.step}: loss ${loss(now.losses[0])} on the training data, ${loss(now.losses[1])} on the test data.${rightShare} ${now.verdict}`);
  }

  page.cleanups.push(() => { playing = false; });
  show();
  return () => page.destroy();
}

export default { render };
