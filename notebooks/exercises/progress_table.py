"""The table of chapter 00: how many exercises of each chapter are solved."""

from __future__ import annotations

import importlib
import pkgutil

from course_utils.cards import LEFT, Column, Table
from course_utils.judge import attempts
from course_utils.judge.tasks import Task
from notebooks import exercises


def tasks_by_chapter() -> dict[str, list[Task]]:
    """The tasks of each chapter ("chapter_04"), in the order in which they are written."""
    names = sorted(module.name for module in pkgutil.iter_modules(exercises.__path__))
    return {
        name: importlib.import_module(f"{exercises.__name__}.{name}").TASKS
        for name in names if name.startswith("chapter_")
    }


class ProgressTable(Table):
    """How many exercises of each chapter are solved, by what is remembered of the answers."""

    def __init__(self) -> None:
        remembered = attempts.solved()
        rows = []
        for chapter, tasks in tasks_by_chapter().items():
            solved = sum(task.address in remembered for task in tasks)
            rows.append((f"Chapter {chapter.removeprefix('chapter_')}",
                         f"{solved} of {len(tasks)}",
                         "■" * solved + "□" * (len(tasks) - solved)))
        super().__init__(
            [Column("Chapter", LEFT), Column("Exercises solved"),
             Column("", f"{LEFT};letter-spacing:2px")],
            rows,
            _line,
        )


def _line(chapter: str, _: str, boxes: str) -> str:
    return f"{chapter.lower()}: {boxes.count('■'):2d} of {len(boxes):2d} solved  {boxes}"
