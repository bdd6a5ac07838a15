"""Where, and how, what a learner's function gave differs from what it should give.

Two numbers are equal when |a - b| <= absolute + relative * |b|; a tolerance is that pair,
(relative, absolute).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from course_utils.judge.values import (
    as_numpy,
    is_array,
    is_scalar,
    is_tensor,
    kind_of,
    unusual_tensor,
)

ROUNDED = (1e-3, 1e-5)
NUMBERS = "biufc"  # the kinds of NumPy dtypes that one can calculate with
WRONG_VALUE, WRONG_VALUES = "the value is wrong", "the values are wrong"
Pair = tuple[float, float]


@dataclass(frozen=True)
class Difference:
    """The first place where a value is not as expected.

    Attributes:
        what: What is wrong there, in words.
        expected, found: What should stand there, and what does.
        steps: The way there from outside: words for each step, and its key or position.
    """

    what: str
    expected: object
    found: object
    steps: tuple[tuple[str, object], ...] = ()

    @property
    def sentence(self) -> str:
        """The place, and what is wrong there."""
        if not self.steps:
            return self.what
        place = ", ".join(words for words, _ in self.steps)
        place = re.sub(r"(number \d+), value", r"\1, in it value", place)
        return f"{place}: {self.what.partition(': is a')[0].replace('it returned', 'it is')}"


def difference(expected: Any, found: Any, tolerance: Pair) -> Difference | None:
    """Where and how ``found`` differs from ``expected``; None when they are equal.

    Walks tuples, lists and dicts along the structure of ``expected``; never calls a method of
    an unknown type, so that a learner's object cannot run code here.
    """
    if what := _what_differs(expected, found, tolerance):
        return Difference(what, expected, found)
    for step in _steps_into(expected):
        if inner := difference(expected[step[1]], found[step[1]], tolerance):
            return replace(inner, steps=(step, *inner.steps))
    return None


def _steps_into(whole: object) -> list[tuple[str, object]]:
    if isinstance(whole, dict):
        return [(f"under `{key!r}`", key) for key in whole]
    if isinstance(whole, (tuple, list)):
        return [(f"value number {position + 1}", position) for position in range(len(whole))]
    return []


def _what_differs(expected: object, found: object, tolerance: Pair) -> str:
    """What is wrong with the whole, in words; "" where its parts have to tell."""
    if found is None and expected is not None:
        return "it returned None: is a `return` missing?"
    if kind := unusual_tensor(found):
        return f"it returned {kind}, expected {kind_of(expected)}"
    if is_scalar(expected):
        return _scalar_difference(expected, found, tolerance)
    if is_array(expected):
        return _array_difference(expected, found, tolerance)
    if isinstance(expected, (tuple, list)) and isinstance(found, (tuple, list)):
        same = len(expected) == len(found)
        return "" if same else f"it has {len(found)} values, expected {len(expected)}"
    if isinstance(expected, dict) and isinstance(found, dict):
        return _keys_difference(expected, found, tolerance)
    if type(expected) is type(found):
        return "" if expected == found else WRONG_VALUE
    return f"it returned {kind_of(found)}, expected {kind_of(expected)}"


def _scalar_difference(expected: object, found: object, tolerance: Pair) -> str:
    if not is_scalar(found):
        return f"it returned {kind_of(found)}, expected a single number"
    wanted, given = as_numpy(expected), as_numpy(found)
    if wanted.dtype.kind not in NUMBERS or given.dtype.kind not in NUMBERS:
        return "" if given.dtype == wanted.dtype and wanted == given else WRONG_VALUE
    return "" if close(wanted, given, tolerance) else _nan_or_wrong(wanted, given)


def _array_difference(expected: object, found: object, tolerance: Pair) -> str:
    if not is_array(found) or is_tensor(found) != is_tensor(expected):
        return f"it returned {kind_of(found)}, expected {kind_of(expected)}"
    wanted, given = as_numpy(expected), as_numpy(found)
    if wanted.dtype.kind in NUMBERS and given.dtype.kind not in NUMBERS:
        return f"it returned an array of dtype `{given.dtype}`, expected `{wanted.dtype}`"
    if wanted.shape != given.shape:
        what = "the result is transposed: shape" if close(wanted, given.T, tolerance) \
            else "its shape is"
        return f"{what} `{given.shape}`, expected `{wanted.shape}`"
    if wanted.dtype.kind not in NUMBERS:
        same = given.dtype == wanted.dtype and (wanted == given).all()
        return "" if same else WRONG_VALUES
    right = close(wanted, given, tolerance)
    if _precision(expected) == _precision(found):
        if right:
            return ""
    elif right or close(wanted, given, ROUNDED):
        return f"the values are right but the dtype is `{found.dtype}`, expected `{expected.dtype}`"
    if close(wanted, given.T, tolerance):
        return "the result is transposed"
    return _nan_or_wrong(wanted, given)


def _keys_difference(expected: dict, found: dict, tolerance: Pair) -> str:
    """Which numbers stand under another key, or which key is missing, or that there are more."""
    def equal(key: object, other: object) -> bool:
        return other in found and not difference(expected[key], found[other], tolerance)

    wrong = [key for key in expected if not equal(key, key)]
    for key in wrong:
        for other in (name for name in found if type(name) in (str, int)):
            if (other in wrong or other not in expected) and equal(key, other):
                return f"the numbers of `{key!r}` stand under `{other!r}`"
    if missing := [key for key in wrong if key not in found]:
        return f"the key `{missing[0]!r}` is missing"
    more = len(found) > len(expected)
    return f"it has {len(found)} keys, expected {len(expected)}" if more else ""


def _precision(value: object) -> tuple[str, int]:
    """Kind of dtype, and its size where that matters (float32 is not float64)."""
    dtype = as_numpy(value).dtype
    return dtype.kind, value.dtype.itemsize if dtype.kind in "fc" else 0


def close(wanted: np.ndarray, given: np.ndarray, tolerance: Pair) -> bool:
    """Whether two arrays have one shape and the same numbers, NaN counted as equal to NaN."""
    with np.errstate(all="ignore"):
        return wanted.shape == given.shape and bool(
            np.allclose(given, wanted, *tolerance, equal_nan=True)
        )


def _nan_or_wrong(wanted: np.ndarray, given: np.ndarray) -> str:
    broken = ~np.isfinite(given) & np.isfinite(wanted)
    if broken.any():
        what = "NaN" if np.isnan(given[broken]).any() else "infinity"
        where = "" if given.ndim == 0 else f" at `{list(map(int, np.argwhere(broken)[0]))}`"
        return f"it gives {what}{where}"
    return WRONG_VALUE if wanted.ndim == 0 else WRONG_VALUES


@np.errstate(all="ignore")
def first_wrong(expected: object, found: object, tolerance: Pair) -> tuple[int, ...]:
    """Where two arrays of one shape differ first; () for what is no such pair, or equal."""
    if not (is_array(expected) and is_array(found)) or unusual_tensor(found):
        return ()
    wanted, given = as_numpy(expected), as_numpy(found)
    if wanted.shape != given.shape or not set(wanted.dtype.kind + given.dtype.kind) <= set(NUMBERS):
        return ()
    wrong = np.argwhere(~np.isclose(given, wanted, *tolerance, equal_nan=True))
    return tuple(map(int, wrong[0])) if len(wrong) else ()


@np.errstate(all="ignore")  # a learner's values may be as large as numbers get
def common_factor(expected: list[object], found: list[object], tolerance: Pair) -> str:
    """A sentence when every result is the expected one times a constant, plus a constant, or
    times a number that changes from case to case; otherwise ""."""
    if not all(map(_has_real_numbers, (*expected, *found))):
        return ""
    wanted, given = ([as_numpy(value).astype(float) for value in values]
                     for values in (expected, found))
    if [part.shape for part in wanted] != [part.shape for part in given]:
        return ""
    every_wanted, every_given = (np.concatenate([part.ravel() for part in parts])
                                 for parts in (wanted, given))
    if not (np.isfinite(every_wanted).all() and np.isfinite(every_given).all()):
        return ""
    if (factor := _factor(every_wanted, every_given, tolerance)) is not None:
        if abs(factor + 1) < 1e-6:
            return "the sign is wrong everywhere"
        return f"every value is {factor:.4g} times the expected one"
    offset = float(np.mean(every_given - every_wanted))
    if len(every_wanted) > 2 and close(every_wanted + offset, every_given, tolerance):
        return f"every value is {abs(offset):.4g} too {'large' if offset > 0 else 'small'}"
    factors = [_factor(*pair, tolerance) for pair in zip(wanted, given, strict=True)]
    if None in factors:
        return ""
    listed = ", ".join(f"{factor:.4g}" for factor in factors[:4])
    return f"each case is off by its own factor ({listed}): is it a sum where a mean belongs?"


def _has_real_numbers(value: object) -> bool:
    return (is_array(value) or is_scalar(value)) and not unusual_tensor(value) \
        and as_numpy(value).dtype.kind in "iuf"


def _factor(wanted: np.ndarray, given: np.ndarray, tolerance: Pair) -> float | None:
    """k with given = k * wanted, where at least three values are there to tell."""
    if np.count_nonzero(wanted) < 3:
        return None
    factor = float((given * wanted).sum() / (wanted * wanted).sum())
    same = close(factor * wanted, given, tolerance)
    return factor if same and abs(factor) > 1e-12 and abs(factor - 1) > 1e-4 else None
