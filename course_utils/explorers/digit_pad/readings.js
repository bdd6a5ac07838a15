// The two images that are made of the drawing, and what the network reads in them.

import { percent } from "../shared/format.js";
import { rectangle, text } from "../shared/plot.js";
import { sheet } from "../shared/marks.js";

export const NAMES = ["centred by mass", "as drawn"];
// Where an image and its bars begin.
const TOP = 28;

// An image of 28 x 28 grey bytes, ready to be drawn.
export function tile(bytes) {
  const image = new ImageData(28, 28);
  bytes.forEach((value, i) => image.data.set([value, value, value, 255], 4 * i));
  return sheet(image);
}

// What the kernel said last: of each image its pixels and its ten shares, of the ink its box and centre.
export class Answer {
  constructor(page) { Object.assign(this, { page, readings: [null, null], images: [], box: null, mass: null }); }
  // The image that is the network's input.
  get chosen() { return this.page.get("centred") ? 0 : 1; }
  take({ readings, box, mass }, buffers) {
    const images = buffers.map((view) => tile(new Uint8Array(view.buffer || view, view.byteOffset || 0, 784)));
    Object.assign(this, { readings, box, mass, images });
  }
  order(index) {
    const shares = this.readings[index];
    return [...shares.keys()].sort((a, b) => shares[b] - shares[a]);
  }
  reading(index) {
    if (!this.readings[index]) return "no reading";
    const [best] = this.order(index);
    return `reads ${best}, ${percent(this.readings[index][best])}`;
  }
  describe(index) {
    const shares = this.readings[index];
    if (!shares) return "no reading";
    const next = this.order(index).slice(1, 3).map((digit) => `${digit}, ${percent(shares[digit])}`);
    return `${this.reading(index)}; then ${next.join(" and ")}`;
  }
}

export function addReading(page, answer, index, home) {
  page.canvas({
    home, label: `The 28x28 image ${NAMES[index]}, and the ten probabilities for it`, height: () => 176,
    draw: (pen, width, height, theme) => {
      const side = width < 300 ? 112 : 140;
      drawHead(pen, width, height, theme, answer, index);
      drawImage(pen, side, theme, answer.images[index]);
      drawShares(pen, side + 46, Math.max(20, width - side - 112), theme, answer, index);
    },
    describe: () => answer.describe(index),
  });
}
// The image that the network gets is marked with a bar, and said to be it.
function drawHead(pen, width, height, theme, answer, index) {
  const mine = answer.chosen === index;
  rectangle(pen, 0, 4, mine ? 5 : 2, height - 8, mine ? theme.blue : theme.faint);
  const look = { color: mine ? theme.ink : theme.soft, bold: mine, size: 14 };
  text(pen, `${NAMES[index]}: ${answer.reading(index)}`, 14, 18, look);
  if (mine && width > 380) text(pen, "the network's input", width - 2, 18, { color: theme.soft, align: "right" });
}
function drawImage(pen, side, theme, image) {
  rectangle(pen, 14, TOP, side, side, "#000");
  pen.imageSmoothingEnabled = false;
  if (image) pen.drawImage(image, 14, TOP, side, side);
  rectangle(pen, 13.5, TOP - 0.5, side + 1, side + 1, null, theme.axis);
}
function drawShares(pen, left, wide, theme, answer, index) {
  const shares = answer.readings[index], best = shares ? answer.order(index)[0] : -1;
  for (let digit = 0; digit < 10; digit++) {
    const y = TOP + 14 * digit, bold = digit === best;
    const look = { color: bold ? theme.ink : theme.soft, bold };
    text(pen, String(digit), left - 14, y + 11, look);
    rectangle(pen, left, y + 2, wide, 10, theme.grid);
    if (!shares) continue;
    rectangle(pen, left, y + 2, wide * shares[digit], 10, bold ? theme.blue : theme.grey);
    text(pen, `${percent(shares[digit])}${bold ? " ◀" : ""}`, left + wide + 5, y + 11, look);
  }
}
