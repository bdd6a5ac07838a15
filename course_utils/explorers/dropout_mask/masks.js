// The layer, the masks that a seed gives, and what comes out under them.

// So many masks at most.
export const MOST = 400;
export const SAMPLES = 6, UNITS = 12;
export const SCALINGS = ["divide by 1 - p", "none", "multiply by p"];

// A number in [0, 1) from four counters: the finishing steps of mulberry32 (Tommy Ettinger, 2017, public domain).
export function uniform(seed, draw, row, unit) {
  const { imul } = Math;
  let word = imul(seed, 0x9e3779b1) + imul(draw, 0x85ebca6b) + imul(row, 0xc2b2ae35) + imul(unit, 0x27d4eb2f);
  for (let i = 0; i < 2; i++) {
    word = (word + 0x6d2b79f5) >>> 0;
    let mixed = imul(word ^ (word >>> 15), word | 1);
    mixed ^= mixed + imul(mixed ^ (mixed >>> 7), mixed | 61);
    word = (mixed ^ (mixed >>> 14)) >>> 0;
  }
  return word / 2 ** 32;
}
const times = (count, f) => Array.from({ length: count }, (_, i) => f(i));
const grid = (f) => times(SAMPLES, (row) => times(UNITS, (unit) => f(row, unit)));
export const ACTIVATIONS = grid((row, unit) => Math.round(100 * (0.2 + 1.6 * uniform(99, 0, row, unit))) / 100);
export const mask = (seed, draw, rate, oneForAll) =>
  grid((row, unit) => uniform(seed, draw, oneForAll ? 0 : row, unit) >= rate);
// What kept activations are multiplied by.
export const factor = (scaling, rate) => [1 / (1 - rate), 1, rate][SCALINGS.indexOf(scaling)];

const average = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
export const EVALUATION = average(ACTIVATIONS.flat());
// The batch's mean output for masks 1 to `draws`.
export function outputs(seed, draws, rate, scaling, oneForAll) {
  const scale = factor(scaling, rate) / (SAMPLES * UNITS);
  return times(draws, (i) => {
    let sum = 0;
    for (let row = 0; row < SAMPLES; row++) for (let unit = 0; unit < UNITS; unit++) {
      if (uniform(seed, i + 1, oneForAll ? 0 : row, unit) >= rate) sum += ACTIVATIONS[row][unit];
    }
    return sum * scale;
  });
}

// What is chosen now, and what it gives.
const KEYS = ["seed", "draws", "rate", "scaling", "one_for_all", "evaluating"];
export function measured(page) {
  const { one_for_all: oneForAll, ...now } = Object.fromEntries(KEYS.map((key) => [key, page.get(key)]));
  const { seed, draws, rate, scaling, evaluating } = now;
  const seen = evaluating ? Array(draws).fill(EVALUATION) : outputs(seed, draws, rate, scaling, oneForAll);
  const mean = average(seen), spread = Math.sqrt(average(seen.map((value) => (value - mean) ** 2)));
  return { ...now, kept: mask(seed, draws, rate, oneForAll), factor: factor(scaling, rate), seen, mean, spread };
}
