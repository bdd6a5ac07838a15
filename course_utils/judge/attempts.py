"""Which exercises are solved, in a small local file.

Deleting the file harms nothing; where it cannot be written, nothing is remembered.
"""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import suppress
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


def solved() -> set[str]:
    """The addresses of all solved exercises, as "chapter_04.backward"."""
    return {address for address, entry in read().items() if entry.get("solved")}


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
