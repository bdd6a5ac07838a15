"""Numerical gradients: the independent check on every backward pass."""

from collections.abc import Callable
from typing import TypeVar

import numpy as np
import torch

Array = TypeVar("Array", np.ndarray, torch.Tensor)


def numerical_gradient(
    function: Callable[[Array], object], point: Array, step: float = 1e-5
) -> Array:
    """Approximate the gradient of a scalar function by central differences.

    Partial derivative i is (f(x + h e_i) - f(x - h e_i)) / 2h. Its error falls as h**2 until
    rounding takes over, near h = 1e-5 in float64. It calls ``function`` twice for each entry of
    ``point``, each time with a copy of its own: ``point`` itself never changes.

    Args:
        function: Maps an array shaped like ``point`` to a scalar: a number, or shape ().
        point: Where to differentiate; NumPy array or torch tensor, any shape, float64.
        step: Half-width h of the difference, in the units of ``point``.

    Returns:
        The gradient, of the kind and shape of ``point``.

    Raises:
        TypeError: If ``point`` is neither an array nor a tensor.
        ValueError: If ``point`` is not float64, ``step`` is not positive or lost in
            rounding, or ``function`` returns anything but one number.

    Source:
        Nocedal & Wright, Numerical Optimization (2006), section 8.1.
    """
    _require_float64(point)
    if not step > 0:
        raise ValueError(f"The step is {step}, but must be positive: 1e-5 suits float64.")
    if isinstance(point, torch.Tensor):
        slopes = _central_differences(function, point.detach(), torch.clone, step)
        return point.new_tensor(slopes).reshape(point.shape)
    slopes = _central_differences(function, point, np.copy, step)
    return np.array(slopes, dtype=np.float64).reshape(point.shape)


def _central_differences(
    function: Callable[[Array], object], point: Array, copy: Callable[[Array], Array], step: float
) -> list[float]:
    """Return one difference quotient for each entry of ``point``, in reading order."""
    slopes = []
    for index in np.ndindex(*point.shape):
        ahead, behind = copy(point), copy(point)
        ahead[index] += step
        behind[index] -= step
        width = float(ahead[index] - behind[index])  # 2h as it came out after rounding
        if not width:
            raise ValueError(
                f"The step {step} is lost in rounding beside the entry {float(point[index])}: "
                "choose a larger step."
            )
        slopes.append((_scalar(function(ahead)) - _scalar(function(behind))) / width)
    return slopes


def _scalar(value: object) -> float:
    """Return the function's value as a float, or say that it is not one number."""
    if value is None:
        raise ValueError("The function returned None, but a gradient needs one number.")
    shape = tuple(getattr(value, "shape", ()))
    if shape != ():
        raise ValueError(
            f"The function returned shape {shape}, but a gradient needs one number, shape (): "
            "add up or average what it returns."
        )
    return value.item() if isinstance(value, torch.Tensor) else float(value)


def _require_float64(point: object) -> None:
    """Raise unless ``point`` is an array or a tensor of float64."""
    if not isinstance(point, (np.ndarray, torch.Tensor)):
        raise TypeError(
            f"The point is a {type(point).__name__}, but must be a NumPy array or a torch tensor: "
            "try numpy.array(point, dtype=float)."
        )
    if point.dtype not in (np.float64, torch.float64):
        raise ValueError(
            f"The point is {point.dtype}, but differences of so small a step need float64: "
            "convert it with .astype(float) or .double()."
        )
