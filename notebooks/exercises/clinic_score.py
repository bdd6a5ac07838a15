"""The score of the bug clinic: which cases are diagnosed, and which are repaired."""

from __future__ import annotations

from collections.abc import Sequence

from course_utils.judge import attempts
from course_utils.judge.tasks import Task
from notebooks.exercises.tables import LEFT, Column, Table


def score_of(cases: Sequence[tuple[Task, Task]]) -> Table:
    """A table with one row a case, by what is remembered of the answers.

    Args:
        cases: (diagnosis, repair) of each case, in the order of the chapter.
    """
    remembered = attempts.solved()
    solved = [[task.address in remembered for task in case] for case in cases]
    titles = [repair.title.removesuffix(": repair") for _, repair in cases]
    rows = [(number, title, *("✓" if done else "○" for done in both))
            for number, (title, both) in enumerate(zip(titles, solved, strict=True), start=1)]
    diagnosed, repaired = (sum(done) for done in zip(*solved, strict=True))
    return Table(
        [Column("Case"), Column("", LEFT), Column("Diagnosis"), Column("Repair")], rows,
        "{:2d} {:42} diagnosis {}  repair {}".format,
        caption=f"{sum(map(all, solved))} of {len(cases)} cases closed: {diagnosed} diagnosed, "
                f"{repaired} repaired.",
    )
