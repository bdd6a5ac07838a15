"""What the course shows in a frame: a card with one sentence, as text and as HTML.

Whatever words come in, they are escaped here and nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True, repr=False)
class Card:
    """A sentence behind a coloured edge and a mark; `words` in backticks are set as code.

    Attributes:
        colour: Of the edge, in CSS.
        mark: One character that says the same without colour.
        sentence: What the card is there for.
        title: In bold before the sentence; may be "".
        small: Lines in small print, the last of the card.
        detail: A text below the sentence, printed as it is.
        folded: Whether ``detail`` is shown behind a line to click.
    """

    colour: str
    mark: str
    sentence: str
    title: str = ""
    small: Sequence[str] = ()
    detail: str = ""
    folded: bool = False

    def __repr__(self) -> str:
        title = f"{self.title}: " if self.title else ""
        below = [f"    {line}" for line in self.detail.splitlines()]
        below += [f"  {line}" for line in self.small]
        return "\n".join([f"{self.mark} {title}{self.sentence}", *below])

    def _repr_html_(self) -> str:
        title = f"<b>{_with_code(self.title)}</b> — " if self.title else ""
        small = "".join(f'<div><small>{_with_code(line)}</small></div>' for line in self.small)
        return (
            f'<div style="border-left:4px solid {self.colour};padding:{6 if title else 4}px 12px;'
            f'margin:4px 0;max-width:760px">{self.mark} {title}{_with_code(self.sentence)}'
            f"{self._detail_html()}{small}</div>"
        )

    def _detail_html(self) -> str:
        if not self.detail:
            return ""
        text = f'<pre style="margin:6px 0 0 0">{escape(self.detail)}</pre>'
        return f"<details><summary>Show it</summary>{text}</details>" if self.folded else text

    def show(self) -> None:
        """Display the card below the running cell."""
        from IPython.display import display

        display(self)


def _with_code(text: str) -> str:
    """A text as HTML, in which `words` in backticks are code."""
    return re.sub("`([^`]+)`", r"<code>\1</code>", escape(text))
