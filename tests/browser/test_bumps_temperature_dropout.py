"""Bumps, temperature and dropout mask: the page against Python, and what hands do there."""

from __future__ import annotations

import numpy as np
import pytest

from course_utils.explorers.bumps import GOALS, KINDS, Bumps, errors, network
from course_utils.explorers.dropout_mask import ACTIVATIONS, DropoutMask, mask, outputs
from course_utils.explorers.temperature import SCORES, Temperature, softmax
from tests.browser.without_kernel import move, open_explorer, pure, settle, words

STATE = "key => document.querySelector('.explorer-card').page.get(key)"


@pytest.mark.parametrize("kind", KINDS)
def test_page_and_python_build_the_same_network(page, kind):
    xs = [0.0, 0.013, 0.25, 0.4999, 0.77, 1.0]
    for name, goal in GOALS.items():
        built = f"pure.build('{kind}', pure.GOALS['{name}'], 12, 15)"
        there = pure(page, "bumps", f"{xs}.map(x => pure.output({built}, x))")
        expected = network(kind, np.array(xs), goal, 12, 15.0)
        np.testing.assert_allclose(there, expected, atol=1e-12)
        there = pure(page, "bumps", f"pure.errors({built}, pure.GOALS['{name}'])")
        assert there == pytest.approx(errors(kind, goal, 12, 15.0), abs=1e-9)


def test_more_units_fit_better_in_words(page):
    open_explorer(page, Bumps())
    move(page, "units", 64)
    assert "64 sigmoids make 32 bumps: root mean square error 0.02" in words(page)


def test_a_goal_can_be_drawn_by_mouse_and_by_keyboard(page):
    open_explorer(page, Bumps("step"))
    box = page.locator("canvas").first.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + box["height"] * 0.2, steps=3)
    page.mouse.up()
    settle(page)
    drawn = page.evaluate(STATE, "drawn")
    assert page.evaluate(STATE, "goal") == "yours"
    assert min(drawn[22:42]) > 0.4 and drawn[0] == -0.5  # a hand that skips leaves no holes
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowDown")
    assert page.evaluate(STATE, "drawn") != drawn


@pytest.mark.parametrize("temperature", [0.05, 1.0, 20.0])
def test_page_and_python_compute_the_same_softmax(page, temperature):
    for shift in (0, 60):
        scores = [score + shift for score in SCORES]
        there = pure(page, "temperature", f"pure.softmax({scores}, {temperature})")
        np.testing.assert_allclose(there, softmax(scores, temperature), rtol=1e-12, atol=1e-300)
        there = pure(
            page, "temperature",
            f"pure.naiveSoftmax({scores}, {temperature}).map(p => Number.isNaN(p) ? null : p)",
        )
        with np.errstate(all="ignore"):
            powers = np.exp(np.float32(scores) / np.float32(temperature))
            expected = powers / powers.sum()
        np.testing.assert_allclose(np.array(there, dtype=float), expected, rtol=1e-5, atol=1e-30)


def test_a_large_shift_breaks_only_the_naive_formula(page):
    open_explorer(page, Temperature())
    move(page, "shift", 100)
    rows = page.locator(".explorer-table tbody tr").all_inner_texts()
    assert "0.4631" in rows[0] and "not a number" in rows[1]
    assert "left the range of float32" in words(page)


def test_page_and_python_draw_the_same_masks(page):
    assert pure(page, "dropout_mask", "pure.ACTIVATIONS") == ACTIVATIONS.tolist()
    for draw, one_for_all in [(1, False), (77, True), (400, False)]:
        call = f"pure.mask(3, {draw}, 0.35, {str(one_for_all).lower()})"
        assert pure(page, "dropout_mask", call) == mask(3, draw, 0.35, one_for_all).tolist()
    there = pure(page, "dropout_mask", "pure.outputs(3, 20, 0.35, 'none', false)")
    assert there == pytest.approx(outputs(3, 20, 0.35, "none", False), abs=1e-12)


def test_the_average_comes_to_rest_where_the_words_say(page):
    open_explorer(page, DropoutMask(rate=0.8, scaling="none"))
    move(page, "draws", 400)
    expected = outputs(1, 400, 0.8, "none", False).mean()
    assert f"the output averages {expected:.2f}" in words(page)
    assert "Expected is 0.20 times the evaluation output" in words(page)
    assert "do not agree" in words(page)


def test_play_goes_on_by_itself_and_pauses(page):
    open_explorer(page, DropoutMask(draws=1))
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("document.querySelector('.explorer-card').page.get('draws') > 3")
    page.get_by_role("button", name="Pause").click()
    stood = page.evaluate(STATE, "draws")
    page.wait_for_timeout(300)
    assert page.evaluate(STATE, "draws") == stood
