// The rules of the race, their paths and best rates; the tests compare the rules with torch.optim.

import { SURFACES } from "./surfaces.js";

export const LOWEST_RATE = 1e-4, HIGHEST_RATE = 10, DIVERGED = 100;

// Each rule works on one coordinate: gradient g, memory m (v and s start at 0), rate, number t of
// the step. It returns what is subtracted. `decay` is the share of rate times weight lost first.
const adam = (g, m, rate, t) => {
  m.v = 0.9 * m.v + 0.1 * g;
  m.s = 0.999 * m.s + 0.001 * g * g;
  return (rate * m.v) / (1 - 0.9 ** t) / (Math.sqrt(m.s / (1 - 0.999 ** t)) + 1e-8);
};
const velocity = (g, m) => (m.v = 0.9 * m.v + g);
export const RULES = {
  sgd: { name: "SGD", move: (g, m, rate) => rate * g },
  momentum: { name: "momentum", move: (g, m, rate) => rate * velocity(g, m) },
  nesterov: { name: "Nesterov", move: (g, m, rate) => rate * (g + 0.9 * velocity(g, m)) },
  adagrad: {
    name: "Adagrad",
    move: (g, m, rate) => {
      m.s += g * g;
      return (rate * g) / (Math.sqrt(m.s) + 1e-10);
    },
  },
  rmsprop: {
    name: "RMSprop",
    move: (g, m, rate) => {
      m.s = 0.99 * m.s + 0.01 * g * g;
      return (rate * g) / (Math.sqrt(m.s) + 1e-8);
    },
  },
  adam: { name: "Adam", move: adam },
  adamw: { name: "AdamW", move: adam, decay: 0.01 },
};

// The points of a path, the start first; it ends early where it leaves the numbers.
export function path(rule, surfaceName, start, rate, steps) {
  const { move, decay = 0 } = RULES[rule], { gradient } = SURFACES[surfaceName];
  const memory = [{ v: 0, s: 0 }, { v: 0, s: 0 }], points = [start];
  let [x, y] = start;
  for (let t = 1; t <= steps; t++) {
    const [gx, gy] = gradient(x, y), kept = 1 - rate * decay;
    x = x * kept - move(gx, memory[0], rate, t);
    y = y * kept - move(gy, memory[1], rate, t);
    if (!Number.isFinite(x) || !Number.isFinite(y)) break;
    points.push([x, y]);
  }
  return points;
}
// The step from which a race counts as lost: out of the numbers, or far above the start. 0: none.
export function divergedAt(losses, steps) {
  const limit = DIVERGED * Math.max(losses[0], 1e-9);
  if (losses.length > steps && losses[steps] <= limit) return 0;
  const first = losses.findIndex((loss) => !(loss <= limit));
  return first < 0 ? losses.length : first;
}
// For each rule the rate with the lowest worst loss of the last 10 steps, of 61 from 0.0001 to 10,
// among the paths that stay near the picture (a quarter of its size around it); from farther out
// only luck, or a perfect bowl, brings a path back.
export function bestRates(surfaceName, start, steps, rules = Object.keys(RULES)) {
  const { value, x, y } = SURFACES[surfaceName];
  const near = (at, [low, high]) => Math.abs(at - (low + high) / 2) <= 0.75 * (high - low);
  const inside = (point) => near(point[0], x) && near(point[1], y);
  return Object.fromEntries(rules.map((rule) => {
    let best = [Infinity, LOWEST_RATE];
    for (let i = 0; i <= 60; i++) {
      const rate = Number((10 ** (-4 + i / 12)).toPrecision(2)), points = path(rule, surfaceName, start, rate, steps);
      if (points.length <= steps || !points.every(inside)) continue;
      const worst = Math.max(...points.slice(-10).map((point) => value(...point)));
      if (worst < best[0]) best = [worst, rate];
    }
    return [rule, best[1]];
  }));
}
