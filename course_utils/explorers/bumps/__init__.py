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

from typing import Any

from course_utils.explorers.shared.base import Explorer, state

GOALS = ("sine wave", "two hills", "zigzag", "step")
KINDS = ("sigmoid bumps", "ReLU hinges")
TABLE = 65  # points of a drawn goal


class Bumps(Explorer, page="bumps"):
    """Number of hidden units against fit; see the module."""

    goal = state("sine wave", choices=[*GOALS, "yours"])
    kind = state(KINDS[0], choices=KINDS)
    units = state(16)
    steepness = state(20.0)
    show_units = state(True)
    drawn = state([0.0] * TABLE)

    def __init__(self, goal: str = "sine wave", **start: Any) -> None:
        """Open the explorer with one of `GOALS`, and perhaps a kind, units or steepness."""
        super().__init__(goal=goal, **start)

    def describe(self) -> str:
        """Name the goal, and how many units of which kind try to meet it."""
        return f"Bumps explorer: {self.units} hidden units as {self.kind}, goal: {self.goal}."
