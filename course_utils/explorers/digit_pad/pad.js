// The pad: what is drawn on it, and the hands that draw, with mouse, pen, finger or keys.

import { clamp } from "../shared/format.js";
import { disc, polyline, rectangle, text } from "../shared/plot.js";
import { element } from "../shared/elements.js";
import { CELL, EMPTY, PAD } from "./strokes.js";
import { tile } from "./readings.js";

const LABEL = "Pad to draw a digit on. Arrow keys move the pen, Home, End, Page Up and Page Down move it diagonally, "
  + "space lowers or lifts it, U undoes, Delete clears";
const HELP = "Draw with mouse, pen or finger. Keys: arrows move, space lowers and lifts the pen, U undoes, "
  + "Delete clears.";
const KEYS = {
  u: "undo", z: "undo", Delete: "clear", Backspace: "clear", " ": "lower or lift", Enter: "lower or lift",
  ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1],
  Home: [-1, -1], PageUp: [1, -1], End: [-1, 1], PageDown: [1, 1],
};
const AMBER = "#ffb24d", BLUE = "#7aa8ff";

export class Pad {
  constructor(page, drawing, answer, home) {
    // The keyboard's place, and whether the keyboard was used last.
    Object.assign(this, { page, drawing, answer, cursor: [PAD / 2, PAD / 2], byKeys: true, keys: KEYS });
    this.starts = new Map(page.get("starts").map(([name, code]) =>
      [name, tile(Uint8Array.from(atob(code), (letter) => letter.charCodeAt(0)))]));
    this.canvas = page.canvas({ home, label: LABEL, height: (width) => width }, this);
    Object.assign(this.canvas.style, { borderRadius: "6px", boxShadow: "0 0 0 1px var(--explorer-edge)" });
    this.canvas.addEventListener("focus", () => page.invalidate());
    this.canvas.addEventListener("blur", () => this.leave());
    home.append(element("p", { text: HELP, style: "margin: 6px 0 0; color: var(--explorer-soft)" }));
  }
  get usesKeys() { return this.byKeys && this.canvas.matches(":focus"); }
  get hand() {
    const [column, row] = this.cursor.map((value) => Math.min(28, Math.floor(value / CELL) + 1));
    return `pen ${this.drawing.down ? "down" : "up"} at column ${column}, row ${row} of 28`;
  }

  // ---- the picture, in the pad's units
  draw(pen, width) {
    const { start, strokes } = this.drawing.now, scale = width / PAD;
    pen.save();
    pen.scale(scale, scale);
    rectangle(pen, 0, 0, PAD, PAD, "#000");
    pen.imageSmoothingEnabled = false;
    if (this.starts.has(start)) pen.drawImage(this.starts.get(start), 0, 0, PAD, PAD);
    for (const stroke of strokes) drawStroke(pen, stroke);
    const invitation = { color: "#b0b0b8", align: "center", size: 15 };
    if (this.drawing.isEmpty) text(pen, "draw a digit here", PAD / 2, 70, invitation);
    if (this.page.get("centred") && this.answer.box) drawCentring(pen, this.answer);
    if (this.usesKeys) this.drawCursor(pen);
    pen.restore();
  }
  drawCursor(pen) {
    const radius = Math.max(6, (this.page.get("pen") * CELL) / 2);
    disc(pen, ...this.cursor, radius, this.drawing.down ? BLUE : null, "#000", 4);
    disc(pen, ...this.cursor, radius, null, BLUE, 2);
  }

  // ---- hands
  press(what, { key, ctrlKey, metaKey, altKey, shiftKey }) {
    this.byKeys = true;
    const command = ctrlKey || metaKey, isZ = key.toLowerCase() === "z";
    if (what === "undo" ? isZ && !command : command || altKey) return false;
    if (what === "undo") this.drawing.undo();
    else if (what === "clear") this.drawing.startWith(EMPTY);
    else if (what === "lower or lift") this.lowerOrLift();
    else this.moveBy(what, shiftKey ? 4 * CELL : CELL);
    this.page.invalidate();
  }
  lowerOrLift() {
    if (this.drawing.down) this.drawing.finish();
    else this.drawing.begin(...this.cursor);
    this.drawing.down = !this.drawing.down;
  }
  moveBy(direction, distance) {
    this.cursor = this.cursor.map((value, i) => clamp(value + direction[i] * distance, 0, PAD));
    if (!this.drawing.down) return;
    if (this.drawing.live) this.drawing.extend(...this.cursor);
    else this.drawing.begin(...this.cursor);
  }
  describe() { return this.hand; }
  drag(point, phase, event) {
    const { canvas, drawing } = this, scale = PAD / canvas.clientWidth;
    if (phase === "start") {
      // A second finger or another button draws nothing.
      if (!event.isPrimary || event.button !== 0) return false;
      drawing.down = this.byKeys = false;
      drawing.begin(point.x * scale, point.y * scale);
    } else if (phase === "move" && drawing.live) {
      const box = canvas.getBoundingClientRect(), one = PAD / box.width, way = event.getCoalescedEvents?.() || [];
      for (const { clientX, clientY } of way.length ? way : [event]) {
        drawing.extend((clientX - box.left) * one, (clientY - box.top) * one);
      }
    } else if (phase === "end") drawing.finish();
  }
  leave() {
    this.byKeys = true;
    this.drawing.down = false;
    this.drawing.finish();
    this.page.invalidate();
  }
}

function drawStroke(pen, { points, width }) {
  Object.assign(pen, { strokeStyle: "#fff", lineWidth: width, lineCap: "round", lineJoin: "round" });
  pen.beginPath();
  pen.moveTo(points[0], points[1]);
  for (let i = 0; i < points.length; i += 2) pen.lineTo(points[i], points[i + 1]);
  pen.stroke();
}
// What centring looks at: the box about the ink, and its centre of mass.
function drawCentring(pen, { box: [top, left, bottom, right], mass: [y, x] }) {
  Object.assign(pen, { strokeStyle: AMBER, lineWidth: 1.5 });
  pen.setLineDash([6, 4]);
  pen.strokeRect(left - 1, top - 1, right - left + 2, bottom - top + 2);
  pen.setLineDash([]);
  for (const [color, width] of [["#000", 5], [AMBER, 2]]) {
    polyline(pen, { color, width }, [x - 8, y], [x + 8, y]);
    polyline(pen, { color, width }, [x, y - 8], [x, y + 8]);
  }
}
