// The loss over the steps, and the way back in time.

import { Plot, disc, polyline, text, within } from "../shared/plot.js";
import { brief, clamp, number } from "../shared/format.js";
import { lossWords } from "./frame.js";

const KEYS = { ArrowLeft: -1, ArrowRight: 1, PageDown: -10, PageUp: 10, Home: -1e6, End: 1e6 };
const drawable = (loss) => loss > 0 && Number.isFinite(loss);
const logOf = (loss) => (drawable(loss) ? Math.log10(loss) : NaN);

export class LossChart {
  constructor(session, home) {
    Object.assign(this, { session, chart: null, keys: KEYS });
    session.page.canvas({
      home, touchAction: "pan-y", height: () => 190,
      label: "Loss of training and test data over the steps. Left and right arrow keys go back and forward in time",
    }, this);
    this.addTime(home);
  }
  // The moments of the present branch: the first curve.
  get count() { return this.session.frame.curves[0].count; }
  go(index) { this.session.act({ do: "go", index: clamp(Math.round(index), 0, this.count - 1) }); }
  addTime(home) {
    const { session } = this;
    const step = (index) => (session.frame ? session.frame.moment(Math.min(index, this.count - 1)).step : 0);
    const { box, input, show } = session.page.slider({
      home, label: "back in time (then Play branches off)", min: 0, max: 0, step: 1, watch: [],
      read: () => (session.frame ? session.frame.now : 0),
      format: (index) => `step ${step(index)}`,
      write: (index) => {
        if (session.frame) this.go(index);
        show();
      },
    });
    box.style.maxWidth = "none";
    session.hear("frame", () => {
      input.max = session.frame ? this.count - 1 : 0;
      show();
    });
  }

  // ---- drawing
  draw(pen, width, height, theme) {
    const { frame } = this.session;
    if (!frame) return;
    const chart = this.chart = new Plot(pen, theme, within(width, height, 44, 24, 14, 38), ...this.ranges());
    const power = (log) => (Number.isInteger(log) ? brief(10 ** log, 1) : "");
    chart.axes({ xTicks: 5, yTicks: 4, xLabel: "steps", yFormat: power });
    const [present, ...older] = this.curves();
    chart.clipped(() => {
      for (const { points } of [...older].reverse()) this.line(points, "train", theme.grey, 1.6, [2, 3]);
      this.line(present.points, "test", theme.orange, 2, [6, 4]);
      this.line(present.points, "train", theme.purple, 2.4, []);
      this.here(present.points[Math.min(frame.now, present.points.length - 1)]);
    });
    for (const curve of older) this.rate(curve);
    this.legend();
    const words = `step ${frame.step}, epoch ${number(frame.epoch, 1)}`;
    if (width > 400) text(pen, words, chart.right, 14, { color: theme.soft, align: "right" });
  }
  // All steps, and the logarithms of all losses, but at most 10000.
  ranges() {
    const { history } = this.session.frame, logs = [];
    let last = 10;
    history.forEach((value, i) => {
      if (i % 3 === 0) last = Math.max(last, value);
      else if (drawable(value)) logs.push(Math.log10(value));
    });
    const low = Math.min(-1.5, ...logs) - 0.1, high = clamp(Math.max(0, ...logs), 0, 4) + 0.1;
    return [[0, last], [low, high]];
  }
  curves() {
    const { frame } = this.session;
    let start = 0;
    return frame.curves.map(({ count, rate }) => {
      const points = Array.from({ length: count }, (_, i) => frame.moment(start + i));
      start += count;
      return { points, rate };
    });
  }
  line(points, part, color, width, dash) {
    this.chart.line(points.map((moment) => [moment.step, logOf(moment[part])]), { color, width, dash });
  }
  here(moment) {
    const { chart } = this, { pen, theme } = chart, x = chart.x(moment.step);
    chart.line(chart.yRange.map((log) => [moment.step, log]), { color: theme.ink, width: 1.5 });
    for (const [loss, color] of [[moment.test, theme.orange], [moment.train, theme.purple]]) {
      if (loss > 0) disc(pen, x, chart.y(logOf(loss)), 4, color, theme.surface, 1.5);
    }
  }
  // The learning rate of an older branch stands at its end.
  rate({ points, rate }) {
    const { chart } = this, { pen, theme } = chart;
    const end = points.filter(({ train }) => Number.isFinite(train)).pop();
    if (!end || end.step === 0) return;
    const x = clamp(chart.x(end.step), chart.left + 50, chart.right) - 4;
    const y = clamp(chart.y(logOf(end.train)) - 6, chart.top + 12, chart.bottom - 4);
    text(pen, `rate ${brief(rate)}`, x, y, { color: theme.soft, size: 11, align: "right", halo: theme.surface });
  }
  legend() {
    const { pen, theme, left } = this.chart, { losses } = this.session.frame;
    [["train", theme.purple, []], ["test", theme.orange, [6, 4]]].forEach(([part, color, dash], i) => {
      const x = left + 128 * i;
      pen.lineCap = "butt";
      polyline(pen, { color, width: 2.4, dash }, [x, 9.5], [x + 22, 9.5]);
      text(pen, `${part} ${lossWords(losses[i])}`, x + 28, 14, { color: theme.ink, bold: true });
    });
  }

  // ---- words and hands
  describe() {
    const { frame } = this.session;
    if (!frame) return "not started";
    const [train, test] = frame.losses.map(lossWords);
    return `step ${frame.step}, training loss ${train}, test loss ${test}`;
  }
  press(step) {
    const { frame } = this.session;
    if (!frame) return false;
    this.go(frame.now + step);
  }
  hold(point) {
    if (!this.chart) return;
    const { frame } = this.session, step = this.chart.valueX(point.x);
    let best = 0;
    const away = (i) => Math.abs(frame.history[3 * i] - step);
    for (let i = 0; i < this.count; i++) if (away(i) < away(best)) best = i;
    this.go(best);
  }
}
