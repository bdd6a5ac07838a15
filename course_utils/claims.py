"""Claims: sentences of the course that a cell measures and asserts."""

from __future__ import annotations

from html import escape


class ClaimFailed(AssertionError):
    """A sentence of the course did not hold in this run."""


class _Claim:
    def __init__(self, sentence: str, measured: str) -> None:
        self.sentence = sentence
        self.measured = measured

    def __repr__(self) -> str:
        return f"✓ {self.sentence}" + (f"\n  measured: {self.measured}" if self.measured else "")

    def _repr_html_(self) -> str:
        measured = f"<br><small>measured: {escape(self.measured)}</small>" if self.measured else ""
        return (
            '<div style="border-left:4px solid #5790fc;padding:4px 12px;margin:4px 0;'
            f'max-width:760px">✓ {escape(self.sentence)}{measured}</div>'
        )


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
    try:
        verdict = bool(holds)
    except (ValueError, RuntimeError) as error:
        raise TypeError(
            "claim() needs one truth value; reduce the comparison with .all() or .any()."
        ) from error
    if not verdict:
        raise ClaimFailed(f"{sentence} This run measured: {measured or 'not so'}.")
    from IPython.display import display

    display(_Claim(sentence, measured))
