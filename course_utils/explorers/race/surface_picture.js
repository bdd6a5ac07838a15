// The surface from above, with a path for each rule and the learner's own beside it.

import { Ground } from "./ground.js";
import { LOOKS, STAR, marker } from "./looks.js";
import { Plot, disc, text, within } from "../shared/plot.js";
import { clamp } from "../shared/format.js";
import { pointWords } from "./contest.js";

const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

export class SurfacePicture {
  constructor(contest, ownSteps, home, height) {
    Object.assign(this, { contest, ownSteps, ground: new Ground(), plane: null, keys: WAYS });
    contest.page.canvas({
      home, height,
      label: "The surface from above with a path for each rule. Arrow keys move the start, with Shift by a hundredth",
    }, this);
  }

  // ---- drawing
  draw(pen, width, height, theme) {
    const { contest, ownSteps } = this, { surface, shown } = contest;
    const plane = this.plane = new Plot(pen, theme, within(width, height, 40, 22, 10, 36), surface.x, surface.y);
    this.ground.draw(plane, contest.page.get("surface"), surface);
    plane.axes({ xTicks: 6, yTicks: 5, xLabel: "w₁", yLabel: "w₂" });
    plane.clipped(() => {
      for (const [x, y] of surface.goals) marker(pen, STAR, plane.x(x), plane.y(y), 9, theme.surface, theme.ink);
      const diverges = (rule) => Boolean(contest.race(rule).diverged);
      [...shown].sort((a, b) => diverges(b) - diverges(a)).forEach((rule) => this.path(rule));
      ownSteps.wanted.filter((rule) => ownSteps.run(rule)).forEach((rule) => this.ownPath(rule));
    });
    this.startSign();
  }
  startSign() {
    const { plane } = this, [x, y] = this.pixels(this.contest.start);
    disc(plane.pen, x, y, 9, plane.theme.surface, plane.theme.ink, 3);
    this.label("start", x, y + 4, x > plane.right - 60);
  }
  label(words, x, y, before) {
    const { pen, theme } = this.plane, align = before ? "right" : "left";
    text(pen, words, x + (before ? -15 : 15), y, { color: theme.ink, align, bold: true, halo: theme.surface });
  }
  path(rule) {
    const { contest, plane } = this, { pen, theme } = plane, { dash, shape, color: name } = LOOKS[rule];
    const points = contest.race(rule).points.slice(0, contest.now + 1), color = theme[name];
    // Where all jumps of a diverging path were drawn in full, they would hide the others.
    pen.globalAlpha = contest.isLost(rule) ? 0.3 : 1;
    plane.line(points.map((point) => point.map((value) => clamp(value, -1e3, 1e3))), { color, width: 2, dash });
    pen.globalAlpha = 1;
    this.dots(points, () => 9, (x, y) => marker(pen, shape, x, y, 2.4, color));
    const end = points[points.length - 1];
    if (this.isNear(end)) marker(pen, shape, ...this.pixels(end), 6.5, color, theme.surface);
  }
  // The learner's path: rings on torch's path while both agree, a line of its own from where they part.
  ownPath(rule) {
    const { plane, contest, ownSteps } = this, { pen, theme } = plane, part = ownSteps.differs(rule);
    const points = ownSteps.run(rule).points.slice(0, contest.now + 1);
    const agrees = (step) => !part || step < part, common = theme[LOOKS[rule].color];
    this.dots(points, (step) => (agrees(step) ? 32 : 10), (x, y, step) => {
      disc(pen, x, y, agrees(step) ? 5 : 3, null, agrees(step) ? common : theme.ink, 1.3);
    });
    if (!part || part > contest.now) return;
    plane.line(points.slice(part - 1), { color: theme.ink, width: 1.4, dash: [3, 2] });
    this.parting(points[part] && this.isNear(points[part]) ? points[part] : points[part - 1], rule, part);
  }
  parting(point, rule, step) {
    const { plane } = this, { pen, theme } = plane, [px, py] = this.pixels(point);
    const x = clamp(px, plane.left + 12, plane.right - 12), y = clamp(py, plane.top + 12, plane.bottom - 12);
    disc(pen, x, y, 10, null, theme.red, 2.5);
    text(pen, "✗", x, y + 5, { color: theme.red, align: "center", bold: true, size: 14, halo: theme.surface });
    this.label(`${this.contest.own[rule]}: step ${step}`, x, y - 8, x > plane.left + plane.width * 0.6);
  }
  // Calls `draw` for the points in the picture that are at least `gap` pixels from the last one drawn.
  dots(points, gap, draw) {
    let last = null;
    points.forEach((point, step) => {
      const [x, y] = this.pixels(point);
      if (!this.isNear(point) || (last && Math.hypot(x - last[0], y - last[1]) < gap(step))) return;
      last = [x, y];
      draw(x, y, step);
    });
  }
  pixels([x, y]) { return [this.plane.x(x), this.plane.y(y)]; }
  isNear(point) { return this.pixels(point).every((pixel) => Math.abs(pixel) < 5000); }

  // ---- words and hands
  describe() {
    const { start, now, steps } = this.contest;
    return `start at ${pointWords(start)}; step ${now} of ${steps}`;
  }
  press(way, { shiftKey }) {
    this.contest.moveTo(this.contest.start.map((value, i) => value + (shiftKey ? 0.01 : 0.05) * way[i]));
  }
  hold({ x, y }) { this.contest.moveTo([this.plane.valueX(x), this.plane.valueY(y)]); }
}
