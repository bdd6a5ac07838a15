// The neuron itself, with the chosen point's numbers flowing through it.

import { clamp, number } from "../shared/format.js";
import { Plot, disc, polyline, rectangle, text } from "../shared/plot.js";
import { isWrong, total } from "./formulas.js";

const ROWS = [34, 104, 174];
const INPUT_X = 34;

export function addDiagram(page, handles, home) {
  page.canvas({
    home, label: "The neuron with the chosen point's numbers", height: () => 208,
    draw: (pen, width, height, theme) => {
      const index = handles.onPoint ? handles.selected : 0, point = handles.points[index] || [0, 0, 0];
      const sum = { x: width * 0.56, y: height / 2 }, outX = width - 64, z = total(point, handles.weights);
      drawInputs(pen, theme, sum, point, handles.weights);
      drawSum(pen, theme, sum, outX, z);
      drawActivation(pen, theme, outX, sum.y, z, handles.activation);
      drawVerdict(pen, theme, width, sum.y, z, point, isWrong(point, handles.weights));
      text(pen, `point ${index + 1}`, width - 4, 16, { color: theme.soft, align: "right" });
      const legend = "solid: positive weight, dashed: negative";
      text(pen, legend, width - 4, 31, { color: theme.soft, align: "right", size: 11 });
    },
  });
}

function drawInputs(pen, theme, sum, point, { w1, w2, b }) {
  const inputs = [["x₁", number(point[0]), w1, "w₁"], ["x₂", number(point[1]), w2, "w₂"], ["1", "", b, "b"]];
  inputs.forEach(([name, value, weight, letter], i) => {
    const y = ROWS[i], end = sum.y + (i - 1) * 8;
    const color = weight >= 0 ? theme.blue : theme.orange, dash = weight >= 0 ? [] : [7, 5];
    const width = 1 + 2.2 * Math.abs(weight);
    polyline(pen, { color, width, dash }, [INPUT_X + 20, y], [sum.x - 24, end]);
    const x = INPUT_X + 20 + (sum.x - 54 - INPUT_X) * 0.42, style = { align: "center" };
    const words = `${letter} = ${number(weight)}`;
    text(pen, words, x, y + (end - y) * 0.42 - 9, { ...style, color: theme.ink, halo: theme.surface });
    disc(pen, INPUT_X, y, 21, theme.surface, theme.axis, 1.5);
    text(pen, name, INPUT_X, y - 1, { ...style, color: theme.soft, size: 11 });
    text(pen, value, INPUT_X, y + 12, { ...style, color: theme.ink, bold: true });
  });
}

function drawSum(pen, theme, { x, y }, outX, z) {
  polyline(pen, { color: theme.axis, width: 2 }, [x + 24, y], [outX - 30, y]);
  disc(pen, x, y, 26, theme.surface, theme.ink, 2);
  text(pen, "Σ", x, y - 2, { color: theme.soft, align: "center", size: 14 });
  text(pen, number(z), x, y + 14, { color: theme.ink, align: "center", size: 13, bold: true });
  text(pen, "total z", x, y + 44, { color: theme.soft, align: "center", size: 11 });
}

// The box with the activation's curve and the place on it where z is.
function drawActivation(pen, theme, x, y, z, activation) {
  const box = { left: x - 28, top: y - 32, width: 62, height: 48 }, out = activation(z);
  rectangle(pen, box.left, box.top, box.width, box.height, null, theme.ink, 2);
  const small = new Plot(pen, theme, box, [-4, 4], [-1.15, 1.4]);
  small.clipped(() => {
    small.segment(box.left, small.y(0), small.right, small.y(0), theme.faint);
    small.curve(activation, { color: theme.blue, width: 2 }, 80);
    disc(pen, small.x(clamp(z, -4, 4)), small.y(clamp(out, -1, 1.3)), 4, theme.ink);
  });
  const style = { color: theme.ink, align: "right", size: 13, bold: true };
  text(pen, `φ(z) = ${number(out)}`, x + 34, y + 34, style);
}

function drawVerdict(pen, theme, width, y, z, point, bad) {
  const style = { color: theme.ink, align: "right", size: 13, bold: true };
  text(pen, `says ${z >= 0 ? 1 : 0}, should be ${point[2]}`, width - 4, y + 66, style);
  const color = bad ? theme.red : theme.ink;
  text(pen, bad ? "✗ wrong" : "✓ right", width - 4, y + 84, { ...style, color });
}
