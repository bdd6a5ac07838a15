// Sliders, drop-downs, ticks and buttons, each bound to one value of the page's state.

import { element } from "./elements.js";
import { number } from "./format.js";

// A slider bound to state `key`, or to what `read` gives and `write` takes; it looks again when a key of `watch`
// changes. It is hidden where it has no value, or is not `visible`.
// With `log: true` equal steps of the hand are equal ratios.
export function addSlider(page, {
  key, label, min, max, step, log = false, watch = key, visible = () => true, read = () => page.get(key),
  write = (value) => page.set(key, value), format = (value) => number(value), describe = format, home = page.bar,
}) {
  const there = log ? Math.log10 : (value) => value;
  const back = log ? (value) => 10 ** value : (value) => value;
  const output = element("output", { class: "explorer-value" });
  const input = element("input", {
    type: "range", min: there(min), max: there(max), step: log ? 0.01 : step, "aria-label": label,
  });
  const words = element("span", { class: "explorer-label" }, element("span", { text: label }), output);
  const box = element("label", { class: "explorer-slider", "data-key": key }, words, input);
  const show = () => {
    const value = read();
    box.hidden = value === undefined || !visible();
    if (value === undefined) return;
    if (Math.abs(Number(input.value) - there(value)) > 1e-9) input.value = there(value);
    output.textContent = format(value);
    input.setAttribute("aria-valuetext", describe(value));
  };
  input.addEventListener("input", () => write(Number(back(Number(input.value)).toPrecision(log ? 3 : 6))));
  bind(page, watch, show, home, box);
  return { box, input, show };
}

// A drop-down bound to state `key`; options are strings or [value, label] pairs.
export function addChoice(page, { key, label, options, home = page.bar, onInput = () => {} }) {
  const select = element("select", { "aria-label": label }, ...options.map((option) => {
    const [value, words] = [].concat(option, option);
    return element("option", { value, text: words });
  }));
  select.addEventListener("change", () => {
    page.set(key, select.value);
    onInput(select.value);
  });
  const name = element("span", { class: "explorer-label", text: label });
  const box = element("label", { class: "explorer-choice", "data-key": key }, name, select);
  bind(page, key, () => { select.value = page.get(key); }, home, box);
  return select;
}

export function addToggle(page, { key, label, home = page.bar }) {
  const input = element("input", { type: "checkbox" });
  input.addEventListener("change", () => page.set(key, input.checked));
  const box = element("label", { class: "explorer-toggle", "data-key": key }, input, element("span", { text: label }));
  bind(page, key, () => { input.checked = page.get(key); }, home, box);
  return input;
}

// Puts a control in its place, and has it show its value now and whenever that changes.
function bind(page, key, show, home, box) {
  page.watch(key, show);
  home.append(box);
  show();
}

export function addButton(page, { label, onClick, home = page.bar, title }) {
  const button = element("button", { type: "button", class: "explorer-button", text: label, title, onclick: onClick });
  home.append(button);
  return button;
}

export function addGroup(page, label, home = page.bar) {
  const box = element("div", { class: "explorer-group", role: label ? "group" : undefined, "aria-label": label });
  home.append(box);
  return box;
}

// Two places side by side, below one another where there is no room, each with a style of its own.
export function addRow(page, left, right) {
  const homes = [left, right].map((style) => element("div", { style }));
  page.stage.append(element("div", { class: "explorer-row" }, ...homes));
  return homes;
}
