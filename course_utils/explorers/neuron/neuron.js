// Neuron explorer: what it teaches stands in __init__.py. Here its parts are put together.

import { ExplorerPage } from "../shared/page.js";
import { element } from "../shared/elements.js";
import { ACTIVATIONS, LEARNING_RATE, PRESETS, isWrong, learn, total } from "./formulas.js";
import { addDiagram } from "./diagram.js";
import { Handles, REACH } from "./handles.js";
import { addPlane } from "./plane.js";
import { fillTable, sentence } from "./words.js";

export const pure = { PRESETS, ACTIVATIONS, total, isWrong, learn };

function render({ model, el }) {
  const page = new ExplorerPage({ model, el, title: "One neuron: a line through the plane" });
  const handles = new Handles(page), table = element("table", { class: "explorer-table" });
  const left = element("div"), right = element("div", { class: "explorer-stage" });
  page.stage.append(element("div", { class: "explorer-row" }, left, right));
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

export default { render };
