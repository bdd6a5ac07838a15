// Questions to the kernel: one in flight; of those that come meanwhile only the newest is kept.

// Jupyter's server holds small packets back until the browser has acknowledged the last one, and the
// browser waits 40 ms with that. What fills a packet leaves at once, so the kernel makes its answers
// that long: a packet between two programs of one machine holds 65,483 bytes, one on a network 1,460.
const ON_THIS_MACHINE = ["localhost", "127.0.0.1", "[::1]"].includes(location.hostname);
const ANSWER_BYTES = ON_THIS_MACHINE ? 66000 : 3000;

// Old answers are dropped by their sequence number. A kernel that is busy or gone is said in one sentence.
export class KernelTalk {
  constructor(page) {
    this.page = page;
    // Two views of one explorer hear the same answers: each knows its own by this name.
    this.viewName = Math.random().toString(36).slice(2);
    this.sequence = 0;
    this.question = null;
    this.inFlight = null;
    page.listen("msg:custom", (content, buffers) => this.receive(content, buffers));
    page.cleanups.push(() => clearInterval(this.waiting));
  }
  ask(request) {
    if (this.page.model.standAlone) {
      this.page.warn("This part needs a running kernel: run the cell in Jupyter.");
      return;
    }
    this.question = request;
    this.send();
  }
  send() {
    if (this.inFlight || !this.question) return;
    this.sequence += 1;
    this.inFlight = `${this.viewName} ${this.sequence}`;
    const request = { ...this.question, sequence: this.inFlight, fill: ANSWER_BYTES };
    this.question = null;
    this.asked = performance.now();
    clearInterval(this.waiting);
    this.waiting = setInterval(() => this.sayWaiting(), 1000);
    try { this.page.model.send(request); } catch { /* the sentence about waiting says it */ }
  }
  sayWaiting() {
    const seconds = Math.round((performance.now() - this.asked) / 1000);
    const why = "it is busy, or it was restarted and this cell has to run again";
    this.page.warn(`Waiting for the kernel (${seconds} s): ${why}.`);
  }
  receive(content, buffers) {
    if (content.sequence !== this.inFlight) return;
    const { page } = this;
    clearInterval(this.waiting);
    this.inFlight = null;
    page.warn(content.failure ? `It stopped. ${content.failure}` : "");
    const heard = content.failure ? page.failed : page.answered;
    if (heard) heard(content, buffers);
    page.invalidate();
    this.send();
  }
}
