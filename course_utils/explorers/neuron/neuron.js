// Neuron explorer: what it teaches stands in __init__.py. Here are its controls, its table and its words.

import { ExplorerPage } from "../shared/page.js";
import { element, fill } from "../shared/elements.js";
import { MINUS, number } from "../shared/format.js";
import { ACTIVATIONS, LEARNING_RATE, PRESETS, isWrong, learn, total } from "./formulas.js";
import { addDiagram } from "./diagram.js";
import { Handles, REACH } from "./handles.js";
import { addPlane } from "./plane.js";

export const pure = { PRESETS, ACTIVATIONS, total, isWrong, learn };

function render({ model, el }) {
  const page = new ExplorerPage({ model, el, title: "One neuron: a line through the plane" });
  const handles = new Handles(page), table = element("table", { class: "explorer-table" });
  const [left, right] = page.row();
  right.className = "explorer-stage";
  addControls(page, handles);
  addPlane(page, handles, left);
  addDiagram(page, handles, right);
  right.append(table);
  page.onFrame(() => {
    fillTable(table, handles);
    page.say(sentence(page.get("preset"), handles));
  });
  return () => page.destroy();
}

function addControls(page, handles) {
  page.choice({
    key: "preset", label: "Points", options: Object.keys(PRESETS),
    onInput: (name) => {
      handles.choose(0);
      page.set("points", PRESETS[name]);
    },
  });
  page.choice({ key: "activation", label: "Activation", options: Object.keys(ACTIVATIONS) });
  for (const [key, label] of [["w1", "weight w₁"], ["w2", "weight w₂"], ["b", "bias b"]]) {
    page.slider({ key, label, min: -REACH, max: REACH, step: 0.05 });
  }
  page.button({
    label: "Learn from one mistake", title: `delta rule with learning rate ${LEARNING_RATE} on the first wrong point`,
    home: page.group(), onClick: () => { handles.weights = learn(handles.points, handles.weights); },
  });
}

function fillTable(table, { points, weights, activation, selected }) {
  table.hidden = points.length > 6;
  const rows = table.hidden ? [] : points.map((one, i) => {
    const z = total(one, weights), verdict = isWrong(one, weights) ? "✗ wrong" : "✓ right";
    return [i + 1, number(one[0]), number(one[1]), one[2], number(z), number(activation(z)), verdict].map(String);
  });
  fill(table, [["", "x₁", "x₂", "target", "total z", "φ(z)", ""], ...rows]);
  [...table.tBodies[0].rows].forEach((line, i) => line.classList.toggle("explorer-chosen", i === selected));
}

function sentence(preset, { points, weights: { w1, w2, b } }) {
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

export default { render };
