// Learning-rate explorer: what it teaches stands in __init__.py. Here are its controls and its words.

import { ExplorerPage } from "../shared/page.js";
import { brief, number, percent } from "../shared/format.js";
import { Bowl, bowlLoss, descent, regime } from "./bowl.js";
import { HIGHEST, LOWEST, addBowlLosses, addDescent, addRoad } from "./pictures.js";
import { XorNetwork, addNetwork } from "./xor_network.js";

export const pure = { bowlLoss, descent, regime };

const MEANING = {
  "too small": "it creeps, and most of the way is still ahead",
  good: "it goes straight down",
  oscillating: "each step jumps across the valley, yet lands lower than before",
  "at the limit": "each step jumps to the same height on the other side, for ever",
  diverging: "each step lands higher than the one before",
};
const NETWORK_MEANING = {
  training: "is training",
  good: "has learned XOR",
  "too small": "is still falling when the steps are used up: the rate is too small",
  oscillating: "jumps up and down instead of falling",
  diverging: "has exploded: the rate is too large",
  stuck: "has come to rest on a plateau, where the gradient is nearly 0; "
    + "a large step can kill hidden units, and no rate brings them back",
  stopped: "has stopped",
};

function render({ model, el }) {
  const page = new ExplorerPage({ model, el, title: "Learning rate: from too small to divergence" });
  const bowl = new Bowl(page), network = page.get("has_network") ? new XorNetwork(page, bowl) : null;
  addControls(page, bowl);
  const [left, right] = page.row();
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
    format: (value) => brief(value), describe: (value) => `${brief(value)}, ${bowl.kind}`,
  });
  Object.assign(box.style, { flexBasis: "100%", maxWidth: "none" });
  addRoad(page, bowl);
  page.slider({
    key: "ratio", label: "valley: steepest over flattest curvature", min: 1, max: 50, log: true,
    format: (value) => number(value, value < 10 ? 1 : 0),
  });
  page.slider({ key: "steps", label: "steps", min: 5, max: 100, step: 1, format: String });
}

function sentence(bowl, network) {
  const { kind, points } = bowl, first = bowl.lossAt(points[0]), last = bowl.lossAt(points[points.length - 1]);
  const slow = kind === "oscillating" && bowl.isSlow ? " In the flat direction the same rate is still too small." : "";
  const below = network ? ` The XOR network ${NETWORK_MEANING[network.outcome]}.` : "";
  return `Learning rate ${brief(bowl.rate)}: ${kind}; ${MEANING[kind]}. `
    + `After ${bowl.steps} steps ${first > 0 ? change(last / first) : "nothing moved"}.${slow}${below}`;
}

function change(share) {
  if (share < 1e-6) return "less than a millionth of the loss is left";
  if (share < 1) return `${percent(share, share < 0.01 ? 4 : 1)} of the loss is left`;
  return `the loss is ${share > 1e6 ? "more than a million" : number(share, 1)} times as large`;
}

export default { render };
