"""Every notebook runs to its end in a real kernel with a hostile answer to each exercise."""

import ast
import shutil

import nbformat
import pytest
from nbformat.v4 import new_code_cell

from tests.notebooks.book import notebook_paths, read
from tests.notebooks.refresh_outputs import execute
from tests.notebooks.stubs import checks

FUNCTION = "def {name}(*arguments, **options):\n    {body}"
BODIES = [
    "return None", "raise ValueError('<b>no</b>')", "raise SystemExit", "raise KeyboardInterrupt",
    "return {name}(*arguments)", "yield arguments", "return [arguments, ...]",
    "while True: print('again')", "return float('nan')", "return arguments[0] if arguments else 1",
    "kept = []\n    while True: kept.append(bytearray(10_000_000))",
]
ONCE = "while True: pass"  # it costs its five seconds each time
VALUES = ["None", "'z'", "float('nan')", "10**400", "[]", "print"]


def abused(path):
    """The notebook with a cell before each check that puts something hostile in the stub's place;
    and how many."""
    book, hostile = read(path), {}
    for number, check in enumerate(checks(book)):
        if not isinstance(check.candidate, ast.Name):
            continue
        name, is_code = check.candidate.id, isinstance(
            check.definitions[-1], ast.FunctionDef | ast.ClassDef)
        body = ONCE if is_code and ONCE not in "".join(hostile.values()) \
            else BODIES[number % len(BODIES)]
        hostile[check.position] = FUNCTION.format(name=name, body=body.format(name=name)) \
            if is_code else f"{name} = {VALUES[number % len(VALUES)]}"
    for position in sorted(hostile, reverse=True):
        book.cells.insert(position, new_code_cell(hostile[position]))
    return book, len(hostile)


@pytest.mark.parametrize("path", notebook_paths(), ids=lambda path: path.stem)
def test_notebook_runs_to_its_end(path, tmp_path):
    book, count = abused(path)
    assert count, "no exercise was abused"
    copy = tmp_path / path.name
    nbformat.write(book, copy)
    shutil.copytree(path.parent / "scripts", tmp_path / "scripts")  # what chapter 16 starts
    executed, _ = execute(copy)
    said = [str(output.get("data", {}).get("text/plain", "")) for cell in executed.cells
            if ".check(" in cell.source for output in cell.get("outputs", [])]
    assert sum("✗" in words for words in said) >= count // 2
    assert not any("✓" in words and "Right" in words for words in said)
