"""Running a notebook's cells in an order of one's own, in a fresh kernel."""

import ast
import importlib
import os
import re
import tempfile
from functools import lru_cache
from pathlib import Path
from subprocess import DEVNULL

from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat.v4 import new_code_cell, new_notebook

from course_utils.judge.tasks import Exercise, Prediction, Question, Task
from tests.notebooks.book import NOTEBOOKS, ROOT, cells, read, syntax_tree, tags, where
from tests.notebooks.normalise import normalise
from tests.notebooks.stubs import Check, checks

CELL_TIMEOUT_S = 300  # for machines that do something else meanwhile
SHOWN_FAILURES = 3


def code_of(path: Path) -> list[dict]:
    """The code cells of a notebook, in their order."""
    return [cell for _, cell in cells(read(path), "code")]


def run(sources: list[dict], **environment: str) -> list[dict]:
    """Run cells one after another in a fresh kernel, to the last one whatever happens.

    Args:
        sources: Code cells; one may occur several times.
        environment: What the kernel's environment shall hold beside or instead of this one's.

    Returns:
        The cells with their outputs; errors are among these.
    """
    book = new_notebook(cells=[new_code_cell(c.source, metadata=c.metadata) for c in sources])
    client = NotebookClient(
        book,
        timeout=CELL_TIMEOUT_S,
        kernel_name="python3",
        allow_errors=True,
        resources={"metadata": {"path": str(NOTEBOOKS)}},
    )
    with tempfile.TemporaryDirectory(prefix="course_progress_") as folder:
        progress = {"COURSE_PROGRESS_FILE": str(Path(folder) / "progress.json")}
        kernel_environment = {**os.environ, **progress, **environment}
        with client.setup_kernel(stderr=DEVNULL, env=kernel_environment):
            for position, cell in enumerate(book.cells):
                try:
                    client.execute_cell(cell, position)
                except (CellTimeoutError, DeadKernelError) as error:
                    raise AssertionError(f"{where(position, cell)}: {error}") from error
    return normalise(book).cells


def failures(ran: list[dict]) -> str:
    """What went wrong in which cell: the first few errors, "" where there was none."""
    found = [
        f"{where(position, cell)} raised {output['ename']}: {output['evalue'][:300]}"
        for position, cell in enumerate(ran)
        for output in cell["outputs"]
        if output["output_type"] == "error" and "raises-exception" not in tags(cell)
    ]
    more = f"\n  and {len(found) - SHOWN_FAILURES} more" if len(found) > SHOWN_FAILURES else ""
    return "\n  ".join(["", *found[:SHOWN_FAILURES]]) + more if found else ""


def different_texts(first: list[dict], second: list[dict]) -> str:
    """The cells whose text differs between two runs.

    Left out are the cells tagged to be ignored, and hints: each call shows the next one.
    """
    found = [
        f"{where(position, one)}:\n    {text(one)[:400]!r}\n    {text(other)[:400]!r}"
        for position, (one, other) in enumerate(zip(first, second, strict=True))
        if "nbval-ignore-output" not in tags(one)
        and ".hint()" not in one["source"]
        and text(one) != text(other)
    ]
    return "\n  ".join(["", *found])


def text(cell: dict) -> str:
    """What a cell says in words: printed, as values, in tables; not pictures, not stderr."""
    pieces = []
    for output in cell["outputs"]:
        if output.get("name") == "stderr":  # Matplotlib says there that it has no cache folder
            continue
        data = output.get("data", {})
        said = [output.get("text", ""), data.get("text/plain", ""), data.get("text/html", "")]
        pieces += [piece for piece in said if "data:image" not in piece]
    whole = "\n".join(pieces)
    for pattern, replacement in _may_differ():
        whole = re.sub(pattern, replacement, whole)
    return whole


@lru_cache
def _may_differ() -> list[tuple[str, str]]:
    """The patterns of sanitize.cfg, as nbval reads them."""
    rules = (ROOT / "tests" / "notebooks" / "sanitize.cfg").read_text(encoding="utf-8")
    return re.findall(r"^regex: (.*)\nreplace: (.*)$", rules, flags=re.MULTILINE)




def unwritable_home(folder: Path) -> dict[str, str]:
    """The variables of a home in which nothing can be made, not even by the superuser."""
    (folder / "file").write_text("")
    home = str(folder / "file" / "home")
    return {name: home for name in ("HOME", "USERPROFILE", "XDG_CACHE_HOME", "XDG_CONFIG_HOME")}


def solved(path: Path) -> list[dict]:
    """The code cells of a notebook, with the shown solutions pasted in before each check."""
    book = read(path)
    module = importlib.import_module(f"notebooks.exercises.chapter_{path.name[:2]}")
    for check in reversed(list(checks(book))):  # from the end, so that line numbers stay right
        lines = check.cell["source"].splitlines()
        statements = [s for s in syntax_tree(check.cell).body if s.lineno <= check.call.lineno]
        lines.insert(statements[-1].lineno - 1, _answer(check, getattr(module, check.name)))
        check.cell["source"] = "\n".join(lines)
    return [cell for _, cell in cells(book, "code")]


def _answer(check: Check, exercise: Task) -> str:
    """What a learner types who has looked the answer up."""
    if callable(exercise.reference):
        return exercise.solution_text()
    name = ast.unparse(check.candidate)
    if isinstance(exercise, Question | Exercise):
        return f"{name} = {exercise.reference!r}"
    at_hand = ast.unparse(check.call.args[1])  # what was measured, or the chapter's own model
    if isinstance(exercise, Prediction):  # whoever measures first predicts well
        return f"{name} = {at_hand}"
    return f"{name} = {at_hand}, 'the network of this chapter'"
