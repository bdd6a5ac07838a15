// The sentence under the pictures.

import { number, percent } from "../shared/format.js";

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
export const brief = (value) => String(Number(value.toPrecision(3)));

export function sentence(bowl, network) {
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
