// What the controls say at one moment: the functions shown, the inputs, the learner's own function.

import { FORMULAS } from "./formulas.js";

export const brief = (value) => String(Number(value.toPrecision(3)));

// One function with its parameter, as the first or the second that is shown.
class Curve {
  constructor(slot, name, parameter) {
    this.slot = slot;
    this.name = name;
    this.parameter = parameter;
    this.formula = FORMULAS[name];
    const { parameter: setting } = this.formula;
    this.label = setting ? `${name}, ${setting.letter} = ${brief(parameter)}` : name;
    this.steepest = this.formula.steepest(parameter);
  }
  value(x) { return this.formula.value(x, this.parameter); }
  slope(x) { return this.formula.slope(x, this.parameter); }
  // Whether an input there meets almost no gradient.
  weak(x) {
    const slope = this.slope(x);
    return slope === 0 || slope < 0.1 * this.steepest;
  }
  color(theme) { return this.slot === "first" ? theme.blue : theme.orange; }
}

export function shownNow(page) {
  const slots = ["first", "second"].filter((slot) => page.get(slot) !== "none");
  return {
    curves: slots.map((slot) => new Curve(slot, page.get(slot), page.get(`${slot}_parameter`))),
    own: { name: page.get("own_name"), values: page.get("own_values"), slopes: page.get("own_slopes") },
    mean: page.get("mean"),
    spread: page.get("spread"),
    probe: page.get("probe"),
    derivative: page.get("show_derivative"),
  };
}

// The inputs at which the learner's function was asked.
export const ownInput = (i, count) => -6 + (12 * i) / (count - 1);
