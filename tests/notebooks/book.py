"""Reading a notebook: its cells, its syntax trees, its headings, its header's figures."""

import ast
import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
from IPython.core.inputtransformer2 import TransformerManager

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = ROOT / "notebooks"


def notebook_paths() -> list[Path]:
    """The chapters of the course, in reading order."""
    return sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))


def read(path: Path) -> nbformat.NotebookNode:
    """Read a notebook as it stands on disk."""
    return nbformat.read(path, as_version=4)


def cells(book: dict, kind: str) -> Iterator[tuple[int, dict]]:
    """Yield (position, cell) for each cell of one kind (``code`` or ``markdown``)."""
    for position, cell in enumerate(book["cells"]):
        if cell["cell_type"] == kind and cell["source"].strip():
            yield position, cell


def tags(cell: dict) -> list[str]:
    """The tags of a cell, in their order."""
    return cell["metadata"].get("tags", [])


def is_folded(cell: dict) -> bool:
    """Whether a reader sees only the first line of a code cell."""
    return "hide-input" in tags(cell)


def where(position: int, cell: dict) -> str:
    """Name a cell in a message, by its position and its first line."""
    first_line = cell["source"].strip().splitlines()[0] if cell["source"].strip() else "empty"
    return f"cell {position} ({first_line[:50]!r})"


def outputs(book: dict) -> Iterator[tuple[str, dict, dict]]:
    """Yield (name of the cell, cell, output) for each stored output."""
    for position, cell in cells(book, "code"):
        for output in cell["outputs"]:
            yield where(position, cell), cell, output


def nodes(book: dict) -> Iterator[tuple[str, ast.AST]]:
    """Yield (name of the cell, node) for each node of the code cells' syntax trees."""
    for position, cell in cells(book, "code"):
        for node in ast.walk(syntax_tree(cell)):
            yield where(position, cell), node


def syntax_tree(cell: dict) -> ast.Module:
    """Parse a code cell, with the notebook's magics turned into calls as IPython does.

    Raises:
        SyntaxError: If the cell is not Python.
    """
    return _parse(cell["source"])


@functools.cache
def _parse(source: str) -> ast.Module:
    """Parse a cell once for all tests that ask for it; nobody changes the tree."""
    return ast.parse(TransformerManager().transform_cell(source))


def prose(markdown: str) -> str:
    """Markdown without its code, in which links and images mean what they say."""
    without_fences = re.sub(r"^(```|~~~).*?^\1\s*$", "", markdown, flags=re.DOTALL | re.MULTILINE)
    return re.sub(r"`[^`\n]*`", "`code`", without_fences)


def headings(markdown: str) -> list[tuple[int, str]]:
    """The headings in a piece of markdown, as (level, text)."""
    without_fences = re.sub(r"^(```|~~~).*?^\1\s*$", "", markdown, flags=re.DOTALL | re.MULTILINE)
    found = re.findall(r"^(#{1,6})\s+(.+?)\s*#*$", without_fences, flags=re.MULTILINE)
    return [(len(hashes), text) for hashes, text in found]


def all_headings(book: dict) -> list[tuple[int, str]]:
    """The headings of a whole notebook, as (level, text)."""
    return [found for _, cell in cells(book, "markdown") for found in headings(cell["source"])]


@dataclass(frozen=True)
class HeaderFigures:
    """What a notebook's first cell promises about itself."""

    reading_minutes: float
    core_minutes: float
    duration_s: float
    memory_gb: float


_HEADER = re.compile(
    r"^\*\*Time:\*\* (?P<reading>\d+) minutes to read, (?P<core>\d+) with the core exercises"
    r" · (?P<seconds>\d+) s on two CPU cores"
    r" · (?P<memory>\d+(?:\.\d+)?) GB\s*$",
    flags=re.MULTILINE,
)
HEADER_EXAMPLE = (
    "**Time:** 30 minutes to read, 45 with the core exercises · 12 s on two CPU cores · 0.5 GB"
)


def header_figures(book: dict) -> HeaderFigures:
    """Read the line of the form `HEADER_EXAMPLE`.

    Raises:
        ValueError: If the first cell has no such line.
    """
    found = _HEADER.search(book["cells"][0]["source"]) if book["cells"] else None
    if found is None:
        raise ValueError(
            f"the first cell has no line of the form {HEADER_EXAMPLE!r}; "
            "add it, and the refresh command sets its minutes"
        )
    return HeaderFigures(*(float(found[name]) for name in ("reading", "core", "seconds", "memory")))
