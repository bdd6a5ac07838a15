"""The learner's forward, backward and update, called with care.

Each call is timed, its inputs are copies and its result is checked, so that a mistake becomes one
sentence that says which function returned what. A function may be written with NumPy or with
torch: it gets float64 arrays, and if it cannot take them, float64 tensors from then on.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from course_utils.explorers.playground.network import Functions, Parameters
from course_utils.explorers.shared.prediction import as_array, prediction

SLOWEST_CALL_S = 1.0


class CarefulFunctions:
    """Three functions whose results can be relied on; see `notebooks.exercises.chapter_04`."""

    def __init__(self, functions: Functions) -> None:
        self._forward, self._backward, self._update = functions
        self._with_tensors: set[str] = set()  # the names of those that are written with torch

    def values(self, inputs: np.ndarray, parameters: Parameters) -> dict[str, np.ndarray]:
        """Call forward; returns its values by name, among them y_pred (N, 1).

        Raises:
            ValueError: If there is no y_pred, or it is not one number a row.
        """
        result, _ = self._timed("forward", self._forward, inputs, parameters)
        y_pred = prediction(result, len(inputs))
        others = result if isinstance(result, Mapping) else {}
        return {**{name: as_array(value) for name, value in others.items()}, "y_pred": y_pred}

    def gradients(
        self, inputs: np.ndarray, targets: np.ndarray, parameters: Parameters
    ) -> Parameters:
        """Call backward; returns one gradient for each parameter, of its shape.

        Raises:
            ValueError: If one is missing, has another shape or is not finite.
        """
        result, _ = self._timed("backward", self._backward, inputs, targets, parameters)
        return _like(parameters, result, "backward")

    def updated(
        self, parameters: Parameters, gradients: Parameters, learning_rate: float
    ) -> Parameters:
        """Call update; returns the new parameters. One that changes them in place works too."""
        result, own = self._timed("update", self._update, parameters, gradients, learning_rate)
        return _like(parameters, own[0] if result is None else result, "update", finite=False)

    def _timed(self, name: str, function: Callable, *arguments: Any) -> tuple[Any, list]:
        """Return what the function gave, and the copies of ``arguments`` that it worked on."""
        started = time.perf_counter()
        result, own = self._called(name, function, arguments)
        took_s = time.perf_counter() - started
        if took_s > SLOWEST_CALL_S:
            raise TimeoutError(
                f"one call of your {name} took {took_s:.1f} s, but the playground needs hundreds "
                "a second; training stopped, make it faster."
            )
        return result, own

    def _called(self, name: str, function: Callable, arguments: tuple) -> tuple[Any, list]:
        """Call with copies, as arrays; or as tensors, if that is what the function can take."""
        own = [_copy(one, name in self._with_tensors) for one in arguments]
        try:
            return function(*own), own
        except (TypeError, AttributeError) as error:  # what torch says of an array, or a mistake
            if name in self._with_tensors or "torch" not in sys.modules:
                raise
            own = [_copy(one, as_tensor=True) for one in arguments]
            try:
                result = function(*own)
            except (TypeError, AttributeError) as second:
                raise (second if "Tensor" in str(error) else error) from None
            self._with_tensors.add(name)
            return result, own


def _copy(argument: Any, as_tensor: bool) -> Any:
    """Copy an array or a dict of arrays, as tensors if wanted; a number is itself."""
    if isinstance(argument, dict):
        return {name: _copy(array, as_tensor) for name, array in argument.items()}
    if not isinstance(argument, np.ndarray):
        return argument
    return sys.modules["torch"].tensor(argument) if as_tensor else argument.copy()


def copied(arrays: Parameters) -> Parameters:
    """Copy each array, so that what a learner changes in place is not ours."""
    return {name: array.copy() for name, array in arrays.items()}


def _like(parameters: Parameters, result: Any, who: str, finite: bool = True) -> Parameters:
    if not isinstance(result, Mapping):
        raise ValueError(
            f"{who} returned {type(result).__name__}, but a dict with {', '.join(parameters)} "
            "was expected."
        )
    missing = [name for name in parameters if name not in result]
    if missing:
        raise ValueError(f"{who} returned no {missing[0]}; its dict needs one for each parameter.")
    arrays = {name: as_array(result[name]) for name in parameters}
    for name, array in arrays.items():
        if array.shape != parameters[name].shape:
            raise ValueError(
                f"{who} returned {name} of shape {array.shape}, but {name} has shape "
                f"{parameters[name].shape}."
            )
        if finite and not np.isfinite(array).all():
            raise FloatingPointError(f"{who} returned {name} with values that are not finite.")
    return arrays
