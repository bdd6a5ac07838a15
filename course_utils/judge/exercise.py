"""The exercise engine: data in, a verdict out.

An exercise is data: a reference, cases to try it on, named mistakes and hints. `check` runs the
learner's candidate on every case and answers *not started*, *right*, *a mistake we know by
name*, or what else is wrong with it. It returns the learner's candidate when that is right, and
otherwise the reference, so that every notebook runs to its end.
"""

from __future__ import annotations

import copy
import inspect
import re
import textwrap
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from course_utils.judge.compare import (
    Raised,
    Tolerance,
    as_raised,
    common_factor,
    difference,
    kind_of,
    printed,
    snapshot,
)
from course_utils.judge.guard import Limits, Outcome, run_guarded
from course_utils.judge.stubs import contains_blank, unfinished_lines
from course_utils.judge.tasks import Mistake, Task
from course_utils.judge.verdict import Verdict

Case = tuple[Any, ...]
Cases = Callable[[np.random.Generator], Sequence[Case]]
CHANGED_INPUTS = "it changes its inputs; work on a copy, or write a new array"


def call(candidate: Callable[..., object], *case: object) -> object:
    """How most exercises look at a candidate: call it."""
    return candidate(*case)


class Exercise(Task):
    """A function (or a value) to write, checked on several cases.

    Args:
        title: What the box calls it.
        reference: A right solution; its source is what `solution` shows.
        cases: Makes the cases from a seeded generator; each is a tuple of arguments.
        mistakes: Wrong answers to be recognised by name.
        hints: From a nudge to nearly the answer.
        observe: Called as ``observe(candidate, *case)``; what it returns is compared. The default
            calls the candidate; a value, a class or a random function needs its own.
        tolerance: How close numbers must be.
        limits: Seconds, memory and output that all cases together may use.
    """

    def __init__(
        self,
        title: str,
        reference: Any,
        cases: Cases,
        mistakes: Sequence[Mistake],
        hints: Sequence[str],
        *,
        observe: Callable[..., object] = call,
        tolerance: Tolerance | None = None,
        limits: Limits | None = None,
    ) -> None:
        super().__init__(title, hints)
        self.reference = reference
        self.mistakes = tuple(mistakes)
        self._make_cases = cases
        self._observe = observe
        self._tolerance = tolerance or Tolerance()
        self._limits = limits or Limits()
        self._last_verdict: Verdict | None = None

    def check(self, candidate: Any) -> Any:
        """Show the verdict; return ``candidate`` when it is right, otherwise the reference."""
        if candidate is self.reference:
            # The check cell was run again without the learner's own cell.
            verdict = self._last_verdict or self._not_started("This is our reference, not yours.")
        else:
            verdict = self._last_verdict = self.judge(candidate)
        self._answer(verdict)
        return candidate if verdict.status == "right" else self.reference

    def judge(self, candidate: Any) -> Verdict:
        """The verdict on one attempt, without showing or recording it."""
        if lines := unfinished_lines(candidate):
            where = f"line {lines[0]} of your function still holds" if len(lines) == 1 else \
                f"{len(lines)} places of your function still hold"
            return self._not_started(f"Yours to write: {where} `...`.")
        if contains_blank(candidate):
            return self._not_started("Yours to write: the `...` is still there.")
        if callable(self.reference) and not callable(candidate):
            return self._finding(f"This should be a function; it is {kind_of(candidate)}.")
        if sentence := self._signature_problem(candidate):
            return self._finding(sentence)
        outcome = run_guarded(lambda: self._run(candidate), self._limits)
        try:
            return self._judge_outcome(outcome)
        except Exception as error:  # a learner's object may answer any question with an error
            return self._finding("It returned something that cannot be compared with numbers.",
                                 f"Looking at it raised {type(error).__name__}.")

    @cached_property
    def cases(self) -> list[Case]:
        """The cases every attempt is tried on; the same ones each time."""
        return [tuple(case) for case in self._make_cases(np.random.default_rng(0))]

    @cached_property
    def expected(self) -> list[tuple[object, object]]:
        """What the reference gives on each case."""
        return self._run(self.reference)

    def _run(self, candidate: Any) -> list[tuple[object, object]]:
        """(result, inputs as they are afterwards) on every case; a raised error is a result."""
        observed = []
        for case in self.cases:
            inputs = copy.deepcopy(case)
            result = self._observe(candidate, *inputs)
            observed.append((snapshot(result), inputs))
        return observed

    def _signature_problem(self, candidate: Any) -> str:
        if not callable(self.reference) or isinstance(self.reference, type):
            return ""
        try:
            wanted = inspect.signature(self.reference)
            given = inspect.signature(candidate)
            placeholders = [None] * len(wanted.parameters)
            given.bind(*placeholders)
        except TypeError:
            names = ", ".join(wanted.parameters)
            return f"It must take the arguments ({names}), as in the first line of the exercise."
        except ValueError:  # a built-in without a signature: let the cases decide
            return ""
        return ""

    def _judge_outcome(self, outcome: Outcome) -> Verdict:
        if outcome.stopped:
            return self._finding(self._why_stopped(outcome), _beginning(outcome.printed))
        if outcome.error is not None:
            return self._judge_error(outcome)
        results = outcome.value
        if contains_blank([result for result, _ in results]):
            return self._not_started("Yours to write: it still gives `...`.")
        if not self._differences(self.expected, results):
            return self._right()
        return self._known_mistake(results) or self._describe(results, outcome.printed)

    def _right(self) -> Verdict:
        count = len(self.cases)
        checked = "" if count == 1 else f" Checked on {count} cases."
        return Verdict("right", self.title, f"Right.{checked}")

    def _differences(self, expected: list, found: list) -> list[tuple[int, str]]:
        """(case number, sentence) of each case in which two runs differ."""
        differing = []
        for number, (wanted, given) in enumerate(zip(expected, found, strict=True)):
            sentence = difference(wanted[0], given[0], self._tolerance)
            if not sentence and difference(wanted[1], given[1], self._tolerance):
                sentence = CHANGED_INPUTS
            if sentence:
                differing.append((number, sentence))
        return differing

    def _known_mistake(self, found: list) -> Verdict | None:
        for mistake, observed in zip(self.mistakes, self._mistakes_observed, strict=True):
            if isinstance(observed, list) and not self._differences(observed, found):
                return self._named(mistake)
        return None

    def _named(self, mistake: Mistake) -> Verdict:
        sentence = f"This is what you get when {mistake.name}. {mistake.explanation}"
        return Verdict("mistake", self.title, sentence, name=mistake.name)

    @cached_property
    def _mistakes_observed(self) -> list[list | Raised]:
        outcomes = [
            run_guarded(lambda mistake=mistake: self._run(mistake.implementation), self._limits)
            for mistake in self.mistakes
        ]
        return [as_raised(outcome.error) if outcome.error is not None else outcome.value
                for outcome in outcomes]

    def _judge_error(self, outcome: Outcome) -> Verdict:
        raised = as_raised(outcome.error)
        for mistake, observed in zip(self.mistakes, self._mistakes_observed, strict=True):
            if observed == raised:
                return self._named(mistake)
        if raised.type_name == "NotImplementedError" and _raised_on_purpose(outcome, raised):
            return self._not_started("Yours to write: it raises NotImplementedError.")
        if isinstance(outcome.error, RecursionError):
            return self._finding("It calls itself without end.")
        detail = f"{raised.type_name}: {raised.message}" if raised.message else raised.type_name
        if outcome.error_line is None:  # no line of the learner's was running
            reason = raised.message or raised.type_name
            reason = reason.splitlines()[0].rstrip(".")[:150]
            return self._finding(f"The check could not use it: {reason}.", detail)
        number, text = outcome.error_line
        where = f" in line {number}: {text}" if text else f" in line {number}"
        return self._finding(f"It raised {raised.type_name}{where}", detail)

    def _describe(self, found: list, printed_text: str) -> Verdict:
        differing = self._differences(self.expected, found)
        number, sentence = differing[0]
        if sentence.endswith(("value is wrong", "values are wrong")):
            factor = common_factor(
                [result for result, _ in self.expected], [result for result, _ in found],
                self._tolerance,
            )
            sentence = factor or sentence
        good = len(self.cases) - len(differing)
        some = f" ({good} of {len(self.cases)} cases are right)" if good else ""
        detail = "" if sentence == CHANGED_INPUTS else self._picture(number, found[number][0])
        if printed_text:
            detail += f"\nprinted: {_beginning(printed_text)}"
        end = "" if sentence.endswith("?") and not some else "."
        return self._finding(f"Not yet: {sentence}{some}{end}", detail)

    def _picture(self, number: int, given: object) -> str:
        """One case, small: what went in, what came out, what should have."""
        rows = [("expected", self.expected[number][0]), ("yours", given)]
        if callable(self.reference):
            names = list(inspect.signature(self.reference).parameters)
            case = self.cases[number]
            labels = names if len(names) == len(case) else [f"input {i + 1}" for i in
                                                            range(len(case))]
            rows = [*zip(labels, case, strict=True), *rows]
        width = max(len(label) for label, _ in rows) + 2
        return "\n".join(
            f"{label + ':':<{width}}"
            + textwrap.indent(printed(value), " " * width).lstrip()
            for label, value in rows
        )

    def _why_stopped(self, outcome: Outcome) -> str:
        sentence = {
            "time": f"It ran longer than {self._limits.duration_s:g} s and was stopped: is there "
                    "a loop that never ends?",
            "memory": "It was stopped because it asked for more and more memory "
                      f"(over {self._limits.memory_bytes / 1e9:g} GB).",
            "output": "It was stopped because it printed without end.",
        }[outcome.stopped]
        if outcome.still_running:
            sentence += " It could not be interrupted; restart the kernel when you have mended it."
        return sentence

    def _finding(self, sentence: str, detail: str = "") -> Verdict:
        return Verdict("finding", self.title, sentence, detail=detail)

    def _solution_text(self) -> str:
        if callable(self.reference):
            source = textwrap.dedent(inspect.getsource(self.reference)).rstrip()
            # "backward_reference" is the learner's `backward`, here and where it is called
            return re.sub(r"\b(\w+?)(_reference|Reference)\b", r"\1", source)
        return printed(self.reference)


def _raised_on_purpose(outcome: Outcome, raised: Raised) -> bool:
    """Whether the learner's own line raises; torch raises NotImplementedError too."""
    line = outcome.error_line[1] if outcome.error_line else ""
    return line.lstrip().startswith("raise") if line else not raised.message


def _beginning(text: str) -> str:
    """The first lines of what a learner's function printed."""
    lines = text.rstrip().splitlines()
    return "\n".join(line[:100] for line in lines[:3]) + ("\n…" if len(lines) > 3 else "")
