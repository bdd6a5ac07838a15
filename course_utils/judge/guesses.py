"""A number that was guessed: what an answer means by it, and how near it came."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from numbers import Real
from typing import NamedTuple

from course_utils.judge.values import is_array, unusual_tensor

# A number, with commas between its thousands or without, and what stands behind it.
WRITTEN = re.compile(r"([-+]?(?:\d{1,3}(?:,\d{3})+|\d*)(?:\.\d*)?(?:e[-+]?\d+)?)\s*(.*)")
PARTS = {1000: "a thousandth", 100: "a hundredth", 10: "a tenth", 5: "a fifth", 4: "a quarter",
         3: "a third", 2: "half"}


class Reading(NamedTuple):
    """A number, and in words what was said."""

    number: float
    words: str


def read(answer: object, unit: str, measured: float) -> Reading | None:
    """What an answer means: a number of any kind, or a text such as "30", "30 %" or "1,000".

    With the unit "%", 0.3 is a share and means 30 %, unless what was measured is below 1 % or
    the sign stands behind it. None for what is no finite number.
    """
    number = _finite(_plain(answer, unit))
    if number is None:
        return None
    if unit == "%" and 0 < number < 1 <= measured and "%" not in str(answer):
        percent = float(f"{100 * number:.10g}")
        return Reading(percent, f"{number:.4g}, read as {shown(percent, unit)}")
    return Reading(number, shown(number, unit))


def _plain(answer: object, unit: str) -> object:
    """The number in a 0-d array, or that of a text as Python writes it; else the answer itself."""
    if is_array(answer) and answer.ndim == 0 and not unusual_tensor(answer):
        return answer.item()
    if not isinstance(answer, str):
        return answer
    parts = WRITTEN.fullmatch(answer.strip())
    return parts[1].replace(",", "") if parts and unit.startswith(parts[2]) else None


def _finite(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (Real, Decimal, str)):
        return None
    try:
        number = float(value)
    except (OverflowError, ValueError):  # 10**400 is an int, but no float
        return None
    return number if math.isfinite(number) else None


def shown(number: float, unit: str = "", digits: int = 4) -> str:
    """A number for reading: "19.1 %", "199,210"."""
    whole = number == round(number) or abs(number) >= 1000
    form = ",.0f" if whole and abs(number) < 1e15 else f".{digits}g"
    return f"{number:{form}} {unit}".rstrip()


def is_close(guess: float, measured: float, within: float) -> bool:
    """Whether a guess lies within this factor of what was measured; 2 is from half to double."""
    lowest, highest = sorted((measured / within, measured * within))
    return lowest <= guess <= highest


def how_close(guess: float, measured: float, within: float, unit: str) -> str:
    """A few words: "very close", "1.6 times too high", "less than a third of it"."""
    if is_close(guess, measured, within):
        if guess == measured:
            return "exactly right"
        return "very close" if is_close(guess, measured, within**0.2) else "close"
    ratio = guess / measured if measured else 0.0
    if 0.5 < ratio < 1.2 or ratio <= 0:  # where a factor says little, or nothing
        amount = shown(float(f"{abs(guess - measured):.3g}"), "points" if unit == "%" else "")
        return f"{amount} too {'high' if guess > measured else 'low'}"
    if ratio > 1:
        times = "more than a million" if ratio > 1e6 else shown(float(f"{ratio:.2g}"))
        return f"{times} times too high"
    return f"less than {next(part for n, part in PARTS.items() if ratio <= 1 / n)} of it"
