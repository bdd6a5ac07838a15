"""What all kinds of tasks share: a title, hints, a solution, a place in the progress table."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from course_utils.judge import attempts
from course_utils.judge.verdict import Verdict


class Task:
    """A title, hints, and an answer that is shown and recorded."""

    def __init__(self, title: str, hints: Sequence[str]) -> None:
        self.title = title
        self.hints = tuple(hints)
        self._hints_shown = 0

    @property
    def address(self) -> str:
        """The task's place, "chapter_04.backward"; its title where it has none (in a test)."""
        for module_name, module in list(sys.modules.items()):
            if module_name.startswith("notebooks.exercises.chapter_"):
                for name, value in vars(module).items():
                    if value is self:
                        return f"{module_name.rpartition('.')[2]}.{name}"
        return self.title

    def hint(self) -> None:
        """Show the next hint."""
        name = f"exercises.{self.address.rpartition('.')[2]}"
        if self._hints_shown == len(self.hints):
            _show(self._note(f"There are no more hints; {name}.solution() shows a solution."))
            self._hints_shown = 0
            return
        self._hints_shown += 1
        count = f"Hint {self._hints_shown} of {len(self.hints)}. "
        _show(self._note(count + self.hints[self._hints_shown - 1]))

    def solution(self) -> None:
        """Show a solution, folded so that it is not read by accident."""
        _show(self._note("A solution.", self._solution_text(), folded=True))

    def _solution_text(self) -> str:
        raise NotImplementedError

    def _note(self, sentence: str, detail: str = "", folded: bool = False) -> Verdict:
        return Verdict("note", self.title, sentence, detail=detail, folded=folded)

    def _not_started(self, sentence: str) -> Verdict:
        name = f"exercises.{self.address.rpartition('.')[2]}"
        return Verdict("not started", self.title, f"{sentence} Stuck? Run {name}.hint().")

    def _answer(self, verdict: Verdict) -> None:
        _show(verdict)
        if verdict.status != "not started":
            attempts.record(self.address, verdict.status == "right")


@dataclass(frozen=True)
class Mistake:
    """A wrong answer that learners give, and what to tell them.

    Attributes:
        name: Ends the sentence "This is what you get when ...": "the bias is forgotten".
        implementation: A candidate that makes this mistake.
        explanation: One or two sentences, spoken to the learner.
    """

    name: str
    implementation: Any
    explanation: str


def _show(verdict: Verdict) -> None:
    from IPython.display import display

    display(verdict)
