"""What the course shows in a frame: a card with one sentence, and a table; as text and as HTML.

Whatever words come in, they are escaped here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True, repr=False)
class Card:
    """A sentence behind a coloured edge and a mark.

    Attributes:
        colour: Of the edge, in CSS.
        mark: One character that says the same without colour.
        sentence: What the card is there for.
        title: In bold before the sentence; may be "".
        small: Lines below it in small print.
        detail: A text below it, printed as it is.
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
        below = [f"  {line}" for line in self.small]
        below += [f"    {line}" for line in self.detail.splitlines()]
        return "\n".join([f"{self.mark} {title}{self.sentence}", *below])

    def _repr_html_(self) -> str:
        title = f"<b>{escape(self.title)}</b> — " if self.title else ""
        small = "".join(f"<br><small>{escape(line)}</small>" for line in self.small)
        return (
            f'<div style="border-left:4px solid {self.colour};padding:{6 if title else 4}px 12px;'
            f'margin:4px 0;max-width:760px">{self.mark} {title}{escape(self.sentence)}{small}'
            f"{self._detail_html()}</div>"
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


@dataclass(frozen=True)
class Column:
    """The head of a column, and how its cells look: a CSS style, and bold or not."""

    head: str
    style: str = ""
    bold: bool = False

    def head_html(self) -> str:
        """The head as an element; one without words needs no style."""
        return _element("th", escape(self.head), LEFT if self.head and self.style else "")

    def cell_html(self, value: object) -> str:
        """One cell as an element."""
        text = escape(str(value))
        return _element("td", f"<b>{text}</b>" if self.bold else text, self.style)


LEFT = "text-align:left"


@dataclass(frozen=True, repr=False)
class Table:
    """Rows under their heads.

    Attributes:
        columns: One for each value of a row.
        rows: The values.
        line: Makes the line of text of a row from its values.
        caption: A sentence above the table; may be "".
    """

    columns: Sequence[Column]
    rows: Sequence[Sequence[object]]
    line: Callable[..., str]
    caption: str = ""

    def __repr__(self) -> str:
        caption = [self.caption] if self.caption else []
        return "\n".join([*caption, *(self.line(*row) for row in self.rows)])

    def _repr_html_(self) -> str:
        caption = f"<p>{escape(self.caption)}</p>" if self.caption else ""
        head = "".join(column.head_html() for column in self.columns)
        body = "".join(f"<tr>{self._cells_html(row)}</tr>" for row in self.rows)
        return (f"{caption}<table><thead><tr>{head}</tr></thead>"
                f"<tbody>{body}</tbody></table>")

    def _cells_html(self, row: Sequence[object]) -> str:
        return "".join(column.cell_html(value)
                       for column, value in zip(self.columns, row, strict=True))


def _element(tag: str, content: str, style: str) -> str:
    return f'<{tag} style="{style}">{content}</{tag}>' if style else f"<{tag}>{content}</{tag}>"
