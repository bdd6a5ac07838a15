// Bumps explorer: what it teaches stands in __init__.py. Here are its controls, the errors and the words.

import { ExplorerPage } from "../shared/page.js";
import { Plot, disc, text, within } from "../shared/plot.js";
import { brief, clamp, number, powerOfTen } from "../shared/format.js";
import { Fit, GOALS, KINDS, WIDTHS, build, errors, output } from "./fit.js";
import { GoalPicture } from "./goal_picture.js";

export const pure = { GOALS, build, output, errors };

function addControls(page) {
  page.choice({ key: "goal", label: "Goal", options: [...Object.keys(GOALS), ["yours", "draw your own"]] });
  const kinds = [[KINDS[0], "sigmoids, in pairs"], [KINDS[1], "ReLU hinges"]];
  page.choice({ key: "kind", label: "Hidden units", options: kinds });
  page.slider({ key: "units", label: "number of hidden units", min: 2, max: 64, step: 2, format: String });
  page.slider({
    key: "steepness", label: "steepness", min: 1, max: 200, log: true, format: (value) => brief(value, 2),
    watch: ["steepness", "kind"], visible: () => page.get("kind") === KINDS[0],
  });
  page.toggle({ key: "show_units", label: "show what each adds" });
}

function addErrorChart(page, fit, home) {
  page.canvas({
    home, label: "Error against number of hidden units", height: (width) => clamp(width * 1.25, 260, 370),
    draw: (...canvas) => drawErrors(fit, ...canvas),
    describe: () => `slope ${number(fit.slope, 1)}`,
  });
}
function drawErrors(fit, pen, width, height, theme) {
  const chart = new Plot(pen, theme, within(width, height, 46, 30, 12, 32), [0.7, 6.3], [-4.2, 0.2]);
  chart.axes({
    xTicks: 6, xLabel: "hidden units", xFormat: (power) => (Number.isInteger(power) ? String(2 ** power) : ""),
    yTicks: 5, yLabel: "root mean square error", yFormat: (power) => (power === 0 ? "1" : powerOfTen(power)),
  });
  const place = (units, error) => [Math.log2(units), Math.log10(Math.max(error, 1e-9))];
  const points = fit.errorsByWidth.map((error, i) => place(WIDTHS[i], error));
  const [x, y] = place(fit.page.get("units"), fit.errors[0]);
  chart.clipped(() => {
    chart.line(points, { color: theme.purple, width: 2 });
    for (const point of points) disc(pen, chart.x(point[0]), chart.y(point[1]), 4, theme.purple);
    disc(pen, chart.x(x), chart.y(y), 7, null, theme.ink, 2.5);
  });
  const look = { color: theme.ink, align: "right", bold: true, halo: theme.surface };
  text(pen, `slope ${number(fit.slope, 1)}`, chart.right - 4, chart.top + 16, look);
}

function sentence(page, fit) {
  const units = page.get("units"), [mean, worst] = fit.errors;
  const network = page.get("kind") === KINDS[0]
    ? `${units} sigmoids make ${units / 2} ${units === 2 ? "bump" : "bumps"}`
    : `${units} ReLU hinges make ${units} straight pieces`;
  const jump = page.get("goal") !== "step" ? "" : " The goal jumps, so the largest error stays however many units "
    + "there are: the theorem asks for a continuous goal.";
  return `${network}: root mean square error ${number(mean, 3)}, largest ${number(worst, 2)}. When the width doubles, `
    + `the error is multiplied by about ${number(2 ** fit.slope, 2)}.${jump}`;
}

function render({ model, el }) {
  const title = "Hidden units against fit: any continuous function, built from bumps";
  const page = new ExplorerPage({ model, el, title }), fit = new Fit(page);
  addControls(page);
  const [left, right] = page.row("flex: 2.2 1 340px;", "flex: 1 1 200px;");
  new GoalPicture(page, fit, left);
  addErrorChart(page, fit, right);
  page.onFrame(() => page.say(sentence(page, fit)));
  return () => page.destroy();
}

export default { render };
