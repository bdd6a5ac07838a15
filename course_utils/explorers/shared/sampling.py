"""Sample a learner's own function for a picture, whatever it takes, returns or raises."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from course_utils.explorers.shared.base import function_name, one_sentence


def sample(
    function: Callable[[Any], Any], points: Sequence[float]
) -> tuple[list[float | None], str]:
    """Evaluate ``function`` at ``points`` as a tensor, an array or plain numbers, in that order.

    The first form that gives one number a point is used, so that a learner may write with
    torch, with NumPy or with `math`.

    Returns:
        One value a point (None where it is not finite), and a sentence: empty when all is well,
        otherwise what happened. After an exception the list is empty.
    """
    failures = []
    for form in _forms(points):
        try:
            values = form(function)
        except (Exception, SystemExit) as error:  # a learner's function may raise anything
            # A type error may only mean that the function wants another form: the rest tells more.
            first = not isinstance(error, (TypeError, AttributeError))
            failures.insert(0 if first else len(failures), one_sentence(error))
            continue
        if len(values) == len(points):
            return _finite(function, points, values)
        failures.insert(0, f"it returned {len(values)} values for {len(points)} inputs")
    return [], f"{function_name(function)} could not be drawn: {failures[0]}"


def _forms(points: Sequence[float]) -> list[Callable[[Callable], list[float]]]:
    array = np.asarray(points, dtype=np.float64)
    forms = [
        lambda function: [float(value) for value in np.asarray(function(array.copy())).ravel()],
        lambda function: [float(function(float(point))) for point in array],
    ]
    torch = sys.modules.get("torch")
    if torch is not None:
        forms.insert(0, lambda function: function(torch.tensor(array)).detach().flatten().tolist())
    return forms


def _finite(
    function: Callable, points: Sequence[float], values: Sequence[float]
) -> tuple[list[float | None], str]:
    kept = [round(value, 6) if math.isfinite(value) else None for value in values]
    holes = [index for index, value in enumerate(kept) if value is None]
    if not holes:
        return kept, ""
    first = holes[0]
    return kept, (
        f"{function_name(function)} is {values[first]} at x = {points[first]:.2f} "
        f"and not finite at {len(holes)} of {len(points)} points; the curve has a gap there."
    )
