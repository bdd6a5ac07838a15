// The slider's road: its own scale again, with the four kinds of rate as stretches of it.

import { clamp } from "../shared/format.js";
import { fillPolygon, stripes, text } from "../shared/marks.js";

export const LOWEST = 0.001;
export const HIGHEST = 1;
const LOOKS = 600;

export function addRoad(page, bowl) {
  page.canvas({
    home: page.bar, label: "Kinds of learning rates along the slider", height: () => 46,
    draw: (pen, width, height, theme) => {
      const place = (rate) => 8 + ((Math.log10(rate) + 3) / 3) * (width - 16);
      const all = stretches(bowl);
      all.forEach(({ kind, from }, i) => {
        drawStretch(pen, theme, kind, place(from), i + 1 < all.length ? place(all[i + 1].from) : width - 8);
      });
      drawMark(pen, theme, place(1 / bowl.steepest), "1/λ = 0.1", "right");
      drawMark(pen, theme, place(2 / bowl.steepest), "2/λ = 0.2: the limit", "left");
      const here = place(clamp(bowl.rate, LOWEST, HIGHEST));
      fillPolygon(pen, theme.ink, [here, 22], [here - 7, 34], [here + 7, 34]);
    },
  });
}

function stretches(bowl) {
  const found = [];
  for (let i = 0; i <= LOOKS; i++) {
    const from = 10 ** (-3 + (3 * i) / LOOKS), kind = bowl.kindOf(from * 1.00001);
    if (found.at(-1)?.kind !== kind) found.push({ kind, from });
  }
  return found;
}

function drawStretch(pen, theme, kind, left, right) {
  const color = { "too small": theme.grey, good: theme.blue, oscillating: theme.orange, diverging: theme.red }[kind];
  const striped = kind === "oscillating" || kind === "diverging";
  pen.globalAlpha = 0.3;
  pen.fillStyle = striped ? stripes(pen, color, "transparent") : color;
  pen.fillRect(left, 4, right - left, 18);
  pen.globalAlpha = 1;
  if (right - left <= kind.length * 6.2) return;
  text(pen, kind, (left + right) / 2, 17, { color: theme.ink, align: "center", size: 12, halo: theme.surface });
}

function drawMark(pen, theme, x, words, align) {
  pen.fillStyle = theme.ink;
  pen.fillRect(x - 1, 0, 2, 28);
  text(pen, words, x + (align === "right" ? 8 : -8), 41, { color: theme.ink, align, size: 12, bold: true });
}
