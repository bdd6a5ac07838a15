// Digit pad: see digit_pad.py for what it teaches.

import { ExplorerPage } from "../shared/page.js";
import { clamp, number, percent } from "../shared/format.js";
import { disc, text } from "../shared/marks.js";
import { element } from "../shared/elements.js";

// The pad's own units; ten of them are one pixel of the image. Points closer than GAP are left out.
const PAD = 280, CELL = 10, GAP = 3;
const ARROWS = {
  ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1],
  Home: [-1, -1], PageUp: [1, -1], End: [-1, 1], PageDown: [1, 1],
};
const NAMES = ["centred by mass", "as drawn"];

// The steps since the last start: its name and the strokes over it.
function present(steps) {
  const begin = steps.findLastIndex((step) => "start" in step);
  return { start: begin < 0 ? "empty pad" : steps[begin].start, strokes: steps.slice(begin + 1) };
}
// A new start takes the place of the pad; one older start is kept, so that it can be undone.
function startAgain(steps, name) {
  const begin = steps.findLastIndex((step) => "start" in step);
  return [...steps.slice(Math.max(0, begin)), { start: name }];
}
const undone = (steps) => (steps.length > 1 ? steps.slice(0, -1) : [{ start: "empty pad" }]);
// The way of a pen with the next point, if that is far enough from the last one.
function longer(points, x, y) {
  const next = [x, y].map((value) => Math.round(clamp(value, 0, PAD))), end = points.length;
  return end && Math.hypot(next[0] - points[end - 2], next[1] - points[end - 1]) < GAP ? points : [...points, ...next];
}
export const pure = { present, startAgain, undone, longer };

function render({ model, el }) {
  const page = new ExplorerPage({ model, el, title: "Digit pad: what does your network read?" });
  let result = { readings: [null, null], images: [null, null], box: null, mass: null };
  // The stroke under the pen, the keyboard's place, whether its pen is down, and who drew last.
  let live = null, cursor = [140, 140], down = false, byKeys = true;
  const steps = () => page.get("drawing");
  const chosen = () => (page.get("centred") ? 0 : 1);
  const onPad = () => {
    const { start, strokes } = present(steps());
    return { start, strokes: live ? [...strokes, live] : strokes };
  };
  const ask = () => page.ask({ ...onPad(), centred: page.get("centred") });

  // ---- drawing
  const begin = (x, y) => { finish(); live = { points: longer([], x, y), width: Math.round(page.get("pen") * CELL) }; ask(); };
  function extend(x, y) {
    const points = longer(live.points, x, y);
    if (points === live.points) return;
    live = { ...live, points };
    ask();
  }
  function finish() {
    if (!live) return;
    const stroke = live;
    live = null;
    page.set("drawing", [...steps(), stroke]);
  }
  function replace(next) {
    live = null;
    down = false;
    page.set("drawing", next);
    page.set("start", present(next).start);
  }
  const undo = () => (live ? replace(steps()) : replace(undone(steps())));
  const clear = () => replace(startAgain(steps(), "empty pad"));

  // ---- controls
  page.choice({ key: "start", label: "Start from", options: page.get("starts").map(([name]) => name), onInput: (name) => replace(startAgain(steps(), name)) });
  page.slider({ key: "pen", label: "pen width", min: 1, max: 5, step: 0.2, format: (v) => `${number(v, 1)} pixels` });
  page.toggle({ key: "centred", label: "centre by mass, as MNIST does" });
  const buttons = page.group("Drawing");
  page.button({ label: "Undo", home: buttons, onClick: undo });
  page.button({ label: "Clear", home: buttons, onClick: clear });

  // ---- the pad
  const row = element("div", { class: "explorer-row" }), left = element("div"), right = element("div", { class: "explorer-stage" });
  left.style.cssText = "flex: 0 0 280px; max-width: 100%";
  right.style.flexBasis = "300px";
  page.stage.append(row);
  row.append(left, right);
  const tile = (bytes) => {
    const image = new ImageData(28, 28);
    bytes.forEach((value, i) => image.data.set([value, value, value, 255], 4 * i));
    const canvas = Object.assign(document.createElement("canvas"), { width: 28, height: 28 });
    canvas.getContext("2d").putImageData(image, 0, 0);
    return canvas;
  };
  const starts = new Map(page.get("starts").map(([name, text]) => [name, tile(Uint8Array.from(atob(text), (one) => one.charCodeAt(0)))]));
  function drawStroke(pen, { points, width }) {
    Object.assign(pen, { strokeStyle: "#fff", lineWidth: width, lineCap: "round", lineJoin: "round" });
    pen.beginPath();
    pen.moveTo(points[0], points[1]);
    for (let i = 0; i < points.length; i += 2) pen.lineTo(points[i], points[i + 1]);
    pen.stroke();
  }
  // What centring looks at: the box about the ink, and its centre of mass.
  function drawMarks(pen) {
    if (!result.box) return;
    const [top, start, bottom, end] = result.box, [y, x] = result.mass;
    Object.assign(pen, { strokeStyle: "#ffb24d", lineWidth: 1.5 });
    pen.setLineDash([6, 4]);
    pen.strokeRect(start - 1, top - 1, end - start + 2, bottom - top + 2);
    pen.setLineDash([]);
    for (const [color, width] of [["#000", 5], ["#ffb24d", 2]]) {
      Object.assign(pen, { strokeStyle: color, lineWidth: width });
      pen.beginPath();
      pen.moveTo(x - 8, y); pen.lineTo(x + 8, y);
      pen.moveTo(x, y - 8); pen.lineTo(x, y + 8);
      pen.stroke();
    }
  }
  function drawCursor(pen) {
    disc(pen, ...cursor, Math.max(6, (page.get("pen") * CELL) / 2), down ? "#7aa8ff" : null, "#000", 4);
    disc(pen, ...cursor, Math.max(6, (page.get("pen") * CELL) / 2), null, "#7aa8ff", 2);
  }
  const usesKeys = () => byKeys && pad.matches(":focus");
  const place = () => `column ${Math.min(28, Math.floor(cursor[0] / CELL) + 1)}, row ${Math.min(28, Math.floor(cursor[1] / CELL) + 1)} of 28`;
  const pad = page.canvas({
    home: left, label: "Pad to draw a digit on. Arrow keys move the pen, Home, End, Page Up and Page Down move it diagonally, space lowers or lifts it, U undoes, Delete clears",
    height: (width) => width,
    draw: (pen, width) => {
      const { start, strokes } = onPad();
      pen.save();
      pen.scale(width / PAD, width / PAD);
      pen.fillStyle = "#000";
      pen.fillRect(0, 0, PAD, PAD);
      pen.imageSmoothingEnabled = false;
      if (starts.has(start)) pen.drawImage(starts.get(start), 0, 0, PAD, PAD);
      for (const stroke of strokes) drawStroke(pen, stroke);
      if (start === "empty pad" && !strokes.length) text(pen, "draw a digit here", PAD / 2, 70, { color: "#b0b0b8", align: "center", size: 15 });
      if (page.get("centred")) drawMarks(pen);
      if (usesKeys()) drawCursor(pen);
      pen.restore();
      page.say(sentence());
    },
    describe: () => `pen ${down ? "down" : "up"} at ${place()}`,
    keys: (event) => {
      byKeys = true;
      const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
      if (key === "u" || (key === "z" && (event.ctrlKey || event.metaKey))) { undo(); return true; }
      if (event.ctrlKey || event.metaKey || event.altKey) return false;
      if (key === "Delete" || key === "Backspace") { clear(); return true; }
      if (key === " " || key === "Enter") {
        down = !down;
        if (down) begin(...cursor); else finish();
        page.invalidate();
        return true;
      }
      const step = ARROWS[key];
      if (!step) return false;
      cursor = cursor.map((value, i) => clamp(value + step[i] * CELL * (event.shiftKey ? 4 : 1), 0, PAD));
      if (down) { if (live) extend(...cursor); else begin(...cursor); }
      page.invalidate();
      return true;
    },
    drag: (point, phase, event) => {
      const scale = PAD / pad.clientWidth;
      if (phase === "start") {
        // A second finger or another button draws nothing.
        if (!event.isPrimary || event.button !== 0) return false;
        down = byKeys = false;
        begin(point.x * scale, point.y * scale);
      } else if (phase === "move" && live) {
        const box = pad.getBoundingClientRect(), one = PAD / box.width;
        const way = event.getCoalescedEvents?.() || [];
        for (const { clientX, clientY } of way.length ? way : [event]) extend((clientX - box.left) * one, (clientY - box.top) * one);
      } else if (phase === "end") finish();
    },
  });
  Object.assign(pad.style, { borderRadius: "6px", boxShadow: "0 0 0 1px var(--explorer-edge)" });
  pad.addEventListener("focus", () => page.invalidate());
  pad.addEventListener("blur", () => { down = false; byKeys = true; finish(); page.invalidate(); });
  left.append(element("p", { text: "Draw with mouse, pen or finger. Keys: arrows move, space lowers and lifts the pen, U undoes, Delete clears.", style: "margin: 6px 0 0; color: var(--explorer-soft)" }));

  // ---- the two images and their readings
  const best = (shares) => shares.indexOf(Math.max(...shares));
  const reading = (index) => {
    const shares = result.readings[index];
    return shares ? `reads ${best(shares)}, ${percent(shares[best(shares)])}` : "no reading";
  };
  NAMES.forEach((name, index) => page.canvas({
    home: right, label: `The 28x28 image ${name}, and the ten probabilities for it`, height: () => 176,
    draw: (pen, width, height, theme) => {
      const side = width < 300 ? 112 : 140, top = 28, mine = chosen() === index, shares = result.readings[index];
      pen.fillStyle = mine ? theme.blue : theme.faint;
      pen.fillRect(0, 4, mine ? 5 : 2, height - 8);
      text(pen, `${name}: ${reading(index)}`, 14, 18, { color: mine ? theme.ink : theme.soft, bold: mine, size: 14 });
      if (mine && width > 380) text(pen, "the network's input", width - 2, 18, { color: theme.soft, align: "right", size: 12 });
      pen.fillStyle = "#000";
      pen.fillRect(14, top, side, side);
      pen.imageSmoothingEnabled = false;
      if (result.images[index]) pen.drawImage(result.images[index], 14, top, side, side);
      pen.strokeStyle = theme.axis;
      pen.lineWidth = 1;
      pen.strokeRect(13.5, top - 0.5, side + 1, side + 1);
      const from = side + 46, wide = Math.max(20, width - from - 66), first = shares ? best(shares) : -1;
      for (let digit = 0; digit < 10; digit++) {
        const y = top + 14 * digit, share = shares ? shares[digit] : 0, bold = digit === first;
        text(pen, String(digit), from - 14, y + 11, { color: bold ? theme.ink : theme.soft, bold, size: 12 });
        pen.fillStyle = theme.grid;
        pen.fillRect(from, y + 2, wide, 10);
        pen.fillStyle = bold ? theme.blue : theme.grey;
        pen.fillRect(from, y + 2, wide * share, 10);
        if (!shares) continue;
        text(pen, `${percent(share)}${bold ? " ◀" : ""}`, from + wide + 5, y + 11, { color: bold ? theme.ink : theme.soft, bold, size: 12 });
      }
    },
    describe: () => {
      const shares = result.readings[index];
      if (!shares) return "no reading";
      const order = [...shares.keys()].sort((a, b) => shares[b] - shares[a]).slice(1, 3);
      return `${reading(index)}; then ${order.map((digit) => `${digit}, ${percent(shares[digit])}`).join(" and ")}`;
    },
  }));

  // ---- the kernel and the words
  page.answered = (content, buffers) => {
    result = { ...content, images: buffers.map((view) => tile(new Uint8Array(view.buffer || view, view.byteOffset || 0, 784))) };
    page.warn(content.problem);
  };
  function sentence() {
    const other = 1 - chosen(), shares = result.readings[chosen()];
    const { start, strokes } = onPad();
    const hand = usesKeys() ? `Pen ${down ? "down" : "up"} at ${place()}. ` : "";
    const capital = (words) => words[0].toUpperCase() + words.slice(1);
    if (!shares) return `${hand}There is no reading of the pad yet.`;
    const empty = start === "empty pad" && !strokes.length ? "The pad is empty, and the network answers all the same. " : "";
    const compared = result.readings[other] ? ` ${capital(NAMES[other])} it ${reading(other)}.` : "";
    return `${hand}${empty}${capital(NAMES[chosen()])} it ${reading(chosen())}.${compared}`;
  }
  page.watch(["drawing", "centred"], ask);
  ask();
  return () => page.destroy();
}

export default { render };
