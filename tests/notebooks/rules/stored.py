"""Rules on what a notebook stores: counts, outputs, tags, ids, size."""

import ast
from pathlib import Path

from course_utils.claims import NOT_THIS_TIME
from tests.notebooks.book import cells, outputs, syntax_tree, tags, where
from tests.notebooks.normalise import WIDGET_VIEW, normalise

MAXIMUM_BYTES = 1_500_000
LEAST_COMPARED_CELLS = 2

# The tags a code cell may carry; nbval ignores a mistyped one silently.
KNOWN_TAGS = {
    "nbval-check-output": "compared in the everyday run too, not only by .ci/run",
    "nbval-ignore-output": "never compared: its text depends on training, time or the machine",
    "raises-exception": "shows an error on purpose",
    "hide-input": "folded: drawing and checking, of which a reader sees the first line",
}
SPEAKING = {"print", "show", "claim", "speed_claim", "display"}
REFRESH = "run python -m tests.notebooks.refresh_outputs"


def run_in_order(book: dict, path: Path) -> list[str]:
    """Execution counts are 1, 2, 3, ... from the first code cell to the last."""
    counts = [cell["execution_count"] for _, cell in cells(book, "code")]
    expected = list(range(1, len(counts) + 1))
    if counts == expected:
        return []
    position = next(i for i, count in enumerate(counts) if count != expected[i])
    return [f"code cell {position + 1} has count {counts[position]}, not {position + 1}; {REFRESH}"]


def outputs_are_stored(book: dict, path: Path) -> list[str]:
    """Each cell that prints, shows, claims, checks or ends with a value has an output."""
    code = list(cells(book, "code"))
    if not code:
        return ["there is no code cell"]
    return [
        f"{where(position, cell)} says something but has no stored output; {REFRESH}"
        for position, cell in code
        if not cell["outputs"] and _speaks(cell)
    ]


def _speaks(cell: dict) -> bool:
    """Whether a cell's own statements produce output whenever they run."""
    for statement in syntax_tree(cell).body:
        call = getattr(statement, "value", None)
        if not isinstance(call, ast.Call):
            continue
        function = call.func
        if isinstance(function, ast.Name) and function.id in SPEAKING:
            return True
        if isinstance(function, ast.Attribute) and function.attr == "check":
            return True
    return False


def speed_claims_hold(book: dict, path: Path) -> list[str]:
    """What the notebook claims about speed holds in the run it stores."""
    return [
        f"{cell_name} stores a speed claim that did not hold; if it does not hold on "
        f"a quiet machine either, change its sentence, else {REFRESH}"
        for cell_name, _, output in outputs(book)
        if NOT_THIS_TIME in output.get("data", {}).get("text/plain", "")
    ]


def no_stored_errors(book: dict, path: Path) -> list[str]:
    """No cell stores an exception, unless its tag says that it is meant to."""
    return [
        f"{cell_name} stores the error {output['ename']}: {output['evalue'][:80]}"
        for cell_name, cell, output in outputs(book)
        if output["output_type"] == "error" and "raises-exception" not in tags(cell)
    ]


def no_stored_stderr(book: dict, path: Path) -> list[str]:
    """No warnings, no logs, no progress bars in the outputs."""
    return [
        f"{cell_name} stores stderr: {output['text'][:80]!r}"
        for cell_name, _, output in outputs(book)
        if output.get("name") == "stderr"
    ]


def known_tags(book: dict, path: Path) -> list[str]:
    """Only tags that some tool obeys, and not two that contradict each other."""
    found = []
    for position, cell in enumerate(book["cells"]):
        unknown = set(tags(cell)) - set(KNOWN_TAGS)
        if unknown:
            names = ", ".join(sorted(unknown))
            found.append(f"{where(position, cell)} has the unknown tag {names}")
        if {"nbval-check-output", "nbval-ignore-output"} <= set(tags(cell)):
            found.append(f"{where(position, cell)} is tagged to check and to ignore")
    return found


def some_cells_are_compared(book: dict, path: Path) -> list[str]:
    """The everyday run compares at least a few outputs with the stored ones."""
    compared = {
        cell_name for cell_name, cell, _ in outputs(book) if "nbval-check-output" in tags(cell)
    }
    if len(compared) >= LEAST_COMPARED_CELLS:
        return []
    return [
        f"{len(compared)} cells with output carry the tag nbval-check-output, expected at least "
        f"{LEAST_COMPARED_CELLS}: tag cells whose text is the same on every machine"
    ]


def compared_cells_say_something(book: dict, path: Path) -> list[str]:
    """A cell tagged as compared stores text; nbval compares nothing with nothing and is content."""
    return [
        f"{where(position, cell)} is tagged nbval-check-output, but stores no text to compare"
        for position, cell in cells(book, "code")
        if "nbval-check-output" in tags(cell)
        and not any(_compared_text(output).strip() for output in cell["outputs"])
    ]


def _compared_text(output: dict) -> str:
    """What nbval compares of an output: pictures and markup it does not."""
    data = output.get("data", {})
    return output.get("text") or output.get("evalue") or data.get("text/plain", "")


def no_widget_state(book: dict, path: Path) -> list[str]:
    """No widget state, with which GitHub shows no notebook at all; no view without a still."""
    found = ["widget state in the metadata; " + REFRESH] if "widgets" in book["metadata"] else []
    return found + [
        f"{cell_name} stores a widget's view, which is an error message without a kernel; "
        "give the widget a still (explorers do), or refresh"
        for cell_name, _, output in outputs(book)
        if WIDGET_VIEW in output.get("data", {})
    ]


def small_enough(book: dict, path: Path) -> list[str]:
    """A notebook stays small enough to open at once and to read as a diff."""
    size = path.stat().st_size
    if size <= MAXIMUM_BYTES:
        return []
    return [f"{size / 1e6:.1f} MB, at most {MAXIMUM_BYTES / 1e6} MB: fewer or smaller pictures"]


def in_stored_form(book: dict, path: Path) -> list[str]:
    """The notebook is as the refresh command writes it."""
    expected = normalise(book)
    if book == expected:
        return []
    if book["metadata"] != expected["metadata"]:
        return [f"metadata are not in the stored form; {REFRESH}"]
    return [
        f"{where(position, cell)} is not in the stored form (id, metadata or outputs); {REFRESH}"
        for position, (cell, wanted) in enumerate(
            zip(book["cells"], expected["cells"], strict=True)
        )
        if cell != wanted
    ]
