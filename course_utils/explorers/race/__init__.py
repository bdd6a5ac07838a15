"""Optimizer race: several rules down one surface, each at its own rate, and the learner's own.

A chapter uses it like this (chapter 14)::

    from course_utils.explorers.race import Race
    Race("bent valley")                                       # the built-in rules, closed form
    Race("ravine", own={"Adam": adam_step})                   # and the learner's own step

The built-in rules run in the page with the formulas of ``rules.js``, so the race also works in
an exported page without a kernel. A learner's ``step(w, g, state, learning_rate=...)`` runs in
the kernel, a few milliseconds at a time, on float64 tensors (2,), beside torch.optim with the
same gradients. The first step in which the two part is marked on the path and named.

Try this (answers in the chapter):
    1. On the ravine, raise SGD's rate until it diverges, then momentum's. SGD's limit is
       2 / 100 = 0.02; momentum 0.9 bears 1.9 times that.
    2. Start on the ridge of the saddle, where the second weight is 0. No rule leaves it, because
       each coordinate's gradient is 0 there and stays 0. One hundredth beside it the adaptive
       rules leave first: they divide the tiny gradient by its own size.
    3. Hand over an Adam without bias correction. It differs at step 1: its first step is 3.16
       times too long.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from course_utils.explorers.race.steps import RULES, OwnRun, Step, TorchWalk, pair
from course_utils.explorers.race.surfaces import SURFACES, Pair
from course_utils.explorers.shared.base import Explorer, function_name, one_sentence, state
from course_utils.explorers.shared.bounded import NeverEnding, bounded

STEPS = 100
SLICE_S, LONGEST_STEP_S = 0.008, 8.0


class Race(Explorer, page="race"):
    """Choose a surface, drag the start, give each rule a rate, play; see the module."""

    surface = state("ravine", choices=SURFACES)
    start = state([-4.0, 1.0])
    step = state(STEPS, low=0)
    steps = state(STEPS, low=1)
    own = state([])  # pairs: rule, name of the learner's function
    show_sgd, rate_sgd = state(True), state(0.018)
    show_momentum, rate_momentum = state(True), state(0.0038)
    show_nesterov, rate_nesterov = state(False), state(0.01)
    show_adagrad, rate_adagrad = state(False), state(2.6)
    show_rmsprop, rate_rmsprop = state(True), state(0.26)
    show_adam, rate_adam = state(True), state(0.26)
    show_adamw, rate_adamw = state(False), state(2.6)

    def __init__(
        self, surface: str = "ravine", *, own: Mapping[str, Step] | None = None, **start: Any
    ) -> None:
        """Open the race.

        Args:
            surface: A key of `SURFACES`.
            own: The learner's steps by the name of the rule, for example ``{"Adam": adam_step}``;
                ``step(w, g, state, learning_rate=...)`` returns the new w and the new state.
            start: Start values, for example ``start=[-2.0, 0.5]``, ``rate_sgd=0.01`` or
                ``show_nesterov=True``.

        Raises:
            ValueError: If the surface or a rule is unknown.
        """
        self.own_steps = {_key(name): step for name, step in (own or {}).items()}
        self.runs: dict[str, tuple[tuple, OwnRun]] = {}
        self.too_slow: dict[str, str] = {}
        place = SURFACES.get(surface, SURFACES["ravine"])  # what is none is refused below
        values = {f"rate_{rule}": rate for rule, rate in place.rates.items()}
        values |= {"start": list(place.start), **{f"show_{rule}": True for rule in self.own_steps}}
        names = [[rule, function_name(step)] for rule, step in self.own_steps.items()]
        for rule in self.own_steps:  # torch loads parts of itself in an optimizer's first step
            TorchWalk(rule, place.start, 0.1).step(pair((0.0, 0.0)))
        super().__init__(surface=surface, own=names, **{**values, **start})

    def answer(self, request: dict[str, Any]) -> tuple[dict[str, Any], list[bytes]]:
        """Take the learner's steps a little further; the page says how many points it knows."""
        surface, start = str(request["surface"]), tuple(map(float, request["start"]))
        asked = {rule: rate for rule, rate in request["rates"].items() if rule in self.own_steps}
        current = {rule: self._run_of(rule, surface, start, float(asked[rule])) for rule in asked}
        open_runs = [run for run in current.values() if not run.finished]
        end = time.perf_counter() + SLICE_S
        for count, run in enumerate(open_runs):
            self._advance(run, (end - time.perf_counter()) / (len(open_runs) - count))
        known = request["known"]
        paths = {rule: _told(run, int(known.get(rule, 0))) for rule, run in current.items()}
        return {
            "surface": surface, "start": list(start), "paths": paths,
            "rates": {f"rate_{rule}": rate for rule, rate in asked.items()},
        }, []

    def _run_of(self, rule: str, surface: str, start: Pair, rate: float) -> OwnRun:
        key = (surface, start, rate, self.steps)
        if rule not in self.runs or self.runs[rule][0] != key:
            run = OwnRun(self.own_steps[rule], rule, surface, start, rate, self.steps)
            run.failure = self.too_slow.get(rule, "")
            self.runs[rule] = key, run
        return self.runs[rule][1]

    def _advance(self, run: OwnRun, seconds: float) -> None:
        try:
            bounded(lambda: run.run(seconds), LONGEST_STEP_S)
        except BaseException as error:  # the learner's function may raise anything, even exit
            endless = isinstance(error, NeverEnding)
            run.failure = f"it {error}" if endless else one_sentence(error).rstrip(".")
            if isinstance(error, TimeoutError):  # do not wait for it again
                self.too_slow[run.rule] = run.failure

    def describe(self) -> str:
        """Say who races where."""
        names = [rule.name for key, rule in RULES.items() if getattr(self, f"show_{key}")]
        place = ", ".join(f"{value:g}" for value in self.start)
        return (
            f"Optimizer race: {', '.join(names)} go down the surface '{self.surface}' from "
            f"({place}) for {self.steps} steps, each at its own learning rate."
        )


def _key(name: str) -> str:
    if name.lower() not in RULES:
        known = ", ".join(rule.name for rule in RULES.values())
        raise ValueError(f"There is no rule {name!r}; choose from: {known}.")
    return name.lower()


def _told(run: OwnRun, known: int) -> dict[str, Any]:
    """What the page learns of a run: the points after the first ``known``, and the verdict."""
    difference = run.difference
    return {
        "rate": run.rate, "from": min(known, len(run.points)),
        "points": [list(point) for point in run.points[known:]], "finished": run.finished,
        "differs": difference.step if difference else 0,
        "failure": run.failure, "verdict": run.verdict(),
    }
