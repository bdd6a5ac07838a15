"""Softmax with temperature, against torch, its limits and its invariance."""

import numpy as np
import pytest
import torch

from course_utils.explorers.temperature import SCORES, Temperature, entropy_bits, softmax


@pytest.mark.parametrize("temperature", [0.05, 0.7, 1.0, 20.0])
def test_softmax_equals_torch(temperature):
    expected = torch.softmax(torch.tensor(SCORES, dtype=torch.float64) / temperature, 0)
    np.testing.assert_allclose(softmax(SCORES, temperature), expected, atol=1e-14)


def test_cold_takes_all_and_hot_shares():
    assert softmax(SCORES, 0.01).max() == pytest.approx(1)
    np.testing.assert_allclose(softmax(SCORES, 1e6), 0.2, atol=1e-5)


def test_adding_the_same_to_all_changes_nothing():
    shifted = np.array(SCORES) + 1000
    np.testing.assert_allclose(softmax(shifted, 1), softmax(SCORES, 1), atol=1e-12)


def test_entropy_of_a_fair_choice_is_its_log():
    assert entropy_bits(np.full(8, 1 / 8)) == pytest.approx(3)
    assert entropy_bits(np.array([1.0, 0.0])) == 0


def test_scores_must_be_five():
    with pytest.raises(ValueError, match="3 scores"):
        Temperature(scores=[1, 2, 3])
