// The XOR network, trained in the kernel by the learner's own functions at the slider's rate.

import { element } from "../shared/elements.js";
import { clamp, number } from "../shared/format.js";
import { Plot, rectangle, within } from "../shared/plot.js";
import { drawLosses, drawTitle } from "./pictures.js";

const NAMES = ["0 0", "0 1", "1 0", "1 1"];
const TARGETS = [0, 1, 1, 0];

export class XorNetwork {
  constructor(page, bowl) {
    this.page = page;
    this.bowl = bowl;
    this.forget();
    page.answered = (content) => this.hear(content);
    page.failed = () => Object.assign(this, { outcome: "stopped", finished: true });
    page.watch("learning_rate", () => { if (this.rate !== bowl.rate) this.startAgain(); });
  }
  forget() {
    Object.assign(this, { rate: this.bowl.rate, losses: [], predictions: [], outcome: "training", finished: false });
  }
  startAgain() {
    this.forget();
    this.askForMore();
  }
  askForMore() { this.page.ask({ rate: this.bowl.rate, known: this.losses.length }); }
  hear({ rate, from, losses, predictions, outcome, finished }) {
    if (rate !== this.bowl.rate || from !== this.losses.length) return;
    this.losses.push(...losses);
    Object.assign(this, { predictions, outcome, finished });
    const more = () => { if (!this.page.waitsForKernel && !this.finished) this.askForMore(); };
    // After the answer is painted, so that a moved slider comes first.
    if (!finished) requestAnimationFrame(() => requestAnimationFrame(more));
  }
}

export function addNetwork(page, network) {
  const title = "The same rate on the XOR network, trained by your own functions";
  page.stage.append(element("h5", { class: "explorer-title", text: title }));
  const [curve, rows] = page.row();
  page.canvas({
    home: curve, label: "Loss of the XOR network", height: () => 210,
    draw: (pen, width, height, theme) => {
      const { losses, outcome } = network;
      drawLosses(pen, theme, width, height, losses, page.get("network_steps"), [-8, 2], "loss on XOR");
      drawTitle(pen, theme, width, outcome, outcome === "diverging");
    },
    describe: () => network.outcome,
  });
  page.canvas({
    home: rows, label: "What the network says for each row, beside the target", height: () => 210,
    draw: (pen, width, height, theme) => drawRows(pen, theme, width, height, network.predictions),
    describe: () => network.predictions.map((v) => (v === null ? "not a number" : number(v))).join(", "),
  });
}

function drawRows(pen, theme, width, height, predictions) {
  const plot = new Plot(pen, theme, within(width, height, 40, 22, 12, 36), [-0.5, 3.5], [-0.3, 1.4]);
  const yLabel = "prediction (bar) and target (line)";
  plot.axes({ xTicks: 4, yTicks: 4, xFormat: (row) => NAMES[row] || "", yLabel, xLabel: "inputs" });
  TARGETS.forEach((target, i) => {
    const wide = plot.width / 9;
    drawPrediction(plot, i, predictions[i] ?? null, wide);
    rectangle(pen, plot.x(i) - wide * 0.8, plot.y(target) - 1.5, wide * 1.6, 3, theme.ink);
  });
}

function drawPrediction(plot, row, value, wide) {
  if (value === null) return;
  const { pen, theme } = plot, top = plot.y(clamp(value, -0.3, 1.4)), zero = plot.y(0);
  const high = Math.max(1.5, Math.abs(top - zero));
  pen.globalAlpha = 0.7;
  rectangle(pen, plot.x(row) - wide / 2, Math.min(top, zero), wide, high, theme.purple);
  pen.globalAlpha = 1;
}
