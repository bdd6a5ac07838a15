"""One call of the learner's code that comes back, even when the code loops for ever."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from course_utils.judge.guard import WHY_STOPPED, Limits, run_guarded

LONGEST_S = 3.0  # what takes longer is stopped and not called again

Value = TypeVar("Value")


class NeverEnding(TimeoutError):
    """The learner's code was stopped, because it did not come back or asked for too much."""


def bounded(function: Callable[[], Value], longest_s: float) -> Value:
    """Return ``function()``, or raise what it raised; what it prints is dropped.

    It runs in a watched thread (`course_utils.judge.guard`), which costs a fraction of a
    millisecond.

    Args:
        function: Calls the learner's code.
        longest_s: Seconds it may take.

    Raises:
        NeverEnding: If it took more than ``longest_s`` or a gigabyte, or printed 100 kB; its
            message goes on from a subject, as "did not come back within 3 s".
    """
    outcome = run_guarded(function, Limits(duration_s=longest_s))
    if outcome.stopped:
        raise NeverEnding(WHY_STOPPED[outcome.stopped].format(duration_s=longest_s))
    if outcome.error is not None:
        raise outcome.error
    return outcome.value
