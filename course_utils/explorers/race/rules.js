// The race without its picture: surfaces, rules, paths and best rates. race_surfaces.py
// has the same surfaces; the tests compare them, and these rules with torch.optim.

export const STEEP = 100, DEEP = 10, WAVE = 5, HALF = Math.SQRT1_2;
export const LOWEST_RATE = 1e-4, HIGHEST_RATE = 10, DIVERGED = 100;

export const ravine = (x, y) => (x * x + STEEP * y * y) / 2;
export const turned = (x, y) => [(x + y) * HALF, (y - x) * HALF];
export const SURFACES = {
  ravine: { value: ravine, gradient: (x, y) => [x, STEEP * y], x: [-4.6, 1.5], y: [-1.3, 1.3], start: [-4, 1], goals: [[0, 0]] },
  "ravine, turned": {
    value: (x, y) => ravine(...turned(x, y)),
    gradient: (x, y) => { const [along, across] = turned(x, y); return [(along - STEEP * across) * HALF, (along + STEEP * across) * HALF]; },
    x: [-4.8, 1.6], y: [-3.6, 1.4], start: [-3.54, -2.12], goals: [[0, 0]],
  },
  "bent valley": {
    value: (x, y) => (1 - x) ** 2 + DEEP * (y - x * x) ** 2,
    gradient: (x, y) => { const wall = 2 * DEEP * (y - x * x); return [-2 * (1 - x) - 2 * x * wall, wall]; },
    x: [-1.9, 1.9], y: [-0.9, 2.3], start: [-1.2, 1.6], goals: [[1, 1]],
  },
  saddle: {
    value: (x, y) => x * x + (y * y - 1) ** 2 / 4, gradient: (x, y) => [2 * x, y ** 3 - y],
    x: [-1.9, 1.9], y: [-1.5, 1.5], start: [-1.6, 0.02], goals: [[0, -1], [0, 1]],
  },
  "bumpy bowl": {
    value: (x, y) => (x * x + y * y) / 2 + (2 - Math.cos(WAVE * x) - Math.cos(WAVE * y)) / 2,
    gradient: (x, y) => [x + (WAVE * Math.sin(WAVE * x)) / 2, y + (WAVE * Math.sin(WAVE * y)) / 2],
    x: [-3.2, 3.2], y: [-2.4, 2.4], start: [-2.7, 1.9], goals: [[0, 0]],
  },
  plateau: {
    value: (x, y) => -Math.expm1(-(x * x + y * y)),
    gradient: (x, y) => { const height = Math.exp(-(x * x + y * y)); return [2 * x * height, 2 * y * height]; },
    x: [-3.4, 2.2], y: [-2, 2], start: [-2.4, 1], goals: [[0, 0]],
  },
};

// Each rule works on one coordinate: gradient g, memory m (v and s start at 0), rate, number t of
// the step. It returns what is subtracted. `decay` is the share of rate times weight lost first.
export const adam = (g, m, rate, t) => {
  m.v = 0.9 * m.v + 0.1 * g;
  m.s = 0.999 * m.s + 0.001 * g * g;
  return (rate * m.v) / (1 - 0.9 ** t) / (Math.sqrt(m.s / (1 - 0.999 ** t)) + 1e-8);
};
export const RULES = {
  sgd: { name: "SGD", move: (g, m, rate) => rate * g },
  momentum: { name: "momentum", move: (g, m, rate) => { m.v = 0.9 * m.v + g; return rate * m.v; } },
  nesterov: { name: "Nesterov", move: (g, m, rate) => { m.v = 0.9 * m.v + g; return rate * (g + 0.9 * m.v); } },
  adagrad: { name: "Adagrad", move: (g, m, rate) => { m.s += g * g; return (rate * g) / (Math.sqrt(m.s) + 1e-10); } },
  rmsprop: { name: "RMSprop", move: (g, m, rate) => { m.s = 0.99 * m.s + 0.01 * g * g; return (rate * g) / (Math.sqrt(m.s) + 1e-8); } },
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
