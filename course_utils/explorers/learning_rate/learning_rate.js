// Learning-rate explorer: what it teaches stands in __init__.py. Here its parts are put together.

import { ExplorerPage } from "../shared/page.js";
import { element } from "../shared/elements.js";
import { number } from "../shared/format.js";
import { Bowl, bowlLoss, descent, regime } from "./bowl.js";
import { addBowlLosses, addDescent } from "./pictures.js";
import { HIGHEST, LOWEST, addRoad } from "./road.js";
import { brief, sentence } from "./words.js";
import { XorNetwork, addNetwork } from "./xor_network.js";

export const pure = { bowlLoss, descent, regime };

function render({ model, el }) {
  const page = new ExplorerPage({ model, el, title: "Learning rate: from too small to divergence" });
  const bowl = new Bowl(page), network = page.get("has_network") ? new XorNetwork(page, bowl) : null;
  addControls(page, bowl);
  const left = element("div"), right = element("div");
  page.stage.append(element("div", { class: "explorer-row" }, left, right));
  addDescent(page, bowl, left);
  addBowlLosses(page, bowl, right);
  page.onFrame(() => page.say(sentence(bowl, network)));
  if (network) {
    addNetwork(page, network);
    network.askForMore();
  }
  return () => page.destroy();
}

function addControls(page, bowl) {
  const { box } = page.slider({
    key: "learning_rate", label: "learning rate", min: LOWEST, max: HIGHEST, log: true,
    format: brief, describe: (value) => `${brief(value)}, ${bowl.kind}`,
  });
  box.style.flexBasis = "100%";
  box.style.maxWidth = "none";
  addRoad(page, bowl);
  page.slider({
    key: "ratio", label: "valley: steepest over flattest curvature", min: 1, max: 50, log: true,
    format: (value) => number(value, value < 10 ? 1 : 0),
  });
  page.slider({ key: "steps", label: "steps", min: 5, max: 100, step: 1, format: String });
}

export default { render };
