// Gradient descent on the bowl, in closed form: its steps, its losses, and what a rate does there.

const STEEPEST = 10;
const LEFT_OVER = 0.05;

export const bowlLoss = ([w1, w2], steepest, flattest) => (steepest * w1 * w1 + flattest * w2 * w2) / 2;
export const descent = (start, rate, steepest, flattest, steps) => Array.from({ length: steps + 1 },
  (_, t) => [start[0] * (1 - rate * steepest) ** t, start[1] * (1 - rate * flattest) ** t]);
export function regime(rate, steepest, flattest, steps) {
  if (Math.abs(rate * steepest - 2) < 2e-6) return "at the limit";
  if (rate > 2 / steepest) return "diverging";
  if (rate > 1 / steepest) return "oscillating";
  return (1 - rate * flattest) ** (2 * steps) > LEFT_OVER ? "too small" : "good";
}

// What the sliders say now, and what follows from it.
export class Bowl {
  constructor(page) { this.page = page; }
  get rate() { return this.page.get("learning_rate"); }
  get steps() { return this.page.get("steps"); }
  get steepest() { return STEEPEST; }
  get flattest() { return STEEPEST / this.page.get("ratio"); }
  get start() { return this.page.get("start"); }
  get kind() { return this.kindOf(this.rate); }
  kindOf(rate) { return regime(rate, STEEPEST, this.flattest, this.steps); }
  get points() { return descent(this.start, this.rate, STEEPEST, this.flattest, this.steps); }
  lossAt(point) { return bowlLoss(point, STEEPEST, this.flattest); }
  // Whether the flat direction still has most of its way ahead.
  get isSlow() { return (1 - this.rate * this.flattest) ** (2 * this.steps) > LEFT_OVER; }
}
