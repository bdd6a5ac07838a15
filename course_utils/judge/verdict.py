"""What an exercise answers: one clear sentence, as text and as a small box."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Literal

Status = Literal["not started", "right", "mistake", "finding", "note"]

_MARK = {"not started": "○", "right": "✓", "mistake": "✗", "finding": "✗", "note": "›"}
_COLOUR = {
    "not started": "#9c9ca1", "right": "#2e9e5b", "mistake": "#e42536", "finding": "#f89c20",
    "note": "#5790fc",
}


@dataclass(frozen=True)
class Verdict:
    """The answer to one attempt.

    Attributes:
        status: "not started", "right", "mistake" (a named one was recognised), "finding"
            (something else is wrong) or "note" (a hint or a solution).
        title: The exercise's title.
        sentence: What happened, and what to do.
        name: The recognised mistake, as it ends the sentence "this is what you get when", or "".
        detail: The first differing case, a hint's way on, or source code; printed as it is.
        folded: Whether ``detail`` is shown behind a line to click.
    """

    status: Status
    title: str
    sentence: str
    name: str = ""
    detail: str = ""
    folded: bool = False

    def __repr__(self) -> str:
        text = f"{_MARK[self.status]} {self.title}: {self.sentence}"
        return text + "".join(f"\n    {line}" for line in self.detail.splitlines())

    def _repr_html_(self) -> str:
        detail = ""
        if self.detail:
            detail = f'<pre style="margin:6px 0 0 0">{escape(self.detail)}</pre>'
        if self.folded:
            detail = f"<details><summary>Show it</summary>{detail}</details>"
        return (
            f'<div style="border-left:4px solid {_COLOUR[self.status]};padding:6px 12px;'
            f'margin:4px 0;max-width:760px">{_MARK[self.status]} '
            f"<b>{escape(self.title)}</b> — {escape(self.sentence)}{detail}</div>"
        )
