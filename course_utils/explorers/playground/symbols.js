// The marks of the pictures: a sample, and a gradient that is wrong.

import { disc } from "../shared/marks.js";

// The mark of a wrong gradient, beside its colour.
export function cross(pen, theme, x, y) {
  disc(pen, x, y, 7, theme.surface, theme.red, 1.5);
  Object.assign(pen, { strokeStyle: theme.red, lineWidth: 2.2 });
  pen.beginPath();
  for (const up of [3, -3]) { pen.moveTo(x - 3, y - up); pen.lineTo(x + 3, y + up); }
  pen.stroke();
}

// One sample: class 1 an orange square, class 0 a blue disc, as in every figure; test samples are hollow.
export function symbol(pen, theme, x, y, target, isTest) {
  const color = target ? theme.orange : theme.blue, inside = isTest ? theme.surface : color;
  const edge = isTest ? color : theme.dark ? "#16161c" : "#ffffff", width = isTest ? 2 : 1.2;
  if (!target) return disc(pen, x, y, isTest ? 3.8 : 4.4, inside, edge, width);
  Object.assign(pen, { fillStyle: inside, strokeStyle: edge, lineWidth: width });
  pen.fillRect(x - 3.6, y - 3.6, 7.2, 7.2);
  pen.strokeRect(x - 3.6, y - 3.6, 7.2, 7.2);
}
