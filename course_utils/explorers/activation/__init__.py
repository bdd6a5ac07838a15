"""Activation explorer: a function, its derivative, and a pile of inputs flowing through it.

A chapter uses it like this (chapter 02)::

    from course_utils.explorers.activation import Activation
    Activation()                                     # the logistic function
    Activation("ReLU", "ELU")                        # two beside each other
    Activation("tanh", own=my_tanh, own_derivative=my_tanh_derivative)

Everything is closed form and computed in the page, so it also works in an exported page without
a kernel.

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
from typing import Any

from course_utils.explorers.shared.base import Explorer, function_name, state
from course_utils.explorers.shared.bounded import LONGEST_S, NeverEnding, bounded
from course_utils.explorers.shared.sampling import sample

SAMPLE_POINTS = [round(-6 + place / 20, 6) for place in range(241)]
PARAMETERS: dict[str, tuple[str, float]] = {  # of each function: its letter, and where it starts
    "threshold": ("", 1.0), "logistic": ("beta", 1.0), "tanh": ("", 1.0), "ReLU": ("", 1.0),
    "leaky ReLU": ("slope", 0.1), "ELU": ("alpha", 1.0), "SELU": ("", 1.0),
    "softplus": ("beta", 1.0),
}


class Activation(Explorer, page="activation"):
    """Choose a function, slide its parameter, move the inputs, compare two; see the module."""

    first = state("logistic", choices=PARAMETERS)
    second = state("none", choices=["none", *PARAMETERS])
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
            first: A key of `PARAMETERS`.
            second: Another one to compare with, or "none".
            own: The learner's function: of a tensor, an array or a number. Drawn dashed.
            own_derivative: The learner's derivative, likewise.
            sliders: Start values of the sliders, for example ``spread=4.0``.

        Raises:
            ValueError: If a function's name is unknown.
        """
        for key, name in (("first", first), ("second", second)):
            if name in PARAMETERS:
                sliders.setdefault(f"{key}_parameter", PARAMETERS[name][1])
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

    def describe(self) -> str:
        """Name the functions and the inputs."""
        shown = [_label(self.first, self.first_parameter)]
        if self.second != "none":
            shown.append(_label(self.second, self.second_parameter))
        return (
            f"Activation explorer: {' and '.join(shown)}; inputs with mean {self.mean:g} and "
            f"spread {self.spread:g}."
        )


def _label(name: str, parameter: float) -> str:
    """Name a function with its parameter, as the legend does."""
    letter, _ = PARAMETERS[name]
    return f"{name} ({letter} = {parameter:g})" if letter else name
