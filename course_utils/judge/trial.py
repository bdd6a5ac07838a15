"""The cases of an exercise, and what a candidate does on all of them."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from course_utils.judge.compare import Difference, difference
from course_utils.judge.guard import Limits, Outcome, run_guarded
from course_utils.judge.values import snapshot

CHANGED_INPUTS = "it changes its inputs; work on a copy, or write a new array"
Results = list[tuple[object, tuple]]  # on each case: the result, and the inputs as they are then


@dataclass
class Trial:
    """Runs candidates on the cases of one exercise; its attributes are those of `Exercise`."""

    reference: Any
    make_cases: Callable[[np.random.Generator], Sequence[tuple]]
    observe: Callable[..., object]
    tolerance: tuple[float, float]
    limits: Limits

    @cached_property
    def cases(self) -> list[tuple]:
        """The cases every attempt is tried on; the same ones each time."""
        return [tuple(case) for case in self.make_cases(np.random.default_rng(0))]

    @cached_property
    def expected(self) -> Outcome:
        """What the reference gives on each case; it may take its time."""
        return Outcome(self._results(self.reference))

    def run(self, candidate: Any) -> Outcome:
        """Run a candidate on every case, within the limits; the outcome's value is `Results`."""
        return run_guarded(lambda: self._results(candidate), self.limits)

    def _results(self, candidate: Any) -> Results:
        return [self._result(candidate, case) for case in self.cases]

    def _result(self, candidate: Any, case: tuple) -> tuple[object, tuple]:
        inputs = copy.deepcopy(case)
        return snapshot(self.observe(candidate, *inputs)), inputs

    def is_right(self, candidate: Any) -> bool:
        """Whether a candidate agrees with the reference on every case; stops at the first not."""
        return not any(
            self.differences([wanted], [self._result(candidate, case)])
            for wanted, case in zip(self.expected.value, self.cases, strict=True))

    def differences(self, expected: Results, found: Results) -> list[tuple[int, Difference]]:
        """(case number, difference) of each case in which two runs differ."""
        differing = []
        for number, (wanted, given) in enumerate(zip(expected, found, strict=True)):
            differs = difference(wanted[0], given[0], self.tolerance)
            if not differs and difference(wanted[1], given[1], self.tolerance):
                differs = Difference(CHANGED_INPUTS, wanted[1], given[1])
            if differs:
                differing.append((number, differs))
        return differing

    def agree(self, one: Outcome, other: Outcome) -> bool:
        """Whether two runs raised the same error, or gave the same on every case."""
        if one.value is None or other.value is None:
            return one.raised == other.raised != ""
        return not self.differences(one.value, other.value)
