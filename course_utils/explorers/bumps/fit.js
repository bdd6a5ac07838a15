// The goals, the networks that are built to meet them, and how well they fit; nothing is trained.

export const KINDS = ["sigmoid bumps", "ReLU hinges"];
// A drawn goal has so many heights. The first and the last bump reach beyond the ends.
export const TABLE = 65;
const OUTSIDE = 0.5;
export const WIDTHS = [2, 4, 8, 16, 32, 64];
export const GOALS = {
  "sine wave": (x) => 0.8 * Math.sin(2 * Math.PI * x),
  "two hills": (x) => 0.9 * Math.exp(-((x - 0.3) ** 2) / 0.01) + 0.5 * Math.exp(-((x - 0.72) ** 2) / 0.02) - 0.2,
  zigzag: (x) => 1.6 * Math.abs(2 * (2 * x - Math.floor(2 * x + 0.5))) - 0.8,
  step: (x) => (x < 0.5 ? -0.5 : 0.5),
};
// A drawn goal: straight between its heights.
export const tableGoal = (heights) => (x) => {
  const place = x * (TABLE - 1), i = Math.min(Math.floor(place), TABLE - 2);
  return heights[i] + (place - i) * (heights[i + 1] - heights[i]);
};

function sigmoid(x) {
  const decay = Math.exp(-Math.abs(x));
  return x >= 0 ? 1 / (1 + decay) : decay / (1 + decay);
}
// A pair of sigmoids makes one bump, as high as the goal in its middle.
function bumps(goal, count, steepness) {
  const slope = steepness * count;
  return Array.from({ length: count }, (_, i) => {
    const left = i ? i / count : -OUTSIDE, right = i < count - 1 ? (i + 1) / count : 1 + OUTSIDE;
    const height = goal((i + 0.5) / count);
    return (x) => height * (sigmoid(slope * (x - left)) - sigmoid(slope * (x - right)));
  });
}
// A ReLU unit bends the line at its knot so that it meets the goal at the next one.
function hinges(goal, units) {
  let before = 0;
  return Array.from({ length: units }, (_, i) => {
    const knot = i / units, slope = (goal((i + 1) / units) - goal(knot)) * units, bend = slope - before;
    before = slope;
    return (x) => bend * Math.max(x - knot, 0);
  });
}

// A network is `base` and its parts, x -> what a pair of sigmoids or a ReLU unit adds to the output.
export function build(kind, goal, units, steepness) {
  if (kind === KINDS[0]) return { base: 0, parts: bumps(goal, Math.max(Math.floor(units / 2), 1), steepness) };
  return { base: goal(0), parts: hinges(goal, units) };
}
export const output = ({ base, parts }, x) => parts.reduce((sum, part) => sum + part(x), base);
// The root mean square and the largest miss over [0, 1].
export function errors(network, goal, points = 401) {
  let squares = 0, worst = 0;
  for (let i = 0; i < points; i++) {
    const x = i / (points - 1), miss = output(network, x) - goal(x);
    squares += miss * miss;
    worst = Math.max(worst, Math.abs(miss));
  }
  return [Math.sqrt(squares / points), worst];
}

// What is chosen now, in the form of these formulas.
export class Fit {
  constructor(page) { Object.assign(this, { page, known: {} }); }
  get drawn() { return this.page.get("goal") === "yours" && this.page.get("drawn"); }
  get goal() { return this.drawn ? tableGoal(this.drawn) : GOALS[this.page.get("goal")]; }
  get network() { return this.withUnits(this.page.get("units")); }
  get errors() { return errors(this.network, this.goal); }
  withUnits(units) { return build(this.page.get("kind"), this.goal, units, this.page.get("steepness")); }

  // Root mean square errors, one a width; computed again only when something but the width has changed.
  get errorsByWidth() {
    const key = JSON.stringify([...["kind", "goal", "steepness"].map((name) => this.page.get(name)), this.drawn]);
    if (this.known.key !== key) {
      this.known = { key, errors: WIDTHS.map((units) => errors(this.withUnits(units), this.goal, 201)[0]) };
    }
    return this.known.errors;
  }
  // The power of the width with which the error falls, over the last two doublings.
  get slope() {
    const [, , , before, , last] = this.errorsByWidth;
    return Math.log(last / before) / Math.log(4);
  }
}
