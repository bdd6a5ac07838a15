"""What is wrong with a candidate that makes no mistake known by name.

Each finding is a sentence and a detail: a picture of the first place that differs, or an error's
own words.
"""

from __future__ import annotations

import inspect
import textwrap
from dataclasses import replace
from functools import reduce
from operator import getitem
from typing import Any

from course_utils.judge.compare import (
    WRONG_VALUE,
    WRONG_VALUES,
    Difference,
    common_factor,
    first_wrong,
)
from course_utils.judge.guard import Limits, Outcome
from course_utils.judge.trial import CHANGED_INPUTS, Trial
from course_utils.judge.values import MOST_PRINTED, as_numpy, kind_of, printed

Finding = tuple[str, str]


def what_cannot_be_run(candidate: Any, reference: Any) -> str:
    """One sentence on a candidate that cannot be called as the reference is; "" when it can."""
    if not callable(reference):
        return ""
    if not callable(candidate):
        return f"This should be a function; it is {kind_of(candidate)}."
    if isinstance(reference, type):
        return ""
    wanted = inspect.signature(reference).parameters
    try:
        inspect.signature(candidate).bind(*[None] * len(wanted))
    except TypeError:
        names = ", ".join(wanted)
        return f"It must take the arguments `({names})`, as in the first line of the exercise."
    except ValueError:  # a built-in without a signature: let the cases decide
        return ""
    return ""


def is_left_unwritten(outcome: Outcome) -> bool:
    """Whether the learner's own line says NotImplementedError; torch raises it too."""
    if not isinstance(outcome.error, NotImplementedError):
        return False
    line = outcome.error_line[1] if outcome.error_line else ""
    return line.lstrip().startswith("raise") if line else ":" not in outcome.raised


def about_stop(outcome: Outcome, limits: Limits) -> Finding:
    """Which limit a run passed, and what it had printed."""
    sentence = {
        "time": f"It ran longer than {limits.duration_s:g} s and was stopped: is there "
                "a loop that never ends?",
        "memory": "It was stopped because it asked for more and more memory "
                  f"(over {limits.memory_bytes / 1e9:g} GB).",
        "output": "It was stopped because it printed without end.",
    }[outcome.stopped]
    if outcome.still_running:
        sentence += " It could not be interrupted; restart the kernel when you have mended it."
    return sentence, _beginning(outcome.printed)


def about_error(outcome: Outcome) -> Finding:
    """In which line of the learner's it raised what."""
    if isinstance(outcome.error, RecursionError):
        return "It calls itself without end.", ""
    if outcome.error_line is None:  # no line of the learner's was running
        reason = outcome.raised.partition(": ")[2] or outcome.raised
        reason = reason.splitlines()[0].rstrip(".")[:150]
        return f"The check could not use it: {reason}.", outcome.raised
    number, text = outcome.error_line
    where = f"line {number}: `{text}`" if text else f"line {number}"
    return f"It raised `{type(outcome.error).__name__}` in {where}", outcome.raised


def about_results(trial: Trial, outcome: Outcome) -> Finding:
    """How the results differ from the reference's, with the first place that does."""
    differing = trial.differences(trial.expected.value, outcome.value)
    number, differs = differing[0]
    if differs.what in (WRONG_VALUE, WRONG_VALUES):
        differs = replace(differs, what=_factor_there(trial, outcome, differs) or differs.what)
    good = len(trial.cases) - len(differing)
    some = f" ({good} of {len(trial.cases)} cases are right)" if good else ""
    detail = "" if differs.what == CHANGED_INPUTS else _picture(trial, number, differs)
    if outcome.printed:
        detail += f"\nprinted: {_beginning(outcome.printed)}"
    end = "" if differs.sentence.endswith("?") and not some else "."
    return f"Not yet: {differs.sentence}{some}{end}", detail


def _factor_there(trial: Trial, outcome: Outcome, differs: Difference) -> str:
    """What all cases have in common at the place that differs; "" where there is no such thing."""
    try:
        keys = [key for _, key in differs.steps]
        expected, found = ([reduce(getitem, keys, result) for result, _ in run.value]
                           for run in (trial.expected, outcome))
    except (LookupError, TypeError):  # in another case it is built otherwise
        return ""
    return common_factor(expected, found, trial.tolerance)


def _picture(trial: Trial, number: int, differs: Difference) -> str:
    """One case, small: what went in, what came out at the place that differs, what should have."""
    rows = _inputs(trial, number)
    where = first_wrong(differs.expected, differs.found, trial.tolerance)
    if where and as_numpy(differs.expected).size > MOST_PRINTED:
        rows += [("first at", str(list(where))),
                 ("expected", _around(differs.expected, where)),
                 ("yours", _around(differs.found, where))]
    else:
        expected, found = differs.expected, differs.found
        if isinstance(expected, dict) and isinstance(found, dict):  # then it is about their keys
            expected, found = tuple(expected), tuple(found)
        rows += [("expected", printed(expected)), ("yours", printed(found))]
    width = max(len(label) for label, _ in rows) + 2
    return "\n".join(f"{label + ':':<{width}}" + textwrap.indent(text, " " * width).lstrip()
                     for label, text in rows)


def _inputs(trial: Trial, number: int) -> list[tuple[str, str]]:
    """The name and a picture of each input of a case."""
    if not callable(trial.reference):
        return []
    case = trial.cases[number]
    names = list(inspect.signature(trial.reference).parameters)
    if len(names) != len(case):
        names = [f"input {i + 1}" for i in range(len(case))]
    return list(zip(names, map(printed, case), strict=True))


def _around(array: object, where: tuple[int, ...]) -> str:
    """The number at a place, and its neighbours in the last axis."""
    row, at = as_numpy(array)[where[:-1]].tolist(), where[-1]
    before, after = "… " if at > 2 else "", " …" if at + 3 < len(row) else ""
    near = ", ".join(map(printed, row[max(at - 2, 0): at + 3]))
    return f"{printed(row[at])}   (in {before}{near}{after})"


def _beginning(text: str) -> str:
    """The first lines of what a learner's function printed."""
    lines = text.rstrip().splitlines()
    return "\n".join(line[:100] for line in lines[:3]) + ("\n…" if len(lines) > 3 else "")
