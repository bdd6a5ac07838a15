"""The neuron explorer: dragging, keyboard, its formulas, learning."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from course_utils.explorers.neuron import PRESETS, Neuron
from tests.browser.without_kernel import open_explorer, pure, settle, words

GATES = {"AND": all, "OR": any, "NAND": lambda row: not all(row), "NOT": lambda row: not row[0],
         "XOR": lambda row: row[0] != row[1]}  # NOT looks at x1 alone


def points_of(page, name):
    return np.array(pure(page, "neuron", f"pure.PRESETS['{name}']"))


def wrong(points, w1, w2, b):
    """Which of the points (N, 3) lie on the wrong side; a total of zero counts as 1."""
    return (points[:, 0] * w1 + points[:, 1] * w2 + b >= 0) != (points[:, 2] == 1)


def test_gates_are_their_truth_tables_and_python_knows_all_presets(page):
    assert pure(page, "neuron", "Object.keys(pure.PRESETS)") == list(PRESETS)
    for name, gate in GATES.items():
        rows = itertools.product([0, 1], repeat=2)
        assert points_of(page, name).tolist() == [[*row, int(gate(row))] for row in rows]


@pytest.mark.parametrize("name", GATES)
def test_every_gate_but_xor_has_a_line(page, name):
    points, values = points_of(page, name), np.arange(-2, 2.1, 0.5)
    fewest = min(wrong(points, *one).sum() for one in itertools.product(values, repeat=3))
    assert fewest == (1 if name == "XOR" else 0)


@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize("weights", [(1.2, -0.7, 0.3), (1, 1, -1), (1, 1, -2), (0, 0, 0)])
def test_the_total_decides_who_is_wrong_and_zero_counts_as_one(page, name, weights):
    points, chosen = points_of(page, name), dict(zip(("w1", "w2", "b"), weights, strict=True))
    call = f"pure.PRESETS['{name}'].map(one => [pure.total(one, w), pure.isWrong(one, w)])"
    there = np.array(pure(page, "neuron", f"(w => {call})({chosen})"))
    assert there[:, 0] == pytest.approx(points[:, :2] @ weights[:2] + weights[2])
    assert (there[:, 1] == wrong(points, *weights)).all()


@pytest.mark.parametrize("name", PRESETS)
def test_learning_is_the_delta_rule_on_the_first_wrong_point(page, name):
    before = np.array([1.2, -0.7, 0.3])
    weights = dict(zip(("w1", "w2", "b"), before.tolist(), strict=True))
    points = points_of(page, name)
    x1, x2, target = points[wrong(points, **weights).argmax()]
    learned = pure(page, "neuron", f"pure.learn(pure.PRESETS['{name}'], {weights})")
    answer = 1 - target
    expected = before + 0.25 * (target - answer) * np.array([x1, x2, 1])
    assert list(learned.values()) == pytest.approx(expected)


LEARNED = """((weights, points) => {{
    for (let i = 0; i < 1000; i += 1) weights = pure.learn(points, weights);
    return weights;
}})({{w1: 0.3, w2: -0.4, b: 0.1}}, pure.PRESETS['{}'])"""


@pytest.mark.parametrize("name", PRESETS)
def test_learning_ends_without_mistakes_where_a_line_exists(page, name):
    weights = pure(page, "neuron", LEARNED.format(name))
    again = pure(page, "neuron", f"pure.learn(pure.PRESETS['{name}'], {weights})")
    solved = name != "XOR"  # where it never rests
    assert (not wrong(points_of(page, name), **weights).any()) == (again == weights) == solved


def drag(page, start, end):
    """Drag in the first canvas, in the units of the neuron's plane."""
    box = page.locator("canvas").first.bounding_box()
    side = box["height"] - 60

    def pixels(point):
        return (box["x"] + 40 + (point[0] + 0.6) / 2.2 * side,
                box["y"] + 24 + (1.6 - point[1]) / 2.2 * side)

    page.mouse.move(*pixels(start))
    page.mouse.down()
    page.mouse.move(*pixels(end), steps=4)
    page.mouse.up()
    settle(page)


def test_boundary_arrow_and_points_can_be_dragged(page):
    open_explorer(page, Neuron("AND", w1=1.0, w2=1.0, b=-0.5))
    state = "key => document.querySelector('.explorer-card').page.get(key)"
    drag(page, (0.1, 0.4), (0.35, 1.15))  # the boundary, to x1 + x2 = 1.5
    assert page.evaluate(state, "b") == pytest.approx(-1.5, abs=0.03)
    assert "4 of 4 points right" in words(page)
    drag(page, (1.05, 1.05), (0.75, 1.05))  # the arrow's tip, from w = (1, 1) to w = (0, 1)
    assert page.evaluate(state, "w1") == pytest.approx(0, abs=0.05)
    drag(page, (0, 0), (0.5, 1.4))  # a point
    assert page.evaluate(state, "points")[0][:2] == pytest.approx([0.5, 1.4], abs=0.01)


def test_the_neurons_handles_move_by_keyboard_alone(page):
    open_explorer(page, Neuron("OR"))
    page.locator("canvas").first.focus()
    state = "key => document.querySelector('.explorer-card').page.get(key)"
    page.keyboard.press("n")
    page.keyboard.press("ArrowRight")
    page.keyboard.press(" ")
    assert page.evaluate(state, "points")[1] == pytest.approx([0.05, 1, 0])
    for _ in range(3):
        page.keyboard.press("n")  # two more points, then the boundary
    before = page.evaluate(state, "b")
    page.keyboard.press("ArrowUp")
    assert page.evaluate(state, "b") != before
    settle(page)
    assert "the boundary is chosen" in page.get_attribute("canvas >> nth=0", "aria-label")


def test_learning_from_mistakes_solves_or_and_never_xor(page):
    open_explorer(page, Neuron("OR"))
    button = page.get_by_role("button", name="Learn from one mistake")
    for _ in range(12):
        button.click()
    assert "4 of 4 points right" in words(page)
    page.locator("[data-key=preset] select").select_option("XOR")
    for _ in range(30):
        button.click()
    assert "4 of 4" not in words(page)
