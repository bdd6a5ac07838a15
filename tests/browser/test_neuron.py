"""The neuron explorer: dragging, keyboard, its formulas against those in Python, learning."""

from __future__ import annotations

import numpy as np
import pytest

from course_utils.explorers.neuron import PRESETS, Neuron, totals, wrong
from tests.browser.without_kernel import open_explorer, pure, settle, words


def test_page_and_python_agree_on_the_neuron(page):
    assert pure(page, "neuron", "pure.PRESETS") == PRESETS
    weights = {"w1": 1.2, "w2": -0.7, "b": 0.3}
    for name, points in PRESETS.items():
        call = f"pure.PRESETS['{name}'].map(one => pure.total(one, {weights}))"
        assert pure(page, "neuron", call) == pytest.approx(totals(points, **weights))
        call = f"pure.PRESETS['{name}'].map(one => pure.isWrong(one, {weights}))"
        there = [index for index, bad in enumerate(pure(page, "neuron", call)) if bad]
        assert there == wrong(points, **weights)


def test_learning_is_the_delta_rule_on_the_first_wrong_point(page):
    before = np.array([1.2, -0.7, 0.3])
    weights = dict(zip(("w1", "w2", "b"), before.tolist(), strict=True))
    for name, points in PRESETS.items():
        x1, x2, target = points[wrong(points, **weights)[0]]
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
    assert (wrong(PRESETS[name], **weights) == []) == (again == weights) == solved


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
