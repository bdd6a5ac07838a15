// The loss of each rule against the step.

import { LOOKS, marker } from "./looks.js";
import { Plot, text, within } from "../shared/plot.js";
import { clamp, powerOfTen } from "../shared/format.js";
import { sentence } from "./contest.js";

const KEYS = { ArrowLeft: -1, ArrowRight: 1, PageDown: -10, PageUp: 10, Home: -1e9, End: 1e9 };

export class LossPicture {
  constructor(contest, ownSteps, player, home, height) {
    Object.assign(this, { contest, ownSteps, player, plot: null, keys: KEYS });
    const label = "Loss of each rule against the step. Arrow keys step through the race";
    contest.page.canvas({ home, height, label }, this);
  }
  describe() { return `step ${this.contest.now}; ${sentence(this.contest)}`; }
  press(step) { this.player.go(this.contest.now + step); }
  hold(point) { this.player.go(Math.round(this.plot.valueX(point.x))); }
  draw(pen, width, height, theme) {
    const { contest } = this, { now, shown } = contest;
    const logs = shown.map((rule) => contest.race(rule).losses.map((loss) => Math.log10(Math.max(loss, 1e-30))));
    const box = within(width, height, 44, 22, 12, 36);
    const plot = this.plot = new Plot(pen, theme, box, [0, contest.steps], this.range(logs.flat()));
    plot.axes({ xTicks: 5, yTicks: 6, yFormat: powerOfTen, xLabel: "step", yLabel: "loss" });
    const curves = shown.map((rule, i) => [rule, logs[i].map((log, step) => [step, log])]);
    plot.clipped(() => {
      plot.segment(plot.x(now), plot.top, plot.x(now), plot.bottom, theme.ink);
      for (const curve of curves) this.curve(...curve);
    });
    for (const [rule, points] of curves) {
      const [step, log] = points[Math.min(now, points.length - 1)];
      const y = clamp(plot.y(log), plot.top + 6, plot.bottom - 6), { shape, color } = LOOKS[rule];
      marker(pen, shape, plot.x(step), y, 5.5, theme[color], theme.surface);
    }
  }
  // At least two powers of ten below the start and at most two above it, whatever diverges.
  range(logs) {
    const { surface, start } = this.contest, first = Math.log10(Math.max(surface.value(...start), 1e-6));
    return [
      clamp(Math.floor(Math.min(first - 2, ...logs)), -9, first - 2),
      clamp(Math.ceil(Math.max(first + 0.3, ...logs)), first + 0.3, first + 2),
    ];
  }
  // Pale to the end of the race, in full up to now; a cross where the learner's step differs.
  curve(rule, points) {
    const { plot, contest } = this, { pen, theme } = plot, { dash, color: name } = LOOKS[rule], color = theme[name];
    pen.globalAlpha = 0.3;
    plot.line(points, { color, width: 1.2, dash });
    pen.globalAlpha = 1;
    plot.line(points.slice(0, contest.now + 1), { color, width: 2.2, dash });
    const part = this.ownSteps.differs(rule);
    if (!part || part > contest.now) return;
    const y = clamp(plot.y(points[Math.min(part, points.length - 1)][1]), plot.top + 14, plot.bottom) + 5;
    const style = { color: theme.red, align: "center", bold: true, size: 15, halo: theme.surface };
    text(pen, "✗", plot.x(part), y, style);
  }
}
