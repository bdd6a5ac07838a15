// The bowl from above with the way down, and the loss of each step.

import { clamp, number } from "../shared/format.js";
import { disc, text } from "../shared/marks.js";
import { Plot } from "../shared/plot.js";
import { drawLosses, drawTitle } from "./losses.js";
import { brief } from "./words.js";

const STEPS = { ArrowLeft: [-0.05, 0], ArrowRight: [0.05, 0], ArrowUp: [0, 0.05], ArrowDown: [0, -0.05] };
const LEVELS = [0.03, 0.12, 0.4, 1, 2, 3.4, 5.2, 7.4, 10];
const RANGE = [-1.2, 1.2];
const tall = (width) => clamp(width * 0.78, 240, 330);

export function addDescent(page, bowl, home) {
  let plot = null;
  const moveStart = (place) => page.set("start", place.map((value) => Number(clamp(value, -1.15, 1.15).toFixed(3))));
  page.canvas({
    home, label: "The bowl from above with the path of gradient descent. Arrow keys move the start", height: tall,
    draw: (pen, width, height, theme) => {
      plot = new Plot(pen, theme, { left: 40, top: 22, width: width - 52, height: height - 58 }, RANGE, RANGE);
      plot.clipped(() => LEVELS.forEach((level) => drawLevel(plot, bowl, level)));
      plot.axes({ xTicks: 5, yTicks: 5, xLabel: "w₁, the steep direction", yLabel: "w₂, the flat direction" });
      plot.clipped(() => drawPath(plot, bowl));
      const [x, y] = bowl.start, style = { color: theme.ink, size: 12, halo: theme.surface };
      text(pen, "start", plot.x(x) + 12, plot.y(y) + 4, style);
    },
    describe: () => `start at ${bowl.start.map((value) => number(value)).join(", ")}; ${bowl.kind}`,
    keys: ({ key }) => {
      if (STEPS[key]) moveStart(bowl.start.map((value, i) => value + STEPS[key][i]));
      return Boolean(STEPS[key]);
    },
    drag: (point, phase) => {
      if (plot && (phase === "start" || phase === "move")) moveStart([plot.valueX(point.x), plot.valueY(point.y)]);
    },
  });
}

// The ellipse on which the loss is `level`.
function drawLevel(plot, { steepest, flattest }, level) {
  const { pen, theme } = plot, size = RANGE[1] - RANGE[0];
  const wide = (Math.sqrt((2 * level) / steepest) / size) * plot.width;
  const high = (Math.sqrt((2 * level) / flattest) / size) * plot.height;
  pen.beginPath();
  pen.ellipse(plot.x(0), plot.y(0), wide, high, 0, 0, 7);
  pen.fillStyle = theme.dark ? "rgba(122,168,255,0.045)" : "rgba(87,144,252,0.05)";
  pen.fill();
  pen.strokeStyle = theme.faint;
  pen.lineWidth = 1;
  pen.stroke();
}

function drawPath(plot, { points, kind }) {
  const { pen, theme } = plot, color = kind === "diverging" ? theme.red : theme.blue;
  plot.line(points.map(([x, y]) => [clamp(x, -50, 50), y]), { color, width: 2 });
  points.forEach(([x, y], i) => {
    if (Math.abs(x) < 1.3) disc(pen, plot.x(x), plot.y(y), i ? 3 : 8, i ? color : theme.surface, color, 3);
  });
  pen.fillStyle = theme.ink;
  pen.fillRect(plot.x(0) - 5, plot.y(0) - 1, 10, 2);
  pen.fillRect(plot.x(0) - 1, plot.y(0) - 5, 2, 10);
}

export function addBowlLosses(page, bowl, home) {
  page.canvas({
    home, label: "Loss of each step on the bowl", height: tall,
    draw: (pen, width, height, theme) => {
      const losses = bowl.points.map((point) => bowl.lossAt(point));
      drawLosses(pen, theme, width, height, losses, bowl.steps, [-6, 3], "loss on the bowl");
      drawTitle(pen, theme, width, `${brief(bowl.rate)}: ${bowl.kind}`, bowl.kind === "diverging");
    },
    describe: () => `rate ${brief(bowl.rate)} is ${bowl.kind}`,
  });
}
