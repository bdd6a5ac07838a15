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

import numpy as np

from course_utils.explorers.shared.base import Explorer, state

CORNERS = ((0, 0), (0, 1), (1, 0), (1, 1))
GATES = {"AND": (0, 0, 0, 1), "OR": (0, 1, 1, 1), "NAND": (1, 1, 1, 0), "NOT": (1, 1, 0, 0),
         "XOR": (0, 1, 1, 0)}  # NOT looks at x1 alone
CLOUDS = (
    (-0.2, 0.1, 0), (0.1, 0.5, 0), (0.35, -0.25, 0), (0.0, 0.85, 0), (0.3, 0.2, 0), (-0.3, 0.6, 0),
    (0.9, 1.2, 1), (1.2, 0.6, 1), (0.8, 0.75, 1), (1.35, 1.05, 1), (0.6, 1.35, 1), (1.15, 0.1, 1),
)
PRESETS: dict[str, list[list[float]]] = {
    **{
        name: [[*corner, target] for corner, target in zip(CORNERS, targets, strict=True)]
        for name, targets in GATES.items()
    },
    "two clouds": [list(point) for point in CLOUDS],
}


def totals(points: Sequence[Sequence[float]], w1: float, w2: float, b: float) -> np.ndarray:
    """Return z = w1 x1 + w2 x2 + b for each point ``(x1, x2, target)``, shape (N,)."""
    table = np.asarray(points, dtype=float)
    return w1 * table[:, 0] + w2 * table[:, 1] + b


def wrong(points: Sequence[Sequence[float]], w1: float, w2: float, b: float) -> list[int]:
    """Return the numbers of the points on the wrong side; z = 0 counts as 1."""
    says = totals(points, w1, w2, b) >= 0
    return [i for i, point in enumerate(points) if bool(says[i]) != bool(point[2])]


class Neuron(Explorer, page="neuron"):
    """One neuron on two inputs, with presets for the gates; see the module."""

    preset = state("AND", choices=PRESETS)
    activation = state("threshold", choices=["threshold", "logistic", "tanh", "ReLU"])
    w1 = state(1.0)
    w2 = state(-0.5)
    b = state(-0.25)
    points = state([])

    def __init__(
        self, preset: str = "AND", *, points: Sequence[Sequence[float]] | None = None, **start: Any
    ) -> None:
        """Open the explorer.

        Args:
            preset: A key of `PRESETS`.
            points: Own points ``(x1, x2, target)`` instead, inputs about between -0.5 and 1.5.
            start: ``w1``, ``w2``, ``b`` and ``activation`` to start with.

        Raises:
            ValueError: If the preset is unknown or a point is not three numbers.
        """
        if preset not in PRESETS:
            raise ValueError(f"There is no preset {preset!r}; choose one of: {', '.join(PRESETS)}.")
        rows = PRESETS[preset] if points is None else [list(map(float, row)) for row in points]
        if not rows or any(len(row) != 3 for row in rows):
            raise ValueError("Each point must be three numbers: x1, x2 and the target 0 or 1.")
        super().__init__(preset=preset, points=rows, **start)

    def describe(self) -> str:
        """Say the weights and how many points are right."""
        right = len(self.points) - len(wrong(self.points, self.w1, self.w2, self.b))
        return (
            f"Neuron explorer, {self.preset}: with w1 = {self.w1:g}, w2 = {self.w2:g} and "
            f"b = {self.b:g} the neuron gets {right} of {len(self.points)} points right."
        )
