// The tables: the chosen unit's weights with their check, the chosen sample's way through the network.

import { MINUS, capital, number } from "../shared/format.js";
import { RIGHT, WRONG, sampleWords, unitName } from "./frame.js";
import { element, fill } from "../shared/elements.js";

const HINT = "Click a unit to see its weights, their gradients and the check; click a sample to follow its values "
  + "forwards and its slopes backwards.";
const INPUT_STYLE = "width: 84px; font: inherit; color: inherit; background: var(--explorer-raised); "
  + "border: 1px solid var(--explorer-edge); border-radius: 4px; padding: 1px 4px";
const ARROWS = { forward: "→", backward: "←" };
const CHECKS = { 0: "…", [RIGHT]: "✓", [WRONG]: "✕ wrong" };
const valueWords = (value) => (value === null ? "not a number" : String(value).replace("-", MINUS));

export class Tables {
  constructor(session, unitHome, sampleHome) {
    this.session = session;
    const style = "color: var(--explorer-soft); margin: 8px 0";
    this.hint = element("p", { class: "explorer-hint", style, text: HINT });
    this.unitTitle = element("strong");
    this.weights = element("table", { class: "explorer-table" });
    this.sampleTitle = element("strong");
    this.sample = element("table", { class: "explorer-table" });
    // The unit that the inputs in the table belong to.
    this.editing = "";
    unitHome.append(this.hint, this.unitTitle, this.weights);
    sampleHome.append(this.sampleTitle, this.sample);
    session.hear(["frame", "chosen"], () => this.refresh());
    this.refresh();
  }
  refresh() {
    const { frame, selected } = this.session;
    const unitShown = Boolean(frame && selected?.layer > 0), sampleShown = Boolean(frame?.detail.length);
    this.weights.hidden = this.unitTitle.hidden = !unitShown;
    this.sample.hidden = this.sampleTitle.hidden = !sampleShown;
    this.hint.hidden = unitShown || sampleShown;
    if (unitShown) this.fillWeights();
    if (sampleShown) this.fillSample();
  }

  // ---- the unit
  fillWeights() {
    const { session } = this, { frame, selected } = session, { unit } = selected, before = selected.layer - 1;
    const { inputs, weight, bias } = frame.layers[before];
    const incoming = Array.from({ length: inputs }, (_, from) => (
      [`from ${unitName(session, { layer: before, unit: from })}`, weight(from, unit)]));
    const rows = [...incoming, ["bias", bias + unit]];
    this.unitTitle.textContent = capital(unitName(session, selected));
    const gradient = session.page.get("own") ? "your gradient" : "gradient";
    const cells = rows.map(([name, place]) => [name, "", ...this.check(place)]);
    fill(this.weights, [["", "weight", gradient, "measured", "check"], ...cells]);
    const identity = `${frame.sizes} ${selected.layer} ${unit} ${session.page.get("features")}`;
    const isNew = identity !== this.editing;
    this.editing = identity;
    rows.forEach(([name, place], i) => {
      const cell = this.weights.tBodies[0].rows[i].cells[1], weight = frame.weights[place];
      if (isNew) cell.replaceChildren(this.weightInput(name, place));
      const input = cell.firstChild;
      if (document.activeElement !== input) input.value = Number.isFinite(weight) ? weight.toFixed(3) : "";
    });
  }
  check(place) {
    const { marks, claimed, measured } = this.session.frame, mark = marks[place];
    return [mark ? number(claimed[place], 4) : "", mark ? number(measured[place], 4) : "", CHECKS[mark]];
  }
  weightInput(name, place) {
    const input = element("input", { type: "number", step: 0.1, "aria-label": `weight ${name}`, style: INPUT_STYLE });
    input.addEventListener("change", () => {
      const value = input.valueAsNumber;
      if (Number.isFinite(value)) this.session.act({ do: "edit", place, value });
    });
    return input;
  }

  // ---- the sample
  fillSample() {
    const { frame, page } = this.session;
    this.sampleTitle.textContent = capital(sampleWords(frame, page.get("chosen")));
    fill(this.sample, [["", "shape", "values"], ...frame.detail.map(({ name, way, shape, values, more }) => [
      `${ARROWS[way]} ${name}`,
      `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`,
      values.map(valueWords).join(", ") + (more ? " …" : ""),
    ])]);
  }
}
