"""The surfaces of the optimizer race: their gradients, and where each race starts.

A learner's step is asked here and needs the gradients; the heights are the page's alone
(``surfaces.js``). The tests compare the gradients of both with the heights.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import NamedTuple

Pair = tuple[float, float]
STEEP, DEEP, WAVE = 100.0, 10.0, 5.0


class Surface(NamedTuple):
    """A height over the plane of two weights.

    Attributes:
        gradient: Both partial derivatives at (w1, w2).
        start: Where a race starts unless someone moves it.
        rates: For each rule the rate that ends lowest from there without going astray: the
            answer of the page's own search over 100 steps, as ``pure.bestRates`` gives it.
    """

    gradient: Callable[[float, float], Pair]
    start: Pair
    rates: Mapping[str, float]

    def gradient_at(self, point: Pair) -> Pair:
        """The gradient there; not a number where the surface is too high for floating point."""
        try:
            return self.gradient(*point)
        except (OverflowError, ValueError):  # Python raises where a tensor would hold inf
            return math.nan, math.nan


def _ravine_slope(x: float, y: float) -> Pair:
    return x, STEEP * y


def _turned_slope(x: float, y: float) -> Pair:
    """The ravine's, in coordinates along and across it: it runs at 45 degrees."""
    along, across = _ravine_slope((x + y) / math.sqrt(2), (y - x) / math.sqrt(2))
    return (along - across) / math.sqrt(2), (along + across) / math.sqrt(2)


def _valley_slope(x: float, y: float) -> Pair:
    wall = 2 * DEEP * (y - x**2)
    return -2 * (1 - x) - 2 * x * wall, wall


def _saddle_slope(x: float, y: float) -> Pair:
    return 2 * x, y**3 - y


def _bumps_slope(x: float, y: float) -> Pair:
    return x + WAVE * math.sin(WAVE * x) / 2, y + WAVE * math.sin(WAVE * y) / 2


def _plateau_slope(x: float, y: float) -> Pair:
    height = math.exp(-(x**2 + y**2))
    return 2 * x * height, 2 * y * height


def _rates(*values: float) -> dict[str, float]:
    rules = ("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw")
    return dict(zip(rules, values, strict=True))


SURFACES: dict[str, Surface] = {
    "ravine": Surface(
        _ravine_slope, (-4.0, 1.0),
        _rates(0.018, 0.0038, 0.01, 2.6, 0.26, 0.26, 2.6),
    ),
    "ravine, turned": Surface(
        _turned_slope, (-3.54, -2.12),
        _rates(0.018, 0.0038, 0.01, 1.2, 0.12, 0.68, 1.2),
    ),
    "bent valley": Surface(
        _valley_slope, (-1.2, 1.6),
        _rates(0.022, 0.018, 0.0056, 0.18, 0.018, 0.12, 0.1),
    ),
    "saddle": Surface(
        _saddle_slope, (-1.6, 0.02),
        _rates(0.46, 0.032, 0.46, 1.5, 0.18, 0.068, 1.0),
    ),
    "bumpy bowl": Surface(
        _bumps_slope, (-2.7, 1.9),
        _rates(0.26, 0.022, 0.083, 1.5, 0.15, 0.68, 0.68),
    ),
    "plateau": Surface(
        _plateau_slope, (-2.4, 1.0),
        _rates(0.56, 1.0, 0.46, 0.68, 0.015, 1.8, 1.5),
    ),
}
