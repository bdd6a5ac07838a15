// The learner's own steps, taken in the kernel: what is asked, what came back, what it says.

import { capital } from "../shared/format.js";
import { element, write } from "../shared/elements.js";

export class OwnSteps {
  constructor(contest) {
    const { page } = contest;
    // `runs` has for each rule the newest answer, with the setting it belongs to as its key.
    Object.assign(this, { contest, runs: {}, asked: "", soon: false });
    const live = { role: "status", "aria-live": "polite" };
    this.verdicts = element("p", { class: "explorer-verdicts", ...live, hidden: true });
    page.root.insertBefore(this.verdicts, page.notice);
    page.answered = (content) => this.take(content);
    const changing = contest.rules.flatMap((rule) => [`rate_${rule}`, `show_${rule}`]);
    if (this.any) page.watch(["surface", "start", ...changing], () => this.askSoon());
  }
  get any() { return Object.keys(this.contest.own).length > 0; }
  get wanted() { return Object.keys(this.contest.own).filter((rule) => this.contest.isShown(rule)); }
  // What is known of a rule's path with the present setting.
  run(rule) {
    const { page, start } = this.contest, run = this.runs[rule];
    return run?.key === keyOf(page.get("surface"), start, this.contest.rate(rule)) ? run : null;
  }
  differs(rule) { return this.run(rule)?.differs || 0; }

  // ---- asking
  // Before the next frame, but after all of a hand's changes: choosing a surface changes many.
  askSoon() {
    if (!this.soon) queueMicrotask(() => this.ask());
    this.soon = true;
  }
  get open() { return this.wanted.filter((rule) => !this.run(rule)?.finished); }
  ask() {
    this.soon = false;
    const { page, start } = this.contest, rules = this.open;
    if (!rules.length) return;
    const each = (value) => Object.fromEntries(rules.map((rule) => [rule, value(rule)]));
    const rates = each((rule) => this.contest.rate(rule)), known = each((rule) => this.run(rule)?.points.length || 0);
    const request = { surface: page.get("surface"), start, rates, known }, key = JSON.stringify(request);
    // Asked again only for something new: a frame is painted for many other reasons.
    if (key === this.asked) return;
    this.asked = key;
    page.ask(request);
  }

  // ---- hearing
  take({ surface, start, paths }) {
    const { page } = this.contest;
    for (const [rule, told] of Object.entries(paths)) this.add(rule, keyOf(surface, start, told.rate), told);
    const runs = this.wanted.map((rule) => this.runs[rule]).filter(Boolean);
    const verdicts = (some) => some.map((run) => capital(run.verdict)).join(" ");
    page.warn(verdicts(runs.filter((run) => run.failure)));
    // The rest is asked for after this part is painted, so that a moved slider comes first.
    const rest = () => { if (!page.waitsForKernel) this.ask(); };
    if (this.open.length) requestAnimationFrame(() => requestAnimationFrame(rest));
    // The old words stay until all is known anew: nothing jumps while the start is dragged.
    if (!runs.every((run) => run.finished)) return;
    const words = verdicts(runs.filter((run) => run.verdict && !run.failure));
    this.verdicts.hidden = !words;
    write(this.verdicts, words);
  }
  add(rule, key, { from, points, finished, differs, failure, verdict }) {
    if (this.runs[rule]?.key !== key) this.runs[rule] = { key, points: [] };
    const run = this.runs[rule];
    if (from !== run.points.length) return;
    run.points.push(...points);
    Object.assign(run, { finished, differs, failure, verdict });
  }

  words(rule) {
    const run = this.run(rule);
    if (this.contest.page.model.standAlone) return "needs a kernel";
    if (run?.failure) return "stopped";
    return run?.differs ? `✗ differs, step ${run.differs}` : run?.finished ? "✓ as torch" : "…";
  }
}

const keyOf = (...setting) => JSON.stringify(setting);
