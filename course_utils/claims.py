"""Claims: sentences of the course that a cell measures and asserts."""

from __future__ import annotations

from course_utils.cards import Card

NOT_THIS_TIME = (
    "Not in this run: something else may be busy on this machine. Run the cell once more."
)


class ClaimFailed(AssertionError):
    """A sentence of the course did not hold in this run."""


def claim(sentence: str, holds: bool, measured: str = "") -> None:
    """Show a sentence of the course with what was measured, or stop because it does not hold.

    Args:
        sentence: The claim, in words.
        holds: Whether this run bears it out; a bool, or a 0-d array or tensor.
        measured: The figures behind it, formatted for reading.

    Raises:
        ClaimFailed: If ``holds`` is false.
        TypeError: If ``holds`` is not a single truth value.
    """
    if not _verdict(holds):
        raise ClaimFailed(f"{sentence} This run measured: {measured or 'not so'}.")
    speed_claim(sentence, True, measured)


def speed_claim(sentence: str, holds: bool, measured: str = "") -> None:
    """Show a sentence about time or speed, and whether it holds in this run; never stop.

    Whatever else a machine does can turn a comparison of times round, so a notebook does not
    fail over one: the card says that it came out otherwise. The outputs stored in the repository
    must hold, which a rule of ``tests/notebooks`` sees to.

    Args:
        sentence: The claim, in words.
        holds: Whether this run bears it out; a bool, or a 0-d array or tensor.
        measured: The figures behind it, formatted for reading.

    Raises:
        TypeError: If ``holds`` is not a single truth value.
    """
    below = [f"measured: {measured}"] if measured else []
    if _verdict(holds):
        Card("#5790fc", "✓", sentence, small=below).show()
    else:
        Card("#f89c20", "○", sentence, small=[*below, NOT_THIS_TIME]).show()


def _verdict(holds: bool) -> bool:
    try:
        return bool(holds)
    except (ValueError, RuntimeError) as error:
        raise TypeError(
            "A claim needs one truth value; reduce the comparison with .all() or .any()."
        ) from error
