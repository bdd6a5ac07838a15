// The controls: training, data, network, regularisation, and the inputs of the network.

import { element } from "../shared/elements.js";
import { brief, percent } from "../shared/format.js";

const MOST_LAYERS = 4, MOST_UNITS = 8;

export function addControls(session) {
  const { page } = session;
  addTransport(session);
  const data = page.group("Data"), shape = page.group("Network"), penalty = page.group("Regularisation");
  addData(page, data);
  addShape(page, shape);
  addPenalty(page, penalty);
  for (const home of [data, shape, penalty]) for (const box of home.children) box.style.flexBasis = "120px";
  addInputs(page);
  page.watch(["show_test", "discrete", "chosen"], () => page.invalidate());
}

function addTransport(session) {
  const { page } = session, home = page.group("Training");
  home.style.cssText = "flex-basis: 100%; align-items: flex-end";
  const play = page.button({ label: "▶ Play", home, onClick: () => session.setPlaying(!session.playing) });
  play.style.cssText = "min-width: 92px; font-weight: 650";
  session.hear("playing", () => {
    play.textContent = session.playing ? "❚❚ Pause" : "▶ Play";
    play.setAttribute("aria-pressed", String(session.playing));
  });
  const reset = () => session.act({ do: "reset" });
  page.button({ label: "Step", title: "One step of training: one batch", home, onClick: () => session.step() });
  page.button({ label: "Reset", title: "Back to the first weights of this seed", home, onClick: reset });
  page.slider({ key: "speed", label: "steps a frame", min: 1, max: 100, step: 1, format: String, home });
  const format = (rate) => brief(rate);
  page.slider({ key: "learning_rate", label: "learning rate", min: 0.001, max: 10, log: true, format, home });
  page.slider({ key: "batch_size", label: "batch size", min: 1, max: 50, step: 1, format: String, home });
}

function addData(page, home) {
  const sets = ["XOR cloud", "two clouds", "circles", "moons", "spirals"];
  page.choice({ key: "dataset", label: "data", options: sets, home });
  page.slider({ key: "noise", label: "noise", min: 0, max: 1, step: 0.05, home });
  page.slider({
    key: "test_share", label: "kept for testing", min: 0.1, max: 0.9, step: 0.1, format: (v) => percent(v), home,
  });
  page.slider({ key: "seed", label: "seed", min: 0, max: 30, step: 1, format: String, home });
}

function addShape(page, home) {
  const own = page.get("own"), layers = () => page.get("layers");
  if (!own) {
    page.choice({ key: "activation", label: "activation", options: ["tanh", "ReLU", "logistic", "linear"], home });
    page.slider({
      home, label: "hidden layers", min: 0, max: MOST_LAYERS, step: 1, format: String, watch: "layers",
      read: () => layers().length,
      write: (depth) => page.set("layers", Array.from({ length: depth }, (_, i) => layers()[i] || 4)),
    });
  }
  for (let i = 0; i < (own ? 1 : MOST_LAYERS); i++) {
    page.slider({
      home, label: own ? "hidden units" : `units in layer ${i + 1}`, min: 1, max: MOST_UNITS, step: 1, format: String,
      watch: "layers", read: () => layers()[i],
      write: (width) => page.set("layers", layers().map((old, j) => (j === i ? width : old))),
    });
  }
  const text = "Your functions run here; they have one hidden layer, with the activation you wrote.";
  const style = "flex: 1; color: var(--explorer-soft)";
  if (own) home.append(element("span", { class: "explorer-hint", style, text }));
}

function addPenalty(page, home) {
  page.choice({ key: "regularisation", label: "regularisation", options: ["none", "L1", "L2"], home });
  page.slider({
    key: "strength", label: "its strength", min: 0.0001, max: 0.3, log: true, format: (value) => brief(value, 2), home,
    watch: ["strength", "regularisation"], visible: () => page.get("regularisation") !== "none",
  });
}

function addInputs(page) {
  const home = page.group("Inputs of the network");
  home.style.flexBasis = "100%";
  home.append(element("span", { text: "inputs:", style: "align-self:center; color: var(--explorer-soft)" }));
  for (const name of page.get("all_features")) home.append(featureBox(page, name));
  home.append(element("span", { style: "flex: 1" }));
  page.toggle({ key: "show_test", label: "show test data", home });
  page.toggle({ key: "discrete", label: "two colours only", home });
}

function featureBox(page, name) {
  const box = element("input", { type: "checkbox", "data-feature": name });
  const isOn = (feature) => page.get("features").includes(feature);
  const show = () => {
    box.checked = isOn(name);
    // The last one has to stay.
    box.disabled = box.checked && page.get("features").length === 1;
  };
  box.addEventListener("change", () => {
    const kept = page.get("all_features").filter((one) => (one === name ? box.checked : isOn(one)));
    page.set("features", kept);
  });
  page.watch("features", show);
  show();
  return element("label", { class: "explorer-toggle" }, box, element("span", { text: name }));
}
