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
from course_utils.explorers.shared.stills import BLUE, INK, PURPLE, Axes, Still

NAMES = ("cat", "dog", "bird", "fish", "frog")
SCORES = (2.0, 1.0, 0.0, -1.0, 1.5)


def softmax(scores: Sequence[float], temperature: float) -> np.ndarray:
    """Return exp(z / T) divided by its sum, shape (C,); the largest score is taken off first."""
    scaled = np.asarray(scores, dtype=float) / temperature
    powers = np.exp(scaled - scaled.max())
    return powers / powers.sum()


def naive_softmax(scores: Sequence[float], temperature: float) -> np.ndarray:
    """Return the same in float32 without taking off the largest: nan where exp overflows."""
    with np.errstate(all="ignore"):
        powers = np.exp(np.asarray(scores, dtype=np.float32) / np.float32(temperature))
        return powers / powers.sum(dtype=np.float32)


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

    def still(self) -> str:
        """Draw scores and probabilities as bars."""
        picture = Still(720, 320)
        left = Axes(picture, (50, 26, 290, 240), (-0.5, 4.5), (-4.2, 4.2))
        right = Axes(picture, (410, 26, 290, 240), (-0.5, 4.5), (0, 1))
        for axes, values, color, title in (
            (left, self.scores, PURPLE, "scores"),
            (right, softmax(self.scores, self.temperature), BLUE,
             f"probabilities at temperature {self.temperature:g}"),
        ):
            axes.still.text(axes.left, axes.top - 8, title)
            picture.line([(axes.left, axes.y(0)), (axes.left + axes.width, axes.y(0))], INK)
            for index, value in enumerate(values):
                top, bottom = sorted((axes.y(value), axes.y(0)))
                picture.rectangle(axes.x(index) - 18, top, 36, max(bottom - top, 1), color)
                picture.text(axes.x(index), 284, NAMES[index], anchor="middle")
                picture.text(axes.x(index), top - 5, f"{value:.2f}", anchor="middle", size=12)
        return picture.svg()
