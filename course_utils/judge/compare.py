"""Compare what a learner's function gave with what it should give, and say how they differ."""

from __future__ import annotations

import numbers
import sys
import types
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Tolerance:
    """Two numbers are equal when |a - b| <= absolute + relative * |b|."""

    relative: float = 1e-6
    absolute: float = 1e-9


ROUNDED = Tolerance(relative=1e-3, absolute=1e-5)
NUMBERS = "biufc"  # the kinds of NumPy dtypes that one can calculate with
DEEPEST = 8  # a list that holds itself is walked no further


@dataclass(frozen=True)
class Raised:
    """What is observed when a function raises: the error's type and message."""

    type_name: str
    message: str


def as_raised(error: BaseException) -> Raised:
    """What is observed of an error; a learner's own kind of error may not know its words."""
    try:
        message = str(error)[:300].strip()
    except Exception:
        message = ""
    return Raised(type(error).__name__, message)


def is_tensor(value: object) -> bool:
    """Whether ``value`` is a torch tensor; does not import torch to find out."""
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(value, torch.Tensor)


def is_array(value: object) -> bool:
    """Whether ``value`` is a NumPy array or a torch tensor."""
    return isinstance(value, np.ndarray) or is_tensor(value)


def unusual_tensor(value: object) -> str:
    """What kind of tensor it is, where its numbers cannot be looked at; "" for all others."""
    torch = sys.modules.get("torch")
    if torch is None or not is_tensor(value):
        return ""
    if value.layout != torch.strided:
        return "a sparse tensor"
    if value.device.type == "meta":
        return "a tensor without data"
    if value.is_quantized or (value.is_floating_point() and value.dtype.itemsize == 1):
        return f"a tensor of dtype {value.dtype}"
    return ""


def snapshot(value: object) -> object:
    """A copy of an array or a usual tensor, as it is now; anything else itself."""
    if is_tensor(value):
        return value if unusual_tensor(value) else value.detach().clone()
    return value.copy() if isinstance(value, np.ndarray) else value


def as_numpy(value: object) -> np.ndarray:
    """A NumPy view or copy of an array, tensor or number."""
    if is_tensor(value):
        value = value.detach().resolve_conj().resolve_neg().cpu()
        return (value.float() if value.dtype.itemsize == 2 and value.is_floating_point()
                else value).numpy()
    return np.asarray(value)


def _is_scalar(value: object) -> bool:
    return isinstance(value, (numbers.Number, np.generic)) or (
        is_array(value) and value.ndim == 0
    )


def difference(expected: object, found: object, tolerance: Tolerance) -> str:
    """One sentence on how ``found`` differs from ``expected``; "" when they are equal.

    Walks tuples, lists and dicts along the structure of ``expected``; never calls a method of
    an unknown type, so that a learner's object cannot run code here.
    """
    if isinstance(expected, Raised) or isinstance(found, Raised):
        return "" if expected == found else "it raises an error"
    if found is None and expected is not None:
        return "it returned None: is a `return` missing?"
    if kind := unusual_tensor(found):
        return f"it returned {kind}, expected {kind_of(expected)}"
    if _is_scalar(expected):
        return _scalar_difference(expected, found, tolerance)
    if is_array(expected):
        return _array_difference(expected, found, tolerance)
    if isinstance(expected, (tuple, list)):
        return _sequence_difference(expected, found, tolerance)
    if isinstance(expected, dict):
        return _dict_difference(expected, found, tolerance)
    if type(expected) is type(found):
        return "" if expected == found else "the value is wrong"
    return f"it returned {kind_of(found)}, expected {kind_of(expected)}"


def _scalar_difference(expected: object, found: object, tolerance: Tolerance) -> str:
    if not _is_scalar(found):
        return f"it returned {kind_of(found)}, expected a single number"
    wanted, given = as_numpy(expected), as_numpy(found)
    if wanted.dtype.kind not in NUMBERS or given.dtype.kind not in NUMBERS:
        return "" if given.dtype == wanted.dtype and wanted == given else "the value is wrong"
    return "" if _close(wanted, given, tolerance) else _nan_or_wrong(wanted, given)


def _array_difference(expected: object, found: object, tolerance: Tolerance) -> str:
    if not is_array(found) or is_tensor(found) != is_tensor(expected):
        return f"it returned {kind_of(found)}, expected {kind_of(expected)}"
    wanted, given = as_numpy(expected), as_numpy(found)
    if wanted.dtype.kind in NUMBERS and given.dtype.kind not in NUMBERS:
        return f"it returned an array of dtype {given.dtype}, expected {wanted.dtype}"
    if wanted.shape != given.shape:
        if wanted.shape == given.shape[::-1] and _close(wanted, given.T, tolerance):
            return f"the result is transposed: shape {given.shape}, expected {wanted.shape}"
        return f"its shape is {given.shape}, expected {wanted.shape}"
    if wanted.dtype.kind not in NUMBERS:
        return "" if given.dtype == wanted.dtype and (wanted == given).all() \
            else "the values are wrong"
    if not _close(wanted, given, tolerance):
        if wanted.shape == given.shape[::-1] and _close(wanted, given.T, tolerance):
            return "the result is transposed"
        rounded = _precision(expected) != _precision(found) and _close(wanted, given, ROUNDED)
        return _wrong_dtype(expected, found) if rounded else _nan_or_wrong(wanted, given)
    return "" if _precision(expected) == _precision(found) else _wrong_dtype(expected, found)


def _wrong_dtype(expected: object, found: object) -> str:
    return f"the values are right but the dtype is {found.dtype}, expected {expected.dtype}"


def _sequence_difference(expected: object, found: object, tolerance: Tolerance) -> str:
    if not isinstance(found, (tuple, list)):
        return f"it returned {kind_of(found)}, expected {kind_of(expected)}"
    if len(expected) != len(found):
        return f"it returned {len(found)} values, expected {len(expected)}"
    for position, (wanted, given) in enumerate(zip(expected, found, strict=True)):
        if sentence := difference(wanted, given, tolerance):
            return f"value number {position + 1}: {sentence}"
    return ""


def _dict_difference(expected: dict, found: object, tolerance: Tolerance) -> str:
    if not isinstance(found, dict):
        return f"it returned {kind_of(found)}, expected a dict"
    missing = [key for key in expected if key not in found]
    if missing:
        return f"the key {missing[0]!r} is missing"
    if len(found) > len(expected):
        return f"it has {len(found)} keys, expected {len(expected)}"
    for key, wanted in expected.items():
        if sentence := difference(wanted, found[key], tolerance):
            return f"under {key!r}: {sentence}"
    return ""


def _precision(value: object) -> tuple[str, int]:
    """Kind of dtype, and its size where that matters (float32 is not float64)."""
    dtype = as_numpy(value).dtype
    return dtype.kind, value.dtype.itemsize if dtype.kind in "fc" else 0


def _close(wanted: np.ndarray, given: np.ndarray, tolerance: Tolerance) -> bool:
    with np.errstate(all="ignore"):
        return wanted.shape == given.shape and bool(
            np.allclose(given, wanted, tolerance.relative, tolerance.absolute, equal_nan=True)
        )


def _nan_or_wrong(wanted: np.ndarray, given: np.ndarray) -> str:
    broken = ~np.isfinite(given) & np.isfinite(wanted)
    if broken.any():
        what = "NaN" if np.isnan(given[broken]).any() else "infinity"
        where = "" if given.ndim == 0 else f" at position {tuple(map(int, np.argwhere(broken)[0]))}"
        return f"it gives {what}{where}"
    return "the value is wrong" if wanted.ndim == 0 else "the values are wrong"


@np.errstate(all="ignore")  # a learner's values may be as large as numbers get
def common_factor(expected: list[object], found: list[object], tolerance: Tolerance) -> str:
    """A sentence when every result is the expected one times a constant, plus a constant, or
    times a number that changes from case to case; otherwise ""."""
    if not all(
        (is_array(value) or _is_scalar(value)) and not unusual_tensor(value)
        and as_numpy(value).dtype.kind in "iuf"
        for value in (*expected, *found)
    ) or any(np.shape(as_numpy(a)) != np.shape(as_numpy(b)) for a, b in zip(expected, found,
                                                                            strict=True)):
        return ""
    wanted = [as_numpy(value).ravel().astype(float) for value in expected]
    given = [as_numpy(value).ravel().astype(float) for value in found]
    every_wanted, every_given = np.concatenate(wanted), np.concatenate(given)
    if not (np.isfinite(every_wanted).all() and np.isfinite(every_given).all()):
        return ""
    if (factor := _factor(every_wanted, every_given, tolerance)) is not None:
        if abs(factor + 1) < 1e-6:
            return "the sign is wrong everywhere"
        return f"every value is {factor:.4g} times the expected one"
    offset = float(np.mean(every_given - every_wanted))
    if len(every_wanted) > 2 and _close(every_wanted + offset, every_given, tolerance):
        return f"every value is {abs(offset):.4g} too {'large' if offset > 0 else 'small'}"
    factors = [_factor(a, b, tolerance) for a, b in zip(wanted, given, strict=True)]
    if all(factor is not None for factor in factors):
        listed = ", ".join(f"{factor:.4g}" for factor in factors[:4])
        return f"each case is off by its own factor ({listed}): is it a sum where a mean belongs?"
    return ""


def _factor(wanted: np.ndarray, given: np.ndarray, tolerance: Tolerance) -> float | None:
    """k with given = k * wanted, where at least three values are there to tell."""
    if np.count_nonzero(wanted) < 3:
        return None
    factor = float(given @ wanted / (wanted @ wanted))
    same = _close(factor * wanted, given, tolerance)
    return factor if same and abs(factor) > 1e-12 and abs(factor - 1) > 1e-4 else None


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
    if _is_scalar(value):
        return "a single number"
    return f"a {type(value).__name__}"


def printed(value: object, width: int = 300, depth: int = DEEPEST) -> str:
    """A short picture of a value for a learner: numbers at 4 digits, long things cut."""
    if depth == 0:
        return "…"
    if unusual_tensor(value):
        text = kind_of(value)
    elif isinstance(value, int) and abs(value) > 10**100:
        text = "a number of more than 100 digits"
    elif is_array(value):
        array = as_numpy(value)
        name = "tensor" if is_tensor(value) else "array"
        body = np.array2string(array, precision=4, threshold=24, edgeitems=2, suppress_small=False)
        separator = "\n" if "\n" in body else " "
        text = body if array.ndim == 0 else f"{name} {array.shape}{separator}{body}"
    elif isinstance(value, (float, np.floating)):
        text = f"{float(value):.6g}"
    elif isinstance(value, (tuple, list)) and len(value) <= 8:
        text = "(" + ", ".join(printed(item, width, depth - 1) for item in value) + ")"
    elif isinstance(value, dict) and len(value) <= 8:
        pairs = (f"{key!r}: {printed(item, width, depth - 1)}" for key, item in value.items())
        text = "{" + ", ".join(pairs) + "}"
    elif isinstance(value, (str, bool, int, np.generic, type(None))):
        text = repr(value.item() if isinstance(value, np.generic) else value)
    elif isinstance(value, Raised):
        text = f"{value.type_name}: {value.message}"
    elif isinstance(value, types.FunctionType):
        text = value.__name__
    else:
        text = kind_of(value)
    return text if len(text) <= width else text[: width - 2] + " …"
