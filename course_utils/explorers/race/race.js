// Optimizer race: see __init__.py for what it teaches. Here are its controls, and its parts are put together.

import { Contest, sentence } from "./contest.js";
import { ExplorerPage, reducedMotion } from "../shared/page.js";
import { LossPicture } from "./loss_picture.js";
import { OwnSteps } from "./own_steps.js";
import { RULES, bestRates, divergedAt, path } from "./rules.js";
import { RaceTable, TABLE_STYLE } from "./table.js";
import { SURFACES } from "./surfaces.js";
import { SurfacePicture } from "./surface_picture.js";
import { clamp } from "../shared/format.js";
import { contour } from "../shared/marks.js";
import { element } from "../shared/elements.js";

const STEPS_A_SECOND = 14;

function render({ model, el }) {
  const title = "Optimizer race: one start, one surface, a rate for each rule";
  const page = new ExplorerPage({ model, el, title });
  page.root.prepend(element("style", { text: TABLE_STYLE }));
  const contest = new Contest(page), ownSteps = new OwnSteps(contest), player = new Player(contest);
  const [left, right] = page.row("flex-grow: 1.9", "flex-basis: 260px");
  const height = () => clamp(page.stage.clientWidth * 0.42, 280, 370);
  new SurfacePicture(contest, ownSteps, left, height);
  new LossPicture(contest, ownSteps, player, right, height);
  const table = new RaceTable(contest, ownSteps);
  page.onFrame(() => {
    table.refresh(page.colors);
    page.say(sentence(contest));
  });
  ownSteps.ask();
  return () => page.destroy();
}

// The controls above the pictures: which surface, and which moment of the race.
class Player {
  constructor(contest) {
    const { page } = contest;
    this.contest = contest;
    this.running = null;
    page.choice({
      key: "surface", label: "Surface", options: Object.keys(SURFACES), onInput: (name) => this.changeSurface(name),
    });
    const scrub = page.slider({
      key: "step", label: "step of the race", min: 0, max: contest.steps, step: 1,
      format: (step) => `${step} of ${contest.steps}`, write: (step) => this.go(step),
    });
    Object.assign(scrub.box.style, { maxWidth: "none", flex: "3 1 260px" });
    this.addButtons(page, page.group("the race"));
  }
  addButtons(page, home) {
    const { contest } = this, by = (steps) => () => this.go(contest.now + steps);
    Object.assign(home.style, { flex: "0 1 auto", alignSelf: "flex-end" });
    this.play = page.button({ label: "▶ Play", home, onClick: () => (this.running ? this.stop() : this.start()) });
    for (const [label, title, steps] of [["− 1", "one step back", -1], ["+ 1", "one step on", 1]]) {
      page.button({ label, title, home, onClick: by(steps) }).setAttribute("aria-label", title);
    }
    const title = "for each rule the rate that ends lowest from this start";
    page.button({ label: "Best rates", title, home, onClick: () => contest.tune() });
    page.button({ label: "Usual start", home, onClick: () => contest.moveTo(contest.surface.start) });
  }
  changeSurface(name) {
    const { contest } = this;
    contest.moveTo(SURFACES[name].start);
    contest.tune();
    contest.page.set("step", contest.steps);
  }
  go(step) {
    this.stop();
    this.contest.page.set("step", clamp(step, 0, this.contest.steps));
  }
  stop() {
    if (this.running) this.running();
    this.running = null;
    this.play.textContent = "▶ Play";
  }
  start() {
    const { contest } = this, { page, steps } = contest;
    // Whoever asked for little motion gets the end of the race at once.
    if (reducedMotion()) return page.set("step", steps);
    let passed = contest.now >= steps ? 0 : contest.now;
    page.set("step", passed);
    this.play.textContent = "❚❚ Pause";
    this.running = page.animate((seconds) => {
      passed += seconds * STEPS_A_SECOND;
      if (Math.floor(passed) !== contest.now) page.set("step", Math.min(Math.floor(passed), steps));
      if (contest.now >= steps) this.stop();
      return Boolean(this.running);
    });
  }
}

export const pure = { SURFACES, RULES, path, divergedAt, bestRates, contour };

export default { render };
