"""The score of the bug clinic: which cases are diagnosed, and which are repaired."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from course_utils.judge import attempts
from course_utils.judge.tasks import Task


class Score:
    """A table with one row a case, as text and as HTML.

    Args:
        cases: (diagnosis, repair) of each case, in the order of the chapter.
    """

    def __init__(self, cases: Sequence[tuple[Task, Task]]) -> None:
        kept = attempts.read()
        self.rows = [
            (number, repair.title.removesuffix(": repair"),
             *(bool(kept.get(task.address, {}).get("solved")) for task in (diagnosis, repair)))
            for number, (diagnosis, repair) in enumerate(cases, start=1)
        ]

    @property
    def sentence(self) -> str:
        """The score in one sentence."""
        diagnosed = sum(row[2] for row in self.rows)
        repaired = sum(row[3] for row in self.rows)
        closed = sum(row[2] and row[3] for row in self.rows)
        return (f"{closed} of {len(self.rows)} cases closed: {diagnosed} diagnosed, "
                f"{repaired} repaired.")

    def __repr__(self) -> str:
        lines = [f"{number:2d} {title:42} diagnosis {_mark(known)}  repair {_mark(repaired)}"
                 for number, title, known, repaired in self.rows]
        return "\n".join([self.sentence, *lines])

    def _repr_html_(self) -> str:
        rows = "".join(
            f'<tr><td>{number}</td><td style="text-align:left">{escape(title)}</td>'
            f"<td>{_mark(known)}</td><td>{_mark(repaired)}</td></tr>"
            for number, title, known, repaired in self.rows
        )
        return (f"<p>{escape(self.sentence)}</p><table><thead><tr><th>Case</th><th></th>"
                f"<th>Diagnosis</th><th>Repair</th></tr></thead><tbody>{rows}</tbody></table>")


def _mark(solved: bool) -> str:
    return "✓" if solved else "○"
