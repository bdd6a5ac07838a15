"""Bumps, temperature and dropout mask: their formulas, and what hands do there."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from course_utils.explorers.bumps import GOALS, KINDS, Bumps
from course_utils.explorers.dropout_mask import DropoutMask
from course_utils.explorers.temperature import SCORES, Temperature
from tests.browser.without_kernel import move, open_explorer, pure, settle, words

STATE = "key => document.querySelector('.explorer-card').page.get(key)"


def built(page, goal, kind, units, steepness, xs):
    """Return goal and network at ``xs``."""
    network = f"pure.build('{kind}', pure.GOALS['{goal}'], {units}, {steepness})"
    both = f"[pure.GOALS['{goal}'](x), pure.output({network}, x)]"
    return np.array(pure(page, "bumps", f"{list(xs)}.map(x => {both})")).T


def misses(page, goal, kind, units, steepness=20):
    """Return the root mean square and the largest error."""
    network = f"pure.build('{kind}', pure.GOALS['{goal}'], {units}, {steepness})"
    return pure(page, "bumps", f"pure.errors({network}, pure.GOALS['{goal}'])")


@pytest.mark.parametrize("units", [2, 16, 50])
def test_hinges_meet_the_goal_at_every_knot_and_are_straight_in_between(page, units):
    knots, xs = (np.arange(count + 1) / count for count in (units, 401))
    for goal in GOALS:
        wanted, there = built(page, goal, KINDS[1], units, 20, knots.tolist())
        np.testing.assert_allclose(there, wanted, atol=1e-12)
        _, between = built(page, goal, KINDS[1], units, 20, xs.tolist())
        np.testing.assert_allclose(between, np.interp(xs, knots, wanted), atol=1e-12)


def test_bumps_are_pairs_of_sigmoids_as_high_as_the_goal_in_their_middle(page):
    middles = ((np.arange(8) + 0.5) / 8).tolist()
    wanted, there = built(page, "two hills", KINDS[0], 16, 200, middles)
    np.testing.assert_allclose(there, wanted, atol=1e-9)
    xs, edges = np.linspace(0, 1, 101), np.array([-0.5, *np.arange(1, 8) / 8, 1.5])
    _, there = built(page, "two hills", KINDS[0], 16, 5, xs.tolist())
    steps = torch.sigmoid(torch.tensor(5 * 8 * (xs[:, None] - edges))).numpy()  # (N, 9)
    np.testing.assert_allclose(there, (steps[:, :-1] - steps[:, 1:]) @ wanted, atol=1e-12)


def test_the_sine_and_the_step_are_what_they_are_called(page):
    xs = np.linspace(0, 1, 33)
    sine, _ = built(page, "sine wave", KINDS[1], 2, 20, xs.tolist())
    np.testing.assert_allclose(sine, 0.8 * np.sin(2 * np.pi * xs), atol=1e-12)
    step, _ = built(page, "step", KINDS[1], 2, 20, xs.tolist())
    np.testing.assert_array_equal(step, np.where(xs < 0.5, -0.5, 0.5))


def test_errors_are_the_root_mean_square_and_the_largest(page):
    wanted, there = built(page, "zigzag", KINDS[0], 12, 5, np.linspace(0, 1, 401).tolist())
    expected = np.sqrt(((there - wanted) ** 2).mean()), np.abs(there - wanted).max()
    assert misses(page, "zigzag", KINDS[0], 12, 5) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(("kind", "slope"), [(KINDS[0], -1), (KINDS[1], -2)])
def test_error_falls_with_the_promised_power_of_the_width(page, kind, slope):
    few, many = (misses(page, "sine wave", kind, units)[0] for units in (16, 64))
    assert math.log(many / few) / math.log(4) == pytest.approx(slope, abs=0.15)
    assert misses(page, "step", kind, 64)[1] > 0.2  # a jump keeps its largest error


def test_bumps_that_melt_into_each_other_fit_worse(page):
    melted, steep = (misses(page, "sine wave", KINDS[0], 16, s)[0] for s in (1, 20))
    assert melted > 1.3 * steep


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
@pytest.mark.parametrize("shift", [0, 60, 1000])
def test_softmax_is_that_of_torch_and_the_naive_one_that_of_float32(page, temperature, shift):
    scores = [score + shift for score in SCORES]
    there = pure(page, "temperature", f"pure.softmax({scores}, {temperature})")
    expected = torch.softmax(torch.tensor(SCORES, dtype=torch.float64) / temperature, 0)
    np.testing.assert_allclose(there, expected, rtol=1e-10, atol=1e-300)
    there = pure(
        page, "temperature",
        f"pure.naiveSoftmax({scores}, {temperature}).map(p => Number.isNaN(p) ? null : p)",
    )
    with np.errstate(all="ignore"):
        powers = np.exp(np.float32(scores) / np.float32(temperature))
        expected = powers / powers.sum()
    np.testing.assert_allclose(np.array(there, dtype=float), expected, rtol=1e-5, atol=1e-30)


def test_entropy_of_a_fair_choice_is_its_log(page):
    assert pure(page, "temperature", "pure.entropyBits(Array(8).fill(1 / 8))") == pytest.approx(3)
    assert pure(page, "temperature", "pure.entropyBits([1, 0])") == 0


def test_a_large_shift_breaks_only_the_naive_formula(page):
    open_explorer(page, Temperature())
    move(page, "shift", 100)
    rows = page.locator(".explorer-table tbody tr").all_inner_texts()
    assert "0.4631" in rows[0] and "not a number" in rows[1]
    assert "left the range of float32" in words(page)


def masks(page, rate, count=200, one_for_all="false"):
    call = f"Array.from({{length: {count}}}, (_, i) => pure.mask(1, i + 1, {rate}, {one_for_all}))"
    return np.array(pure(page, "dropout_mask", call))  # (count, 6, 12)


def outputs(page, rate, scaling="none", one_for_all="false"):
    call = f"pure.outputs(3, 300, {rate}, '{scaling}', {one_for_all})"
    return np.array(pure(page, "dropout_mask", call))


def test_numbers_are_uniform_and_uncorrelated(page):
    numbers = "Array.from({length: 12}, (_, unit) => pure.uniform(7, draw, 2, unit))"
    call = f"Array.from({{length: 1000}}, (_, draw) => {numbers})"
    draws = np.array(pure(page, "dropout_mask", call))
    assert draws.min() >= 0 and draws.max() < 1
    assert draws.mean() == pytest.approx(0.5, abs=0.01)
    assert draws.var() == pytest.approx(1 / 12, abs=0.003)
    assert np.abs(np.corrcoef(draws.T) - np.eye(12)).max() < 0.12  # 4 of its standard errors
    assert abs(np.corrcoef(draws[:-1, 0], draws[1:, 0])[0, 1]) < 0.12


@pytest.mark.parametrize("rate", [0.0, 0.2, 0.5, 0.9])
def test_the_share_dropped_is_the_rate(page, rate):
    assert masks(page, rate).mean() == pytest.approx(1 - rate, abs=0.02)


def test_outputs_are_means_of_the_kept_units(page):
    units = np.array(pure(page, "dropout_mask", "pure.ACTIVATIONS"))
    call = "pure.outputs(1, 20, 0.35, 'none', false)"
    expected = (masks(page, 0.35, 20) * units).mean(axis=(1, 2))
    assert pure(page, "dropout_mask", call) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("rate", [0.0, 0.2, 0.5])
def test_only_dividing_by_the_kept_share_agrees_with_evaluation(page, rate):
    evaluation = np.mean(pure(page, "dropout_mask", "pure.ACTIVATIONS"))
    for scaling, expected in [("divide by 1 - p", 1), ("none", 1 - rate),
                              ("multiply by p", (1 - rate) * rate)]:
        average = outputs(page, rate, scaling).mean()
        assert average / evaluation == pytest.approx(expected, abs=0.03), scaling


def test_one_mask_for_all_is_one_row_repeated_and_scatters_more(page):
    kept = masks(page, 0.5, 5, "true")[-1]
    assert (kept == kept[0]).all() and kept[0].any() and not kept[0].all()
    apart, together = (outputs(page, 0.5, one_for_all=one).std() for one in ("false", "true"))
    assert together > 1.8 * apart  # six samples: about the square root of six


def test_the_average_comes_to_rest_where_the_words_say(page):
    open_explorer(page, DropoutMask(rate=0.8, scaling="none"))
    move(page, "draws", 400)
    expected = np.mean(pure(page, "dropout_mask", "pure.outputs(1, 400, 0.8, 'none', false)"))
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
