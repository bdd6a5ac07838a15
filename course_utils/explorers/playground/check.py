"""The playground's gradient check: a few entries a frame, by central differences.

Checking everything at once takes longer than a frame, so `GradientCheck` goes round: in each call
it compares as many entries as its time allows, at the parameters of that moment.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from course_utils.explorers.playground.network import Parameters

STEP = 1e-5
TOLERANCE = 1e-3  # relative; central differences are good to about 1e-8 here
RIGHT, WRONG = 1, 2  # 0: not compared yet


class GradientCheck:
    """Marks for all entries of all parameters, flat and in the parameters' order."""

    def __init__(self, parameters: Parameters) -> None:
        self.places = [(name, index) for name in parameters for index in np.ndindex(
            parameters[name].shape)]
        self.marks = np.zeros(len(self.places), dtype=np.uint8)
        self.claimed = np.zeros(len(self.places), dtype=np.float32)
        self.measured = np.zeros(len(self.places), dtype=np.float32)
        self._next = 0

    @property
    def complete(self) -> bool:
        """Whether each entry was compared at least once."""
        return bool(self.marks.all())

    def some(
        self, loss: Callable[[Parameters], float], parameters: Parameters, gradients: Parameters,
        seconds: float,
    ) -> None:
        """Compare entries until ``seconds`` are over or all had their turn; at least one."""
        end = time.perf_counter() + seconds
        probe = {name: array.copy() for name, array in parameters.items()}
        here = loss(probe)
        for _ in self.places:
            place = self._next
            self._next = (place + 1) % len(self.places)
            name, index = self.places[place]
            self._compare(place, loss, probe[name], index, float(gradients[name][index]), here,
                          probe)
            if time.perf_counter() > end:
                return

    def _compare(
        self, place: int, loss: Callable, array: np.ndarray, index: tuple, claimed: float,
        here: float, probe: Parameters,
    ) -> None:
        before = array[index]
        array[index] = before + STEP
        above = loss(probe)
        array[index] = before - STEP
        below = loss(probe)
        array[index] = before
        sides = sorted(((above - here) / STEP, (here - below) / STEP))
        measured = (above - below) / (2 * STEP)
        slack = TOLERANCE * (abs(claimed) + abs(measured)) + 1e-6 * max(1.0, abs(here))
        right = abs(claimed - measured) <= slack
        if not right and sides[1] - sides[0] > slack:
            # At a corner of the ReLU the slopes differ on both sides; any between them is right.
            right = sides[0] - slack <= claimed <= sides[1] + slack
        self.marks[place] = RIGHT if right else WRONG
        self.claimed[place], self.measured[place] = claimed, measured

    def verdict(self) -> str:
        """Say in a sentence which gradients disagree with the measured ones, and how."""
        wrong = self.marks == WRONG
        if not wrong.any():
            checked = int((self.marks == RIGHT).sum())
            if checked < len(self.marks):
                return f"Gradient check: {checked} of {len(self.marks)} entries compared so far."
            return f"Gradient check: all {checked} entries agree with central differences."
        names = np.array([name for name, _ in self.places])
        parts = [
            f"{name} ({int(wrong[names == name].sum())} of {int((names == name).sum())}: "
            f"{self._how(names == name)})"
            for name in dict.fromkeys(names[wrong])
        ]
        return f"Gradient check: wrong in {', '.join(parts)}."

    def _how(self, where: np.ndarray) -> str:
        """Name what the wrong entries among ``where`` have in common."""
        chosen = where & (self.marks == WRONG)
        claimed, measured = self.claimed[chosen], self.measured[chosen]
        if not claimed.any():
            return "0 where it is not 0"
        factors = claimed / np.where(np.abs(measured) > 1e-5, measured, np.nan)
        factor = np.nanmedian(factors) if np.isfinite(factors).any() else np.nan
        if np.isfinite(factors).sum() > 1 and np.allclose(
            factors[np.isfinite(factors)], factor, rtol=0.01
        ):
            turned = abs(factor + 1) < 0.01
            return "the sign is turned" if turned else f"{factor:.3g} times the right value"
        return "no common factor"
