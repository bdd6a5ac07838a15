// What is shown at one moment: functions, inputs, the learner's own function; and what is said of them.

import { FORMULAS, flow } from "./formulas.js";
import { brief, number, percent } from "../shared/format.js";
import { fill } from "../shared/elements.js";

// One function with its parameter, as the first or the second that is shown.
class Curve {
  constructor(slot, name, parameter) {
    Object.assign(this, { slot, name, parameter, formula: FORMULAS[name] });
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
    mean: page.get("mean"), spread: page.get("spread"), probe: page.get("probe"),
    derivative: page.get("show_derivative"),
  };
}

// The inputs at which the learner's function was asked.
export const ownInput = (i, count) => -6 + (12 * i) / (count - 1);

export function probeWords({ curves, probe: x }) {
  const parts = curves.map((curve) => (
    `${curve.label} is ${number(curve.value(x), 3)} with derivative ${number(curve.slope(x), 3)}`));
  return `at x = ${number(x)}, ${parts.join("; ")}`;
}

export function fillTable(table, flows, x) {
  const rows = flows.map(({ curve, saturated, dead, mean, deviation }) => [
    curve.label, percent(saturated), percent(dead), number(mean), number(deviation),
    `φ = ${number(curve.value(x), 3)}, φ′ = ${number(curve.slope(x), 3)}`,
  ]);
  const head = ["function", "saturated", "dead: φ′ = 0", "outputs: mean", "outputs: spread", `at x = ${number(x)}`];
  fill(table, [head, ...rows]);
  for (const line of table.tBodies[0].rows) for (const c of [1, 2]) line.cells[c].style.fontWeight = 650;
}

export function flowsOf({ curves, mean, spread }) {
  return curves.map((curve) => ({ curve, ...flow(curve.name, curve.parameter, mean, spread) }));
}

export function sentence(flows, own) {
  const words = flows.map((one) => {
    const shares = `${percent(one.saturated)} of the inputs saturated, ${percent(one.dead)} dead`;
    return `${one.curve.label}: ${shares}; ${verdict(one)}.`;
  });
  return [...words, ...differences(flows[0].curve, own)].join(" ");
}

function verdict({ curve, saturated, dead }) {
  if (curve.name === "threshold") return "its gradient is 0 everywhere, so nothing can be learned through it";
  if (dead > 0.9) return "this unit is as good as dead";
  if (saturated > 0.51) return "most inputs teach almost nothing";
  return saturated > 0.1 ? "some inputs teach almost nothing" : "nearly every input is heard";
}

// How far the learner's own function and derivative are from the first one, and where.
function differences(curve, { name, values, slopes }) {
  // At a corner either one-sided derivative is right.
  const atCorner = (x) => Math.abs(x) < 1e-9;
  return [
    ...difference(name, values, (x) => curve.value(x), () => false),
    ...difference("your derivative", slopes, (x) => curve.slope(x), atCorner),
  ];
}

function difference(name, mine, truth, free) {
  if (!mine.length) return [];
  let worst = 0, where = 0;
  mine.forEach((y, i) => {
    const x = ownInput(i, mine.length), miss = Math.abs(y - truth(x));
    if (y !== null && !free(x) && miss > worst) [worst, where] = [miss, x];
  });
  if (worst < 1e-5) return [`${name} agrees with it at every point drawn.`];
  return [`${name} differs most at x = ${number(where)}, by ${number(worst, 3)}.`];
}
