// What the race says in words.

import { DIVERGED, RULES } from "./rules.js";
import { MINUS, number } from "../shared/format.js";

const VISIBLE_LOSS = 1e-12;

export const capital = (words) => words.charAt(0).toUpperCase() + words.slice(1);
export const brief = (value) => String(Number(value.toPrecision(3)));
export const pointWords = (point) => `(${point.map((value) => number(value)).join(", ")})`;
export function lossWords(value) {
  if (!Number.isFinite(value)) return "not a number";
  if (value < VISIBLE_LOSS) return "below 1e−12";
  if (value >= 0.001 && value < 1e4) return brief(value);
  return value.toExponential(1).replace("-", MINUS).replace("+", "");
}
export function writeWords(node, words) { if (node.textContent !== words) node.textContent = words; }

export function sentence(contest) {
  const rules = contest.shown, lost = rules.filter((rule) => contest.isLost(rule));
  if (!rules.length) return "No rule is switched on.";
  const place = `on the surface "${contest.page.get("surface")}" from ${pointWords(contest.start)}`;
  const order = rules.filter((rule) => !lost.includes(rule)).sort((a, b) => contest.lossNow(a) - contest.lossNow(b));
  const trouble = lost.map((rule) => ` ${lostWords(contest, rule)}`).join("");
  return `Step ${contest.now} ${place}.${order.length ? ` ${leadWords(contest, order)}` : ""}${trouble}`;
}
function leadWords(contest, order) {
  const [first, ...others] = order.map((rule) => RULES[rule].name);
  const rest = others.length ? `, then ${others.join(", ")}` : "";
  return `Lowest is ${first} (loss ${lossWords(contest.lossNow(order[0]))})${rest}.`;
}
function lostWords(contest, rule) {
  const from = `from step ${contest.race(rule).diverged} on its loss is over ${DIVERGED} times that of the start`;
  return `${capital(RULES[rule].name)} diverges: ${from}; its rate ${brief(contest.rate(rule))} is too large here.`;
}
