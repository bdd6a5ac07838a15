// What one neuron computes, when it is wrong, and how it learns from a mistake.

const CORNERS = [[0, 0], [0, 1], [1, 0], [1, 1]];
const gate = (targets) => CORNERS.map((corner, i) => [...corner, targets[i]]);
// Points as [x1, x2, target].
export const PRESETS = {
  AND: gate([0, 0, 0, 1]),
  OR: gate([0, 1, 1, 1]),
  NAND: gate([1, 1, 1, 0]),
  NOT: gate([1, 1, 0, 0]),
  XOR: gate([0, 1, 1, 0]),
  "two clouds": [
    [-0.2, 0.1, 0], [0.1, 0.5, 0], [0.35, -0.25, 0], [0, 0.85, 0], [0.3, 0.2, 0], [-0.3, 0.6, 0],
    [0.9, 1.2, 1], [1.2, 0.6, 1], [0.8, 0.75, 1], [1.35, 1.05, 1], [0.6, 1.35, 1], [1.15, 0.1, 1],
  ],
};
export const ACTIVATIONS = {
  threshold: (z) => (z >= 0 ? 1 : 0),
  logistic: (z) => 1 / (1 + Math.exp(-z)),
  tanh: Math.tanh,
  ReLU: (z) => Math.max(z, 0),
};
export const LEARNING_RATE = 0.25;

export const total = (point, { w1, w2, b }) => w1 * point[0] + w2 * point[1] + b;
export const isWrong = (point, weights) => (total(point, weights) >= 0) !== Boolean(point[2]);
export function learn(points, weights) {
  const point = points.find((one) => isWrong(one, weights));
  if (!point) return weights;
  const change = LEARNING_RATE * (point[2] ? 1 : -1);
  return { w1: weights.w1 + change * point[0], w2: weights.w2 + change * point[1], b: weights.b + change };
}
