"""Bumps explorer: hidden units against fit, the universal approximation theorem built by hand.

A chapter uses it like this (chapter 03)::

    from course_utils.explorers.bumps import Bumps
    Bumps()                                      # bumps from pairs of steep sigmoids
    Bumps("step", kind="ReLU hinges", units=16)

Nothing is trained. A pair of sigmoids makes one bump, as high as the goal in its middle; a ReLU
unit bends the line at its knot so that it meets the goal at the next one. Everything is closed
form and computed in the page.

Try this (answers in the chapter):
    1. Sine wave, 8 sigmoids, then 16, 32 and 64. By how much does the error fall each time the
       width doubles? By a half: slope -1. And with ReLU hinges? To a quarter: slope -2.
    2. Lower the steepness to 2. What happens to the staircase? The bumps melt into each other.
       By the root mean square error the fit gets worse with 8 units, and better with 64.
    3. Choose the step. Does the largest error vanish with 64 units? No, not for any width: the
       theorem promises it for continuous goals only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils.explorers.shared.base import Explorer, state

KINDS = ("sigmoid bumps", "ReLU hinges")
TABLE = 65  # points of a drawn goal
OUTSIDE = 0.5  # the first and the last bump reach this far beyond the ends

GOALS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "sine wave": lambda x: 0.8 * np.sin(2 * np.pi * x),
    "two hills": lambda x: 0.9 * np.exp(-((x - 0.3) ** 2) / 0.01)
    + 0.5 * np.exp(-((x - 0.72) ** 2) / 0.02) - 0.2,
    "zigzag": lambda x: 1.6 * np.abs(2 * (2 * x - np.floor(2 * x + 0.5))) - 0.8,
    "step": lambda x: np.where(x < 0.5, -0.5, 0.5),
}


def sigmoid(x: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(-x)) without overflow."""
    decay = np.exp(-np.abs(x))
    return np.where(x >= 0, 1 / (1 + decay), decay / (1 + decay))


def bumps(
    x: np.ndarray, goal: Callable[[np.ndarray], np.ndarray], units: int, steepness: float
) -> np.ndarray:
    """Sum ``units // 2`` bumps; steepness is measured in bump widths. Returns shape (N,)."""
    count = max(units // 2, 1)
    edges = np.arange(count + 1) / count
    heights = goal((edges[:-1] + edges[1:]) / 2)
    edges[0], edges[-1] = -OUTSIDE, 1 + OUTSIDE
    steps = sigmoid(steepness * count * (x[:, None] - edges))  # (N, count + 1)
    return (steps[:, :-1] - steps[:, 1:]) @ heights


def hinges(x: np.ndarray, goal: Callable[[np.ndarray], np.ndarray], units: int) -> np.ndarray:
    """Meet the goal at ``units + 1`` knots with one ReLU a stretch. Returns shape (N,)."""
    knots = np.arange(units + 1) / units
    slopes = np.diff(goal(knots)) * units
    bends = np.diff(slopes, prepend=0.0)
    return goal(knots[:1])[0] + np.maximum(x[:, None] - knots[:-1], 0) @ bends


def network(
    kind: str, x: np.ndarray, goal: Callable[[np.ndarray], np.ndarray], units: int,
    steepness: float,
) -> np.ndarray:
    """Return the network's output at ``x`` in [0, 1], shape (N,)."""
    return bumps(x, goal, units, steepness) if kind == KINDS[0] else hinges(x, goal, units)


def errors(
    kind: str, goal: Callable[[np.ndarray], np.ndarray], units: int, steepness: float
) -> tuple[float, float]:
    """Return the root mean square and the largest miss over 401 points of [0, 1]."""
    x = np.linspace(0, 1, 401)
    miss = network(kind, x, goal, units, steepness) - goal(x)
    return float(np.sqrt(np.mean(miss**2))), float(np.abs(miss).max())


class Bumps(Explorer, page="bumps"):
    """Number of hidden units against fit; see the module."""

    goal = state("sine wave", choices=[*GOALS, "yours"])
    kind = state(KINDS[0], choices=KINDS)
    units = state(16)
    steepness = state(20.0)
    show_units = state(True)
    drawn = state([])

    def __init__(self, goal: str = "sine wave", **start: Any) -> None:
        """Open the explorer.

        Args:
            goal: A key of `GOALS`; in the page one can also draw one's own.
            start: ``kind``, ``units`` or ``steepness`` to start with.

        Raises:
            ValueError: If the goal is unknown.
        """
        if goal not in GOALS:
            raise ValueError(f"There is no goal {goal!r}; choose one of: {', '.join(GOALS)}.")
        super().__init__(goal=goal, drawn=[0.0] * TABLE, **start)

    def function(self) -> Callable[[np.ndarray], np.ndarray]:
        """Return the goal that is chosen now."""
        if self.goal != "yours":
            return GOALS[self.goal]
        return lambda x: np.interp(x, np.linspace(0, 1, TABLE), self.drawn)

    def describe(self) -> str:
        """Say how well so many units fit."""
        rms, worst = errors(self.kind, self.function(), self.units, self.steepness)
        return (
            f"Bumps explorer: {self.units} hidden units as {self.kind} fit the goal "
            f"({self.goal}) with a root mean square error of {rms:.3f}, at worst {worst:.2f}."
        )
