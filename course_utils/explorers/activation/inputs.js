// The pile of inputs, a normal distribution, and what a function makes of it.

import { FORMULAS } from "./formulas.js";

// Its nodes, in units of its spread, and the share of the inputs at each.
export const Z = Float64Array.from({ length: 2001 }, (_, i) => -5 + (10 * i) / 2000);
const DENSITY = Z.map((z) => Math.exp((-z * z) / 2));
const TOTAL = DENSITY.reduce((sum, weight) => sum + weight, 0);
export const WEIGHTS = DENSITY.map((weight) => weight / TOTAL);
let sum = 0;
const UP_TO = WEIGHTS.map((weight) => { sum += weight; return sum; });

// The node below which this share of the inputs lies.
export function quantile(share) {
  return Z[Math.max(1, UP_TO.findIndex((below) => below >= share))];
}

// What becomes of inputs with this mean and spread.
export function flow(name, parameter, mean, spread) {
  const formula = FORMULAS[name];
  const limit = 0.1 * formula.steepest(parameter);
  let first = 0, second = 0, saturated = 0, dead = 0;
  for (let i = 0; i < Z.length; i++) {
    const x = mean + spread * Z[i], weight = WEIGHTS[i];
    const y = formula.value(x, parameter), slope = formula.slope(x, parameter);
    first += weight * y;
    second += weight * y * y;
    if (slope === 0) dead += weight;
    if (slope === 0 || slope < limit) saturated += weight;
  }
  return { mean: first, deviation: Math.sqrt(Math.max(0, second - first * first)), saturated, dead };
}
