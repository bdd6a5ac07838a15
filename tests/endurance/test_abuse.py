"""Exercises under abuse: whatever a candidate does, one clear sentence, soon, and life goes on."""

import sys
import threading
import time
import warnings

import numpy as np
import pytest
import torch
from torch import nn

from course_utils.judge.guard import Limits
from course_utils.judge.tasks import Exercise, Prediction, Question
from course_utils.judge.values import snapshot
from notebooks.exercises.progress_table import tasks_by_chapter
from notebooks.exercises.trained_model import TrainedModel
from tests.endurance.abuse import DONE, ENDLESS, OTHER_KINDS, RETURNED, candidate_for, overwrite
from tests.endurance.test_wrong_answers import EXERCISES, is_one_sentence, of_kind

LONGEST_S = 10.0
SHORT = Limits(duration_s=0.5, memory_bytes=150_000_000, output_characters=5_000)
EXPECTED = {
    "a loop": "longer than", "a loop that swallows errors": "longer than",
    "memory": "memory", "a list that doubles": "memory", "printing": "printed without end",
    "printing to stderr": "printed without end", "recursion without end": "without end",
    "SystemExit": "SystemExit", "KeyboardInterrupt": "KeyboardInterrupt",
    "ValueError": "ValueError",
}
WRITTEN = [address for address, task in EXERCISES.items()
           if isinstance(task, Exercise) and callable(task.reference)]
FIRST_OF_CHAPTERS = [
    next(address for address in addresses if address in WRITTEN)
    for tasks in tasks_by_chapter().values()
    if set(addresses := [task.address for task in tasks]) & set(WRITTEN)
]
every_written = pytest.mark.parametrize("address", WRITTEN)


def state_of_the_kernel():
    """What a candidate must not leave behind changed."""
    return (sys.stdout, sys.stderr, sys.getrecursionlimit(), np.geterr(), warnings.filters[:],
            torch.is_grad_enabled(), torch.get_default_dtype(), _address_space())


def _address_space():
    if sys.platform != "linux":
        return None
    import resource

    return resource.getrlimit(resource.RLIMIT_AS)


def abused(task, candidate, *arguments):
    """The verdict on a candidate, having seen that it came soon and left the kernel as it was."""
    before, started = state_of_the_kernel(), time.monotonic()
    verdict = task.judge(candidate, *arguments)
    assert time.monotonic() - started < LONGEST_S
    assert state_of_the_kernel() == before
    assert is_one_sentence(verdict.sentence) and len(verdict.sentence) < 500, verdict.sentence
    assert "<script>" not in verdict._repr_html_() and repr(verdict)
    return verdict


def says_why(kind, sentence):
    """Whether the limit is named; a busy machine may hand out time sooner than memory."""
    memory = EXPECTED[kind] == "memory"
    return EXPECTED[kind] in sentence or (memory and EXPECTED["a loop"] in sentence)


@pytest.fixture
def short(monkeypatch):
    """Give an exercise short limits: what they do is the same, only sooner."""

    def shorten(address, limits=SHORT):
        task = EXERCISES[address]
        assert task.trial.expected.value  # the reference itself may take its time
        monkeypatch.setattr(task.trial, "limits", limits)
        return task

    return shorten


@every_written
@pytest.mark.parametrize("kind", RETURNED)
def test_odd_results_are_named(address, kind, short):
    task, gave_numbers = short(address), []

    def body(reference, *arguments):
        result = RETURNED[kind](reference, *arguments)
        gave_numbers.append(result is not None)
        return result

    verdict = abused(task, candidate_for(task, body))
    nothing_was_odd = not any(gave_numbers) and kind not in {"None", "its input"}
    assert verdict.status in ({"right", "mistake", "finding"} if nothing_was_odd
                              else {"mistake", "finding"}), verdict


@every_written
@pytest.mark.parametrize("kind", DONE)
def test_what_a_candidate_does_is_named(address, kind, short):
    task = short(address)
    verdict = abused(task, candidate_for(task, DONE[kind]))
    if kind == "changes its inputs":
        return  # below
    assert verdict.status in {"mistake", "finding"}, verdict
    if isinstance(task.reference, type) or "The check could not use it" in verdict.sentence:
        return  # its check may ask for more than a call
    assert EXPECTED.get(kind, "") in verdict.sentence


@every_written
def test_changed_inputs_are_seen_and_do_no_harm(address):
    task, written = EXERCISES[address], []

    def body(reference, *arguments):
        result = snapshot(reference(*arguments))
        written.append(overwrite(arguments))
        return result

    verdict = abused(task, candidate_for(task, body))
    assert (verdict.status == "right") == (not any(written)), verdict
    assert task.judge(task.reference).status == "right"


@every_written
@pytest.mark.parametrize("kind", ENDLESS)
def test_endless_candidate_is_stopped(address, kind, short):
    patient = Limits(5.0, SHORT.memory_bytes, SHORT.output_characters)
    task = short(address, patient if EXPECTED[kind] == "memory" else SHORT)
    verdict = abused(task, candidate_for(task, ENDLESS[kind]))
    assert verdict.status == "finding"
    assert says_why(kind, verdict.sentence)
    assert task.judge(task.reference).status == "right"


@pytest.mark.parametrize("address", FIRST_OF_CHAPTERS)
@pytest.mark.parametrize("kind", ["a loop", "memory", "printing"])
def test_endless_candidate_is_stopped_within_the_real_limits(address, kind):
    task = EXERCISES[address]
    verdict = abused(task, candidate_for(task, ENDLESS[kind]))
    assert verdict.status == "finding" and says_why(kind, verdict.sentence)


@of_kind(Exercise)
@pytest.mark.parametrize("kind", OTHER_KINDS)
@pytest.mark.filterwarnings("ignore:coroutine:RuntimeWarning")  # nobody is to wait for it
def test_other_things_than_a_function_are_named(address, kind, short):
    verdict = abused(short(address), OTHER_KINDS[kind])
    assert verdict.status in {"mistake", "finding"}, verdict


@of_kind(Exercise)
def test_the_notebook_runs_on_with_our_reference(address, capsys, short):
    task = short(address)
    for body in (RETURNED["a spiteful object"], DONE["SystemExit"], DONE["an error of many lines"]):
        assert task.check(candidate_for(task, body)) is task.reference
    assert "Traceback" not in capsys.readouterr().out


@of_kind(Question | Prediction)
@pytest.mark.parametrize("kind", OTHER_KINDS)
def test_questions_and_predictions_take_anything(address, kind):
    task = EXERCISES[address]
    if isinstance(task, Prediction) and kind == "a number":
        pytest.skip("a number is what it asks for")
    assert abused(task, OTHER_KINDS[kind]).status == "finding"


class _Model(nn.Module):
    """A network that does something else when it is asked."""

    def __init__(self, body):
        super().__init__()
        self.layer, self.body = nn.Linear(784, 10), body

    def forward(self, images):
        return self.body(self.layer, images)


@of_kind(TrainedModel)
@pytest.mark.parametrize("kind", [*RETURNED, *DONE, *ENDLESS])
def test_odd_models_are_named(address, kind):
    task = EXERCISES[address]
    body = {**RETURNED, **DONE, **ENDLESS}[kind]
    verdict = abused(task, (_Model(body), task.reference[1]))
    assert verdict.status in {"mistake", "finding"}, verdict


def test_no_thread_is_left_behind():
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and threading.active_count() > 2:
        time.sleep(0.1)
    assert threading.active_count() <= 2, [thread.name for thread in threading.enumerate()]
