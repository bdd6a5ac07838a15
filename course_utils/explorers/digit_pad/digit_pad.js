// Digit pad: what it teaches stands in __init__.py. Here are its controls, the kernel's answers and its words.

import { ExplorerPage } from "../shared/page.js";
import { capital, number } from "../shared/format.js";
import { Drawing, EMPTY, longer, present, startAgain, undone } from "./strokes.js";
import { Answer, NAMES, addReading } from "./readings.js";
import { Pad } from "./pad.js";

export const pure = { present, startAgain, undone, longer };

function addControls(page, drawing) {
  const options = page.get("starts").map(([name]) => name);
  page.choice({ key: "start", label: "Start from", options, onInput: (name) => drawing.startWith(name) });
  const format = (width) => `${number(width, 1)} pixels`;
  page.slider({ key: "pen", label: "pen width", min: 1, max: 5, step: 0.2, format });
  page.toggle({ key: "centred", label: "centre by mass, as MNIST does" });
  const home = page.group("Drawing");
  page.button({ label: "Undo", home, onClick: () => drawing.undo() });
  page.button({ label: "Clear", home, onClick: () => drawing.startWith(EMPTY) });
}

function sentence(pad, drawing, answer) {
  const { chosen } = answer, other = 1 - chosen;
  const hand = pad.usesKeys ? `${capital(pad.hand)}. ` : "";
  if (!answer.readings[chosen]) return `${hand}There is no reading of the pad yet.`;
  const empty = drawing.isEmpty ? "The pad is empty, and the network answers all the same. " : "";
  const [read, compared] = [chosen, other].map((index) => `${capital(NAMES[index])} it ${answer.reading(index)}.`);
  return `${hand}${empty}${read}${answer.readings[other] ? ` ${compared}` : ""}`;
}

function render({ model, el }) {
  const page = new ExplorerPage({ model, el, title: "Digit pad: what does your network read?" });
  const drawing = new Drawing(page), answer = new Answer(page);
  addControls(page, drawing);
  const [left, right] = page.row("flex: 0 0 280px; max-width: 100%;", "flex-basis: 300px;");
  right.className = "explorer-stage";
  const pad = new Pad(page, drawing, answer, left);
  NAMES.forEach((_, index) => addReading(page, answer, index, right));
  page.onFrame(() => page.say(sentence(pad, drawing, answer)));
  page.answered = (content, buffers) => {
    answer.take(content, buffers);
    page.warn(content.problem);
  };
  page.watch(["drawing", "centred"], () => drawing.ask());
  drawing.ask();
  return () => page.destroy();
}

export default { render };
