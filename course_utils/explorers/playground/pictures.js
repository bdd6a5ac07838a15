// What each unit says over the plane, as a small picture, and the marks of samples and of wrong gradients.

import { disc, polyline, rectangle } from "../shared/plot.js";
import { sheet } from "../shared/marks.js";

const rgb = (color) => (color.startsWith("#")
  ? [1, 3, 5].map((i) => parseInt(color.slice(i, i + 2), 16))
  : color.match(/[\d.]+/g).slice(0, 3).map(Number));

// 256 colours from blue over the page's own to orange, or only two of them; a pixel is one number.
const ramps = new Map();
function ramp(theme, power, two) {
  const name = `${theme.surface} ${power} ${two}`;
  if (ramps.has(name)) return ramps.get(name);
  const [low, middle, high] = [theme.blue, theme.surface, theme.orange].map(rgb);
  const colors = new Uint8ClampedArray(4 * 256);
  for (let i = 0; i < 256; i++) {
    const share = ((two ? (i > 127 ? 230 : 25) : i) - 127.5) / 127.5;
    const end = share < 0 ? low : high, weight = Math.abs(share) ** 0.8 * power;
    colors.set([...middle.map((m, c) => m + (end[c] - m) * weight), 255], 4 * i);
  }
  ramps.set(name, new Uint32Array(colors.buffer));
  return ramps.get(name);
}

function painted(values, side, colors) {
  const image = new ImageData(side, side), pixels = new Uint32Array(image.data.buffer);
  for (let i = 0; i < pixels.length; i++) pixels[i] = colors[values[i]];
  return sheet(image);
}

// Features and hidden units come in one row; the output has a picture of its own.
function valuesOf(frame, layer, unit) {
  if (layer === frame.outputLayer) return [frame.output, frame.side];
  const index = frame.sizes.slice(0, layer).reduce((sum, size) => sum + size, 0) + unit;
  const area = frame.unit_side ** 2;
  return [frame.units.subarray(index * area, (index + 1) * area), frame.unit_side];
}

// Each is painted once a frame, a theme and a strength of the colours (`power`, at most 1).
export function unitPicture(frame, { layer, unit }, theme, power, two) {
  const name = `${layer} ${unit} ${power} ${theme.surface} ${two}`;
  if (!frame.images.has(name)) {
    frame.images.set(name, painted(...valuesOf(frame, layer, unit), ramp(theme, power, two)));
  }
  return frame.images.get(name);
}

// The mark of a wrong gradient, beside its colour.
export function cross(pen, theme, x, y) {
  disc(pen, x, y, 7, theme.surface, theme.red, 1.5);
  for (const up of [3, -3]) polyline(pen, { color: theme.red, width: 2.2 }, [x - 3, y - up], [x + 3, y + up]);
}

// One sample: class 1 an orange square, class 0 a blue disc, as in every figure; test samples are hollow.
export function symbol(pen, theme, x, y, target, isTest) {
  const color = target ? theme.orange : theme.blue, inside = isTest ? theme.surface : color;
  const edge = isTest ? color : theme.dark ? "#16161c" : "#ffffff", width = isTest ? 2 : 1.2;
  if (!target) return disc(pen, x, y, isTest ? 3.8 : 4.4, inside, edge, width);
  rectangle(pen, x - 3.6, y - 3.6, 7.2, 7.2, inside, edge, width);
}
