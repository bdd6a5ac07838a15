"""What an exercise answers: one clear sentence on a card, and what it means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from course_utils.cards import Card

Status = Literal["not started", "right", "done", "mistake", "finding", "note"]

LOOKS = {  # colour and mark
    "not started": ("#9c9ca1", "○"), "right": ("#2e9e5b", "✓"), "done": ("#5790fc", "●"),
    "mistake": ("#e42536", "✗"), "finding": ("#f89c20", "✗"), "note": ("#5790fc", "›"),
}


@dataclass(frozen=True, repr=False)
class Verdict(Card):
    """The answer to one attempt; `Task.verdict` makes it.

    Attributes:
        status: "not started", "right", "done" (a prediction, near or far), "mistake" (a named one
            was recognised), "finding" (something else is wrong) or "note" (a hint, a solution).
        name: The recognised mistake, as it ends the sentence "this is what you get when", or "".
    """

    status: Status = "note"
    name: str = ""
