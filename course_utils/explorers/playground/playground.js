// Playground: see __init__.py for what it teaches. The kernel computes, this draws, asks and says.

import { ExplorerPage } from "../shared/page.js";
import { LossChart } from "./loss_chart.js";
import { NetworkPicture } from "./network.js";
import { PlanePicture } from "./plane.js";
import { Session } from "./session.js";
import { Tables } from "./tables.js";
import { WRONG, lossWords, places } from "./frame.js";
import { addControls } from "./controls.js";
import { element } from "../shared/elements.js";
import { percent } from "../shared/format.js";

export const pure = { places };

const SAY_AFTER_MS = 2000;

function render({ model, el }) {
  const title = "Playground: a network learns in front of you";
  const page = new ExplorerPage({ model, el, title, paintOnSet: false }), session = new Session(page);
  addControls(session);
  const [left, right] = page.row("flex: 1.5 1 420px", "flex: 1 1 300px");
  new NetworkPicture(session, left);
  new PlanePicture(session, right);
  addWords(session, page.stage);
  const [curves, details] = page.row(undefined, "overflow-x: auto");
  const below = element("div", { style: "overflow-x: auto" });
  page.stage.append(below);
  new LossChart(session, curves);
  new Tables(session, details, below);
  session.show();
  return () => page.destroy();
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

export default { render };
