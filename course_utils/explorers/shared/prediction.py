"""Find y_pred in what a learner's forward returns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np


def as_array(value: Any) -> np.ndarray:
    """Return an array or a tensor, also one that autograd follows, as a float64 array."""
    if hasattr(value, "detach"):
        value = value.detach().cpu().numpy()
    return np.asarray(value, dtype=float)


def prediction(result: Any, rows: int) -> np.ndarray:
    """Find y_pred (N, 1) for N ``rows``: the result itself, by name, or the last of a tuple.

    Raises:
        ValueError: If there is none, or it is not one number a row.
    """
    if isinstance(result, Mapping):
        if "y_pred" not in result:
            raise ValueError(f'forward returned {sorted(result)}, but "y_pred" has to be there.')
        result = result["y_pred"]
    elif isinstance(result, (tuple, list)):
        result = result[-1]
    y_pred = as_array(result)
    if y_pred.size != rows:
        raise ValueError(
            f"forward returned y_pred of shape {y_pred.shape}, but {rows} rows need ({rows}, 1)."
        )
    return y_pred.reshape(rows, 1)
