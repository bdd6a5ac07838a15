// The eight activation functions in closed form, and what they make of a pile of inputs.

const SELU_SCALE = 1.0507009873554805, SELU_ALPHA = 1.6732632423543772;
const logistic = (x, beta) => {
  const decay = Math.exp(-Math.abs(beta * x));
  return x >= 0 ? 1 / (1 + decay) : decay / (1 + decay);
};
const elu = (x, alpha) => (x > 0 ? x : alpha * Math.expm1(x));
const eluSlope = (x, alpha) => (x > 0 ? 1 : alpha * Math.exp(x));

// value, slope (derivative), steepest (its largest value), and the one parameter if there is one
export const FORMULAS = {
  threshold: { value: (x) => (x >= 0 ? 1 : 0), slope: () => 0, steepest: () => 0 },
  logistic: {
    value: logistic, slope: (x, p) => p * logistic(x, p) * logistic(-x, p), steepest: (p) => p / 4,
    parameter: { letter: "β", words: "steepness β", min: 0.1, max: 10, log: true, start: 1 },
  },
  tanh: { value: Math.tanh, slope: (x) => 1 - Math.tanh(x) ** 2, steepest: () => 1 },
  ReLU: { value: (x) => Math.max(x, 0), slope: (x) => (x > 0 ? 1 : 0), steepest: () => 1 },
  "leaky ReLU": {
    value: (x, p) => (x > 0 ? x : p * x), slope: (x, p) => (x > 0 ? 1 : p), steepest: (p) => Math.max(1, p),
    parameter: { letter: "a", words: "leak: slope a on the left", min: 0.001, max: 1, log: true, start: 0.1 },
  },
  ELU: {
    value: elu, slope: eluSlope, steepest: (p) => Math.max(1, p),
    parameter: { letter: "α", words: "depth α on the left", min: 0.1, max: 3, log: true, start: 1 },
  },
  SELU: {
    value: (x) => SELU_SCALE * elu(x, SELU_ALPHA), slope: (x) => SELU_SCALE * eluSlope(x, SELU_ALPHA),
    steepest: () => SELU_SCALE * SELU_ALPHA,
  },
  softplus: {
    value: (x, p) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(p * x))) / p, slope: logistic, steepest: () => 1,
    parameter: { letter: "β", words: "sharpness β", min: 0.1, max: 10, log: true, start: 1 },
  },
};

// The pile of inputs is a normal distribution: its nodes, in units of its spread, and the share of the inputs at each.
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
