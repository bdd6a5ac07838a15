// Temperature explorer: see temperature.py for what it teaches.

import { ExplorerPage } from "../shared/page.js";
import { Plot } from "../shared/plot.js";
import { clamp, number, percent } from "../shared/format.js";
import { disc, text } from "../shared/marks.js";
import { element, fill } from "../shared/elements.js";

const NAMES = ["cat", "dog", "bird", "fish", "frog"];
const PRESETS = { "clear winner": [3, 0, -1, -2, 0.5], "close race": [2, 1.8, 0, -1, 1.5], tie: [2, 2, 0, -1, 0], "know nothing": [0, 0, 0, 0, 0] };
const REACH = 4;

function softmax(scores, temperature) {
  const top = Math.max(...scores), powers = scores.map((score) => Math.exp((score - top) / temperature));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}
// As one would write it first, in float32: exp overflows above 88.7.
function naiveSoftmax(scores, temperature) {
  const powers = scores.map((score) => Math.fround(Math.exp(Math.fround(Math.fround(score) / Math.fround(temperature)))));
  const sum = powers.reduce((total, power) => Math.fround(total + power), 0);
  return powers.map((power) => Math.fround(power / sum));
}
const entropyBits = (probabilities) => -probabilities.reduce((sum, p) => sum + (p > 0 ? p * Math.log2(p) : 0), 0);
export const pure = { softmax, naiveSoftmax, entropyBits };

function render({ model, el }) {
  const page = new ExplorerPage({ model, el, title: "Softmax and temperature: how much larger does the larger get?" });
  const scores = () => page.get("scores"), temperature = () => page.get("temperature");
  const shown = () => scores().map((score) => score + page.get("shift"));
  const probabilities = () => softmax(shown(), temperature());
  let chosen = 0;
  const setScore = (index, value) => page.set("scores", scores().map((score, i) => (i === index ? Number(clamp(value, -REACH, REACH).toFixed(2)) : score)));

  page.slider({ key: "temperature", label: "temperature T", min: 0.05, max: 20, log: true, format: (v) => String(Number(v.toPrecision(2))) });
  page.slider({ key: "shift", label: "add the same to all scores", min: -100, max: 100, step: 1, format: (v) => number(v, 0) });
  const group = page.group("examples");
  for (const [name, values] of Object.entries(PRESETS)) page.button({ label: name, home: group, onClick: () => page.set("scores", values) });

  const row = element("div", { class: "explorer-row" }), left = element("div"), right = element("div");
  row.append(left, right);
  page.stage.append(row);
  const colors = (theme) => [theme.blue, theme.orange, theme.red, theme.purple, theme.grey];
  function bars(pen, theme, plot, values, words, ring) {
    const wide = plot.width / 5.6;
    values.forEach((value, i) => {
      const x = plot.x(i), y = plot.y(clamp(value, ...plot.yRange)), zero = plot.y(0);
      pen.fillStyle = colors(theme)[i];
      pen.globalAlpha = 0.85;
      pen.fillRect(x - wide / 2, Math.min(y, zero), wide, Math.max(Math.abs(y - zero), 1.5));
      pen.globalAlpha = 1;
      if (ring && i === chosen) { pen.strokeStyle = theme.ink; pen.lineWidth = 2; pen.strokeRect(x - wide / 2 - 3, Math.min(y, zero) - 3, wide + 6, Math.max(Math.abs(y - zero), 1.5) + 6); }
      text(pen, words[i], x, value >= 0 ? Math.min(y, zero) - 7 : Math.max(y, zero) + 16, { color: theme.ink, align: "center", bold: true, size: 13, halo: theme.surface });
      text(pen, NAMES[i], x, plot.bottom + 16, { color: theme.ink, align: "center", size: 13 });
    });
  }
  let plot = null;
  page.canvas({
    home: left, label: "Scores. Left and right arrow keys choose a class, up and down change its score",
    height: () => 240,
    draw: (pen, width, height, theme) => {
      plot = new Plot(pen, theme, { left: 34, top: 24, width: width - 40, height: height - 48 }, [-0.5, 4.5], [-REACH - 0.9, REACH + 0.9]);
      plot.axes({ xTicks: 0, yTicks: 5, yLabel: page.get("shift") ? `scores z (and ${number(page.get("shift"), 0)} added to each); drag the bars` : "scores z; drag the bars" });
      bars(pen, theme, plot, scores(), shown().map((v) => number(v, page.get("shift") ? 1 : 2)), true);
    },
    describe: () => `${NAMES[chosen]} has the score ${number(shown()[chosen])}`,
    keys: (event) => {
      if (event.key === "ArrowLeft" || event.key === "ArrowRight") { chosen = (chosen + (event.key === "ArrowLeft" ? 4 : 1)) % 5; page.invalidate(); return true; }
      if (event.key === "ArrowUp" || event.key === "ArrowDown") { setScore(chosen, scores()[chosen] + (event.key === "ArrowUp" ? 0.1 : -0.1)); return true; }
      return false;
    },
    drag: (point, phase) => {
      if (phase === "start") chosen = clamp(Math.round(plot.valueX(point.x)), 0, 4);
      if (phase === "start" || phase === "move") setScore(chosen, plot.valueY(point.y));
    },
  });
  page.canvas({
    home: right, label: "Probabilities", height: () => 240,
    draw: (pen, width, height, theme) => {
      const chart = new Plot(pen, theme, { left: 40, top: 24, width: width - 46, height: height - 48 }, [-0.5, 4.5], [0, 1.12]);
      chart.axes({ xTicks: 0, yTicks: 5, yFormat: (v) => percent(v), yLabel: "probabilities softmax(z / T)" });
      bars(pen, theme, chart, probabilities(), probabilities().map((p) => percent(p, p < 0.0995 ? 1 : 0)), false);
    },
    describe: () => probabilities().map((p, i) => `${NAMES[i]} ${percent(p, 1)}`).join(", "),
  });
  // The same five scores at every temperature at once.
  page.canvas({
    label: "Probabilities at every temperature", height: (width) => clamp(width * 0.24, 150, 200),
    draw: (pen, width, height, theme) => {
      const chart = new Plot(pen, theme, { left: 40, top: 22, width: width - 100, height: height - 56 }, [Math.log10(0.05), Math.log10(20)], [0, 1.02]);
      chart.axes({ xTicks: 3, yTicks: 4, xFormat: () => "", yFormat: (v) => percent(v), yLabel: width < 560 ? "probabilities at every temperature" : "probabilities at every temperature: from winner takes all to all the same" });
      for (const value of [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20]) text(pen, String(value), chart.x(Math.log10(value)), chart.bottom + 15, { color: theme.soft, align: "center", size: 11 });
      text(pen, "temperature T", chart.right, chart.bottom + 31, { color: theme.soft, align: "right" });
      const dashes = [[], [9, 4], [2, 3], [12, 3, 2, 3], [5, 5]], used = [];
      NAMES.forEach((name, i) => {
        chart.curve((x) => softmax(scores(), 10 ** x)[i], { color: colors(theme)[i], width: 2.4, dash: dashes[i] }, 120);
      });
      const last = NAMES.map((name, i) => [softmax(scores(), 20)[i], name, i]).sort((a, b) => b[0] - a[0]);
      last.forEach(([p, name, i], rank) => {
        let y = chart.y(p) + 4;
        y = Math.max(chart.y(last[2][0]) + 4 + (rank - 2) * 13, 0);
        text(pen, name, chart.right + 8, y, { color: theme.ink, size: 12 });
      });
      const here = chart.x(Math.log10(temperature()));
      chart.segment(here, chart.top, here, chart.bottom, theme.ink);
      probabilities().forEach((p, i) => disc(pen, here, chart.y(p), 4.5, colors(theme)[i], theme.surface, 1.5));
      fillTable();
    },
    describe: () => `now at ${number(temperature())}`,
  });
  const table = element("table", { class: "explorer-table" });
  page.stage.append(table);
  function fillTable() {
    const naive = naiveSoftmax(shown(), temperature()), digits = (p) => (Number.isNaN(p) ? "not a number" : number(p, 4));
    fill(table, [["", ...NAMES], ["stable (largest score taken off first)", ...probabilities().map(digits)], ["naive, in float32", ...naive.map(digits)]]);
    const order = probabilities().map((p, i) => [p, i]).sort((a, b) => b[0] - a[0]), [first, second] = order;
    const gap = shown()[first[1]] - shown()[second[1]], ratio = Math.exp(gap / temperature());
    const lead = gap < 1e-9 ? `${NAMES[first[1]]} and ${NAMES[second[1]]} are tied at every temperature`
      : `${NAMES[first[1]]} is ${ratio > 1e6 ? "over a million" : number(ratio, ratio < 10 ? 2 : 0)} times as likely as ${NAMES[second[1]]}, because e to the power (${number(gap)} / T) says so: only the difference of the scores counts`;
    const trouble = naive.some(Number.isNaN) ? " The naive formula fails here: an exponential left the range of float32." : "";
    page.say(`Temperature ${String(Number(temperature().toPrecision(2)))}: ${lead}. Entropy ${number(entropyBits(probabilities()))} of at most ${number(Math.log2(5))} bits.${trouble}`);
  }
  return () => page.destroy();
}

export default { render };
