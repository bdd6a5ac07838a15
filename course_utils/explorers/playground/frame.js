// One answer of the kernel: its bytes as numbers, its network and its samples by name, and in words.

import { MINUS, number } from "../shared/format.js";

export const RIGHT = 1, WRONG = 2;

const asBytes = (part) => new Uint8Array(part.buffer, part.byteOffset, part.byteLength);
const asFloats = (part) => new Float32Array(part.buffer.slice(part.byteOffset, part.byteOffset + part.byteLength));

// Where the entries of each layer's weights and bias stand in the flat array of all parameters.
export function places(sizes) {
  let start = 0;
  return sizes.slice(1).map((outputs, i) => {
    const layer = { inputs: sizes[i], outputs, weights: start, bias: start + sizes[i] * outputs };
    start = layer.bias + outputs;
    return { ...layer, weight: (from, to) => layer.weights + from * outputs + to };
  });
}

export class Frame {
  constructor(content, buffers) {
    const [units, output, weights, marks, claimed, measured, points, curves] = buffers;
    Object.assign(this, content, {
      units: asBytes(units), output: asBytes(output), marks: asBytes(marks), weights: asFloats(weights),
      claimed: asFloats(claimed), measured: asFloats(measured), points: asFloats(points), history: asFloats(curves),
      layers: places(content.sizes), images: new Map(),
    });
  }
  get outputLayer() { return this.sizes.length - 1; }
  get sampleCount() { return this.points.length / 5; }
  hasSample(i) { return i >= 0 && i < this.sampleCount; }
  hasUnit({ layer, unit }) { return layer < this.sizes.length && unit < this.sizes[layer]; }
  isTest(i) { return this.points[5 * i + 3]; }
  sample(i) {
    const { points } = this, at = 5 * i, isTest = this.isTest(i);
    return { x1: points[at], x2: points[at + 1], target: points[at + 2], isTest, predicted: points[at + 4] };
  }
  moment(i) { return { step: this.history[3 * i], train: this.history[3 * i + 1], test: this.history[3 * i + 2] }; }
}

export function unitName({ frame, page }, { layer, unit }) {
  if (layer === 0) return `input ${page.get("features")[unit]}`;
  if (layer === frame.outputLayer) return "the output";
  return frame.outputLayer === 2 ? `hidden unit ${unit + 1}` : `unit ${unit + 1} of layer ${layer}`;
}

export function sampleWords(frame, i) {
  const { x1, x2, target, predicted } = frame.sample(i);
  return `sample ${i} at ${number(x1)}, ${number(x2)}, class ${target}, prediction ${number(predicted)}`;
}

export function lossWords(value) {
  if (value === null || value === undefined) return "not a number";
  if (value < 0.001 || value >= 1000) return value.toExponential(1).replace("-", MINUS);
  return value.toFixed(value < 0.1 ? 4 : 3);
}
