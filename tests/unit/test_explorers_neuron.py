"""The arithmetic behind the neuron explorer, against exhaustive search and the definition."""

import itertools

import numpy as np
import pytest

from course_utils.explorers.neuron import PRESETS, Neuron, totals, wrong

GRID = list(itertools.product(np.arange(-2, 2.1, 0.5), repeat=3))


@pytest.mark.parametrize("name", ["AND", "OR", "NAND", "NOT", "XOR"])
def test_every_gate_but_xor_has_a_line(name):
    fewest = min(len(wrong(PRESETS[name], *weights)) for weights in GRID)
    assert fewest == (1 if name == "XOR" else 0)


def test_total_is_the_weighted_sum():
    assert totals([[2, 3, 1]], 0.5, -1, 4) == pytest.approx([2.0])


def test_a_total_of_zero_counts_as_one():
    assert wrong([[1, 1, 1]], 1, 1, -2) == [] and wrong([[1, 1, 0]], 1, 1, -2) == [0]


def test_the_promised_biases_solve_and():
    for b, mistakes in [(-2, 0), (-1.5, 0), (-1.01, 0), (-1, 2), (-2.01, 1)]:
        assert len(wrong(PRESETS["AND"], 1, 1, b)) == mistakes, b


def test_bad_points_and_presets_are_named():
    with pytest.raises(ValueError, match="no preset 'NOR'"):
        Neuron("NOR")
    with pytest.raises(ValueError, match="three numbers"):
        Neuron(points=[(1, 2)])


def test_words_count_the_right_points():
    assert "3 of 4 points right" in Neuron("XOR", w1=1.0, w2=1.0, b=-0.5).describe()
