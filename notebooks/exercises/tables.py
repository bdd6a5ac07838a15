"""A table that a chapter shows, as text and as HTML; whatever words come in are escaped here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape


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
