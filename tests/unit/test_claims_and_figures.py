"""Claims stop the notebook when they do not hold; figures carry their description."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from course_utils import plotting
from course_utils.cards import Card
from course_utils.claims import ClaimFailed, claim, speed_claim
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


def test_claim_that_holds_shows_sentence_and_measurement(displayed):
    outputs = displayed(lambda: claim("Water is wet.", np.bool_(True), "wetness 1.0"))
    assert outputs[0].data["text/plain"] == "✓ Water is wet.\n  measured: wetness 1.0"


def test_claim_that_does_not_hold_stops_and_says_what_was_measured():
    with pytest.raises(ClaimFailed, match="Water is dry. This run measured: wetness 1.0"):
        claim("Water is dry.", False, "wetness 1.0")


def test_speed_claim_that_does_not_hold_says_so_and_goes_on(displayed):
    outputs = displayed(lambda: speed_claim("The hare is faster.", False, "0.8 times"))
    text = outputs[0].data["text/plain"]
    assert text.startswith("○ The hare is faster.\n  measured: 0.8 times\n  Not in this run")
    assert "Not in this run" in outputs[0].data["text/html"]


def test_speed_claim_that_holds_looks_like_any_claim(displayed):
    def both():
        claim("The hare is faster.", True, "3 times")
        speed_claim("The hare is faster.", True, "3 times")

    first, second = displayed(both)
    assert first.data == second.data


@pytest.mark.parametrize("kind", [claim, speed_claim])
def test_claim_needs_one_truth_value(kind):
    with pytest.raises(TypeError, match="all"):
        kind("Several at once.", np.array([True, False]))


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
