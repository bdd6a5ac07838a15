"""The table of chapter 00: how many exercises of each chapter are solved, core and extra."""

from __future__ import annotations

import importlib
import pkgutil

from course_utils.judge import attempts
from course_utils.judge.tasks import Task
from notebooks import exercises
from notebooks.exercises.tables import LEFT, Column, Table

ONE_LINE = "white-space:nowrap"


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
            core, extra = ([task.address in remembered for task in tasks if task.extra == wanted]
                           for wanted in (False, True))
            rows.append((f"Chapter {chapter.removeprefix('chapter_')}", _count(core),
                         _count(extra), f"{_boxes(core)} {_boxes(extra)}".strip()))
        super().__init__(
            [Column("Chapter", f"{LEFT};{ONE_LINE}"), Column("Core", ONE_LINE),
             Column("Extra", ONE_LINE),
             Column("", f"{LEFT};letter-spacing:2px")],
            rows,
            "{}:  core {:>8}  extra {:>6}  {}".format,
        )


def _count(solved: list[bool]) -> str:
    return f"{sum(solved)} of {len(solved)}" if solved else "–"


def _boxes(solved: list[bool]) -> str:
    return "".join("■" if done else "□" for done in sorted(solved, reverse=True))
