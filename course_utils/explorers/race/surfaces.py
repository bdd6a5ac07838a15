"""The surfaces of the optimizer race: height, gradient, and where each race starts.

The page draws the same formulas (``rules.js``); the tests compare the two, and the gradients
with autograd. Every surface is 0 at its goals, so that the logarithm of the loss shows how close
a path has come.
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
        value: The height f(w1, w2); also of NumPy arrays and tensors where only + - * ** occur.
        gradient: Both partial derivatives at (w1, w2).
        start: Where a race starts unless someone moves it.
        rates: For each rule the rate that ends lowest from there without going astray: the
            answer of the page's own search over 100 steps, as ``pure.bestRates`` gives it.
    """

    value: Callable[[float, float], float]
    gradient: Callable[[float, float], Pair]
    start: Pair
    rates: Mapping[str, float]

    def value_at(self, point: Pair) -> float:
        """The height there; infinite where it is too high for floating point."""
        try:
            return self.value(*point)
        except (OverflowError, ValueError):  # Python raises where a tensor would hold inf
            return math.inf

    def gradient_at(self, point: Pair) -> Pair:
        """The gradient there; not a number where the surface is too high for floating point."""
        try:
            return self.gradient(*point)
        except (OverflowError, ValueError):  # Python raises where a tensor would hold inf
            return math.nan, math.nan


def _ravine(x: float, y: float) -> float:
    return (x**2 + STEEP * y**2) / 2


def _ravine_slope(x: float, y: float) -> Pair:
    return x, STEEP * y


def _turned(x: float, y: float) -> Pair:
    """Coordinates along and across a ravine that runs at 45 degrees."""
    return (x + y) / math.sqrt(2), (y - x) / math.sqrt(2)


def _turned_slope(x: float, y: float) -> Pair:
    along, across = _ravine_slope(*_turned(x, y))
    return (along - across) / math.sqrt(2), (along + across) / math.sqrt(2)


def _valley(x: float, y: float) -> float:
    return (1 - x) ** 2 + DEEP * (y - x**2) ** 2


def _valley_slope(x: float, y: float) -> Pair:
    wall = 2 * DEEP * (y - x**2)
    return -2 * (1 - x) - 2 * x * wall, wall


def _saddle(x: float, y: float) -> float:
    return x**2 + (y**2 - 1) ** 2 / 4


def _saddle_slope(x: float, y: float) -> Pair:
    return 2 * x, y**3 - y


def _bumps(x: float, y: float) -> float:
    return (x**2 + y**2) / 2 + (2 - math.cos(WAVE * x) - math.cos(WAVE * y)) / 2


def _bumps_slope(x: float, y: float) -> Pair:
    return x + WAVE * math.sin(WAVE * x) / 2, y + WAVE * math.sin(WAVE * y) / 2


def _plateau(x: float, y: float) -> float:
    return -math.expm1(-(x**2 + y**2))


def _plateau_slope(x: float, y: float) -> Pair:
    height = math.exp(-(x**2 + y**2))
    return 2 * x * height, 2 * y * height


def _rates(*values: float) -> dict[str, float]:
    rules = ("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw")
    return dict(zip(rules, values, strict=True))


SURFACES: dict[str, Surface] = {
    "ravine": Surface(
        _ravine, _ravine_slope, (-4.0, 1.0),
        _rates(0.018, 0.0038, 0.01, 2.6, 0.26, 0.26, 2.6),
    ),
    "ravine, turned": Surface(
        lambda x, y: _ravine(*_turned(x, y)), _turned_slope, (-3.54, -2.12),
        _rates(0.018, 0.0038, 0.01, 1.2, 0.12, 0.68, 1.2),
    ),
    "bent valley": Surface(
        _valley, _valley_slope, (-1.2, 1.6),
        _rates(0.022, 0.018, 0.0056, 0.18, 0.018, 0.12, 0.1),
    ),
    "saddle": Surface(
        _saddle, _saddle_slope, (-1.6, 0.02),
        _rates(0.46, 0.032, 0.46, 1.5, 0.18, 0.068, 1.0),
    ),
    "bumpy bowl": Surface(
        _bumps, _bumps_slope, (-2.7, 1.9),
        _rates(0.26, 0.022, 0.083, 1.5, 0.15, 0.68, 0.68),
    ),
    "plateau": Surface(
        _plateau, _plateau_slope, (-2.4, 1.0),
        _rates(0.56, 1.0, 0.46, 0.68, 0.015, 1.8, 1.5),
    ),
}
