// Activation explorer: what it teaches stands in __init__.py. Here its parts are put together.

import { ExplorerPage } from "../shared/page.js";
import { element } from "../shared/elements.js";
import { brief, number } from "../shared/format.js";
import { FORMULAS, flow } from "./formulas.js";
import { addPicture } from "./picture.js";
import { fillTable, flowsOf, sentence, shownNow } from "./shown.js";
import { Travellers } from "./piles.js";

export const pure = { FORMULAS, flow };

function render({ model, el }) {
  const page = new ExplorerPage({ model, el, title: "What does an activation function do to its inputs?" });
  const travellers = new Travellers(page), table = element("table", { class: "explorer-table" });
  const names = Object.keys(FORMULAS);
  addFunction(page, "first", "Function", names);
  addFunction(page, "second", "Compare with", [["none", "nothing"], ...names]);
  addInputs(page, travellers);
  addPicture(page, travellers);
  page.stage.append(table);
  page.onFrame(() => {
    const now = shownNow(page), flows = flowsOf(now);
    fillTable(table, flows, now.probe);
    page.warn(page.get("own_message"));
    page.say(sentence(flows, now.own));
  });
  return () => page.destroy();
}

// One function to choose, and a slider if it has a parameter.
function addFunction(page, slot, label, options) {
  const key = `${slot}_parameter`, setting = (name) => FORMULAS[name]?.parameter;
  const group = page.group();
  page.choice({
    key: slot, label, options, home: group,
    onInput: (name) => { if (setting(name)) page.set(key, setting(name).start); },
  });
  const home = page.group(undefined, group);
  const build = () => {
    const now = setting(page.get(slot));
    home.hidden = !now;
    home.replaceChildren();
    if (now) page.slider({ key, label: now.words, ...now, format: (value) => brief(value), home });
  };
  page.watch(slot, build);
  build();
}

function addInputs(page, travellers) {
  const home = page.group("inputs"), format = (value) => number(value, 1);
  page.slider({ key: "mean", label: "mean of the inputs", min: -4, max: 4, step: 0.1, format, home });
  page.slider({ key: "spread", label: "spread of the inputs", min: 0.1, max: 5, step: 0.1, format, home });
  const last = page.group();
  page.toggle({ key: "show_derivative", label: "show derivative", home: last });
  page.button({
    label: "Let inputs flow", title: "200 inputs travel up to the curve and across to the outputs",
    home: last, onClick: () => travellers.release(),
  });
}

export default { render };
