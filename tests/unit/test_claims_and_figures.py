"""Claims stop the notebook when they do not hold; figures carry their description."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from course_utils import plotting
from course_utils.cards import Card
from course_utils.claims import (
    ClaimFailed,
    claim,
    compared,
    counted,
    equal,
    measured,
    speed_claim,
)
from course_utils.figures import show


@pytest.fixture
def displayed():
    """Run a function inside IPython and collect what it displays."""
    InteractiveShell.instance()

    def run(function):
        with capture_output() as captured:
            function()
        return captured.outputs

    return run


def test_claim_that_holds_shows_sentence_figure_and_bound(displayed):
    outputs = displayed(lambda: claim("Few are lost.", np.float64(24.3), at_most=40, unit="%"))
    assert outputs[0].data["text/plain"] == "✓ Few are lost.\n  measured ‹24.3 %›, at most 40 %"
    assert '<b class="measured">24.3 %</b>, at most' in outputs[0].data["text/html"]


def test_claim_that_does_not_hold_stops_with_the_figures_that_fail():
    with pytest.raises(ClaimFailed, match="Few are lost. Not in this run: lost 41 %, at most 40 %"):
        claim("Few are lost.", measured(41, "lost", at_most=40, unit="%"), measured(3, above=2))


def test_speed_claim_that_does_not_hold_says_so_and_goes_on(displayed):
    outputs = displayed(lambda: speed_claim("The hare is faster.", 0.8, above=1, unit="times"))
    text = outputs[0].data["text/plain"]
    assert text.startswith("○ The hare is faster.\n  measured ‹0.8 times›, above 1 times\n  Not in")
    assert "Not in this run" in outputs[0].data["text/html"]


def test_speed_claim_that_holds_looks_like_any_claim(displayed):
    def both():
        claim("The hare is faster.", 3, above=1)
        speed_claim("The hare is faster.", 3, above=1)

    first, second = displayed(both)
    assert first.data == second.data


@pytest.mark.parametrize("kind", [claim, speed_claim])
@pytest.mark.parametrize("checks", [(), (3,), (True,), ("3 rows",)])
def test_claim_needs_a_measured_value_and_a_bound(kind, checks):
    with pytest.raises(TypeError, match="what was measured and a bound"):
        kind("All is well.", *checks)


@pytest.mark.parametrize("wrong", [
    lambda: measured(3), lambda: measured(3, equals=3), lambda: measured(True, at_least=1),
    lambda: measured([], above=0), lambda: equal(True, True),
])
def test_check_needs_numbers_and_bounds(wrong):
    with pytest.raises(TypeError):
        wrong()


@pytest.mark.parametrize(("bound", "good", "bad"), [
    ({"above": 3}, 3.1, 3), ({"at_least": 3}, 3, 2.9), ({"below": 3}, 2.9, 3),
    ({"at_most": 3}, 3, 3.1), ({"above": 1, "below": 3}, 2, 3),
])
def test_each_bound_is_kept_and_broken(bound, good, bad):
    assert measured(good, **bound).holds
    assert not measured(bad, **bound).holds
    assert not measured([good, bad], **bound).holds
    assert measured([good, bad], needed=1, of="seeds", **bound).holds
    assert not measured(float("nan"), **bound).holds


def test_figures_shown_keep_the_bound_as_the_figures_measured_do():
    assert measured(0.2501, at_most=0.25).text == "measured ‹0.2501›, at most 0.25"
    assert compared("a", 0.25011, "<", "b", 0.25014).text == "a ‹0.25011› < b ‹0.25014›"


def test_pairs_over_seeds_are_counted():
    check = compared("Adam", [1, 2, 9], "<", "SGD", [2, 3, 4], needed=2, of="seeds")
    assert check.holds
    assert check.text == "Adam ‹1 to 9› < SGD ‹2 to 4›: in ‹2› of 3 seeds, at least 2"
    assert not compared("Adam", [1, 2, 9], "<", "SGD", [2, 3, 4], of="seeds").holds


def test_margin_and_factor_of_a_comparison():
    assert compared("a", 5, ">", "b", 2, times=2).holds
    assert not compared("a", 5, ">", "b", 2, times=3).holds
    assert compared("a", 2, "<", "b", 5, by=2).holds
    assert not compared("a", 2, "<", "b", 5, by=3).holds
    assert compared("a", 9, ">", "b", 5, by=2, unit="%").text.endswith(", by more than 2 points")


def test_truth_values_are_counted():
    assert counted([True, False, True], "right", needed=2, of="rows").text == \
        "right: in ‹2› of 3 rows, at least 2"
    assert not counted([True, False]).holds
    assert not counted([]).holds


def test_equality_of_tensors_is_to_a_tolerance_and_of_other_things_exact():
    ones = torch.ones(3, requires_grad=True)
    assert equal(ones, np.full(3, 1.00001), within=1e-4).holds
    assert not equal(ones, np.full(3, 1.00001), within=1e-6).holds
    assert not equal(ones, np.ones(4), within=1).holds
    assert equal(["a.pt"], ["a.pt"]).holds
    assert not equal(["a.pt"], []).holds
    assert equal(0.13066, 0.1307, within=5e-5).text == \
        "measured ‹0.1307›, expected 0.1307 to within 5e-05"


def test_detail_of_a_card_is_folded_only_where_it_is_asked_for():
    open_card, folded = (Card("red", "!", "A solution.", detail="x = 1", folded=folded)
                         for folded in (False, True))
    assert repr(open_card) == repr(folded) == "! A solution.\n    x = 1"
    assert "<details>" not in open_card._repr_html_()
    assert "<details><summary>Show it</summary><pre" in folded._repr_html_()


def test_figure_is_shown_with_its_words_and_closed(displayed):
    fig, ax = plt.subplots()
    ax.plot([1, 2])
    outputs = displayed(lambda: show(fig, describe="A line that rises from one to two."))
    image = outputs[0]
    assert image.data["text/plain"] == "Figure: A line that rises from one to two."
    assert image.metadata["image/png"]["alt"] == "A line that rises from one to two."
    assert 300 < image.metadata["image/png"]["width"] < 900
    assert "A line that rises" in outputs[1].data["text/html"]
    assert plt.get_fignums() == []


def test_figure_without_description_is_refused():
    fig, _ = plt.subplots()
    with pytest.raises(ValueError, match="describe"):
        show(fig, describe="A plot")
    plt.close(fig)


def test_band_shows_the_median_over_runs():
    _, ax = plt.subplots()
    values = np.array([[0.0, 1.0], [2.0, 3.0], [100.0, np.nan]])
    plotting.plot_band(np.array([0, 1]), values, ax, label="runs", color=plotting.BLUE)
    assert list(ax.lines[0].get_ydata()) == [2.0, 2.0]
    plt.close("all")


def test_boundary_lies_where_the_function_passes_the_threshold():
    _, ax = plt.subplots()
    plotting.plot_boundary(lambda x: (x[:, 0] >= 0.25).astype(float), ax, low=0.0, high=1.0)
    paths = ax.collections[-1].get_paths()
    assert np.allclose(np.concatenate([path.vertices[:, 0] for path in paths]), 0.25, atol=0.01)
    plt.close("all")


def test_confusion_matrix_prints_every_count():
    _, ax = plt.subplots()
    plotting.plot_confusion(np.array([[5, 2], [0, 7]]), ax, names=["cat", "dog"])
    assert sorted(text.get_text() for text in ax.texts) == ["2", "5", "7"]
    plt.close("all")


def test_band_has_a_gap_where_all_runs_have_diverged_and_warns_of_nothing(recwarn):
    _, ax = plt.subplots()
    values = np.array([[1.0, 2.0, np.nan], [3.0, np.nan, np.nan]])
    plotting.plot_band(np.arange(3), values, ax, label="two runs", color="black")
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), [2.0, 2.0, np.nan])
    assert not recwarn.list
    plt.close()
