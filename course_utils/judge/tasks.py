"""The tasks of a chapter: an exercise to write, a question to answer, a number to predict.

A task is data: a title, the right answer, wrong ones known by name, hints. `check` shows *not
started*, *right*, *a mistake we know by name*, or what else is wrong, and returns something right
in any case, so that every notebook runs to its end. How that is found out lies in the other
modules of this room.
"""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from course_utils.judge import attempts, findings, guesses
from course_utils.judge.edits import Edit
from course_utils.judge.guard import Limits, Outcome
from course_utils.judge.repair import find_repair
from course_utils.judge.stubs import contains_blank, what_is_unwritten
from course_utils.judge.trial import Trial
from course_utils.judge.values import printed
from course_utils.judge.verdict import LOOKS, Status, Verdict

GOES_ON = "Until it is right, the chapter goes on with our solution."
Cases = Callable[[np.random.Generator], Sequence[tuple]]


class Tolerance(NamedTuple):
    """Two numbers are equal when |a - b| <= absolute + relative * |b|."""

    relative: float = 1e-6
    absolute: float = 1e-9


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


@dataclass(eq=False, repr=False)
class Task:
    """What all tasks share: hints, a solution, and an answer that is shown and recorded.

    A kind of task is a dataclass with ``hints``, ``reference`` (the right answer) and
    ``mistakes``; it can `judge` an answer, `check` one (which shows the verdict), and tell its
    `solution_text`.

    Attributes:
        title: What the box calls it.
        extra: Whether a learner in a hurry may pass it by; the others are the core.
    """

    title: str
    extra: bool = field(default=False, kw_only=True)
    example = ""
    _hints_shown = 0
    _repair = ""  # an edit that would make the last attempt right: the next hint

    def __post_init__(self) -> None:
        self.address = self.title  # until `name_tasks` gives it one, "chapter_04.backward"

    def hint(self, number: int | None = None) -> None:
        """Show the next hint, or the one asked for, above the earlier ones; after the last, all.

        Where one small edit would make the last attempt right, that edit comes first, once.
        """
        if number is None and self._repair:
            self.verdict("note", self._repair).show()
            self._repair = ""
            return
        hints = self._numbered_hints()
        if number is None:
            number = self._hints_shown = min(self._hints_shown, len(hints)) + 1
        if 1 <= number <= len(hints):
            *earlier, (sentence, code) = hints[:number]
        else:
            sentence = f"There are no more hints; `{self._name}.solution()` shows a solution."
            earlier, code = hints, ""
        lines = [line for told, lines_of_code in earlier
                 for line in (told, *(f"`{line}`" for line in lines_of_code.splitlines()))]
        self.verdict("note", sentence, code, small=lines).show()

    def _numbered_hints(self) -> list[tuple[str, str]]:
        """Each hint and the code below it; the example stands after the first half."""
        hints = [(hint, "") for hint in self.hints]
        if self.example:
            hints.insert(max(1, len(hints) // 2), ("A small example:", self.example))
        return [(f"Hint {number} of {len(hints)}. {hint}", code)
                for number, (hint, code) in enumerate(hints, start=1)]

    def solution(self) -> None:
        """Show a solution, folded so that it is not read by accident."""
        self.verdict("note", "A solution.", self.solution_text(), folded=True).show()

    def verdict(self, status: Status, sentence: str, detail: str = "", **more: Any) -> Verdict:
        """A verdict on this task; see `Verdict`."""
        return Verdict(*LOOKS[status], sentence, self.title, detail=detail, status=status, **more)

    def not_started(self, sentence: str) -> Verdict:
        """The verdict on an answer that is not there yet."""
        return self.verdict("not started", f"{sentence} Stuck? Run `{self._name}.hint()`.")

    def named(self, mistake: Mistake, detail: str = "") -> Verdict:
        """The verdict on a mistake that was recognised."""
        sentence = f"This is what you get when {mistake.name}. {mistake.explanation}"
        return self.verdict("mistake", sentence, detail, name=mistake.name)

    def answer(self, verdict: Verdict) -> None:
        """Show a verdict, and remember the attempt."""
        verdict.show()
        if verdict.status != "not started":
            attempts.record(self.address, verdict.status in ("right", "done"))

    @property
    def _name(self) -> str:
        """How a notebook calls the task."""
        return f"exercises.{self.address.rpartition('.')[2]}"


def name_tasks(module: Mapping[str, object]) -> list[Task]:
    """Tell the tasks of a chapter their address, "chapter_04.backward", and list them in order.

    The last line of a chapter's module is ``TASKS = name_tasks(globals())``.
    """
    chapter = module["__name__"].rpartition(".")[2]
    tasks = {name: value for name, value in module.items() if isinstance(value, Task)}
    for name, task in tasks.items():
        task.address = f"{chapter}.{name}"
    return list(tasks.values())


def call(candidate: Callable[..., object], *case: object) -> object:
    """How most exercises look at a candidate: call it."""
    return candidate(*case)


@dataclass(eq=False, repr=False)
class Exercise(Task):
    """A function (or a value) to write, checked on several cases.

    Attributes:
        reference: A right solution; its source is what `solution` shows.
        cases: Makes the cases from a seeded generator; each is a tuple of arguments.
        mistakes: Wrong answers to be recognised by name.
        hints: From a nudge to nearly the answer.
        observe: Called as ``observe(candidate, *case)``; what it returns is compared. The default
            calls the candidate; a value, a class or a random function needs its own.
        tolerance: How close numbers must be.
        limits: Seconds, memory and output that all cases together may use.
        example: A small use with numbers, as Python shows it (``>>> relu(-1.0)`` and below it
            ``0.0``), under the learner's names; it is one of the hints.
    """

    reference: Any
    cases: Cases
    mistakes: Sequence[Mistake]
    hints: Sequence[str]
    observe: Callable[..., object] = call
    tolerance: Tolerance = Tolerance()
    limits: Limits = Limits()
    example: str = ""
    _last_verdict = None

    def check(self, candidate: Any) -> Any:
        """Show the verdict; return ``candidate`` when it is right, otherwise the reference."""
        if candidate is self.reference:
            # The check cell was run again without the learner's own cell.
            verdict = self._last_verdict or self.not_started("This is our reference, not yours.")
        else:
            verdict = self._last_verdict = self.judge(candidate)
        if verdict.status == "right":
            self.answer(verdict)
            return candidate
        self.answer(replace(verdict, small=[*verdict.small, GOES_ON]))
        return self.reference

    @property
    def whose(self) -> str:
        """Whose code the chapter goes on with: "your" after a right answer, otherwise "our"."""
        verdict = self._last_verdict
        return "your" if verdict is not None and verdict.status == "right" else "our"

    def judge(self, candidate: Any) -> Verdict:
        """The verdict on one attempt, without showing or recording it."""
        self._repair = ""
        if sentence := what_is_unwritten(candidate):
            return self.not_started(sentence)
        if sentence := findings.what_cannot_be_run(candidate, self.reference):
            return self.verdict("finding", sentence)
        outcome = self.trial.run(candidate)
        try:
            verdict = self._judge_run(outcome)
            if verdict.status == "finding" and not (outcome.stopped or outcome.printed):
                verdict = self._with_repair(verdict, find_repair(candidate, self.trial))
            return verdict
        except Exception as error:  # a learner's object may answer any question with an error
            return self.verdict(
                "finding", "It returned something that cannot be compared with numbers.",
                f"Looking at it raised {type(error).__name__}.")

    def _judge_run(self, outcome: Outcome) -> Verdict:
        if outcome.stopped:
            return self.verdict("finding", *findings.about_stop(outcome, self.trial.limits))
        if contains_blank([result for result, _ in outcome.value or ()]):
            return self.not_started("Yours to write: it still gives `...`.")
        if self.trial.agree(self.trial.expected, outcome):
            count = len(self.trial.cases)
            return self.verdict("right", "Right." if count == 1 else
                                f"Right. Checked on {count} cases.")
        for mistake, run in zip(self.mistakes, self._runs_of_mistakes, strict=True):
            if self.trial.agree(run, outcome):
                return self.named(mistake)
        if findings.is_left_unwritten(outcome):
            return self.not_started("Yours to write: it raises NotImplementedError.")
        if outcome.error is not None:
            return self.verdict("finding", *findings.about_error(outcome))
        return self.verdict("finding", *findings.about_results(self.trial, outcome))

    def _with_repair(self, verdict: Verdict, repair: Edit | None) -> Verdict:
        """A verdict that names the line in which one small edit would make everything right."""
        if repair is None:
            return verdict
        self._repair = f"Line {repair.line} of your code would be right {repair.words}."
        look = (f"One small change in line {repair.line} of your code would make it right; "
                f"`{self._name}.hint()` says which.")
        return replace(verdict, small=[look])

    @cached_property
    def trial(self) -> Trial:
        """The cases, and what candidates do on them."""
        return Trial(self.reference, self.cases, self.observe, self.tolerance, self.limits)

    @cached_property
    def _runs_of_mistakes(self) -> list[Outcome]:
        return [self.trial.run(mistake.implementation) for mistake in self.mistakes]

    def solution_text(self) -> str:
        """The reference's source under the learner's names, or the value."""
        if not callable(self.reference):
            return printed(self.reference)
        source = textwrap.dedent(inspect.getsource(self.reference)).rstrip()
        # "backward_reference" is the learner's `backward`, here and where it is called
        return re.sub(r"\b(\w+?)(_reference|Reference)\b", r"\1", source)


@dataclass(eq=False, repr=False)
class Question(Task):
    """A choice among answers, each wrong one with its own explanation.

    Attributes:
        options: Letter to the answer it stands for, as the chapter lists them.
        reference: The right letter.
        explanations: Letter to what the learner is told, the right one included.
        hints: From a nudge to nearly the answer.
    """

    options: Mapping[str, str]
    reference: str
    explanations: Mapping[str, str]
    hints: Sequence[str]

    def __post_init__(self) -> None:
        super().__post_init__()
        if set(self.options) != set(self.explanations) or self.reference not in self.options:
            raise ValueError(f"{self.title}: every option needs an explanation, and one is right.")

    @property
    def mistakes(self) -> list[Mistake]:
        """The wrong options, as named mistakes."""
        return [Mistake(text, letter, self.explanations[letter])
                for letter, text in self.options.items() if letter != self.reference]

    def check(self, answer: object) -> str:
        """Show the verdict; return the right letter."""
        self.answer(self.judge(answer))
        return self.reference

    def judge(self, answer: object) -> Verdict:
        """The verdict on one answer, without showing or recording it."""
        letters = ", ".join(f'`"{letter}"`' for letter in self.options)
        if answer is ...:
            return self.not_started(f"Choose one of {letters}.")
        letter = answer.strip(" ().").lower() if isinstance(answer, str) else ""
        if letter not in self.options:
            return self.verdict("finding", f"Write one letter, in quotes: {letters}.")
        explanation = self.explanations[letter]
        if letter == self.reference:
            return self.verdict("right", f"Right. {explanation}")
        return self.verdict("mistake", explanation, name=self.options[letter])

    def solution_text(self) -> str:
        """The right letter, its answer and why."""
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


@dataclass(eq=False, repr=False)
class Prediction(Task):
    """A number guessed before it is measured. It is no exam: near or far, it counts as done.

    Attributes:
        unit: Behind the number: "%", "epochs"; may be "".
        within: A guess is close when it lies within this factor of the measured value
            (2 means from half to double).
        mistakes: Predictions that betray a way of thinking; looked for in those not close.
        lesson: What the measurement teaches, whatever was guessed.
        reference: A measured value, for the tests; the notebook hands over its own.
        hints: How to think about it.
    """

    unit: str
    within: float
    mistakes: Sequence[Guess]
    lesson: str
    reference: float
    hints: Sequence[str]

    def __post_init__(self) -> None:
        super().__post_init__()
        self._said: list[guesses.Reading] = []  # in this session: the first, and a corrected one

    def check(self, prediction: object, measured: float) -> float:
        """Show how near the prediction came, or the one that is kept; return what was measured."""
        verdict = self.judge(prediction, measured)
        if verdict.status == "done":
            became = self._keep(guesses.read(prediction, self.unit, measured))
            verdict = self._verdict_on(self._said[-1], float(measured), became)
        self.answer(verdict)
        return measured

    def judge(self, prediction: object, measured: float | None = None) -> Verdict:
        """The verdict on one prediction, without showing, recording or keeping it."""
        measured = float(self.reference if measured is None else measured)
        if prediction is ...:
            return self.not_started("Write down your guess first, then measure.")
        if reading := guesses.read(prediction, self.unit, measured):
            return self._verdict_on(reading, measured)
        example = f'`30` or `"30 {self.unit}"`' if self.unit else "`30` or `0.5`"
        return self.verdict("finding", f"A prediction is one number, such as {example}.")

    def _keep(self, reading: guesses.Reading) -> str:
        """Take a first prediction and one other; say what became of this one."""
        if reading.number not in [said.number for said in self._said] and len(self._said) < 2:
            self._said.append(reading)
        kept = self._said[-1]
        if reading.number != kept.number:
            stays = guesses.shown(kept.number, self.unit)
            return f"Your prediction stays at {stays}: you have seen the measured value."
        return "Changed once; it stays now." if len(self._said) == 2 else ""

    def _verdict_on(
        self, reading: guesses.Reading, measured: float, became: str = ""
    ) -> Verdict:
        number, words = reading
        near = guesses.how_close(number, measured, self.within, self.unit)
        said = f"You said {words}, measured {guesses.shown(measured, self.unit, digits=3)}: {near}."
        kinds = [] if guesses.is_close(number, measured, self.within) else self.mistakes
        kind = next((kind for kind in kinds if kind.matches(number, measured)), None)
        told = [became, said, kind.explanation if kind else "", self.lesson]
        return self.verdict("done", " ".join(filter(None, told)), name=kind.name if kind else "")

    def solution_text(self) -> str:
        """What the measurement teaches."""
        return textwrap.fill(self.lesson, 88)
