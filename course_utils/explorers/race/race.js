// Optimizer race: see __init__.py for what it teaches.

import { Contest } from "./contest.js";
import { ExplorerPage } from "../shared/page.js";
import { LossPicture } from "./loss_picture.js";
import { OwnSteps } from "./own_steps.js";
import { Player } from "./player.js";
import { RULES, bestRates, divergedAt, path } from "./rules.js";
import { RaceTable, TABLE_STYLE } from "./table.js";
import { SURFACES } from "./surfaces.js";
import { SurfacePicture } from "./surface_picture.js";
import { clamp } from "../shared/format.js";
import { contour } from "../shared/marks.js";
import { element } from "../shared/elements.js";
import { sentence } from "./words.js";

function render({ model, el }) {
  const title = "Optimizer race: one start, one surface, a rate for each rule";
  const page = new ExplorerPage({ model, el, title });
  page.root.prepend(element("style", { text: TABLE_STYLE }));
  const contest = new Contest(page), ownSteps = new OwnSteps(contest), player = new Player(contest);
  const left = element("div", { style: "flex-grow: 1.9" }), right = element("div", { style: "flex-basis: 260px" });
  page.stage.append(element("div", { class: "explorer-row" }, left, right));
  const height = () => clamp(page.stage.clientWidth * 0.42, 280, 370);
  new SurfacePicture(contest, ownSteps, left, height);
  new LossPicture(contest, ownSteps, player, right, height);
  const table = new RaceTable(contest, ownSteps);
  page.onFrame(() => {
    table.refresh(page.colors);
    page.say(sentence(contest));
  });
  ownSteps.ask();
  return () => page.destroy();
}

export const pure = { SURFACES, RULES, path, divergedAt, bestRates, contour };

export default { render };
