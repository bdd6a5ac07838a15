// Playground: see __init__.py for what it teaches. The kernel computes, this draws and asks.

import { ExplorerPage } from "../shared/page.js";
import { LossChart } from "./loss_chart.js";
import { NetworkPicture } from "./network.js";
import { PlanePicture } from "./plane.js";
import { Session } from "./session.js";
import { Tables } from "./tables.js";
import { addControls } from "./controls.js";
import { addWords } from "./words.js";
import { element } from "../shared/elements.js";
import { places } from "./frame.js";

export const pure = { places };

function render({ model, el }) {
  const title = "Playground: a network learns in front of you";
  const page = new ExplorerPage({ model, el, title, paintOnSet: false });
  const session = new Session(page);
  addControls(session);
  const [left, right] = addRow(page, "flex: 1.5 1 420px", "flex: 1 1 300px");
  new NetworkPicture(session, left);
  new PlanePicture(session, right);
  addWords(session, page.stage);
  const [curves, details] = addRow(page, "", "overflow-x: auto");
  const below = element("div", { style: "overflow-x: auto" });
  page.stage.append(below);
  new LossChart(session, curves);
  new Tables(session, details, below);
  session.show();
  return () => page.destroy();
}

function addRow(page, ...styles) {
  const homes = styles.map((style) => element("div", style ? { style } : {}));
  page.stage.append(element("div", { class: "explorer-row" }, ...homes));
  return homes;
}

export default { render };
