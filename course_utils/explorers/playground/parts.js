// Playground: the parts that know nothing of the page: bytes to numbers, colours, marks.

import { disc } from "../shared/marks.js";

export const REACH = 3, MOST_LAYERS = 4, MOST_UNITS = 8;
export const SETTINGS = ["dataset", "noise", "test_share", "seed", "features", "layers", "activation", "learning_rate", "batch_size", "regularisation", "strength"];
export const RIGHT = 1, WRONG = 2;
export const bytes = (part) => new Uint8Array(part.buffer, part.byteOffset, part.byteLength);
export const floats = (part) => new Float32Array(part.buffer.slice(part.byteOffset, part.byteOffset + part.byteLength));

// Where the entries of each layer's weights and bias stand in the flat array of all parameters.
export function places(sizes) {
  let start = 0;
  return sizes.slice(1).map((outputs, i) => {
    const layer = { inputs: sizes[i], outputs, weights: start, bias: start + sizes[i] * outputs };
    start = layer.bias + outputs;
    return { ...layer, weight: (from, to) => layer.weights + from * outputs + to };
  });
}

export const colorParts = (color) => color.match(/^#/) ? [1, 3, 5].map((i) => parseInt(color.slice(i, i + 2), 16)) : color.match(/[\d.]+/g).slice(0, 3).map(Number);
// 256 colours from blue over the page's own to orange, or only two of them; a pixel is one number.
export const ramps = new Map();
export function ramp(theme, power, two) {
  const name = `${theme.surface} ${power} ${two}`;
  if (ramps.has(name)) return ramps.get(name);
  const [low, middle, high] = [theme.blue, theme.surface, theme.orange].map(colorParts), colors = new Uint8ClampedArray(4 * 256);
  for (let i = 0; i < 256; i++) {
    const share = ((two ? (i > 127 ? 230 : 25) : i) - 127.5) / 127.5, end = share < 0 ? low : high, weight = Math.abs(share) ** 0.8 * power;
    colors.set([...middle.map((m, c) => m + (end[c] - m) * weight), 255], 4 * i);
  }
  ramps.set(name, new Uint32Array(colors.buffer));
  return ramps.get(name);
}
// The mark of a wrong gradient, beside its colour.
export function cross(pen, theme, x, y) {
  disc(pen, x, y, 7, theme.surface, theme.red, 1.5);
  Object.assign(pen, { strokeStyle: theme.red, lineWidth: 2.2 });
  pen.beginPath();
  pen.moveTo(x - 3, y - 3); pen.lineTo(x + 3, y + 3); pen.moveTo(x + 3, y - 3); pen.lineTo(x - 3, y + 3);
  pen.stroke();
}
// One sample: class 1 an orange square, class 0 a blue disc, as in every figure; test samples are hollow.
export function symbol(pen, theme, x, y, target, isTest, color) {
  const edgeColor = isTest ? color : theme.dark ? "#16161c" : "#ffffff", inside = isTest ? theme.surface : color;
  if (!target) { disc(pen, x, y, isTest ? 3.8 : 4.4, inside, edgeColor, isTest ? 2 : 1.2); return; }
  pen.fillStyle = inside;
  Object.assign(pen, { strokeStyle: edgeColor, lineWidth: isTest ? 2 : 1.2 });
  pen.fillRect(x - 3.6, y - 3.6, 7.2, 7.2);
  pen.strokeRect(x - 3.6, y - 3.6, 7.2, 7.2);
}
