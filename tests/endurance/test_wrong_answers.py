"""Wrong answers that no list of mistakes names: none of them is accepted as right."""

import pytest
import torch
from torch import nn

from course_utils.judge.tasks import Exercise, Prediction, Question
from notebooks.exercises.progress_table import tasks_by_chapter
from notebooks.exercises.trained_model import TrainedModel
from tests.endurance.mutants import mutants
from tests.endurance.right_mutants import RIGHT
from tests.endurance.wrong_answers import WRONG_ANSWERS

LEAST_UNLISTED = 3
EXERCISES = {task.address: task for tasks in tasks_by_chapter().values() for task in tasks}


def of_kind(kind):
    return pytest.mark.parametrize(
        "address", [address for address, task in EXERCISES.items() if isinstance(task, kind)])


def judged_mutants(address):
    """{name: verdict} of each mutant of an exercise's reference."""
    exercise = EXERCISES[address]
    if not callable(exercise.reference):
        return {}
    return {mutant.name: exercise.judge(mutant.make()) for mutant in mutants(exercise.reference)}


def is_one_sentence(text):
    """Whether it stands on one line and ends; a quoted line of code may end it."""
    return "\n" not in text and (text.endswith((".", "?", ".)")) or text.startswith("It raised "))


@of_kind(Exercise)
def test_no_wrong_answer_is_accepted(address):
    written = WRONG_ANSWERS.get(address, {})
    judged = judged_mutants(address)
    by_hand = {name: EXERCISES[address].judge(answer) for name, answer in written.items()}
    right_ones = {name for name, verdict in judged.items() if verdict.status == "right"}
    assert right_ones == set(RIGHT.get(address, {})), "accepted, or listed for nothing"
    for name, verdict in {**judged, **by_hand}.items():
        if name not in right_ones:
            assert verdict.status in {"mistake", "finding"}, f"{name}: {verdict}"
            assert is_one_sentence(verdict.sentence), verdict
    unlisted = [name for name, verdict in {**judged, **by_hand}.items()
                if verdict.status == "finding" and "It raised" not in verdict.sentence]
    assert len(unlisted) >= LEAST_UNLISTED, f"only {unlisted} are named by no list"


def test_each_list_is_about_exercises_that_exist():
    assert set(WRONG_ANSWERS) | set(RIGHT) <= set(EXERCISES)


@of_kind(Question)
@pytest.mark.parametrize("answer", [
    "", "z", "ab", "the first", "1", 1, 0, -1, 1.0, True, None, [], ["a"], {"a": 1}, b"a", object(),
    lambda: "a", str, float("nan"), "a" * 1000, "<b>a</b>",
], ids=lambda answer: repr(answer)[:12])
def test_question_accepts_only_its_letter(address, answer):
    verdict = EXERCISES[address].judge(answer)
    assert verdict.status == "finding", verdict
    assert "\n" not in verdict.sentence and verdict.sentence.endswith(".")


@of_kind(Prediction)
def test_prediction_is_done_by_any_number_and_by_nothing_else(address):
    task = EXERCISES[address]
    measured, within = task.reference, task.within
    beyond = [1.01 * within * measured, 100 * within * measured, 0.99 * measured / within,
              0.001 * measured / within, -measured, 0.0, 1e300, -1e300, str(measured)]
    nothing = [10**400, float("nan"), float("inf"), "", None, [measured], (measured,), True,
               complex(measured), lambda: measured, object(), float]
    for guesses, status in ((beyond, "done"), (nothing, "finding")):
        for verdict in map(task.judge, guesses):
            assert verdict.status == status, verdict
            assert "\n" not in verdict.sentence and " close." not in verdict.sentence


@of_kind(TrainedModel)
def test_untrained_and_odd_models_are_not_accepted(address):
    task = EXERCISES[address]
    model, notes = task.reference
    torch.manual_seed(0)  # an untrained network is drawn
    for answer in [(nn.Linear(784, 10), notes), (nn.Identity(), notes), (None, notes), model,
                   (model,), (model, ""), (model, None), (model, notes, 1), [model, notes],
                   (type(model), notes), (lambda images: images, notes), 7, "right", None,
                   (nn.Sequential(model, nn.Softmax(dim=0)), notes)]:
        verdict = task.judge(answer)
        assert verdict.status in {"mistake", "finding"}, f"{answer!r}: {verdict}"
        assert "\n" not in verdict.sentence
