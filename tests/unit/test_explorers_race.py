"""The surfaces of the optimizer race, and how a learner's step is held against torch.optim."""

import math
import time

import pytest
import torch

from course_utils.explorers import race as race_module
from course_utils.explorers.race import Race
from course_utils.explorers.race.steps import RULES, OwnRun
from course_utils.explorers.race.surfaces import SURFACES
from notebooks.exercises import chapter_14

STEPS = {
    "momentum": chapter_14.momentum_step_reference, "adam": chapter_14.adam_step_reference,
    "adamw": chapter_14.adamw_step_reference,
}
HEIGHTS = {
    "ravine": lambda x, y: (x**2 + 100 * y**2) / 2,
    "ravine, turned": lambda x, y: HEIGHTS["ravine"]((x + y) / 2**0.5, (y - x) / 2**0.5),
    "bent valley": lambda x, y: (1 - x) ** 2 + 10 * (y - x**2) ** 2,
    "saddle": lambda x, y: x**2 + (y**2 - 1) ** 2 / 4,
    "bumpy bowl": lambda x, y: (x**2 + y**2) / 2 + (2 - (5 * x).cos() - (5 * y).cos()) / 2,
    "plateau": lambda x, y: -torch.expm1(-(x**2 + y**2)),
}


def finish(step, rule="adam", surface="bent valley", rate=0.1, steps=100, start=None):
    run = OwnRun(step, rule, surface, start or SURFACES[surface].start, rate, steps)
    while not run.finished:
        run.run(0.01)
    return run


def wrong_from(number):
    """Adam whose steps are right until step ``number``, from where on they are a little longer."""
    def step(w, g, state, learning_rate=0.001):
        count = state.get("count", 0) + 1
        longer = 1.01 if count >= number else 1.0
        new, inner = STEPS["adam"](w, g, state.get("inner", {}), longer * learning_rate)
        return new, {"count": count, "inner": inner}
    return step


@pytest.mark.parametrize("name", SURFACES)
@pytest.mark.parametrize("point", [(-1.3, 0.7), (0.4, -0.9), (0.0, 0.0)])
def test_each_gradient_is_that_of_its_surface(name, point):
    w = torch.tensor(point, dtype=torch.float64, requires_grad=True)
    (expected,) = torch.autograd.grad(HEIGHTS[name](*w), w)
    assert SURFACES[name].gradient(*point) == pytest.approx(expected.tolist(), abs=1e-12)


def test_far_away_is_not_a_number_instead_of_an_error():
    for surface in SURFACES.values():
        assert len(surface.gradient_at((1e308, -1e308))) == 2
    assert math.isnan(SURFACES["bent valley"].gradient_at((1e200, 0.0))[0])


@pytest.mark.parametrize("rule", STEPS)
@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("rate", [0.001, 0.05, 5.0])
def test_the_references_equal_torch_wherever_they_go(rule, surface, rate):
    run = finish(STEPS[rule], rule, surface, rate)
    assert run.difference is None and not run.failure
    assert f"equals {RULES[rule].counterpart}" in run.verdict()


def test_own_path_is_the_one_torch_takes():
    run = finish(STEPS["adam"])
    assert len(run.points) == 101
    w = torch.nn.Parameter(torch.tensor(SURFACES["bent valley"].start, dtype=torch.float64))
    optimizer = torch.optim.Adam([w], lr=0.1)
    for own in run.points:
        assert own == pytest.approx(w.tolist(), abs=1e-9)
        (w.grad,) = torch.autograd.grad(HEIGHTS["bent valley"](*w), w)
        optimizer.step()


@pytest.mark.parametrize("number", [1, 2, 37, 100])
def test_the_first_differing_step_is_the_first(number):
    run = finish(wrong_from(number))
    assert run.difference.step == number
    assert f"differs from torch.optim.Adam first at step {number}: it goes to (" in run.verdict()
    assert len(run.points) == 101  # the learner's path goes on


@pytest.mark.parametrize("mistake", [
    mistake for exercise in (chapter_14.momentum_step, chapter_14.adam_step, chapter_14.adamw_step)
    for mistake in exercise.mistakes
], ids=lambda mistake: mistake.name)
def test_every_named_mistake_of_the_chapter_is_seen(mistake):
    rule = next(rule for rule in ("momentum", "adam", "adamw")
                if mistake in getattr(chapter_14, f"{rule}_step").mistakes)
    run = finish(mistake.implementation, rule, rate=0.01)
    if mistake.name in ("the learning rate is put into the velocity",
                        "the state you were given is changed"):
        assert run.difference is None  # the same path, as long as the rate stays the same
    else:
        assert run.difference is not None


def test_first_steps_of_three_mistakes():
    by_name = {mistake.name: mistake.implementation for mistake in chapter_14.adam_step.mistakes}
    assert finish(by_name["no bias correction is made"]).difference.step == 1
    assert finish(by_name["the step is not counted"]).difference.step == 2
    assert finish(by_name["every step begins anew"]).difference.step == 2


@pytest.mark.parametrize(("step", "words"), [
    (lambda w, g, state, learning_rate: w - g, "it returned Tensor, but two things were expected"),
    (lambda w, g, state, learning_rate: (w[:1], {}), "it returned w of shape (1,)"),
    (lambda w, g, state: (w, state), "unexpected keyword argument"),
    (lambda w, g, state, learning_rate: state["velocity"], "KeyError: 'velocity'"),
])
def test_a_bad_step_stops_alone_with_one_sentence(step, words):
    explorer = Race(own={"Adam": step, "momentum": STEPS["momentum"]})
    content = answer_fully(explorer, {"adam": 0.1, "momentum": 0.001})
    assert words in content["adam"]["failure"]
    assert content["adam"]["verdict"].endswith(".") and "\n" not in content["adam"]["verdict"]
    assert "equals torch.optim.SGD with momentum 0.9" in content["momentum"]["verdict"]


def answer_fully(explorer, rates, known=None):
    """Ask until all is told; the last answer of each rule."""
    while True:
        content, _ = explorer.answer({
            "surface": "ravine", "start": [-4, 1], "rates": rates, "known": known or {},
        })
        if all(path["finished"] for path in content["paths"].values()):
            return content["paths"]


def test_exit_and_not_a_number_are_told():
    def leaves(w, g, state, learning_rate):
        raise SystemExit(3)

    def nothing(w, g, state, learning_rate):
        return w * float("nan"), state

    paths = answer_fully(Race(own={"Adam": leaves, "SGD": nothing}), {"adam": 0.1, "sgd": 0.01})
    assert "SystemExit: 3" in paths["adam"]["failure"]
    assert paths["sgd"]["differs"] == 1 and "it goes to (nan, nan)" in paths["sgd"]["verdict"]
    assert len(paths["sgd"]["points"]) == 1


def test_a_slow_step_is_called_once_and_not_again():
    calls = []

    def slow(w, g, state, learning_rate):
        calls.append(1)
        time.sleep(1.01)
        return w, state

    explorer = Race(own={"Adam": slow})
    for rate in (0.1, 0.2, 0.3):
        told = answer_fully(explorer, {"adam": rate})["adam"]
        assert "TimeoutError: one step took 1.0 s" in told["failure"]
    assert len(calls) == 1


def test_a_step_that_never_ends_is_stopped_and_not_called_again(monkeypatch):
    monkeypatch.setattr(race_module, "LONGEST_STEP_S", 0.2)
    calls = []

    def endless(w, g, state, learning_rate):
        calls.append(learning_rate)
        while True:
            pass

    explorer = Race(own={"Adam": endless, "momentum": STEPS["momentum"]})
    for rate in (0.1, 0.2):
        told = answer_fully(explorer, {"adam": rate, "momentum": 0.01})
        expected = "your endless stopped: it did not come back within 0.2 s."
        assert told["adam"]["verdict"] == expected
        assert told["momentum"]["finished"] and not told["momentum"]["failure"]
    assert calls == [0.1]


def test_answers_are_short_and_continue_where_the_page_is():
    explorer, points = Race(own={"Adam": STEPS["adam"]}, steps=5000), []
    explorer.answer({"surface": "ravine", "start": [-4, 1], "rates": {"adam": 0.1}, "known": {}})
    assert 1 < len(explorer.runs["adam"][1].points) < 5001
    for _ in range(3):
        content, _ = explorer.answer({
            "surface": "ravine", "start": [-4, 1], "rates": {"adam": 0.1},
            "known": {"adam": len(points)},
        })
        told = content["paths"]["adam"]
        assert told["from"] == len(points)
        points += told["points"]
    assert points
    assert [tuple(point) for point in points] == explorer.runs["adam"][1].points[:len(points)]


def test_divergence_ends_the_path_and_is_no_difference():
    run = finish(STEPS["momentum"], "momentum", "bent valley", 5.0)
    assert run.left_numbers and run.difference is None
    assert "until both leave the numbers" in run.verdict()


def test_a_step_that_works_in_place_does_no_harm():
    def in_place(w, g, state, learning_rate):
        g *= learning_rate
        w -= g
        return w, state

    assert "in all 100 steps" in finish(in_place, "sgd", rate=0.01).verdict()


def test_the_courses_own_function_is_not_called_the_learners():
    assert finish(STEPS["adam"]).verdict().startswith("the course's adam_step equals")
    assert finish(wrong_from(1)).verdict().startswith("your step differs")
