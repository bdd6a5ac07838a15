// Dropout explorer: what it teaches stands in __init__.py. Here are its controls and its words.

import { ExplorerPage, reducedMotion } from "../shared/page.js";
import { number } from "../shared/format.js";
import { ACTIVATIONS, EVALUATION, MOST, SCALINGS, mask, measured, outputs, uniform } from "./masks.js";
import { addAverage, addMask } from "./pictures.js";

export const pure = { uniform, mask, outputs, ACTIVATIONS };

const nextMask = (page) => page.set("draws", Math.min(MOST, page.get("draws") + 1));

function addControls(page) {
  page.slider({ key: "rate", label: "dropout rate p", min: 0, max: 0.9, step: 0.05, format: (rate) => number(rate) });
  const options = ["divided by 1 − p", "not at all", "multiplied by p"].map((words, i) => [SCALINGS[i], words]);
  page.choice({ key: "scaling", label: "What is kept is scaled", options });
  page.slider({ key: "draws", label: "masks so far", min: 1, max: MOST, step: 1, format: String });
  const group = page.group(), buttons = page.group();
  page.toggle({ key: "one_for_all", label: "one mask for the whole batch", home: group });
  page.toggle({ key: "evaluating", label: "evaluation mode (no mask)", home: group });
  page.button({ label: "Next mask", home: buttons, onClick: () => nextMask(page) });
  const halt = addPlay(page, buttons);
  page.button({ label: "New seed", home: buttons, onClick: () => page.set("seed", page.get("seed") + 1) });
  return halt;
}

// A button that draws mask after mask; returns what makes it halt.
function addPlay(page, home) {
  let stop = null;
  const button = page.button({ label: "Play", home, onClick: () => (stop ? halt() : start()) });
  const show = (playing) => {
    button.textContent = playing ? "Pause" : "Play";
    button.setAttribute("aria-pressed", playing);
  };
  function halt() {
    stop?.();
    stop = null;
    show(false);
  }
  function start() {
    if (page.get("draws") >= MOST) page.set("draws", 1);
    show(true);
    // With reduced motion two masks a second, otherwise twelve.
    const pause = reducedMotion() ? 0.5 : 0.08;
    let waited = 0;
    stop = page.animate((seconds) => {
      waited += seconds;
      if (waited < pause) return true;
      waited = 0;
      nextMask(page);
      if (page.get("draws") >= MOST) halt();
      return page.get("draws") < MOST;
    });
  }
  return halt;
}

function verdict({ evaluating, scaling, rate, factor }) {
  if (evaluating) return "In evaluation nothing is dropped and nothing is scaled.";
  const [divided, none] = SCALINGS;
  if (scaling === divided) return "Dividing by 1 − p keeps the expected output, so evaluation needs no correction.";
  if (scaling === none && rate === 0) return "With p = 0 nothing is dropped.";
  return `Expected is ${number((1 - rate) * factor)} times the evaluation output: `
    + "with this scaling training and evaluation do not agree.";
}
function sentence(layer) {
  const { evaluating, rate, draws, mean, spread } = layer;
  const what = evaluating ? "Evaluation" : `Rate ${number(rate)}, ${draws} ${draws === 1 ? "mask" : "masks"}`;
  return `${what}: the output averages ${number(mean)} with a spread of ${number(spread)} from mask to mask; `
    + `evaluation gives ${number(EVALUATION)}. ${verdict(layer)}`;
}

function render({ model, el }) {
  const page = new ExplorerPage({ model, el, title: "Dropout: a new mask each time, the same average" });
  const halt = addControls(page);
  // Measured once a frame, before the pictures are drawn.
  const layer = {};
  page.onFrame(() => Object.assign(layer, measured(page)));
  const [left, right] = page.row();
  addMask(page, layer, left);
  addAverage(page, layer, right);
  page.onFrame(() => page.say(sentence(layer)));
  return () => {
    halt();
    page.destroy();
  };
}

export default { render };
