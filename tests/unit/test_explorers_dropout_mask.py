"""The masks of the dropout explorer: fair, repeatable, and right on average."""

import numpy as np
import pytest

from course_utils.explorers.dropout_mask import (
    ACTIVATIONS,
    DropoutMask,
    factor,
    mask,
    outputs,
    uniform,
)


def test_numbers_are_uniform_and_uncorrelated():
    draws = np.array([[uniform(7, draw, 2, unit) for unit in range(12)] for draw in range(1000)])
    assert draws.min() >= 0 and draws.max() < 1
    assert draws.mean() == pytest.approx(0.5, abs=0.01)
    assert draws.var() == pytest.approx(1 / 12, abs=0.003)
    assert np.abs(np.corrcoef(draws.T) - np.eye(12)).max() < 0.12  # 4 of its standard errors
    assert abs(np.corrcoef(draws[:-1, 0], draws[1:, 0])[0, 1]) < 0.12


@pytest.mark.parametrize("rate", [0.0, 0.2, 0.5, 0.9])
def test_the_share_dropped_is_the_rate(rate):
    kept = np.mean([mask(1, draw, rate, False).mean() for draw in range(1, 201)])
    assert kept == pytest.approx(1 - rate, abs=0.02)


@pytest.mark.parametrize("rate", [0.2, 0.5])
def test_only_dividing_by_the_kept_share_agrees_with_evaluation(rate):
    for scaling, expected in [("divide by 1 - p", 1), ("none", 1 - rate),
                              ("multiply by p", (1 - rate) * rate)]:
        average = outputs(3, 300, rate, scaling, False).mean()
        assert average / ACTIVATIONS.mean() == pytest.approx(expected, abs=0.03), scaling


def test_one_mask_for_all_is_one_row_repeated_and_scatters_more():
    kept = mask(1, 5, 0.5, True)
    assert (kept == kept[0]).all() and kept[0].any() and not kept[0].all()
    apart, together = (outputs(1, 300, 0.5, "none", one).std() for one in (False, True))
    assert together > 1.8 * apart  # six samples: about the square root of six


def test_factor_at_rate_zero_changes_nothing():
    assert factor("divide by 1 - p", 0.0) == factor("none", 0.0) == 1


def test_a_rate_of_one_is_refused():
    with pytest.raises(ValueError, match="rate is 1"):
        DropoutMask(rate=1)
