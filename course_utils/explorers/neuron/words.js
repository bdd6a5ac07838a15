// The table of the points and the sentence under the picture.

import { fill } from "../shared/elements.js";
import { MINUS, number } from "../shared/format.js";
import { PRESETS, isWrong, total } from "./formulas.js";

export function fillTable(table, { points, weights, activation, selected }) {
  table.hidden = points.length > 6;
  const rows = table.hidden ? [] : points.map((one, i) => {
    const z = total(one, weights), verdict = isWrong(one, weights) ? "✗ wrong" : "✓ right";
    return [i + 1, number(one[0]), number(one[1]), one[2], number(z), number(activation(z)), verdict].map(String);
  });
  fill(table, [["", "x₁", "x₂", "target", "total z", "φ(z)", ""], ...rows]);
  [...table.tBodies[0].rows].forEach((line, i) => line.classList.toggle("explorer-chosen", i === selected));
}

export function sentence(preset, { points, weights: { w1, w2, b } }) {
  const bad = points.filter((one) => isWrong(one, { w1, w2, b })).length;
  const plus = (value) => `${value < 0 ? MINUS : "+"} ${number(Math.abs(value))}`;
  return `${preset}: ${points.length - bad} of ${points.length} points right. ${verdictOn(preset, points, bad)} `
    + `The boundary is ${number(w1)} x₁ ${plus(w2)} x₂ ${plus(b)} = 0.`;
}

function verdictOn(preset, points, bad) {
  if (bad === 0) return "The line separates them.";
  const untouched = JSON.stringify(points) === JSON.stringify(PRESETS[preset]);
  if (preset === "XOR" && untouched && bad === 1) {
    return "That is the best any line can do: no single neuron computes XOR.";
  }
  return bad === 1 ? "One is on the wrong side." : `${bad} are on the wrong side.`;
}
