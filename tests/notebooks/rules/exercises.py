"""Rules on the exercises of a notebook."""

import importlib
import re
from collections import Counter
from pathlib import Path

from tests.notebooks.book import cells, headings, where
from tests.notebooks.minutes import EXERCISE
from tests.notebooks.stubs import checks, imported_exercises


def own_exercises_only(book: dict, path: Path) -> list[str]:
    """A chapter checks the exercises of its own module."""
    own = f"chapter_{path.name[:2]}"
    return [
        f"imports the exercises of {module}, expected {own}"
        for module in imported_exercises(book).values()
        if re.fullmatch(r"chapter_\d\d", module) and module != own
    ]


def exercises_are_used_once(book: dict, path: Path) -> list[str]:
    """Each exercise of the chapter's module is checked by exactly one cell."""
    used = Counter(check.name for check in checks(book))
    written = exercise_names(f"chapter_{path.name[:2]}")
    found = [f"checks the exercise {name}, which does not exist" for name in used.keys() - written]
    return found + [
        f"checks the exercise {name} {used[name]} times, expected once"
        for name in sorted(written)
        if used[name] != 1
    ]


def headings_say_what_is_extra(book: dict, path: Path) -> list[str]:
    """An extra exercise stands under 'Extra exercise ...', a core one under 'Exercise ...'."""
    found = []
    for check in checks(book):
        heading = _exercise_heading(book, check.position)
        module = importlib.import_module(f"notebooks.exercises.{check.module}")
        task = getattr(module, check.name, None)
        if heading and task and bool(heading["extra"]) != task.extra:
            kind = "extra" if task.extra else "core"
            found.append(f"{check.name} is {kind}, but its heading begins {heading.group()!r}")
    return found


def _exercise_heading(book: dict, position: int) -> re.Match | None:
    """The last heading of an exercise above a cell."""
    above = [EXERCISE.match(text) for place, cell in cells(book, "markdown") if place < position
             for _, text in headings(cell["source"])]
    return next((heading for heading in reversed(above) if heading), None)


def exercise_names(module: str) -> set[str]:
    """The exercises of one module; none where there is no such module."""
    try:
        loaded = importlib.import_module(f"notebooks.exercises.{module}")
    except ModuleNotFoundError:
        return set()
    return {
        name
        for name, value in vars(loaded).items()
        if hasattr(value, "judge") and not isinstance(value, type)
    }


def stubs_stand_before_checks(book: dict, path: Path) -> list[str]:
    """Each check follows a stub, in which the learner's part is a blank."""
    found = []
    for check in checks(book):
        if not check.definitions:
            found.append(f"{where(check.position, check.cell)} has no stub in the cells before it")
        elif not check.has_blank:
            found.append(f"the stub of {check.name} has no '...': it contains its answer")
    return found


def checks_say_not_started(book: dict, path: Path) -> list[str]:
    """The stored verdict of each check is that of a learner who has done nothing yet."""
    found = []
    for check in checks(book):
        said = " ".join(
            output.get("data", {}).get("text/plain", "") for output in check.cell["outputs"]
        )
        if check.cell["outputs"] and "○" not in said:
            found.append(
                f"{where(check.position, check.cell)} stores a verdict other than 'not started'"
            )
    return found
