"""The learner's forward, backward and update, called with care.

Each call is timed, its inputs are copies and its result is checked, so that a mistake becomes one
sentence that says which function returned what.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from course_utils.explorers.playground_network import Functions, Parameters

SLOWEST_CALL_S = 1.0


class CarefulFunctions:
    """Three functions whose results can be relied on; see `course_utils.exercises.chapter_04`."""

    def __init__(self, functions: Functions) -> None:
        self._forward, self._backward, self._update = functions

    def values(self, inputs: np.ndarray, parameters: Parameters) -> dict[str, np.ndarray]:
        """Call forward; returns its values by name, among them y_pred (N, 1).

        Raises:
            ValueError: If there is no y_pred, or it is not one number a row.
        """
        result = self._timed("forward", self._forward, inputs.copy(), copied(parameters))
        if not isinstance(result, Mapping):
            result = {"y_pred": result[-1] if isinstance(result, (tuple, list)) else result}
        if "y_pred" not in result:
            raise ValueError(f'forward returned {sorted(result)}, but "y_pred" has to be there.')
        y_pred = np.asarray(result["y_pred"], dtype=float)
        if y_pred.size != len(inputs):
            raise ValueError(
                f"forward returned y_pred of shape {y_pred.shape}, but {len(inputs)} rows need "
                f"({len(inputs)}, 1)."
            )
        arrays = {name: np.asarray(value, dtype=float) for name, value in result.items()}
        return {**arrays, "y_pred": y_pred.reshape(-1, 1)}

    def gradients(
        self, inputs: np.ndarray, targets: np.ndarray, parameters: Parameters
    ) -> Parameters:
        """Call backward; returns one gradient for each parameter, of its shape.

        Raises:
            ValueError: If one is missing, has another shape or is not finite.
        """
        result = self._timed(
            "backward", self._backward, inputs.copy(), targets.copy(), copied(parameters)
        )
        return _like(parameters, result, "backward")

    def updated(
        self, parameters: Parameters, gradients: Parameters, learning_rate: float
    ) -> Parameters:
        """Call update; returns the new parameters. One that changes them in place works too."""
        own = copied(parameters)
        result = self._timed("update", self._update, own, copied(gradients), learning_rate)
        return _like(parameters, own if result is None else result, "update", finite=False)

    def _timed(self, name: str, function: Callable, *arguments: Any) -> Any:
        started = time.perf_counter()
        result = function(*arguments)
        took_s = time.perf_counter() - started
        if took_s > SLOWEST_CALL_S:
            raise TimeoutError(
                f"one call of your {name} took {took_s:.1f} s, but the playground needs hundreds "
                "a second; training stopped, make it faster."
            )
        return result


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
    arrays = {name: np.asarray(result[name], dtype=float) for name in parameters}
    for name, array in arrays.items():
        if array.shape != parameters[name].shape:
            raise ValueError(
                f"{who} returned {name} of shape {array.shape}, but {name} has shape "
                f"{parameters[name].shape}."
            )
        if finite and not np.isfinite(array).all():
            raise FloatingPointError(f"{who} returned {name} with values that are not finite.")
    return arrays
