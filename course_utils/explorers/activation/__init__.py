"""Activation explorer: a function, its derivative, and a pile of inputs flowing through it.

A chapter uses it like this (chapter 02)::

    from course_utils.explorers.activation import Activation
    Activation()                                     # the logistic function
    Activation("ReLU", "ELU")                        # two beside each other
    Activation("tanh", own=my_tanh, own_derivative=my_tanh_derivative)

Everything is closed form and computed in the page, so it also works in an exported page without
a kernel. The functions here are the same formulas in Python: the words under the picture and
chapter 02 need them.

Try this (answers in the chapter):
    1. Logistic with beta 1 and inputs of spread 4: how many are saturated? About a third. Now
       lower beta until fewer than one in a hundred are: what has the curve become? Nearly a line.
    2. ReLU, and move the mean of the inputs to -3: what share of this unit is dead? Almost all,
       and no gradient will bring it back. Compare with leaky ReLU: saturated, but not dead.
    3. SELU with mean 0 and spread 1: what are mean and spread of the output? 0 and 1 again.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from course_utils.explorers.shared.base import Explorer, function_name, state
from course_utils.explorers.shared.bounded import LONGEST_S, NeverEnding, bounded
from course_utils.explorers.shared.sampling import sample

SELU_SCALE, SELU_ALPHA = 1.0507009873554805, 1.6732632423543772
SATURATED_BELOW = 0.1  # share of the largest gradient
SAMPLE_POINTS = np.linspace(-6, 6, 241).round(6).tolist()


def _logistic(x: np.ndarray, beta: float) -> np.ndarray:
    decay = np.exp(-np.abs(beta * x))  # never overflows
    return np.where(x >= 0, 1 / (1 + decay), decay / (1 + decay))


def _elu(x: np.ndarray, alpha: float, scale: float = 1.0) -> np.ndarray:
    return scale * np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


def _elu_slope(x: np.ndarray, alpha: float, scale: float = 1.0) -> np.ndarray:
    return scale * np.where(x > 0, 1.0, alpha * np.exp(np.minimum(x, 0)))


class Formula(NamedTuple):
    """An activation function of x and one parameter, with its derivative."""

    value: Callable[[np.ndarray, float], np.ndarray]
    slope: Callable[[np.ndarray, float], np.ndarray]
    steepest: Callable[[float], float]
    parameter: str = ""  # its letter; empty when the function has none
    default: float = 1.0


FORMULAS: dict[str, Formula] = {
    "threshold": Formula(
        lambda x, p: np.where(x >= 0, 1.0, 0.0), lambda x, p: np.zeros_like(x), lambda p: 0.0
    ),
    "logistic": Formula(
        _logistic, lambda x, p: p * _logistic(x, p) * _logistic(-x, p), lambda p: p / 4, "beta"
    ),
    "tanh": Formula(lambda x, p: np.tanh(x), lambda x, p: 1 - np.tanh(x) ** 2, lambda p: 1.0),
    "ReLU": Formula(
        lambda x, p: np.maximum(x, 0.0), lambda x, p: np.where(x > 0, 1.0, 0.0), lambda p: 1.0
    ),
    "leaky ReLU": Formula(
        lambda x, p: np.where(x > 0, x, p * x), lambda x, p: np.where(x > 0, 1.0, p),
        lambda p: max(1.0, p), "slope", 0.1,
    ),
    "ELU": Formula(_elu, _elu_slope, lambda p: max(1.0, p), "alpha"),
    "SELU": Formula(
        lambda x, p: _elu(x, SELU_ALPHA, SELU_SCALE),
        lambda x, p: _elu_slope(x, SELU_ALPHA, SELU_SCALE), lambda p: SELU_SCALE * SELU_ALPHA,
    ),
    "softplus": Formula(
        lambda x, p: np.maximum(x, 0) + np.log1p(np.exp(-np.abs(p * x))) / p, _logistic,
        lambda p: 1.0, "beta",
    ),
}


class Flow(NamedTuple):
    """What becomes of normally distributed inputs."""

    mean: float
    deviation: float
    saturated: float  # share whose gradient is under a tenth of the largest
    dead: float  # share whose gradient is exactly 0


def pile(mean: float, spread: float) -> tuple[np.ndarray, np.ndarray]:
    """Return nodes and weights of a normal distribution of inputs, both of shape (2001,)."""
    z = np.linspace(-5, 5, 2001)
    weights = np.exp(-(z**2) / 2)
    return mean + spread * z, weights / weights.sum()


def flow(name: str, parameter: float, mean: float, spread: float) -> Flow:
    """Send inputs with this ``mean`` and ``spread`` (standard deviation) through a function."""
    formula = FORMULAS[name]
    inputs, weights = pile(mean, spread)
    outputs, slopes = formula.value(inputs, parameter), formula.slope(inputs, parameter)
    average = float(weights @ outputs)
    deviation = float(np.sqrt(weights @ (outputs - average) ** 2))
    saturated = (slopes < SATURATED_BELOW * formula.steepest(parameter)) | (slopes == 0)
    return Flow(average, deviation, float(weights @ saturated), float(weights @ (slopes == 0)))


class Activation(Explorer, page="activation"):
    """Choose a function, slide its parameter, move the inputs, compare two; see the module."""

    first = state("logistic", choices=FORMULAS)
    second = state("none", choices=["none", *FORMULAS])
    first_parameter = state(1.0)
    second_parameter = state(1.0)
    mean = state(0.0)
    spread = state(1.5)
    probe = state(1.0)
    show_derivative = state(True)
    own_name = state("")
    own_values = state([])
    own_slopes = state([])
    own_message = state("")

    def __init__(
        self, first: str = "logistic", second: str = "none", *,
        own: Callable | None = None, own_derivative: Callable | None = None, **sliders: Any,
    ) -> None:
        """Open the explorer.

        Args:
            first: A key of `FORMULAS`.
            second: Another one to compare with, or "none".
            own: The learner's function: of a tensor, an array or a number. Drawn dashed.
            own_derivative: The learner's derivative, likewise.
            sliders: Start values of the sliders, for example ``spread=4.0``.

        Raises:
            ValueError: If a function's name is unknown.
        """
        for name in (first, *([] if second == "none" else [second])):
            if name not in FORMULAS:
                known = ", ".join(FORMULAS)
                raise ValueError(f"There is no activation {name!r}; choose one of: {known}.")
        sliders.setdefault("first_parameter", FORMULAS[first].default)
        if second != "none":
            sliders.setdefault("second_parameter", FORMULAS[second].default)
        sampled = self._sampled(own, own_derivative)
        super().__init__(first=first, second=second, **sliders, **sampled)

    @staticmethod
    def _sampled(own: Callable | None, derivative: Callable | None) -> dict[str, Any]:
        sampled, sentences = {}, []
        for key, function in (("own_values", own), ("own_slopes", derivative)):
            if function is not None:
                name = function_name(function)
                try:
                    sampled[key], sentence = bounded(
                        partial(sample, function, SAMPLE_POINTS), LONGEST_S
                    )
                except NeverEnding as error:
                    sampled[key], sentence = [], f"{name} {error}"
                sentences.append(sentence)
                sampled.setdefault("own_name", name)
        return {**sampled, "own_message": " ".join(filter(None, sentences))}

    def label(self, name: str, parameter: float) -> str:
        """Name a function with its parameter, as the legend does."""
        letter = FORMULAS[name].parameter
        return f"{name} ({letter} = {parameter:g})" if letter else name

    def describe(self) -> str:
        """Say which function is shown and what it does to the inputs."""
        shown = [(self.first, self.first_parameter)]
        if self.second != "none":
            shown.append((self.second, self.second_parameter))
        parts = []
        for name, parameter in shown:
            now = flow(name, parameter, self.mean, self.spread)
            parts.append(
                f"{self.label(name, parameter)}: {now.saturated:.0%} of the inputs saturated, "
                f"{now.dead:.0%} dead"
            )
        return (
            f"Activation explorer, inputs with mean {self.mean:g} and spread {self.spread:g}. "
            + "; ".join(parts) + "."
        )
