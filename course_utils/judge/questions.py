"""Tasks whose answer is a choice or a prediction, not code."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from course_utils.judge.tasks import Mistake, Task
from course_utils.judge.verdict import Verdict


class Question(Task):
    """A choice among answers, each wrong one with its own explanation.

    Args:
        title: What the box calls it.
        options: Letter to the answer it stands for, as the chapter lists them.
        right: The right letter.
        explanations: Letter to what the learner is told, the right one included.
        hints: From a nudge to nearly the answer.
    """

    def __init__(
        self,
        title: str,
        options: Mapping[str, str],
        right: str,
        explanations: Mapping[str, str],
        hints: Sequence[str],
    ) -> None:
        super().__init__(title, hints)
        if set(options) != set(explanations) or right not in options:
            raise ValueError(f"{title}: every option needs an explanation, and one is right.")
        self.options = dict(options)
        self.reference = right
        self.explanations = dict(explanations)

    @property
    def mistakes(self) -> tuple[Mistake, ...]:
        """The wrong options, as named mistakes."""
        return tuple(
            Mistake(text, letter, self.explanations[letter])
            for letter, text in self.options.items() if letter != self.reference
        )

    def check(self, answer: object) -> str:
        """Show the verdict; return the right letter."""
        self._answer(self.judge(answer))
        return self.reference

    def judge(self, answer: object) -> Verdict:
        """The verdict on one answer, without showing or recording it."""
        letters = ", ".join(f'"{letter}"' for letter in self.options)
        if answer is ...:
            return self._not_started(f"Choose one of {letters}.")
        letter = answer.strip().lower() if isinstance(answer, str) else ""
        if letter not in self.options:
            return Verdict("finding", self.title, f"Answer with one of {letters}, in quotes.")
        explanation = self.explanations[letter]
        if letter == self.reference:
            return Verdict("right", self.title, f"Right. {explanation}")
        return Verdict("mistake", self.title, explanation, name=self.options[letter])

    def _solution_text(self) -> str:
        letter = self.reference
        text = f'"{letter}": {self.options[letter]}. {self.explanations[letter]}'
        return textwrap.fill(text, 88)


@dataclass(frozen=True)
class Guess:
    """A kind of wrong prediction: who guesses like this thinks so.

    Attributes:
        name: A few words.
        matches: Called with (prediction, measured); whether the prediction is of this kind.
        explanation: What to tell the learner.
        implementation: A prediction of this kind, for the tests.
    """

    name: str
    matches: Callable[[float, float], bool]
    explanation: str
    implementation: float


class Prediction(Task):
    """A number guessed before it is measured.

    Args:
        title: What the box calls it.
        unit: Behind the number: "%", "epochs"; may be "".
        within: A guess is right when it lies within this factor of the measured value
            (2 means from half to double).
        guesses: Predictions that betray a way of thinking.
        lesson: What the measurement teaches, whatever was guessed.
        typical: A measured value, for the tests; the notebook hands over its own.
        hints: How to think about it.
    """

    def __init__(
        self,
        title: str,
        unit: str,
        within: float,
        guesses: Sequence[Guess],
        lesson: str,
        typical: float,
        hints: Sequence[str],
    ) -> None:
        super().__init__(title, hints)
        self.unit = unit
        self.within = within
        self.mistakes = tuple(guesses)
        self.lesson = lesson
        self.reference = typical

    def check(self, prediction: object, measured: float) -> float:
        """Show how near the prediction came; return what was measured."""
        self._answer(self.judge(prediction, measured))
        return measured

    def judge(self, prediction: object, measured: float | None = None) -> Verdict:
        """The verdict on one prediction, without showing or recording it."""
        measured = self.reference if measured is None else measured
        if prediction is ...:
            return self._not_started("Write down your guess first, then measure.")
        if not _is_finite_number(prediction):
            return Verdict("finding", self.title, "A prediction is a number, such as 0.5.")
        unit = f" {self.unit}" if self.unit else ""
        said = f"You said {prediction:.4g}{unit}; measured: {measured:.4g}{unit}."
        if _within_factor(float(prediction), measured, self.within):
            return Verdict("right", self.title, f"{said} {self.lesson}")
        for guess in self.mistakes:
            if guess.matches(float(prediction), measured):
                return Verdict("mistake", self.title, f"{said} {guess.explanation}",
                               name=guess.name)
        return Verdict("finding", self.title, f"{said} {self.lesson}")

    def _solution_text(self) -> str:
        return textwrap.fill(self.lesson, 88)


def _is_finite_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float, np.integer, np.floating)):
        return False
    try:
        return bool(np.isfinite(float(value)))
    except OverflowError:  # 10**400 is an int, but no float
        return False


def _within_factor(prediction: float, measured: float, factor: float) -> bool:
    if measured == 0 or prediction == 0:
        return prediction == measured
    return prediction * measured > 0 and 1 / factor <= prediction / measured <= factor
