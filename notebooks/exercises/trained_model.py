"""A trained model as an answer: examined on validation images first, then tested once."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor, nn

from course_utils.judge.guard import WHY_STOPPED, Limits, Outcome, run_guarded
from course_utils.judge.stubs import contains_blank
from course_utils.judge.tasks import Task
from course_utils.judge.verdict import Verdict
from course_utils.training import evaluate

Pair = tuple[Tensor, Tensor]
PROBE = 500  # validation images that suffice to see how a model behaves
PROBING = Limits(6.0, 1_000_000_000)  # a model that takes longer would take minutes for all images
EXAMINING = Limits(60.0, 2_000_000_000)


class SealedSet(Protocol):
    """A test set that notes why it is opened; chapter 18 builds one."""

    openings: list[str]

    def open(self, reason: str) -> Pair:
        """Return the inputs and targets, and note the reason."""


@dataclass(frozen=True)
class Diagnosis:
    """What betrays a mistake in a trained model.

    Attributes:
        name: Ends the sentence "This is what you get when ...".
        applies: Called with (model, validation pair); whether the model has this fault.
        explanation: What to tell the learner.
        implementation: An answer with this fault, for the tests.
    """

    name: str
    applies: Callable[[nn.Module, Pair], bool]
    explanation: str
    implementation: tuple[nn.Module, str]


@dataclass(eq=False, repr=False)
class TrainedModel(Task):
    """The learner's own trained model, with a sentence on what it took.

    Faults are looked for on the validation data. The test data are opened only when there is none
    and the validation accuracy reaches the first milestone.

    Attributes:
        title: What the box calls it.
        milestones: Accuracy, 0 to 1, to what to try once it is reached; ascending.
        diagnoses: Faults that show on the validation data, the most basic first.
        too_good: A fault that shows in the test: validation data among the training data.
        reference: A right answer, for the tests.
        stand_in: Small validation data and a maker of a sealed test set, for the tests.
        first_advice: What to try below the first milestone.
        hints: From a nudge to nearly the answer.
    """

    title: str
    milestones: Mapping[float, str]
    diagnoses: Sequence[Diagnosis]
    too_good: Diagnosis
    reference: tuple[nn.Module, str]
    stand_in: tuple[Pair, Callable[[], SealedSet]]
    first_advice: str
    hints: Sequence[str]

    @property
    def mistakes(self) -> tuple[Diagnosis, ...]:
        """All faults with a name."""
        return (*self.diagnoses, self.too_good)

    def check(
        self, answer: object, chapter_model: nn.Module, validation: Pair, sealed: SealedSet
    ) -> nn.Module:
        """Show the verdict; return the learner's model when it is right, else the chapter's."""
        verdict = self.judge(answer, validation, sealed)
        self.answer(verdict)
        return answer[0] if verdict.status == "right" else chapter_model

    def judge(
        self, answer: object, validation: Pair | None = None, sealed: SealedSet | None = None
    ) -> Verdict:
        """The verdict on one answer, without showing or recording it."""
        if answer is ... or contains_blank(answer):
            return self.not_started("Train a model of your own, and say what it took.")
        if sentence := _what_is_no_answer(answer):
            return self.verdict("finding", sentence)
        if validation is None or sealed is None:
            validation, make_sealed = self.stand_in
            sealed = make_sealed()
        model, notes = answer
        limits = PROBING
        outcome = run_guarded(lambda: outputs_of(model, validation[0][:PROBE]), limits)
        if not outcome.stopped:  # an error is for the diagnoses to name
            limits = EXAMINING
            outcome = run_guarded(
                lambda: self._examine(model, notes, validation, sealed), limits)
        if isinstance(outcome.value, Verdict):
            return outcome.value
        return self._stopped(outcome, limits)

    def _examine(
        self, model: nn.Module, notes: str, validation: Pair, sealed: SealedSet
    ) -> Verdict:
        """Look for faults on the validation data; open the test data only for a sound model."""
        for diagnosis in self.diagnoses:
            if diagnosis.applies(model, validation):
                return self.named(diagnosis)
        if sentence := _what_is_no_classifier(model, validation):
            return self.verdict("finding", sentence)
        chosen = evaluate(model, validation).accuracy
        first = min(self.milestones)
        if chosen < first:
            return self.verdict(
                "finding",
                f"Not yet: {chosen:.1%} of the validation images are right, and the first "
                f"milestone is {first:.1%}. The test set stays closed. {self.first_advice}"
            )
        test = sealed.open(f"own model: {notes}")
        return self._tested(chosen, evaluate(model, test).accuracy, len(test[1]), sealed)

    def _tested(self, chosen: float, tested: float, count: int, sealed: SealedSet) -> Verdict:
        """The verdict of the test: milestones, and what to try next."""
        error = (tested * (1 - tested) / count) ** 0.5
        measured = f"Test accuracy {tested:.1%} ± {error:.1%}, validation {chosen:.1%}."
        if chosen - tested > 0.03 + 4 * error:
            return self.named(self.too_good, measured)
        reached = [milestone for milestone in self.milestones if tested >= milestone]
        opened = f"The test set has now been opened {len(sealed.openings)} times." \
            if len(sealed.openings) > 1 else ""
        if not reached:
            advice = f"{self.first_advice} {opened}".strip()
            return self.verdict("finding", f"Not yet: {measured} {advice}")
        names = ", ".join(f"{100 * milestone:g} %" for milestone in reached)
        advice = self.milestones[max(reached)]
        return self.verdict("right", f"Milestones reached: {names}. {measured} {advice}", opened)

    def _stopped(self, outcome: Outcome, limits: Limits) -> Verdict:
        if outcome.stopped:
            why = WHY_STOPPED[outcome.stopped].format(duration_s=limits.duration_s)
            return self.verdict("finding", f"It was stopped, because it {why}.")
        sentence = "It raised an error on images (N, 784) on the device of the data."
        return self.verdict("finding", sentence, outcome.raised)

    def solution_text(self) -> str:
        """What to try beyond each milestone."""
        return "\n".join(f"{100 * at:g} %: {advice}" for at, advice in self.milestones.items())


def _what_is_no_answer(answer: object) -> str:
    """One sentence on what is wrong with the answer's form; "" when it is (model, notes)."""
    if not isinstance(answer, tuple) or len(answer) != 2:
        return "Hand over two things, model and notes: check((own_model, own_notes), ...)."
    model, notes = answer
    if isinstance(model, type):
        return "own_model is a class; hand over a trained network, an instance of it."
    if not isinstance(model, nn.Module):
        return f"own_model should be a trained nn.Module; it is a {type(model).__name__}."
    if not isinstance(notes, str) or not notes.strip():
        return "Write into own_notes, in quotes, what it took: layers, settings, epochs, seconds."
    return ""


def _what_is_no_classifier(model: nn.Module, validation: Pair) -> str:
    """One sentence on outputs that are no logits; "" when they are."""
    outputs = outputs_of(model, validation[0][:PROBE])
    classes = int(validation[1].max()) + 1
    expected = (min(PROBE, len(validation[0])), classes)
    if tuple(outputs.shape) != expected:
        return f"Its outputs have the shape {tuple(outputs.shape)}, expected {expected}: " \
               "one score for each class."
    if not torch.isfinite(outputs).all():
        return "Its outputs hold NaN or infinity: did the training diverge?"
    return ""


@torch.no_grad()
def outputs_of(model: nn.Module, inputs: Tensor, *, training: bool = False) -> Tensor:
    """Return a copy's outputs in a given mode; the model itself stays untouched.

    Args:
        model: Maps inputs (N, D) to outputs.
        inputs: Shape (N, D), on the model's device.
        training: Whether dropout and batch norm shall behave as in training.

    Raises:
        TypeError: If the model answers with something else than a tensor.
    """
    outputs = copy.deepcopy(model).train(training)(inputs)
    if not isinstance(outputs, Tensor):
        raise TypeError(f"the model returned {type(outputs).__name__}, expected one tensor (N, C)")
    return outputs
