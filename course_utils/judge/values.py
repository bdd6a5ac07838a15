"""What a value is: its numbers, its kind in words, and a short picture of it."""

from __future__ import annotations

import numbers
import sys
import types
from collections.abc import Callable
from itertools import islice

import numpy as np

DEEPEST = 8  # a list that holds itself is walked no further
LONGEST = 8  # of a list, no more values than these are printed
MOST_PRINTED = 24  # of an array, likewise


def is_tensor(value: object) -> bool:
    """Whether ``value`` is a torch tensor; does not import torch to find out."""
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(value, torch.Tensor)


def is_array(value: object) -> bool:
    """Whether ``value`` is a NumPy array or a torch tensor."""
    return isinstance(value, np.ndarray) or is_tensor(value)


def is_scalar(value: object) -> bool:
    """Whether ``value`` is one number, of Python, NumPy or torch."""
    return isinstance(value, (numbers.Number, np.generic)) or (
        is_array(value) and value.ndim == 0
    )


def unusual_tensor(value: object) -> str:
    """What kind of tensor it is, where its numbers cannot be looked at; "" for all others."""
    if not is_tensor(value):
        return ""
    import torch  # it is loaded: this is one of its tensors

    if value.layout != torch.strided:
        return "a sparse tensor"
    if value.device.type == "meta":
        return "a tensor without data"
    if value.is_quantized or (value.is_floating_point() and value.dtype.itemsize == 1):
        return f"a tensor of dtype {value.dtype}"
    return ""


def snapshot(value: object) -> object:
    """A copy of an array or a tensor, as it is now; anything else itself."""
    if is_tensor(value):
        return value.detach().clone()
    return value.copy() if isinstance(value, np.ndarray) else value


def as_numpy(value: object) -> np.ndarray:
    """A NumPy view or copy of an array, tensor or number."""
    if not is_tensor(value):
        return np.asarray(value)
    value = value.detach().resolve_conj().resolve_neg().cpu()
    half = value.is_floating_point() and value.dtype.itemsize == 2  # NumPy has no bfloat16
    return (value.float() if half else value).numpy()


def kind_of(value: object) -> str:
    """The kind of a value in words: "an array", "a list", "a generator (uses yield)"."""
    if value is None:
        return "None"
    if is_tensor(value):
        return unusual_tensor(value) or "a tensor"
    if isinstance(value, np.ndarray):
        return "an array"
    if isinstance(value, types.GeneratorType):
        return "a generator (it uses `yield`)"
    if isinstance(value, types.CoroutineType):
        value.close()
        return "a coroutine (it is an `async def`)"
    if isinstance(value, type):
        return "a class"
    if callable(value):
        return "a function" if isinstance(value, types.FunctionType) else "a callable object"
    if is_scalar(value):
        return "a single number"
    return f"a {type(value).__name__}"


def printed(value: object, width: int = 300, depth: int = DEEPEST) -> str:
    """A short picture of a value for a learner: numbers at 4 digits, long things cut."""
    if depth == 0:
        return "…"
    text = _as_text(value, lambda part: printed(part, width, depth - 1))
    return text if len(text) <= width else text[: width - 2] + " …"


def _as_text(value: object, picture: Callable[[object], str]) -> str:
    """The whole picture; ``picture`` makes that of a part."""
    if is_array(value) and not unusual_tensor(value):
        return _array_as_text(value)
    if isinstance(value, int) and abs(value) > 10**100:
        return "a number of more than 100 digits"
    if isinstance(value, (float, np.floating)):
        return f"{float(value):.6g}"
    if isinstance(value, (tuple, list, dict)):
        keyed = isinstance(value, dict)
        parts = (f"{key!r}: {picture(value[key])}" if keyed else picture(key) for key in value)
        more = f", … {len(value)} in all" if len(value) > LONGEST else ""
        before, after = "{}" if keyed else "()"
        return f"{before}{', '.join(islice(parts, LONGEST))}{more}{after}"
    if isinstance(value, (str, bool, int, complex, np.generic, type(None))):
        return repr(value.item() if isinstance(value, np.generic) else value)
    return value.__name__ if isinstance(value, types.FunctionType) else kind_of(value)


def _array_as_text(value: object) -> str:
    array = as_numpy(value)
    name = f"{'tensor' if is_tensor(value) else 'array'} {array.shape}"
    if array.ndim > 1 and array.size > MOST_PRINTED:
        return name
    body = np.array2string(array, precision=4, threshold=MOST_PRINTED, edgeitems=2)
    separator = "\n" if "\n" in body else " "
    return body if array.ndim == 0 else f"{name}{separator}{body}"
