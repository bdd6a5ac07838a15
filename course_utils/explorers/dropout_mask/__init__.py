"""Dropout explorer: the mask, the scale that keeps the average, and what goes wrong without.

A chapter uses it like this (chapter 13)::

    from course_utils.explorers.dropout_mask import DropoutMask
    DropoutMask()
    DropoutMask(rate=0.8, scaling="none")

Six samples pass a hidden layer of twelve units; the output is the mean of the units. The masks
come from a small counter-based generator that is the same in Python and in the page, so a seed
gives the same masks everywhere. Everything is closed form and computed in the page.

Try this (answers in the chapter):
    1. Rate 0.5, 200 masks, scaling "none". Where does the running average come to rest? At half
       the evaluation output: the share that is kept. Divide by 1 - p, and it comes to rest on it.
    2. Raise the rate to 0.9, with the right scaling. The average stays; what changes? The single
       masks scatter three times as widely: the price of dropping more.
    3. Use one mask for the whole batch. The average stays again; what is lost? The samples of a
       batch no longer average each other's noise away, and the gradient of a batch is noisier.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.explorers.shared.base import Explorer, state

SAMPLES, UNITS = 6, 12
SCALINGS = ("divide by 1 - p", "none", "multiply by p")
_WORD = 0xFFFFFFFF


def uniform(seed: int, draw: int, row: int, unit: int) -> float:
    """Return a number in [0, 1) that depends on nothing but these four counters.

    Source:
        The finishing steps of mulberry32 (Tommy Ettinger, 2017, public domain).
    """
    word = (seed * 0x9E3779B1 + draw * 0x85EBCA6B + row * 0xC2B2AE35 + unit * 0x27D4EB2F) & _WORD
    for _ in range(2):
        word = (word + 0x6D2B79F5) & _WORD
        mixed = ((word ^ (word >> 15)) * (word | 1)) & _WORD
        mixed ^= (mixed + (((mixed ^ (mixed >> 7)) * (mixed | 61)) & _WORD)) & _WORD
        word = (mixed ^ (mixed >> 14)) & _WORD
    return word / 2**32


ACTIVATIONS = np.array([
    [round(0.2 + 1.6 * uniform(99, 0, row, unit), 2) for unit in range(UNITS)]
    for row in range(SAMPLES)
])  # (6, 12), all positive, as after a ReLU


def mask(seed: int, draw: int, rate: float, one_for_all: bool) -> np.ndarray:
    """Return which units are kept, shape (6, 12), boolean; draw counts from 1."""
    return np.array([
        [uniform(seed, draw, 0 if one_for_all else row, unit) >= rate for unit in range(UNITS)]
        for row in range(SAMPLES)
    ])


def factor(scaling: str, rate: float) -> float:
    """Return what kept activations are multiplied by."""
    return {"divide by 1 - p": 1 / (1 - rate), "none": 1.0, "multiply by p": rate}[scaling]


def outputs(
    seed: int, draws: int, rate: float, scaling: str, one_for_all: bool
) -> np.ndarray:
    """Return the batch's mean output for masks 1 to ``draws``, shape (draws,)."""
    scale = factor(scaling, rate)
    return np.array([
        (ACTIVATIONS * mask(seed, draw, rate, one_for_all) * scale).mean()
        for draw in range(1, draws + 1)
    ])


class DropoutMask(Explorer, page="dropout_mask"):
    """Masks on a small layer, and their average; see the module."""

    rate = state(0.5)
    scaling = state(SCALINGS[0], choices=SCALINGS)
    one_for_all = state(False)
    evaluating = state(False)
    draws = state(30)
    seed = state(1)

    def __init__(self, **start: Any) -> None:
        """Open the explorer; ``start`` may hold rate, scaling, one_for_all, draws and seed.

        Raises:
            ValueError: If the rate is not at least 0 and below 1.
        """
        if not 0 <= start.get("rate", 0.5) < 1:
            raise ValueError(f"The rate is {start['rate']}, but it must be from 0 to below 1.")
        super().__init__(**start)

    def describe(self) -> str:
        """Say where the average over the masks stands."""
        seen = outputs(self.seed, self.draws, self.rate, self.scaling, self.one_for_all)
        return (
            f"Dropout explorer: at rate {self.rate:g} (scaling: {self.scaling}) the output "
            f"averages {seen.mean():.2f} over {self.draws} masks; evaluation without a mask gives "
            f"{ACTIVATIONS.mean():.2f}."
        )
