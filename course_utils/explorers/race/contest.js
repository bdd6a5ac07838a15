// What the parts of the race share: the settings as the page holds them, and the built-in rules' paths.

import { RULES, bestRates, divergedAt, path } from "./rules.js";
import { SURFACES } from "./surfaces.js";
import { clamp } from "../shared/format.js";

export class Contest {
  constructor(page) {
    this.page = page;
    this.rules = Object.keys(RULES);
    // For rules that the learner wrote: the name of the function.
    this.own = Object.fromEntries(page.get("own"));
    this.paths = {};
  }
  get surface() { return SURFACES[this.page.get("surface")]; }
  get start() { return this.page.get("start"); }
  get steps() { return this.page.get("steps"); }
  get now() { return clamp(this.page.get("step"), 0, this.steps); }
  get shown() { return this.rules.filter((rule) => this.isShown(rule)); }
  isShown(rule) { return this.page.get(`show_${rule}`); }
  rate(rule) { return this.page.get(`rate_${rule}`); }

  // Each path is computed once for its surface, start and rate.
  race(rule) {
    const place = [this.page.get("surface"), this.start, this.rate(rule), this.steps], key = JSON.stringify(place);
    if (this.paths[rule]?.key !== key) {
      const points = path(rule, ...place), losses = points.map((point) => this.surface.value(...point));
      this.paths[rule] = { key, points, losses, diverged: divergedAt(losses, this.steps) };
    }
    return this.paths[rule];
  }
  lossNow(rule) { return this.race(rule).losses[this.now] ?? Infinity; }
  isLost(rule) {
    const { diverged } = this.race(rule);
    return diverged > 0 && diverged <= this.now;
  }

  moveTo([x, y]) {
    const inside = [clamp(x, ...this.surface.x), clamp(y, ...this.surface.y)];
    this.page.set("start", inside.map((value) => Number(value.toFixed(2))));
  }
  tune() {
    const best = bestRates(this.page.get("surface"), this.start, this.steps);
    for (const rule of this.rules) this.page.set(`rate_${rule}`, best[rule]);
  }
}
