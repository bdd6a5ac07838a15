// Five scores, and the probabilities that softmax makes of them at a temperature.

import { clamp } from "../shared/format.js";

export const NAMES = ["cat", "dog", "bird", "fish", "frog"];
// A hand moves a score from -REACH to REACH.
export const REACH = 4;

export function softmax(scores, temperature) {
  const top = Math.max(...scores), powers = scores.map((score) => Math.exp((score - top) / temperature));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}
// As one would write it first, in float32: exp overflows above 88.7.
export function naiveSoftmax(scores, temperature) {
  const { fround } = Math;
  const powers = scores.map((score) => fround(Math.exp(fround(fround(score) / fround(temperature)))));
  const sum = powers.reduce((total, power) => fround(total + power), 0);
  return powers.map((power) => fround(power / sum));
}
export const entropyBits = (probabilities) =>
  -probabilities.reduce((sum, p) => sum + (p > 0 ? p * Math.log2(p) : 0), 0);

// What is chosen now: `raw` scores, and those `shown`, to each of which the same is added.
export class Scores {
  constructor(page) { this.page = page; }
  get temperature() { return this.page.get("temperature"); }
  get shift() { return this.page.get("shift"); }
  get raw() { return this.page.get("scores"); }
  get shown() { return this.raw.map((score) => score + this.shift); }
  get probabilities() { return softmax(this.shown, this.temperature); }
  get naive() { return naiveSoftmax(this.shown, this.temperature); }
  change(index, value) {
    const rounded = Number(clamp(value, -REACH, REACH).toFixed(2));
    this.page.set("scores", this.raw.map((score, i) => (i === index ? rounded : score)));
  }
}
