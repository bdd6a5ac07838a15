// The picture of the network: each unit with what it says, each edge with its weight and its check.

import { WRONG, unitName } from "./frame.js";
import { clamp, number } from "../shared/format.js";
import { cross, unitPicture } from "./pictures.js";
import { edgeCurve, edgeNear, edgePoint, networkLayout, unitAt } from "./layout.js";
import { sameUnit } from "./session.js";
import { rectangle, text } from "../shared/plot.js";

const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1], Escape: null };

export class NetworkPicture {
  constructor(session, home) {
    this.session = session;
    this.page = session.page;
    // `net` is where everything stands, `tip` the edge under the pointer, `pointed` a name for what is there.
    this.net = this.tip = null;
    Object.assign(this, { pointed: "", keys: WAYS });
    const canvas = this.page.canvas({
      home, touchAction: "pan-y", label: "The network. Arrow keys choose a unit, Escape lets go",
      height: (width) => clamp(width * 0.66, 270, 370),
    }, this);
    canvas.addEventListener("pointerleave", () => this.point("", null, null));
  }

  // ---- drawing
  draw(pen, width, height, theme) {
    const { frame } = this.session;
    if (!frame) return text(pen, "waiting for the first frame", 14, 30, { color: theme.soft });
    const net = this.net = networkLayout(frame, width, height);
    this.heads(pen, theme);
    for (const edge of net.edges) this.edge(pen, theme, edge);
    for (const { a, b, place } of net.edges) {
      if (frame.marks[place] === WRONG) cross(pen, theme, ...edgePoint(net, a, b, 0.36 + 0.14 * (a.unit % 3)));
    }
    for (const unit of net.units) this.unit(pen, theme, unit);
    if (this.tip) this.tooltip(pen, theme, width, height);
  }
  heads(pen, theme) {
    const { columns } = this.net, last = columns.length - 1;
    columns.forEach(([{ x }], layer) => {
      const hidden = last === 2 ? "hidden layer" : `layer ${layer}`;
      const words = layer === 0 ? "inputs" : layer === last ? "output" : hidden;
      const middle = layer === last ? Math.min(x, pen.canvas.clientWidth - 26) : x;
      text(pen, words, middle, 14, { color: theme.soft, align: "center" });
    });
  }
  edge(pen, theme, { a, b, place }) {
    const { frame, selected } = this.session, weight = frame.weights[place], wrong = frame.marks[place] === WRONG;
    const { x0, x3, bend } = edgeCurve(this.net, a, b);
    const faded = selected && !sameUnit(selected, a) && !sameUnit(selected, b);
    const width = clamp(Math.abs(weight) * 2.6, 0.6, 9);
    pen.strokeStyle = wrong ? theme.red : weight > 0 ? theme.orange : theme.blue;
    Object.assign(pen, { lineWidth: Math.max(wrong ? 2 : 0.7, width), lineCap: "butt" });
    pen.globalAlpha = faded ? 0.25 : wrong ? 0.95 : clamp(0.45 + Math.abs(weight), 0.5, 0.9);
    pen.setLineDash(weight < 0 ? [7, 4] : []);
    pen.beginPath();
    pen.moveTo(x0, a.y);
    pen.bezierCurveTo(x0 + bend, a.y, x3 - bend, b.y, x3, b.y);
    pen.stroke();
    pen.setLineDash([]);
    pen.globalAlpha = 1;
  }
  unit(pen, theme, unit) {
    const { frame, selected, hovered } = this.session, { layer, x, y } = unit, { size } = this.net;
    const left = x - size / 2, top = y - size / 2, two = this.page.get("discrete");
    pen.imageSmoothingEnabled = !two;
    pen.drawImage(unitPicture(frame, unit, theme, 0.9, two), left, top, size, size);
    const chosen = sameUnit(selected, unit), over = sameUnit(hovered, unit);
    const edge = chosen || over ? theme.ink : theme.axis;
    rectangle(pen, left, top, size, size, null, edge, chosen ? 3 : over ? 2 : 1);
    if (layer > 0) this.bias(pen, theme, unit, left, y + size / 2);
    else {
      const feature = this.page.get("features")[unit.unit];
      text(pen, feature, left - 8, y + 5, { color: theme.ink, align: "right", size: 14 });
    }
    const flow = frame.flow?.[layer]?.[unit.unit] ?? null;
    if (flow === null) return;
    text(pen, number(flow), x, y + 5, { color: theme.ink, align: "center", bold: true, halo: theme.surface });
  }
  // The bias: a small square at the corner; filled if positive, hollow if negative.
  bias(pen, theme, { layer, unit }, x, y) {
    const { frame } = this.session, place = frame.layers[layer - 1].bias + unit, bias = frame.weights[place];
    if (frame.marks[place] === WRONG) return cross(pen, theme, x, y);
    const side = clamp(3 + 3 * Math.abs(bias), 4, 9), corner = [x - side / 2, y - side / 2];
    const look = bias >= 0 ? [theme.orange, theme.orange] : [theme.surface, theme.blue];
    rectangle(pen, ...corner, side, side, ...look, 2);
  }
  tooltip(pen, theme, width, height) {
    const rows = this.tipWords(), wrong = this.session.frame.marks[this.tip.place] === WRONG;
    pen.font = `12px ${pen.canvas.fontFamily}`;
    const wide = Math.max(...rows.map((words) => pen.measureText(words).width)) + 18, { point } = this.tip;
    const x = clamp(point.x + 12, 0, width - wide), y = clamp(point.y + 14, 0, height - 46);
    rectangle(pen, x, y, wide, 42, theme.surface, theme.axis);
    rows.forEach((words, i) => text(pen, words, x + 9, y + 17 + 17 * i, { color: i && wrong ? theme.red : theme.ink }));
  }

  // ---- words
  tipWords() {
    const { weights, marks, claimed, measured } = this.session.frame, { place } = this.tip;
    const [start, end] = [this.tip.a, this.tip.b].map((unit) => unitName(this.session, unit));
    const weight = `weight from ${start} to ${end}: ${number(weights[place], 3)}`;
    if (!marks[place]) return [weight, "gradient not compared yet"];
    const check = `gradient ${number(claimed[place], 4)}, measured ${number(measured[place], 4)}`;
    return [weight, marks[place] === WRONG ? `${check}: wrong` : check];
  }
  describe() {
    const { frame, selected } = this.session;
    if (!frame) return "not started";
    if (!selected) return `${frame.sizes.join("-")} network`;
    return `${unitName(this.session, selected)} is chosen`;
  }

  // ---- hands
  press(step) {
    const { session } = this, { frame, selected } = session;
    if (!frame) return false;
    if (!step) return session.select(null);
    const layer = selected ? clamp(selected.layer + step[0], 0, frame.outputLayer) : 1;
    session.select({ layer, unit: clamp((selected ? selected.unit : 0) + step[1], 0, frame.sizes[layer] - 1) });
  }
  drag(point, phase) {
    const { session, net } = this;
    if (!session.frame || !net) return false;
    const unit = unitAt(net, point);
    if (phase === "start") session.select(sameUnit(unit, session.selected) ? null : unit);
    if (phase !== "hover") return;
    const edge = unit ? null : edgeNear(net, point);
    const name = edge ? `weight ${edge.place}` : unit ? `unit ${unit.layer}.${unit.unit}` : "";
    if (name !== this.pointed) this.point(name, unit, edge && { ...edge, point });
    else if (edge) this.tip.point = point;
  }
  point(name, unit, tip) {
    Object.assign(this, { pointed: name, tip });
    this.session.hovered = unit;
    this.page.invalidate();
  }
}
