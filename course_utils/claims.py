"""Claims: sentences of the course that a cell measures and asserts."""

from __future__ import annotations

from html import escape

NOT_THIS_TIME = (
    "Not in this run: something else may be busy on this machine. Run the cell once more."
)


class ClaimFailed(AssertionError):
    """A sentence of the course did not hold in this run."""


class _Claim:
    def __init__(self, sentence: str, measured: str, holds: bool) -> None:
        self.sentence = sentence
        self.measured = measured
        self.holds = holds

    def __repr__(self) -> str:
        return "\n  ".join([f"{'✓' if self.holds else '○'} {self.sentence}", *self._below()])

    def _below(self) -> list[str]:
        measured = [f"measured: {self.measured}"] if self.measured else []
        return measured if self.holds else [*measured, NOT_THIS_TIME]

    def _repr_html_(self) -> str:
        mark, colour = ("✓", "#5790fc") if self.holds else ("○", "#f89c20")
        below = "".join(f"<br><small>{escape(line)}</small>" for line in self._below())
        return (
            f'<div style="border-left:4px solid {colour};padding:4px 12px;margin:4px 0;'
            f'max-width:760px">{mark} {escape(self.sentence)}{below}</div>'
        )

    def show(self) -> None:
        from IPython.display import display

        display(self)


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
    _Claim(sentence, measured, holds=True).show()


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
    _Claim(sentence, measured, _verdict(holds)).show()


def _verdict(holds: bool) -> bool:
    try:
        return bool(holds)
    except (ValueError, RuntimeError) as error:
        raise TypeError(
            "A claim needs one truth value; reduce the comparison with .all() or .any()."
        ) from error
