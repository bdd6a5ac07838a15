"""The slices of XOR training that the learning-rate explorer asks the kernel for."""

import time

import numpy as np
import pytest

from course_utils.explorers import learning_rate as learning_rate_module
from course_utils.explorers.learning_rate import LearningRate
from course_utils.explorers.learning_rate.xor_training import (
    INPUTS,
    TARGETS,
    XorTraining,
    outcome,
)
from course_utils.explorers.shared.prediction import prediction
from notebooks.exercises.chapter_04 import (
    backward_reference,
    forward_reference,
    update_reference,
)

REFERENCE = (forward_reference, backward_reference, update_reference)


def training(functions=REFERENCE, rate=0.05, steps=300, seed=1, hidden_size=6):
    return XorTraining(
        *functions, learning_rate=rate, steps=steps, seed=seed, hidden_size=hidden_size
    )


def finish(run):
    while not run.finished:
        run.train_a_slice()
    return run


def test_slices_together_are_the_plain_loop():
    run = finish(training())
    parameters, losses = training().parameters, []
    for _ in range(301):
        y_pred = forward_reference(INPUTS, parameters)["y_pred"]
        losses.append(float(((y_pred - TARGETS) ** 2).sum()))
        gradients = backward_reference(INPUTS, TARGETS, parameters)
        parameters = update_reference(parameters, gradients, 0.05)
    assert run.losses == losses


def test_a_slice_is_short():
    run = training(steps=10**6)
    run.train_a_slice()
    first = len(run.losses)
    run.train_a_slice()
    assert 1 < first < len(run.losses) and not run.finished


@pytest.mark.parametrize(("rate", "name"), [
    (0.0005, "too small"), (0.05, "good"), (0.2, "stuck"), (1.0, "diverging"),
])
def test_outcomes_of_the_real_network(rate, name):
    assert outcome(finish(training(rate=rate)).losses, rate, 300) == name


def test_an_unfinished_run_and_a_jumping_one_are_named():
    assert outcome([], 0.1, 100) == "training"
    assert outcome([1.0, 0.9], 0.1, 100) == "training"
    assert outcome([1.0, 0.5] * 51, 0.1, 100) == "oscillating"


@pytest.mark.parametrize("result", [
    TARGETS, TARGETS.ravel().tolist(), {"h": 1, "y_pred": TARGETS}, (1, 2, TARGETS)
])
def test_prediction_is_found_in_what_forward_returns(result):
    if isinstance(result, list):
        result = np.array(result)
    assert np.array_equal(prediction(result, 4), TARGETS)


def test_a_wrong_shape_is_named():
    with pytest.raises(ValueError, match=r"y_pred of shape \(2,\)"):
        prediction(np.zeros(2), 4)


def test_a_slow_function_is_stopped_with_a_sentence():
    def slow(inputs, parameters):
        time.sleep(1.01)
        return forward_reference(inputs, parameters)

    with pytest.raises(TimeoutError, match="one step of your functions took 1.0 s"):
        training((slow, *REFERENCE[1:])).train_a_slice()


def test_functions_that_never_end_are_stopped_and_not_called_again(monkeypatch):
    monkeypatch.setattr(learning_rate_module, "LONGEST_S", 0.2)
    calls = []

    def endless(*_):
        calls.append(1)
        while True:
            pass

    explorer = LearningRate(forward=endless, backward=endless, update=endless)
    for rate in (0.05, 0.1):
        content, _ = explorer.answer({"rate": rate, "known": 0})
        assert content == {"failure": "Your functions did not come back within 0.2 s and were "
                                      "stopped; mend them and run the cell again."}
    assert len(calls) == 1


def test_an_update_in_place_that_returns_nothing_trains_too():
    def in_place(parameters, gradients, learning_rate):
        for name in parameters:
            parameters[name] -= learning_rate * gradients[name]

    assert finish(training((*REFERENCE[:2], in_place))).losses[-1] < 0.01


def test_answers_continue_where_the_page_is_and_restart_for_another_rate():
    forward, backward, update = REFERENCE
    explorer = LearningRate(forward=forward, backward=backward, update=update)
    losses, finished = [], False
    while not finished:
        content, _ = explorer.answer({"rate": 0.05, "known": len(losses)})
        assert content["from"] == len(losses)
        losses += content["losses"]
        finished = content["finished"]
    assert len(losses) == explorer.network_steps + 1 and content["outcome"] == "good"
    content, _ = explorer.answer({"rate": 1.0, "known": 0})
    assert content["outcome"] == "diverging" and content["losses"][0] == pytest.approx(losses[0])
    while not content["finished"]:
        content, _ = explorer.answer({"rate": 1.0, "known": 0 if explorer.run.finished else 10**6})
    content, _ = explorer.answer({"rate": 1.0, "known": 0})
    assert content["losses"][-1] is None  # not a number does not travel as JSON


def test_two_of_three_functions_are_refused():
    with pytest.raises(ValueError, match="all of forward, backward and update"):
        LearningRate(forward=forward_reference)
