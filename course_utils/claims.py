"""Claims: sentences of the course, each with what a cell measured and the bounds it must keep.

    claim("More units, more luck.", 100 * share, at_most=40, unit="%")
    claim("Adam is lower than SGD.", compared("Adam", adam, "<", "SGD", sgd, of="seeds"))

Verdict, text and failure message follow from the same figures, so they cannot disagree. In the
text a measured figure stands between ‹ and ›, where the comparison of stored outputs looks past
it.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from course_utils.cards import Card

NOT_THIS_TIME = (
    "Not in this run: something else may be busy on this machine. Run the cell once more."
)
BOUNDS = {  # keyword: how it reads, and what a value must be
    "above": ("above", operator.gt), "at_least": ("at least", operator.ge),
    "below": ("below", operator.lt), "at_most": ("at most", operator.le),
}


class ClaimFailed(AssertionError):
    """A sentence of the course did not hold in this run."""


@dataclass(frozen=True)
class Check:
    """What was measured beside what it must be, and whether it is."""

    holds: bool
    text: str


def claim(sentence: str, *checks: Any, **bounds: Any) -> None:
    """Show a sentence of the course with its figures, or stop because it does not hold.

    Args:
        sentence: The claim, in words.
        checks: What `measured`, `compared`, `counted` and `equal` made; or one value.
        bounds: For one value: what `measured` takes behind it.

    Raises:
        ClaimFailed: If a figure does not keep its bound.
        TypeError: If nothing was measured, or nothing bounds it.
    """
    checks = _as_checks(checks, bounds)
    if not all(check.holds for check in checks):
        figures = "; ".join(check.text for check in checks if not check.holds)
        raise ClaimFailed(f"{sentence} Not in this run: {re.sub('[‹›]', '', figures)}.")
    _ClaimCard("#5790fc", "✓", sentence, small=[check.text for check in checks]).show()


def speed_claim(sentence: str, *checks: Any, **bounds: Any) -> None:
    """Show a sentence about time or speed, and whether it holds in this run; never stop.

    Whatever else a machine does can turn a comparison of times round, so a notebook does not
    fail over one: the card says that it came out otherwise. The outputs stored in the repository
    must hold, which a rule of ``tests/notebooks`` sees to. Takes what `claim` takes.
    """
    checks = _as_checks(checks, bounds)
    figures = [check.text for check in checks]
    if all(check.holds for check in checks):
        _ClaimCard("#5790fc", "✓", sentence, small=figures).show()
    else:
        _ClaimCard("#f89c20", "○", sentence, small=[*figures, NOT_THIS_TIME]).show()


def measured(
    values: Any, name: str = "measured", *, unit: str = "", needed: int | None = None,
    of: str = "", **bounds: float,
) -> Check:
    """One value, or several that all must keep the same bounds; two bounds make a range.

    Args:
        values: A number, or numbers of any shape, in the unit that is shown.
        name: What was measured.
        unit: "%", "s", "times"; a share of 1 has none, so write ``100 * share`` for percent.
        needed: How many of several values must keep the bounds; all, if left out.
        of: What the several values belong to: "seeds".
        bounds: One or two of ``above``, ``at_least``, ``below``, ``at_most``.

    Raises:
        TypeError: If there is no bound, or if only the truth of something is given.
    """
    if not bounds or set(bounds) - set(BOUNDS):
        raise TypeError(f"measured() needs a bound: one or two of {', '.join(BOUNDS)}.")
    values = _numbers(values)

    def keep(numbers: np.ndarray) -> np.ndarray:
        kept = [BOUNDS[word][1](numbers, bound) for word, bound in bounds.items()]
        return np.logical_and.reduce(kept)

    limits = " and ".join(f"{BOUNDS[word][0]} {_written(bound, unit)}"
                          for word, bound in bounds.items())
    figures = _figures(values, unit, _digits(keep, values))
    return _in_how_many(keep(values), f"{name} {figures}, {limits}", needed, of)


def compared(
    name: str, values: Any, sign: str, other_name: str, others: Any, *, unit: str = "",
    by: float = 0, times: float = 1, needed: int | None = None, of: str = "",
) -> Check:
    """Two sides, of which one must be the larger; several values are compared in pairs.

    Args:
        name: The left side.
        values: Its value or values.
        sign: "<" or ">".
        other_name: The right side.
        others: Its value, or as many values as the left side has.
        unit: Of both sides.
        by: The larger side must exceed the smaller by more than this.
        times: The larger side must exceed the smaller times this.
        needed: In how many pairs it must; in all, if left out.
        of: What the pairs belong to: "seeds".
    """
    values, others = _numbers(values), _numbers(others)

    def keep(left: np.ndarray, right: np.ndarray) -> np.ndarray:
        large, small = (left, right) if sign == ">" else (right, left)
        return large > small * times + by

    digits = _digits(keep, values, others)
    left, right = (_figures(side, unit, digits) for side in (values, others))
    text = f"{name} {left} {sign} {other_name} {right}"
    text += f", by more than {_written(by, 'points' if unit == '%' else unit)}" if by else ""
    text += f", more than {_written(times, 'times')}" if times != 1 else ""
    return _in_how_many(keep(values, others), text, needed, of)


def counted(
    holds: Any, name: str = "counted", *, needed: int | None = None, of: str = "cases"
) -> Check:
    """In how many of the cases, seeds or rows something holds.

    Args:
        holds: A truth value for each.
        name: What holds.
        needed: In how many it must; in all, if left out.
        of: What is counted: "seeds".
    """
    return _in_how_many(np.asarray(_plain(holds), dtype=bool).ravel(), name, needed, of)


def equal(found: Any, expected: Any, name: str = "", *, within: float = 0) -> Check:
    """Two values that must agree: numbers of one shape to a tolerance, all else exactly.

    Args:
        found: What came out.
        expected: What it must be.
        name: What is compared.
        within: The largest difference that is allowed.
    """
    found, expected = _plain(found), _plain(expected)
    if isinstance(found, bool):
        raise TypeError("equal() needs the two values, not only whether they are equal.")
    if not _is_numeric(found) or not _is_numeric(expected):
        return Check(found == expected, f"{name or 'measured'} ‹{found}›, expected {expected}")
    given, wanted = _numbers(found), _numbers(expected)
    if given.shape != wanted.shape:
        return Check(False, f"{name or 'shape'} ‹{given.shape}›, expected {wanted.shape}")
    largest = float(np.abs(given - wanted).max())

    def keep(numbers: np.ndarray) -> np.ndarray:
        return np.abs(numbers - wanted) <= within

    if given.size == 1:
        more = f" to within {_written(within)}" if within else ""
        figures = _figures(given, "", _digits(keep, given))
        text = f"{name or 'measured'} {figures}, expected {_written(wanted.item(), '', 6)}{more}"
    else:
        text = (f"{name + ': ' if name else ''}largest difference ‹{_written(largest)}› "
                f"over {given.size:,} values, at most {_written(within)}")
    return Check(largest <= within, text)


@dataclass(frozen=True, repr=False)
class _ClaimCard(Card):
    """A card whose measured figures stand out."""

    def _repr_html_(self) -> str:
        return re.sub("‹([^›]*)›", r'<b class="measured">\1</b>', super()._repr_html_())


def _as_checks(checks: Sequence[Any], bounds: dict[str, Any]) -> list[Check]:
    if bounds and len(checks) == 1:
        checks = [measured(checks[0], **bounds)]
    if not checks or not all(isinstance(check, Check) for check in checks):
        raise TypeError("A claim needs what was measured and a bound, as in "
                        "claim('Few are lost.', lost, at_most=3).")
    return list(checks)


def _in_how_many(holds: np.ndarray, text: str, needed: int | None, of: str) -> Check:
    count = int(np.sum(holds))
    if of:
        text += f": in ‹{count}› of {holds.size} {of}"
        text += f", at least {needed}" if needed is not None else ""
    return Check(count >= (holds.size if needed is None else needed) and holds.size > 0, text)


def _plain(values: Any) -> Any:
    """Arrays and tensors as lists and numbers, also those on a device or with a gradient."""
    if hasattr(values, "tolist"):
        return values.tolist()
    return [_plain(value) for value in values] if isinstance(values, list | tuple) else values


def _is_numeric(value: Any) -> bool:
    return np.asarray(value).dtype.kind in "iuf"


def _numbers(values: Any) -> np.ndarray:
    values = np.asarray(_plain(values))
    if values.dtype.kind not in "iuf" or values.size == 0:
        raise TypeError("A claim needs the measured numbers, not only whether something holds; "
                        "for truth values there is counted().")
    return values


def _digits(keep: Callable[..., np.ndarray], *sides: np.ndarray) -> int:
    """How many digits to show, so that the figures shown keep what the figures measured keep."""
    for digits in range(3, 16):
        shown = (np.vectorize(lambda value, d=digits: float(f"{value:.{d}g}"))(side)
                 for side in sides)
        if np.array_equal(keep(*shown), keep(*sides)):
            break
    return digits


def _figures(values: np.ndarray, unit: str, digits: int) -> str:
    """A value between marks, or the range of several."""
    low, high = (_written(value, "", digits) for value in (values.min(), values.max()))
    unit = f" {unit}" if unit else ""
    return f"‹{low}{unit}›" if low == high else f"‹{low} to {high}{unit}›"


def _written(value: float, unit: str = "", digits: int = 3) -> str:
    """A number for reading: whole ones in full, others with so many digits."""
    if float(value).is_integer() and abs(value) < 1e15:
        text = f"{int(value):,}"
    elif 1000 <= abs(value) < 1e12:
        rounded = float(f"{value:.{max(digits, 4)}g}")
        text = f"{rounded:,.0f}" if rounded.is_integer() else f"{rounded:,}"
    else:
        text = f"{value:.{digits}g}"
    return f"{text} {unit}" if unit else text
