// The surfaces of the race; surfaces.py has the same gradients, the tests compare them.

const STEEP = 100, DEEP = 10, WAVE = 5, HALF = Math.SQRT1_2;
const ravine = (x, y) => (x * x + STEEP * y * y) / 2;
const turned = (x, y) => [(x + y) * HALF, (y - x) * HALF];

export const SURFACES = {
  ravine: {
    value: ravine, gradient: (x, y) => [x, STEEP * y],
    x: [-4.6, 1.5], y: [-1.3, 1.3], start: [-4, 1], goals: [[0, 0]],
  },
  "ravine, turned": {
    value: (x, y) => ravine(...turned(x, y)),
    gradient: (x, y) => {
      const [along, across] = turned(x, y);
      return [(along - STEEP * across) * HALF, (along + STEEP * across) * HALF];
    },
    x: [-4.8, 1.6], y: [-3.6, 1.4], start: [-3.54, -2.12], goals: [[0, 0]],
  },
  "bent valley": {
    value: (x, y) => (1 - x) ** 2 + DEEP * (y - x * x) ** 2,
    gradient: (x, y) => {
      const wall = 2 * DEEP * (y - x * x);
      return [-2 * (1 - x) - 2 * x * wall, wall];
    },
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
    gradient: (x, y) => {
      const slope = 2 * Math.exp(-(x * x + y * y));
      return [x * slope, y * slope];
    },
    x: [-3.4, 2.2], y: [-2, 2], start: [-2.4, 1], goals: [[0, 0]],
  },
};
