// Temperature explorer: what it teaches stands in __init__.py. Here are its controls, the table and the words.

import { ExplorerPage } from "../shared/page.js";
import { brief, number } from "../shared/format.js";
import { element, fill } from "../shared/elements.js";
import { NAMES, Scores, entropyBits, naiveSoftmax, softmax } from "./scores.js";
import { addEveryTemperature, addProbabilityBars, addScoreBars } from "./pictures.js";

const EXAMPLES = {
  "clear winner": [3, 0, -1, -2, 0.5],
  "close race": [2, 1.8, 0, -1, 1.5],
  tie: [2, 2, 0, -1, 0],
  "know nothing": [0, 0, 0, 0, 0],
};
const twoDigits = (value) => brief(value, 2);
export const pure = { softmax, naiveSoftmax, entropyBits };

function addControls(page) {
  page.slider({ key: "temperature", label: "temperature T", min: 0.05, max: 20, log: true, format: twoDigits });
  const format = (value) => number(value, 0);
  page.slider({ key: "shift", label: "add the same to all scores", min: -100, max: 100, step: 1, format });
  const home = page.group("examples");
  for (const [label, scores] of Object.entries(EXAMPLES)) {
    page.button({ label, home, onClick: () => page.set("scores", scores) });
  }
}

function fillTable(table, { probabilities, naive }) {
  const digits = (p) => (Number.isNaN(p) ? "not a number" : number(p, 4));
  fill(table, [
    ["", ...NAMES],
    ["stable (largest score taken off first)", ...probabilities.map(digits)],
    ["naive, in float32", ...naive.map(digits)],
  ]);
}

// How much more likely the first class is than the second, and why.
function lead({ shown, temperature, probabilities }) {
  const [first, second] = [...NAMES.keys()].sort((a, b) => probabilities[b] - probabilities[a]);
  const gap = shown[first] - shown[second], ratio = Math.exp(gap / temperature);
  if (gap < 1e-9) return `${NAMES[first]} and ${NAMES[second]} are tied at every temperature`;
  const times = ratio > 1e6 ? "over a million" : number(ratio, ratio < 10 ? 2 : 0);
  return `${NAMES[first]} is ${times} times as likely as ${NAMES[second]}, `
    + `because e to the power (${number(gap)} / T) says so: only the difference of the scores counts`;
}
function sentence(scores) {
  const entropy = `${number(entropyBits(scores.probabilities))} of at most ${number(Math.log2(NAMES.length))} bits`;
  const trouble = scores.naive.some(Number.isNaN)
    ? " The naive formula fails here: an exponential left the range of float32." : "";
  return `Temperature ${twoDigits(scores.temperature)}: ${lead(scores)}. Entropy ${entropy}.${trouble}`;
}

function render({ model, el }) {
  const title = "Softmax and temperature: how much larger does the larger get?";
  const page = new ExplorerPage({ model, el, title }), scores = new Scores(page);
  addControls(page);
  const [left, right] = page.row(), table = element("table", { class: "explorer-table" });
  addScoreBars(page, scores, left);
  addProbabilityBars(page, scores, right);
  addEveryTemperature(page, scores);
  page.stage.append(table);
  page.onFrame(() => {
    fillTable(table, scores);
    page.say(sentence(scores));
  });
  return () => page.destroy();
}

export default { render };
