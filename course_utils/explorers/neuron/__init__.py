"""Neuron explorer: drag the boundary, the weights and the points of one neuron with two inputs.

A chapter uses it like this (chapter 01)::

    from course_utils.explorers.neuron import Neuron
    Neuron("AND")
    Neuron("XOR", activation="logistic")

The neuron says 1 where its total z = w1 x1 + w2 x2 + b is at least 0. Everything is closed form
and computed in the page.

Try this (answers in the chapter):
    1. AND: move only the boundary (the bias) until no row is wrong. Which biases work with
       w1 = w2 = 1? Every b with -2 <= b < -1.
    2. XOR: how few mistakes can you reach? One, never none. Press "Learn from one mistake" many
       times: the line never comes to rest, because each repair breaks another row.
    3. Double both weights and the bias: what changes? With the threshold nothing, because the
       line stays where it is; with the logistic function the slope across it gets steeper.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from course_utils.explorers.shared.base import Explorer, state

PRESETS = ("AND", "OR", "NAND", "NOT", "XOR", "two clouds")


class Neuron(Explorer, page="neuron"):
    """One neuron on two inputs, with presets for the gates; see the module."""

    preset = state("AND", choices=PRESETS)
    activation = state("threshold", choices=["threshold", "logistic", "tanh", "ReLU"])
    w1 = state(1.0)
    w2 = state(-0.5)
    b = state(-0.25)
    points = state([])  # empty: those of the preset

    def __init__(
        self, preset: str = "AND", *, points: Sequence[Sequence[float]] = (), **start: Any
    ) -> None:
        """Open the explorer.

        Args:
            preset: One of `PRESETS`.
            points: Own points ``(x1, x2, target)`` instead, inputs about between -0.5 and 1.5.
            start: ``w1``, ``w2``, ``b`` and ``activation`` to start with.

        Raises:
            ValueError: If the preset is unknown or a point is not three numbers.
        """
        rows = [list(map(float, row)) for row in points]
        if any(len(row) != 3 for row in rows):
            raise ValueError("Each point must be three numbers: x1, x2 and the target 0 or 1.")
        super().__init__(preset=preset, points=rows, **start)

    def describe(self) -> str:
        """Name the points and the weights."""
        return (
            f"Neuron explorer, {self.preset}: w1 = {self.w1:g}, w2 = {self.w2:g} and "
            f"b = {self.b:g}."
        )
