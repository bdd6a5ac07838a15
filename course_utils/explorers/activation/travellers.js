// 200 inputs that travel up to the curve and across to the outputs.

import { reducedMotion } from "../shared/page.js";
import { clamp } from "../shared/format.js";
import { disc } from "../shared/marks.js";
import { quantile } from "./inputs.js";

const UP_S = 0.9, ACROSS_S = 1.1, ALL_S = 5.5;

export class Travellers {
  constructor(page) {
    this.page = page;
    this.crowd = [];
    this.stop = () => {};
  }
  release() {
    this.stop();
    // Evenly spread quantiles, so that the crowd has the pile's own shape.
    const crowd = Array.from({ length: 200 }, (_, i) => (
      { z: quantile((i + 0.5) / 200), delay: ((i * 73) % 200) / 110, time: 0 }));
    this.crowd = crowd;
    if (reducedMotion()) {
      for (const one of crowd) one.time = ALL_S;
      this.page.invalidate();
      return;
    }
    let clock = 0;
    this.stop = this.page.animate((seconds) => {
      clock += seconds;
      for (const one of crowd) one.time = clock - one.delay;
      if (clock > ALL_S) this.crowd = [];
      return clock <= ALL_S;
    });
  }
  draw({ pen, theme, plot, base, outputs }, { curves: [curve], mean, spread }) {
    for (const { z, time } of this.crowd) {
      const x = mean + spread * z;
      if (time <= 0 || Math.abs(x) > 6) continue;
      const from = plot.x(x), top = clamp(plot.y(curve.value(x)), plot.top, plot.bottom);
      const up = clamp(time / UP_S, 0, 1), across = clamp((time - UP_S) / ACROSS_S, 0, 1);
      const to = outputs + 4 + 14 * Math.abs(Math.sin(z * 97));
      const color = curve.weak(x) ? theme.grey : theme.blue;
      disc(pen, from + across ** 2 * (to - from), base + up * (top - base), 3, color, theme.surface, 1);
    }
  }
}
