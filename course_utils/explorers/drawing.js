// What every explorer draws with: colours, numbers, elements, plots, marks and tables.

// petroff6, and the same hues lightened where they would drown on a dark page
const LIGHT = { blue: "#5790fc", orange: "#f89c20", red: "#e42536", purple: "#964a8b", grey: "#9c9ca1", violet: "#7a21dd" };
const DARK = { blue: "#7aa8ff", orange: "#ffb24d", red: "#ff6b74", purple: "#cf86c5", grey: "#a9a9b0", violet: "#b58cff" };
const MINUS = "\u2212";

// Numbers as a reader writes them: a real minus sign, fixed digits, no "-0".
function number(value, digits = 2) {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "not a number" : value > 0 ? "∞" : `${MINUS}∞`;
  const text = value.toFixed(digits);
  return Number(text) === 0 ? (0).toFixed(digits) : text.replace("-", MINUS);
}
const percent = (share, digits = 0) => `${number(100 * share, digits)} %`;
const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "text") node.textContent = value;
    else if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (value !== undefined && value !== false) node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children);
  return node;
}

// Round numbers between low and high, about `about` of them.
function ticks(low, high, about = 6) {
  const raw = (high - low) / about;
  const magnitude = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((s) => s * magnitude).find((s) => s >= raw * 0.999);
  const values = [];
  for (let i = Math.ceil(low / step - 1e-9); i <= Math.floor(high / step + 1e-9); i++) values.push(i * step);
  return values;
}

// A rectangle of a canvas with its own units.
class Plot {
  constructor(pen, theme, box, xRange, yRange) {
    Object.assign(this, { pen, theme, ...box, xRange, yRange });
    this.right = this.left + this.width;
    this.bottom = this.top + this.height;
  }
  x(value) { return this.left + ((value - this.xRange[0]) / (this.xRange[1] - this.xRange[0])) * this.width; }
  y(value) { return this.top + ((this.yRange[1] - value) / (this.yRange[1] - this.yRange[0])) * this.height; }
  valueX(pixels) { return this.xRange[0] + ((pixels - this.left) / this.width) * (this.xRange[1] - this.xRange[0]); }
  valueY(pixels) { return this.yRange[1] - ((pixels - this.top) / this.height) * (this.yRange[1] - this.yRange[0]); }
  axes({ xLabel = "", yLabel = "", xTicks = 7, yTicks = 6, xFormat = String, yFormat = String } = {}) {
    const { pen, theme } = this;
    const tidy = (value) => String(Number(value.toPrecision(6))).replace("-", MINUS);
    pen.lineWidth = 1;
    for (const value of xTicks ? ticks(...this.xRange, xTicks) : []) {
      this.segment(this.x(value), this.top, this.x(value), this.bottom, Math.abs(value) < 1e-9 ? theme.axis : theme.grid);
      text(pen, xFormat === String ? tidy(value) : xFormat(value), this.x(value), this.bottom + 15, { color: theme.soft, align: "center", size: 11 });
    }
    for (const value of ticks(...this.yRange, yTicks)) {
      this.segment(this.left, this.y(value), this.right, this.y(value), Math.abs(value) < 1e-9 ? theme.axis : theme.grid);
      text(pen, yFormat === String ? tidy(value) : yFormat(value), this.left - 7, this.y(value) + 4, { color: theme.soft, align: "right", size: 11 });
    }
    if (xLabel) text(pen, xLabel, this.right, this.bottom + 31, { color: theme.soft, align: "right", size: 12 });
    if (yLabel) text(pen, yLabel, this.left, this.top - 7, { color: theme.soft, size: 12 });
  }
  segment(x1, y1, x2, y2, color) {
    const { pen } = this;
    pen.strokeStyle = color;
    pen.lineWidth = 1;
    pen.beginPath();
    pen.moveTo(Math.round(x1) + 0.5, Math.round(y1) + 0.5);
    pen.lineTo(Math.round(x2) + 0.5, Math.round(y2) + 0.5);
    pen.stroke();
  }
  // Everything drawn inside stays inside the frame.
  clipped(draw) {
    this.pen.save();
    this.pen.beginPath();
    this.pen.rect(this.left, this.top, this.width, this.height);
    this.pen.clip();
    draw();
    this.pen.restore();
  }
  // points: [[x, y], ...]; a y that is not finite leaves a gap
  line(points, { color, width = 2.5, dash = [] }) {
    const { pen } = this;
    Object.assign(pen, { strokeStyle: color, lineWidth: width, lineJoin: "round", lineCap: dash.length ? "butt" : "round" });
    pen.setLineDash(dash);
    pen.beginPath();
    let down = false;
    for (const [x, y] of points) {
      if (y === null || !Number.isFinite(y)) { down = false; continue; }
      const height = clamp(this.y(y), -1e4, 1e4);
      if (down) pen.lineTo(this.x(x), height); else pen.moveTo(this.x(x), height);
      down = true;
    }
    pen.stroke();
    pen.setLineDash([]);
  }
  curve(f, style, count = 400) {
    const [low, high] = this.xRange;
    this.line(Array.from({ length: count + 1 }, (_, i) => {
      const x = low + ((high - low) * i) / count;
      return [x, f(x)];
    }), style);
  }
}

function text(pen, words, x, y, { color, align = "left", size = 12, bold = false, halo = null } = {}) {
  pen.font = `${bold ? "600 " : ""}${size}px ${pen.canvas.fontFamily || "sans-serif"}`;
  pen.textAlign = align;
  if (halo) {
    Object.assign(pen, { strokeStyle: halo, lineWidth: 4, lineJoin: "round" });
    pen.strokeText(words, x, y);
  }
  pen.fillStyle = color;
  pen.fillText(words, x, y);
}

function disc(pen, x, y, radius, fill, edge = null, width = 1.5) {
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
  if (fill) { pen.fillStyle = fill; pen.fill(); }
  if (edge) { pen.strokeStyle = edge; pen.lineWidth = width; pen.stroke(); }
}

// Diagonal stripes: the mark that says "this part" without relying on colour.
function stripes(pen, color, background) {
  const tile = document.createElement("canvas");
  tile.width = tile.height = 8;
  const brush = tile.getContext("2d");
  brush.fillStyle = background;
  brush.fillRect(0, 0, 8, 8);
  brush.strokeStyle = color;
  brush.lineWidth = 2.4;
  for (const shift of [-8, 0, 8]) {
    brush.beginPath();
    brush.moveTo(shift, 8);
    brush.lineTo(shift + 8, 0);
    brush.stroke();
  }
  return pen.createPattern(tile, "repeat");
}

// Writes rows of words into a table, touching only the cells that changed; row 0 is the head.
function fill(table, cells) {
  if (table.rows.length !== cells.length || table.rows[0].cells.length !== cells[0].length) {
    const [head, ...rows] = cells;
    table.replaceChildren(
      element("thead", {}, element("tr", {}, ...head.map(() => element("th", { scope: "col" })))),
      element("tbody", {}, ...rows.map((row) => element("tr", {}, ...row.map((_, i) => element(i ? "td" : "th", i ? {} : { scope: "row" }))))));
  }
  cells.forEach((row, r) => row.forEach((words, c) => {
    const cell = table.rows[r].cells[c];
    if (cell.textContent !== words) cell.textContent = words;
  }));
}
// The line where a grid of values crosses `level`: marching squares, as pieces [x1, y1, x2, y2] in cells.
function contour(values, columns, rows, level) {
  const pieces = [];
  const cross = (a, b) => (level - a) / (b - a);
  for (let r = 0; r + 1 < rows; r++) for (let c = 0; c + 1 < columns; c++) {
    const i = r * columns + c, a = values[i], b = values[i + 1], d = values[i + columns], e = values[i + columns + 1];
    const cuts = [];
    if (a < level !== b < level) cuts.push([c + cross(a, b), r]);
    if (b < level !== e < level) cuts.push([c + 1, r + cross(b, e)]);
    if (d < level !== e < level) cuts.push([c + cross(d, e), r + 1]);
    if (a < level !== d < level) cuts.push([c, r + cross(a, d)]);
    for (let k = 0; k + 1 < cuts.length; k += 2) pieces.push([...cuts[k], ...cuts[k + 1]]);
  }
  return pieces;
}
