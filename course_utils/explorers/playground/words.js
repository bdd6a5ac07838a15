// What the playground says in words: names, numbers, the verdict, and the state for screen readers.

import { MINUS, number, percent } from "../shared/format.js";
import { WRONG } from "./frame.js";
import { element } from "../shared/elements.js";

const SAY_AFTER_MS = 2000;

export function unitName({ frame, page }, { layer, unit }) {
  if (layer === 0) return `input ${page.get("features")[unit]}`;
  if (layer === frame.outputLayer) return "the output";
  return frame.outputLayer === 2 ? `hidden unit ${unit + 1}` : `unit ${unit + 1} of layer ${layer}`;
}

export function sampleWords(frame, i) {
  const { x1, x2, target, predicted } = frame.sample(i);
  return `sample ${i} at ${number(x1)}, ${number(x2)}, class ${target}, prediction ${number(predicted)}`;
}

export function lossWords(value) {
  if (value === null || value === undefined) return "not a number";
  if (value < 0.001 || value >= 1000) return value.toExponential(1).replace("-", MINUS);
  return value.toFixed(value < 0.1 ? 4 : 3);
}

// The verdict of the gradient check stands in the page, the whole state is said: while it plays
// every two seconds, so that a screen reader can follow.
export function addWords(session, home) {
  const { page } = session, line = "margin: 0; min-height: 1.4em";
  const verdict = element("p", { class: "explorer-verdict", style: line });
  home.append(verdict);
  let lastSaid = 0;
  session.hear(["frame", "playing"], ({ type }) => {
    const { frame, playing } = session;
    if (!frame || (type === "playing" && playing)) return;
    const wrong = frame.marks.includes(WRONG), red = page.colors?.red || "inherit";
    verdict.textContent = `${wrong ? "✕ " : frame.settled ? "✓ " : ""}${frame.verdict}`;
    verdict.style.cssText = `${line}; ${wrong ? `font-weight: 650; color: ${red}` : "color: var(--explorer-soft)"}`;
    if (playing && performance.now() - lastSaid < SAY_AFTER_MS) return;
    lastSaid = performance.now();
    page.say(stateWords(frame));
  });
}

function stateWords({ step, losses: [train, test], right, verdict }) {
  const share = right[1] === null ? "" : ` ${percent(right[1])} of the test samples are on the right side.`;
  const losses = `loss ${lossWords(train)} on the training data, ${lossWords(test)} on the test data`;
  return `Step ${step}: ${losses}.${share} ${verdict}`;
}
