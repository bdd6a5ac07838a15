// Goal and network in one picture. The goal is drawn by hand, or bent at one place with the arrow keys.

import { Plot, disc, text, within } from "../shared/plot.js";
import { clamp, number } from "../shared/format.js";
import { TABLE, output } from "./fit.js";

const LABEL = "Goal and network. Draw with the mouse, or choose a place with left and right arrow keys "
  + "and bend the goal there with up and down";
// Steps to the side, and how far the goal is bent.
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 0.08], ArrowDown: [0, -0.08] };

export class GoalPicture {
  constructor(page, fit, home) {
    // The keyboard's place in the table, and the place and height where a drawing hand was last.
    Object.assign(this, { page, fit, plot: null, index: 16, last: null, keys: KEYS });
    page.canvas({ home, label: LABEL, height: (width) => clamp(width * 0.62, 260, 370) }, this);
  }
  get x() { return this.index / (TABLE - 1); }
  describe() { return `position ${number(this.x)}, height ${number(this.fit.goal(this.x))}`; }

  draw(pen, width, height, theme) {
    const plot = this.plot = new Plot(pen, theme, within(width, height, 38, 12, 10, 32), [0, 1], [-1.1, 1.1]);
    plot.axes({ xTicks: 5, yTicks: 5, xLabel: "x" });
    plot.clipped(() => this.drawCurves(plot, theme));
    const words = { color: theme.soft, halo: theme.surface };
    text(pen, "wide and pale: the goal", plot.left + 10, plot.top + 16, words);
    text(pen, "thin and blue: the network", plot.left + 10, plot.top + 33, { ...words, color: theme.blue, bold: true });
  }
  drawCurves(plot, theme) {
    const { goal, network } = this.fit;
    const looks = [{ color: theme.orange, width: 1.2 }, { color: theme.purple, width: 1.2, dash: [4, 3] }];
    if (this.page.get("show_units")) network.parts.forEach((part, i) => plot.curve(part, looks[i % 2], 240));
    plot.curve(goal, { color: theme.dark ? "rgba(255,255,255,0.35)" : "rgba(20,20,30,0.25)", width: 7 });
    plot.curve((x) => output(network, x), { color: theme.blue, width: 2.8 }, 801);
    if (document.activeElement !== plot.pen.canvas) return;
    disc(plot.pen, plot.x(this.x), plot.y(goal(this.x)), 6, null, theme.ink, 2);
  }

  press([step, bend]) {
    if (step) this.index = clamp(this.index + step, 0, TABLE - 1);
    else this.sketch(this.index, this.fit.goal(this.x) + bend);
    this.page.invalidate();
  }
  drag(point, phase) {
    const { last } = this;
    this.last = null;
    if (phase === "hover" || phase === "end") return;
    const index = clamp(Math.round(this.plot.valueX(point.x) * (TABLE - 1)), 0, TABLE - 1);
    const height = this.plot.valueY(point.y);
    // A quick hand skips places: fill them in.
    const [from, level] = last || [index, height], way = Math.max(Math.abs(index - from), 1);
    for (let step = 1; step <= way; step++) {
      this.sketch(Math.round(from + ((index - from) * step) / way), level + ((height - level) * step) / way);
    }
    Object.assign(this, { index, last: [index, height] });
  }
  // Puts one height into the table; a goal that was not drawn is copied into it first.
  sketch(index, height) {
    const { page, fit } = this, rounded = (value) => Number(value.toFixed(3));
    if (!fit.drawn) {
      const copy = fit.goal;
      page.set("drawn", Array.from({ length: TABLE }, (_, i) => rounded(copy(i / (TABLE - 1)))));
      page.set("goal", "yours");
    }
    page.set("drawn", page.get("drawn").map((old, i) => (i === index ? rounded(clamp(height, -1, 1)) : old)));
  }
}
