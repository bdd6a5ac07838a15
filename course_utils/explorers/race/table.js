// A row for each rule: its switch and sign, its rate, its loss, and what the learner's own does.

import { HIGHEST_RATE, LOWEST_RATE, RULES } from "./rules.js";
import { LOOKS } from "./looks.js";
import { brief } from "../shared/format.js";
import { element, fill, write } from "../shared/elements.js";
import { lossWords } from "./contest.js";

// The name of a rule stands in the table's first column, so its slider's own label is hidden.
export const TABLE_STYLE = `
.explorer-race .explorer-slider { flex-direction: row-reverse; align-items: center; gap: 8px; max-width: none; }
.explorer-race .explorer-slider .explorer-label { flex: 0 0 4.4em; }
.explorer-race .explorer-slider .explorer-label > span { display: none; }
.explorer-race .explorer-toggle { display: inline-flex; }
.explorer-race svg { flex: none; }
.explorer-card .explorer-race th, .explorer-card .explorer-race td { white-space: nowrap; }
.explorer-card .explorer-race td:nth-child(2) { width: 46%; }
.explorer-card .explorer-race td:nth-child(3) { min-width: 6.5em; }
.explorer-card .explorer-race .explorer-off > * { opacity: 0.55; }
@container (max-width: 420px) {
.explorer-card .explorer-race td:nth-child(3) { min-width: 0; white-space: normal; }
.explorer-race .explorer-slider { gap: 4px; }
.explorer-race .explorer-slider .explorer-label { flex-basis: 3.4em; }
.explorer-race svg { width: 20px; }
}
.explorer-verdicts { margin: 4px 0 0; }`;

export class RaceTable {
  constructor(contest, ownSteps) {
    Object.assign(this, { contest, ownSteps });
    const heads = ["rule", "learning rate", "loss now", ...(ownSteps.any ? ["yours"] : [])];
    const table = element("table", { class: "explorer-table explorer-race" });
    fill(table, [heads, ...contest.rules.map(() => heads.map(() => ""))]);
    this.rows = contest.rules.map((rule, i) => this.fillRow(rule, table.tBodies[0].rows[i]));
    contest.page.stage.append(table);
  }
  fillRow(rule, line) {
    const { page } = this.contest, { name } = RULES[rule], { dash, shape: d } = LOOKS[rule];
    const [head, middle, loss, yours] = line.cells;
    const sign = drawn("svg", { width: 42, height: 16, "aria-hidden": "true" });
    const stroke = drawn("path", { d: "M1 8H41", "stroke-width": 2.4, "stroke-dasharray": dash.join(" ") || "none" });
    const shape = drawn("path", { d, transform: "translate(21 8) scale(5)" });
    sign.append(stroke, shape);
    page.toggle({ key: `show_${rule}`, label: name, home: head }).after(sign);
    page.slider({
      key: `rate_${rule}`, label: `learning rate of ${name}`, min: LOWEST_RATE, max: HIGHEST_RATE, log: true,
      format: (rate) => brief(rate), home: middle,
    });
    return { rule, line, loss, yours, stroke, shape };
  }
  refresh(theme) {
    const { contest } = this, lower = (best, rule) => (contest.lossNow(rule) < contest.lossNow(best) ? rule : best);
    const [first, ...others] = contest.shown, best = others.reduce(lower, first);
    for (const { rule, line, loss, yours, stroke, shape } of this.rows) {
      line.classList.toggle("explorer-off", !contest.isShown(rule));
      line.classList.toggle("explorer-chosen", rule === best);
      stroke.setAttribute("stroke", theme[LOOKS[rule].color]);
      shape.setAttribute("fill", theme[LOOKS[rule].color]);
      write(loss, this.lossCell(rule));
      if (yours) write(yours, contest.isShown(rule) && contest.own[rule] ? this.ownSteps.words(rule) : "");
    }
  }
  lossCell(rule) {
    const { contest } = this;
    if (!contest.isShown(rule)) return "";
    if (contest.isLost(rule)) return `diverged, step ${contest.race(rule).diverged}`;
    return lossWords(contest.lossNow(rule));
  }
}

function drawn(tag, attributes) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  return node;
}
