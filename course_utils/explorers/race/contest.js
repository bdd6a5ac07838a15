// What the parts of the race share: the settings as the page holds them, the paths, and what is said of them.

import { DIVERGED, RULES, bestRates, divergedAt, path } from "./rules.js";
import { MINUS, brief, capital, clamp, number } from "../shared/format.js";
import { SURFACES } from "./surfaces.js";

const VISIBLE_LOSS = 1e-12;

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

export const pointWords = (point) => `(${point.map((value) => number(value)).join(", ")})`;
export function lossWords(value) {
  if (!Number.isFinite(value)) return "not a number";
  if (value < VISIBLE_LOSS) return "below 1e−12";
  if (value >= 0.001 && value < 1e4) return brief(value);
  return value.toExponential(1).replace("-", MINUS).replace("+", "");
}

export function sentence(contest) {
  const rules = contest.shown, lost = rules.filter((rule) => contest.isLost(rule));
  if (!rules.length) return "No rule is switched on.";
  const place = `on the surface "${contest.page.get("surface")}" from ${pointWords(contest.start)}`;
  const order = rules.filter((rule) => !lost.includes(rule)).sort((a, b) => contest.lossNow(a) - contest.lossNow(b));
  const trouble = lost.map((rule) => ` ${lostWords(contest, rule)}`).join("");
  return `Step ${contest.now} ${place}.${order.length ? ` ${leadWords(contest, order)}` : ""}${trouble}`;
}
function leadWords(contest, order) {
  const [first, ...others] = order.map((rule) => RULES[rule].name);
  const rest = others.length ? `, then ${others.join(", ")}` : "";
  return `Lowest is ${first} (loss ${lossWords(contest.lossNow(order[0]))})${rest}.`;
}
function lostWords(contest, rule) {
  const from = `from step ${contest.race(rule).diverged} on its loss is over ${DIVERGED} times that of the start`;
  return `${capital(RULES[rule].name)} diverges: ${from}; its rate ${brief(contest.rate(rule))} is too large here.`;
}
