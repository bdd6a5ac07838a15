// Dropout explorer: see dropout_mask.py for what it teaches.

import { ExplorerPage, reducedMotion } from "../shared/page.js";
import { Plot } from "../shared/plot.js";
import { clamp, number } from "../shared/format.js";
import { disc, text } from "../shared/marks.js";
import { element } from "../shared/elements.js";

const SAMPLES = 6, UNITS = 12, SCALINGS = ["divide by 1 - p", "none", "multiply by p"], MOST = 400;

// A number in [0, 1) from four counters; the same as in Python.
function uniform(seed, draw, row, unit) {
  let word = (Math.imul(seed, 0x9e3779b1) + Math.imul(draw, 0x85ebca6b) + Math.imul(row, 0xc2b2ae35) + Math.imul(unit, 0x27d4eb2f)) >>> 0;
  for (let i = 0; i < 2; i++) {
    word = (word + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(word ^ (word >>> 15), word | 1) >>> 0;
    mixed = (mixed ^ ((mixed + (Math.imul(mixed ^ (mixed >>> 7), mixed | 61) >>> 0)) >>> 0)) >>> 0;
    word = (mixed ^ (mixed >>> 14)) >>> 0;
  }
  return word / 2 ** 32;
}
const grid = (f) => Array.from({ length: SAMPLES }, (_, row) => Array.from({ length: UNITS }, (_, unit) => f(row, unit)));
const ACTIVATIONS = grid((row, unit) => Math.round(100 * (0.2 + 1.6 * uniform(99, 0, row, unit))) / 100);
const EVALUATION = ACTIVATIONS.flat().reduce((sum, value) => sum + value, 0) / (SAMPLES * UNITS);
const mask = (seed, draw, rate, oneForAll) => grid((row, unit) => uniform(seed, draw, oneForAll ? 0 : row, unit) >= rate);
const factor = (scaling, rate) => ({ "divide by 1 - p": 1 / (1 - rate), none: 1, "multiply by p": rate }[scaling]);
function outputs(seed, draws, rate, scaling, oneForAll) {
  const scale = factor(scaling, rate) / (SAMPLES * UNITS);
  return Array.from({ length: draws }, (_, i) => {
    let sum = 0;
    for (let row = 0; row < SAMPLES; row++) for (let unit = 0; unit < UNITS; unit++) {
      if (uniform(seed, i + 1, oneForAll ? 0 : row, unit) >= rate) sum += ACTIVATIONS[row][unit];
    }
    return sum * scale;
  });
}
export const pure = { uniform, mask, outputs, ACTIVATIONS };

function render({ model, el }) {
  const page = new ExplorerPage({ model, el, title: "Dropout: a new mask each time, the same average" });
  const evaluating = () => page.get("evaluating"), rate = () => page.get("rate");
  const setting = () => [page.get("seed"), page.get("draws"), rate(), page.get("scaling"), page.get("one_for_all")];

  page.slider({ key: "rate", label: "dropout rate p", min: 0, max: 0.9, step: 0.05, format: (v) => number(v) });
  page.choice({ key: "scaling", label: "What is kept is scaled", options: [[SCALINGS[0], "divided by 1 − p"], [SCALINGS[1], "not at all"], [SCALINGS[2], "multiplied by p"]] });
  page.slider({ key: "draws", label: "masks so far", min: 1, max: MOST, step: 1, format: String });
  const group = page.group();
  page.toggle({ key: "one_for_all", label: "one mask for the whole batch", home: group });
  page.toggle({ key: "evaluating", label: "evaluation mode (no mask)", home: group });
  const buttons = page.group();
  page.button({ label: "Next mask", home: buttons, onClick: () => page.set("draws", Math.min(MOST, page.get("draws") + 1)) });
  let stop = null;
  const play = page.button({ label: "Play", home: buttons, onClick: () => (stop ? halt() : start()) });
  page.button({ label: "New seed", home: buttons, onClick: () => page.set("seed", page.get("seed") + 1) });
  const halt = () => { if (stop) stop(); stop = null; play.textContent = "Play"; play.setAttribute("aria-pressed", "false"); };
  const start = () => {
    let waited = 0;
    if (page.get("draws") >= MOST) page.set("draws", 1);
    play.textContent = "Pause";
    play.setAttribute("aria-pressed", "true");
    // With reduced motion two masks a second, otherwise twelve.
    const pause = reducedMotion() ? 0.5 : 0.08;
    stop = page.animate((seconds) => {
      waited += seconds;
      if (waited < pause) return true;
      waited = 0;
      page.set("draws", Math.min(MOST, page.get("draws") + 1));
      if (page.get("draws") >= MOST) { halt(); return false; }
      return true;
    });
  };

  const row = element("div", { class: "explorer-row" }), left = element("div"), right = element("div");
  row.append(left, right);
  page.stage.append(row);
  page.canvas({
    home: left, label: "The hidden layer under the last mask: samples in rows, units in columns", height: (width) => clamp(width * 0.72, 230, 300),
    draw: (pen, width, height, theme) => {
      const [seed, draws, , , oneForAll] = setting(), kept = mask(seed, draws, rate(), oneForAll), scale = evaluating() ? 1 : factor(page.get("scaling"), rate());
      const area = { left: 66, top: 26, width: width - 70, height: height - 62 };
      const wide = area.width / UNITS, tall = area.height / SAMPLES;
      text(pen, "hidden units h₁ to h₁₂", area.left, 16, { color: theme.soft });
      ACTIVATIONS.forEach((values, r) => {
        text(pen, `sample ${r + 1}`, area.left - 8, area.top + (r + 0.5) * tall + 4, { color: theme.soft, align: "right", size: 11 });
        values.forEach((value, u) => {
          const x = area.left + u * wide + 2, y = area.top + r * tall + 2, on = evaluating() || kept[r][u];
          pen.strokeStyle = theme.faint;
          pen.lineWidth = 1;
          pen.strokeRect(x, y, wide - 4, tall - 4);
          if (on) {
            // The height is the activation after scaling; a full cell is 4.
            const share = clamp((value * scale) / 4, 0.02, 1), height_ = (tall - 5) * share;
            pen.fillStyle = theme.blue;
            pen.fillRect(x + 0.5, y + tall - 4.5 - height_, wide - 5, height_);
            if (value * scale > 4) { pen.fillStyle = theme.ink; pen.fillRect(x + 0.5, y + 0.5, wide - 5, 2.5); }
          } else {
            pen.strokeStyle = theme.soft;
            pen.lineWidth = 1.6;
            pen.beginPath();
            pen.moveTo(x + wide * 0.28, y + tall * 0.3); pen.lineTo(x + wide * 0.72 - 4, y + tall * 0.7 - 4);
            pen.moveTo(x + wide * 0.72 - 4, y + tall * 0.3); pen.lineTo(x + wide * 0.28, y + tall * 0.7 - 4);
            pen.stroke();
          }
        });
      });
      const words = evaluating() ? "no mask: every unit as it is" : `mask ${draws}: × is dropped, a bar is what goes on`;
      text(pen, words, area.left, height - 18, { color: theme.ink, size: 12 });
    },
    describe: () => { const kept = mask(page.get("seed"), page.get("draws"), rate(), page.get("one_for_all")).flat().filter(Boolean).length; return evaluating() ? "all 72 units on" : `${kept} of 72 units kept`; },
  });
  const numbers = () => {
    const seen = evaluating() ? Array(page.get("draws")).fill(EVALUATION) : outputs(...setting());
    const mean = seen.reduce((sum, v) => sum + v, 0) / seen.length;
    const spread = Math.sqrt(seen.reduce((sum, v) => sum + (v - mean) ** 2, 0) / seen.length);
    return { seen, mean, spread };
  };
  page.canvas({
    home: right, label: "Mean output of the batch for each mask, and its running average", height: (width) => clamp(width * 0.72, 230, 300),
    draw: (pen, width, height, theme) => {
      const { seen, mean, spread } = numbers();
      const plot = new Plot(pen, theme, { left: 38, top: 26, width: width - 46, height: height - 62 }, [0, Math.max(20, page.get("draws"))], [0, 2.2]);
      plot.axes({ xTicks: 5, yTicks: 5, xLabel: "mask", yLabel: "mean output of the batch" });
      plot.clipped(() => {
        seen.forEach((value, i) => disc(pen, plot.x(i + 1), plot.y(value), seen.length > 150 ? 2 : 3, theme.blue));
        let sum = 0;
        plot.line([[0, EVALUATION], [MOST, EVALUATION]], { color: theme.ink, width: 1.6, dash: [7, 5] });
        plot.line(seen.map((value, i) => { sum += value; return [i + 1, sum / (i + 1)]; }), { color: theme.orange, width: 3.2 });
      });
      const low = mean < EVALUATION * 0.95 || mean > EVALUATION * 1.05;
      const rows = [["dots: one mask each", theme.blue], ["thick line: their running average", theme.orange], ["dashed: evaluation, no mask", theme.ink]];
      rows.forEach(([words, color], i) => {
        const y = plot.top + 12 + 17 * i;
        if (i === 0) disc(pen, plot.left + 20, y - 4, 3, color);
        else { pen.setLineDash(i === 2 ? [7, 5] : []); pen.strokeStyle = color; pen.lineWidth = i === 2 ? 1.6 : 3.2; pen.beginPath(); pen.moveTo(plot.left + 8, y - 4); pen.lineTo(plot.left + 32, y - 4); pen.stroke(); pen.setLineDash([]); }
        text(pen, words, plot.left + 40, y, { color: theme.ink, size: 12, halo: theme.surface });
      });
      sayIt(seen, mean, spread, low);
    },
    describe: () => { const { mean, spread } = numbers(); return `average ${number(mean)}, spread ${number(spread)}, evaluation ${number(EVALUATION)}`; },
  });
  function sayIt(seen, mean, spread, off) {
    const [, draws, , scaling] = setting();
    const expected = (1 - rate()) * factor(scaling, rate());
    const verdict = evaluating() ? "In evaluation nothing is dropped and nothing is scaled."
      : scaling === SCALINGS[0] ? "Dividing by 1 − p keeps the expected output, so evaluation needs no correction."
      : rate() === 0 && scaling === "none" ? "With p = 0 nothing is dropped."
      : `Expected is ${number(expected)} times the evaluation output: with this scaling training and evaluation do not agree.`;
    page.say(`${evaluating() ? "Evaluation" : `Rate ${number(rate())}, ${draws} ${draws === 1 ? "mask" : "masks"}`}: the output averages ${number(mean)} with a spread of ${number(spread)} from mask to mask; evaluation gives ${number(EVALUATION)}. ${verdict}`);
  }
  return () => { halt(); page.destroy(); };
}

export default { render };
