"""Temperature explorer: softmax, what it does to differences, and where it overflows.

A chapter uses it like this (chapter 08)::

    from course_utils.explorers.temperature import Temperature
    Temperature()
    Temperature(scores=[3, 3, 1, 0, -2], temperature=0.5)

Everything is closed form and computed in the page.

Try this (answers in the chapter):
    1. Lower the temperature to 0.05, then raise it to 20. What do the probabilities become? All
       for the largest score; nearly 1/5 for each.
    2. Add 50 to all scores. Which probabilities change? None: only differences of scores count.
    3. Add 100 at temperature 1. The stable formula does not notice; what does the naive one
       give in float32? Not a number: exp(102) is larger than the largest float32.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.explorers.shared.base import Explorer, state

NAMES = ("cat", "dog", "bird", "fish", "frog")
SCORES = (2.0, 1.0, 0.0, -1.0, 1.5)


def softmax(scores: Sequence[float], temperature: float) -> np.ndarray:
    """Return exp(z / T) divided by its sum, shape (C,); the largest score is taken off first."""
    scaled = np.asarray(scores, dtype=float) / temperature
    powers = np.exp(scaled - scaled.max())
    return powers / powers.sum()


def entropy_bits(probabilities: np.ndarray) -> float:
    """Return -sum p log2 p, with 0 log 0 = 0."""
    seen = probabilities[probabilities > 0]
    return float(-(seen * np.log2(seen)).sum())


class Temperature(Explorer, page="temperature"):
    """Five scores, one temperature; see the module."""

    scores = state([])
    temperature = state(1.0)
    shift = state(0.0)

    def __init__(self, *, scores: Sequence[float] = SCORES, **start: Any) -> None:
        """Open the explorer.

        Args:
            scores: Five scores (logits), from -4 to 4.
            start: ``temperature`` or ``shift`` to start with.

        Raises:
            ValueError: If there are not five scores.
        """
        if len(scores) != len(NAMES):
            raise ValueError(f"There are {len(scores)} scores, but the picture shows five classes.")
        super().__init__(scores=[float(score) for score in scores], **start)

    def describe(self) -> str:
        """Say the largest probability and the entropy."""
        probabilities = softmax(self.scores, self.temperature)
        winner = int(probabilities.argmax())
        return (
            f"Temperature explorer: at temperature {self.temperature:g} the class "
            f"{NAMES[winner]} gets {probabilities[winner]:.0%}; the entropy is "
            f"{entropy_bits(probabilities):.2f} of at most {np.log2(len(NAMES)):.2f} bits."
        )
