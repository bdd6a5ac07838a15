"""Which exercises are solved: a small local file, and the table chapter 00 shows.

Deleting the file harms nothing; where it cannot be written, nothing is remembered.
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import tempfile
from contextlib import suppress
from html import escape
from pathlib import Path

PROGRESS_FILE = Path(__file__).resolve().parents[2] / ".progress.json"


def progress_file() -> Path:
    """Where progress is kept: ``COURSE_PROGRESS_FILE``, or ``.progress.json`` in the project."""
    return Path(os.environ.get("COURSE_PROGRESS_FILE", PROGRESS_FILE))


def read() -> dict[str, dict[str, object]]:
    """Tries and success of each exercise, by "chapter_NN.name"; {} when nothing is readable."""
    try:
        kept = json.loads(progress_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(kept, dict):
        return {}
    return {name: entry for name, entry in kept.items() if isinstance(entry, dict)}


def record(address: str, solved: bool) -> None:
    """Note one attempt at the exercise ``address``; an exercise once solved stays solved."""
    kept = read()
    entry = kept.get(address, {})
    tries = entry.get("tries", 0)
    kept[address] = {
        "solved": bool(entry.get("solved")) or solved,
        "tries": (tries if isinstance(tries, int) else 0) + 1,
    }
    with suppress(OSError):
        _write(progress_file(), json.dumps(kept, indent=1, sort_keys=True))


def _write(path: Path, text: str) -> None:
    handle, scratch = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(scratch, path)
    except OSError:
        with suppress(OSError):
            os.unlink(scratch)
        raise


def exercises_by_chapter() -> dict[str, list[str]]:
    """The names of all exercises of each chapter, in the order in which they are written."""
    import notebooks.exercises as package

    chapters = {}
    for module in sorted(pkgutil.iter_modules(package.__path__), key=lambda found: found.name):
        if module.name.startswith("chapter_"):
            loaded = importlib.import_module(f"{package.__name__}.{module.name}")
            chapters[module.name] = [
                name for name, value in vars(loaded).items() if hasattr(value, "judge")
                and not isinstance(value, type)
            ]
    return chapters


class ProgressTable:
    """How many exercises of each chapter are solved, as text and as a table."""

    def __init__(self) -> None:
        kept = read()
        self.rows = []
        for chapter, names in exercises_by_chapter().items():
            solved = sum(bool(kept.get(f"{chapter}.{name}", {}).get("solved")) for name in names)
            self.rows.append((chapter.removeprefix("chapter_"), solved, len(names)))

    def __repr__(self) -> str:
        return "\n".join(
            f"chapter {chapter}: {solved:2d} of {count:2d} solved  "
            + "■" * solved + "□" * (count - solved)
            for chapter, solved, count in self.rows
        )

    def _repr_html_(self) -> str:
        cells = "".join(
            f'<tr><td style="text-align:left">Chapter {escape(chapter)}</td>'
            f"<td>{solved} of {count}</td>"
            f'<td style="text-align:left;letter-spacing:2px">'
            f'{"■" * solved}{"□" * (count - solved)}</td></tr>'
            for chapter, solved, count in self.rows
        )
        return (
            '<table><thead><tr><th style="text-align:left">Chapter</th><th>Exercises solved</th>'
            f"<th></th></tr></thead><tbody>{cells}</tbody></table>"
        )
