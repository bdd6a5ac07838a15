"""The playground without a page: network, check, history, and the learner's functions."""

from __future__ import annotations

import json
import math
import time

import numpy as np
import pytest
import torch

from course_utils.explorers import playground as playground_module
from course_utils.explorers.playground import Playground
from course_utils.explorers.playground.frame import pictures
from course_utils.explorers.playground.network import (
    ACTIVATIONS,
    DATASETS,
    FEATURES,
    features_of,
    make_points,
    network_functions,
    start_parameters,
)
from course_utils.explorers.playground.training import KEPT_MOMENTS, Run, Settings
from notebooks.exercises import chapter_04 as chapter

OWN = {
    "forward": chapter.forward_reference, "backward": chapter.backward_reference,
    "update": chapter.update_reference,
}


@pytest.fixture(autouse=True)
def no_hurry(monkeypatch):
    """All steps that are asked for are taken, also on a crowded machine."""
    monkeypatch.setattr(playground_module, "TRAINING_S", math.inf)


def run_of(**settings):
    chosen = Settings(**settings)
    return Run(chosen, network_functions(chosen.activation))


def ask(playground, do="show", chosen=-1, **request):
    settings = playground.page_state()
    return playground.answer({"do": do, "settings": settings, "chosen": chosen, **request})


def own_run(**changed):
    return Run(
        Settings(layers=(3,), activation="ReLU", learning_rate=0.01),
        tuple({**OWN, **changed}.values()), "sum",
    )


# --- the course's own network ---------------------------------------------------------------

@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("hidden", [(), (3,), (5, 4), (4, 2, 3, 5)])
def test_gradients_of_any_depth_equal_autograd(activation, hidden):
    rng = np.random.default_rng(0)
    parameters = start_parameters((2, *hidden, 1), activation, seed=3)
    inputs, targets = rng.normal(size=(7, 2)), rng.integers(0, 2, size=(7, 1)).astype(float)
    tensors = {n: torch.tensor(a, requires_grad=True) for n, a in parameters.items()}
    flowing = torch.tensor(inputs)
    apply = {"tanh": torch.tanh, "ReLU": torch.relu, "logistic": torch.sigmoid,
             "linear": lambda h: h}[activation]
    for layer in range(1, len(hidden) + 2):
        flowing = flowing @ tensors[f"weights_{layer}"] + tensors[f"bias_{layer}"]
        flowing = apply(flowing) if layer <= len(hidden) else flowing
    ((flowing - torch.tensor(targets)) ** 2).mean().backward()
    forward, backward, _ = network_functions(activation)
    np.testing.assert_allclose(forward(inputs, parameters)["y_pred"], flowing.detach(), atol=1e-12)
    for name, gradient in backward(inputs, targets, parameters).items():
        np.testing.assert_allclose(gradient, tensors[name].grad, atol=1e-12)


@pytest.mark.parametrize("name", DATASETS)
def test_sets_fill_the_plane_and_both_parts_hold_both_classes(name):
    points, targets, is_test = make_points(name, 300, 0.1, 0.3, seed=2)
    assert is_test.sum() == 90
    assert 1.8 < np.abs(points).max() < 3.2
    assert set(targets[is_test].ravel()) == set(targets[~is_test].ravel()) == {0.0, 1.0}


def test_each_feature_is_what_its_name_says():
    points = np.array([[0.5, -2.0]])
    values = features_of(points, tuple(FEATURES))
    expected = [0.5, -2, 0.25, 4, -1, math.sin(0.5), math.sin(-2)]
    np.testing.assert_allclose(values, [expected])


def test_xor_cloud_is_learned_by_tanh_units():
    run = run_of()
    run.train(600)
    assert run.moment.train_loss < 0.03
    assert run.moment.test_loss < 0.05


# --- the gradient check ---------------------------------------------------------------------

def test_check_goes_round_in_slices_and_finds_all_right():
    run = run_of(layers=(8, 8))
    run.check_some(0.0)
    assert 0 < np.count_nonzero(run.check.marks) < len(run.check.marks)
    while not run.check.complete:
        run.check_some(0.002)
    assert set(run.check.marks) == {1}
    assert run.check.verdict() == (
        "Gradient check: all 105 entries agree with central differences."
    )


@pytest.mark.parametrize(("mistake", "expected"), [
    (lambda g: {**g, "weights_1": -g["weights_1"]}, "weights_1 (6 of 6: the sign is turned)"),
    (lambda g: {n: a / 2 for n, a in g.items()}, "bias_2 (1 of 1: "),
    (lambda g: {n: a / 2 for n, a in g.items()}, "weights_1 (6 of 6: 0.5 times the right value)"),
    (lambda g: {**g, "weights_2": 0 * g["weights_2"]}, "weights_2 (3 of 3: 0 where it is not 0)"),
])
def test_a_wrong_gradient_is_found_and_named(mistake, expected):
    run = own_run(backward=lambda *a: mistake(chapter.backward_reference(*a)))
    run.check_some(1.0)
    assert expected in run.check.verdict()


def test_one_wrong_entry_marks_one_edge():
    def backward(*arguments):
        gradients = chapter.backward_reference(*arguments)
        gradients["weights_1"][1, 2] *= 1.01
        return gradients

    run = own_run(backward=backward)
    run.check_some(1.0)
    wrong = [place for place, mark in zip(run.check.places, run.check.marks, strict=True)
             if mark == 2]
    assert wrong == [("weights_1", (1, 2))]


def test_at_a_corner_of_the_relu_any_slope_between_both_sides_is_right():
    run = own_run()
    start = run.moment.parameters
    start["bias_1"][:] = -run.inputs[0] @ start["weights_1"]  # row 0 sits on every corner
    run.check_some(1.0)
    assert 2 not in run.check.marks


# --- history --------------------------------------------------------------------------------

def test_a_branch_that_changes_nothing_repeats_the_curve():
    run = run_of()
    for _ in range(6):
        run.train(25)
    first = [(one.step, one.train_loss) for one in run.moments]
    run.go_to(2)
    assert run.moment.step == 50
    for _ in range(4):
        run.train(25)
    assert [(one.step, one.train_loss) for one in run.moments] == first
    assert [one.step for one in run.branches[0]] == [50, 75, 100, 125, 150]


def test_a_branch_with_another_rate_differs_and_keeps_the_old_curve():
    run = run_of()
    for _ in range(4):
        run.train(20)
    old = run.moments
    run.go_to(1)
    run.settings = Settings(learning_rate=0.5)
    run.train(20)
    assert run.moment.step == 40 and run.moment.learning_rate == 0.5
    assert run.moment.train_loss != old[2].train_loss
    assert run.branches[-1] == tuple(old[1:])


def test_long_histories_are_thinned_and_keep_both_ends():
    run = run_of(layers=(1,), count=20)
    for _ in range(KEPT_MOMENTS + 40):
        run.train(1)
    steps = [one.step for one in run.moments]
    assert len(steps) <= KEPT_MOMENTS and steps == sorted(set(steps))
    assert steps[0] == 0 and steps[-1] == KEPT_MOMENTS + 40


def test_an_edited_weight_is_the_new_present_and_the_rest_a_branch():
    run = run_of()
    run.train(10)
    run.train(10)
    run.go_to(1)
    before = run.moment.parameters["weights_1"][0, 1]
    run.edit(1, 2.5)
    assert run.moment.parameters["weights_1"][0, 1] == 2.5
    assert run.branches[-1][0].parameters["weights_1"][0, 1] == before
    assert run.moment.step == 10


@pytest.mark.parametrize(("kind", "smaller"), [("L1", np.abs), ("L2", np.square)])
def test_regularisation_keeps_weights_small(kind, smaller):
    sizes = []
    for regularisation in ("none", kind):
        run = run_of(regularisation=regularisation, strength=0.02)
        run.train(300)
        parameters = run.moment.parameters
        sizes.append(sum(smaller(a).sum() for n, a in parameters.items() if "weights" in n))
    assert sizes[1] < 0.7 * sizes[0]


def test_epochs_use_each_training_row_once():
    run = run_of(count=50, batch_size=8)
    rows = np.concatenate([run._batch(step) for step in range(run.batches_per_epoch)])
    assert sorted(rows) == list(np.flatnonzero(~run.is_test))


# --- the learner's functions ----------------------------------------------------------------

def test_the_learners_functions_do_the_training():
    run = own_run()
    parameters = run.moment.parameters
    run.train(5)
    for step in range(5):
        rows = run._batch(step)
        gradients = chapter.backward_reference(run.inputs[rows], run.targets[rows], parameters)
        parameters = chapter.update_reference(parameters, gradients, 0.01)
    for name, array in parameters.items():
        np.testing.assert_allclose(run.moment.parameters[name], array)


def test_an_update_in_place_leaves_the_history_alone():
    def update(parameters, gradients, learning_rate):
        for name in parameters:
            parameters[name] -= learning_rate * gradients[name]

    run, same = own_run(update=update), own_run()
    start = run.moment.parameters["weights_1"].copy()
    run.train(5)
    same.train(5)
    assert run.moment.train_loss == same.moment.train_loss
    np.testing.assert_array_equal(run.moments[0].parameters["weights_1"], start)


def test_a_frame_without_time_takes_one_step_and_says_what_is_left(monkeypatch):
    monkeypatch.setattr(playground_module, "TRAINING_S", 0.0)
    playground = Playground()
    content, _ = ask(playground, "step", steps=5)
    assert (content["step"], content["left"]) == (1, 4)
    assert ask(playground)[0]["left"] == 0
    assert ask(playground, "train", steps=5)[0]["left"] == 0


def broken(**changed):
    return Playground(**{**OWN, **changed})


def leaving(*_):
    raise SystemExit(3)


@pytest.mark.parametrize(("changed", "sentence"), [
    ({"forward": lambda i, p: None}, "ValueError: forward returned y_pred of shape ()"),
    ({"forward": lambda i, p: {"h": i}}, "ValueError: forward returned ['h'], but \"y_pred\""),
    ({"forward": leaving}, "SystemExit: 3"),
    ({"forward": lambda i, p: {"y_pred": np.nan * i[:, :1]}}, "FloatingPointError: forward "),
    ({"backward": lambda i, t, p: None}, "ValueError: backward returned NoneType"),
    ({"backward": lambda i, t, p: {}}, "ValueError: backward returned no weights_1"),
    ({"backward": lambda i, t, p: {n: a.T[None] for n, a in p.items()}},
     "ValueError: backward returned weights_1 of shape (1, 4, 2), but weights_1 has shape (2, 4)"),
    ({"backward": lambda i, t, p: {n: a + np.inf for n, a in p.items()}}, "FloatingPointError: b"),
    ({"update": lambda p, g, r: 1}, "ValueError: update returned int"),
    ({"update": leaving}, "SystemExit: 3"),
])
def test_trouble_is_one_sentence_and_the_playground_goes_on(changed, sentence):
    playground = broken(**changed)
    content, _ = ask(playground, "train", steps=3)
    assert content["trouble"].startswith(sentence)
    assert content["step"] == 0
    json.dumps(content, allow_nan=False)
    playground.functions = tuple(OWN.values())
    assert not ask(playground, "reset")[0]["trouble"]
    assert ask(playground, "train", steps=3)[0]["step"] == 3


def test_a_slow_function_is_not_called_again_for_a_picture():
    calls = []

    def slow(inputs, parameters):
        calls.append(len(inputs))
        time.sleep(1.1)
        return chapter.forward_reference(inputs, parameters)

    content, _ = ask(broken(forward=slow), "train", steps=3)
    assert content["trouble"].startswith("TimeoutError: one call of your forward took 1.")
    assert len(calls) == 1


def endless(*_):
    while True:
        pass


@pytest.mark.parametrize("name", list(OWN))
def test_functions_that_never_end_are_switched_off_and_the_course_s_network_goes_on(
    monkeypatch, name
):
    monkeypatch.setattr(playground_module, "LONGEST_S", 0.2)
    playground = broken(**{name: endless})
    started = time.perf_counter()
    content, buffers = ask(playground, "train", steps=3)
    assert time.perf_counter() - started < 6
    assert content["trouble"].startswith("Your functions did not come back within 0.2 s")
    assert content["step"] == 0 and buffers
    content, _ = ask(playground, "train", steps=3)
    assert content["step"] == 3 and not content["trouble"]
    assert "did not come back" in content["verdict"]


def forward_torch(inputs, parameters):
    h = inputs @ parameters["weights_1"] + parameters["bias_1"]
    h_relu = h.clamp(min=0)
    y_pred = h_relu @ parameters["weights_2"] + parameters["bias_2"]
    return {"h": h, "h_relu": h_relu, "y_pred": y_pred}


def backward_autograd(inputs, targets, parameters):
    followed = {name: one.requires_grad_() for name, one in parameters.items()}
    ((forward_torch(inputs, followed)["y_pred"] - targets) ** 2).sum().backward()
    return {name: one.grad for name, one in followed.items()}


def backward_torch(inputs, targets, parameters):
    values = forward_torch(inputs, parameters)
    delta = 2 * (values["y_pred"] - targets)
    through = torch.where(values["h"] > 0, delta @ parameters["weights_2"].T, 0.0)
    return {"weights_1": inputs.T @ through, "bias_1": through.sum(dim=0),
            "weights_2": values["h_relu"].T @ delta, "bias_2": delta.sum(dim=0)}


def update_torch(parameters, gradients, learning_rate):
    for name, parameter in parameters.items():
        parameter.sub_(torch.mul(gradients[name], learning_rate))


@pytest.mark.parametrize("changed", [
    {"forward": forward_torch}, {"backward": backward_torch}, {"update": update_torch},
    {"forward": forward_torch, "backward": backward_torch, "update": update_torch},
    {"backward": backward_autograd},
])
def test_functions_written_with_torch_train_like_those_written_with_numpy(changed):
    run, same = own_run(**changed), own_run()
    for one in (run, same):
        one.train(20)
        one.check_some(1.0)
    assert set(run.check.marks) == {1}
    for name, array in same.moment.parameters.items():
        assert run.moment.parameters[name].dtype == np.float64
        np.testing.assert_allclose(run.moment.parameters[name], array, rtol=1e-9, atol=1e-12)


def test_a_playground_of_torch_functions_shows_all_and_stays_quick():
    playground = broken(forward=forward_torch, backward=backward_torch, update=update_torch)
    for _ in range(5):
        content, buffers = ask(playground, "train", chosen=2, steps=5)
    assert content["step"] == 25 and not content["trouble"] and len(buffers) == 8
    assert [len(layer) for layer in content["flow"]] == [2, 4, 1]


@pytest.mark.parametrize(("forward", "sentence"), [
    (lambda i, p: torch.relu(i) @ torch.ones(3, 1, dtype=torch.float64), "RuntimeError: "),
    (lambda i, p: torch.relu(i).no_such(), "AttributeError: 'Tensor' object has no attribute"),
    (lambda i, p: i.no_such(), "AttributeError: 'numpy.ndarray' object has no attribute"),
])
def test_a_mistake_is_told_in_the_words_of_the_library_it_was_made_in(forward, sentence):
    assert ask(broken(forward=forward))[0]["trouble"].startswith(sentence)


def test_divergence_is_said_and_going_back_repairs_it():
    playground = Playground()
    ask(playground, "train", steps=20)
    playground.learning_rate = 1000.0
    for _ in range(60):
        content, _ = ask(playground, "train", steps=50)
        if content["trouble"]:
            break
    assert "the learning rate 1000 is too large" in content["trouble"]
    assert content["step"] > 20 and content["now"] == 2  # the end is kept, to be looked at
    json.dumps(content, allow_nan=False)
    playground.learning_rate = 0.1
    content, _ = ask(playground, "go", index=1)
    assert not content["trouble"] and content["losses"][0] < 1
    content, _ = ask(playground, "train", steps=5)
    assert not content["trouble"] and len(content["curves"]) == 2


def test_settings_that_change_the_network_start_again_and_the_others_do_not():
    playground = Playground()
    ask(playground, "train", steps=30)
    playground.learning_rate, playground.batch_size = 0.3, 5
    assert ask(playground)[0]["step"] > 0
    playground.layers = [3]
    content, _ = ask(playground)
    assert content["step"] == 0 and content["sizes"] == [2, 3, 1]


def test_a_frame_that_changes_nothing_is_not_computed_again():
    calls = []

    def forward(*arguments):
        calls.append(1)
        return chapter.forward_reference(*arguments)

    playground = broken(forward=forward)
    while not ask(playground)[0]["settled"]:
        pass
    calls.clear()
    playground.learning_rate = 0.02
    assert ask(playground)[0]["settled"] and not calls
    assert playground.run.settings.learning_rate == 0.02
    assert ask(playground, chosen=3)[0]["detail"] and calls
    assert ask(playground, "train", steps=1)[0]["step"] == 1
    assert ask(playground, "go", index=0)[0]["step"] == 0


def test_a_chosen_sample_shows_values_and_deltas_with_shapes():
    content, _ = ask(broken(), chosen=7)
    shapes = {row["name"]: row["shape"] for row in content["detail"]}
    assert shapes == {
        "inputs": [1, 2], "h": [1, 4], "h_relu": [1, 4], "y_pred": [1, 1], "target": [1, 1],
        "delta of layer 2 (gradient of bias_2)": [1], "gradient of weights_2": [4, 1],
        "delta of layer 1 (gradient of bias_1)": [4], "gradient of weights_1": [2, 4],
    }
    assert [len(layer) for layer in content["flow"]] == [2, 4, 1]


def test_pictures_show_the_plane_from_the_top_left():
    run = run_of(features=("x₁", "x₂"), layers=())
    run.moment.parameters["weights_1"][:] = [[0.2], [0.0]]
    run.moment.parameters["bias_1"][:] = 0.5
    units, output = pictures(run, 10)
    assert (np.diff(units[0].astype(int), axis=1) > 0).all()  # x1 grows to the right
    assert (np.diff(units[1].astype(int), axis=0) < 0).all()  # x2 falls downwards
    assert output[0, 0] < 30 and output[0, -1] > 225


def test_wrong_arguments_are_said_in_one_sentence():
    with pytest.raises(ValueError, match="Give all of forward, backward and update"):
        Playground(forward=chapter.forward_reference)
    with pytest.raises(ValueError, match="Your functions have one hidden layer"):
        Playground(**OWN, layers=[4, 4])
    with pytest.raises(ValueError, match="Choose features among"):
        Playground(features=["x₃"])
    with pytest.raises(ValueError, match="The loss is 'max'"):
        Playground(**OWN, loss="max")


def test_words_need_no_function_of_the_learner():
    playground = broken(forward=leaving)
    assert "your own forward" in playground.describe()
    assert playground.describe() in playground.page_without_kernel()
