"""The networks behind the bumps explorer, against what the theorem's proof promises."""

import math

import numpy as np
import pytest

from course_utils.explorers.bumps import GOALS, KINDS, TABLE, Bumps, bumps, errors, hinges

X = np.linspace(0, 1, 401)


@pytest.mark.parametrize("name", GOALS)
@pytest.mark.parametrize("units", [2, 16, 50])
def test_hinges_meet_the_goal_at_every_knot(name, units):
    knots = np.arange(units + 1) / units
    np.testing.assert_allclose(hinges(knots, GOALS[name], units), GOALS[name](knots), atol=1e-12)


def test_hinges_are_straight_in_between():
    there = hinges(X, GOALS["sine wave"], 8)
    expected = np.interp(X, np.arange(9) / 8, GOALS["sine wave"](np.arange(9) / 8))
    np.testing.assert_allclose(there, expected, atol=1e-12)


def test_steep_bumps_are_steps_as_high_as_the_goal_in_their_middle():
    x = (np.arange(8) + 0.5) / 8
    there = bumps(x, GOALS["two hills"], 16, 200.0)
    np.testing.assert_allclose(there, GOALS["two hills"](x), atol=1e-9)


@pytest.mark.parametrize(("kind", "slope"), [(KINDS[0], -1), (KINDS[1], -2)])
def test_error_falls_with_the_promised_power_of_the_width(kind, slope):
    few, many = (errors(kind, GOALS["sine wave"], units, 20.0)[0] for units in (16, 64))
    assert math.log(many / few) / math.log(4) == pytest.approx(slope, abs=0.15)


def test_a_jump_keeps_its_largest_error():
    for kind in KINDS:
        assert errors(kind, GOALS["step"], 64, 20.0)[1] > 0.2


def test_bumps_that_melt_into_each_other_fit_worse():
    melted, steep = (errors(KINDS[0], GOALS["sine wave"], 16, s)[0] for s in (1.0, 20.0))
    assert melted > 1.3 * steep


def test_a_drawn_goal_is_used():
    explorer = Bumps()
    explorer.goal, explorer.drawn = "yours", list(np.linspace(-1, 1, TABLE))
    assert explorer.function()(np.array([0.25])) == pytest.approx([-0.5])
    with pytest.raises(ValueError, match="no goal 'cosine'"):
        Bumps("cosine")
