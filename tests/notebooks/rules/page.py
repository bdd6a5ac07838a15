"""Rules on the page: ideas stand open, drawing and asserting are folded."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.notebooks.book import cells, is_folded, nodes, syntax_tree, where
from tests.notebooks.sections import Names

CAPTION = re.compile(r"# (Drawing|Checking): \S.{5,}")
MAXIMUM_OPEN_LINES = 20
MAXIMUM_FOLDED_LINES = 30
CLAIMS = {"claim", "speed_claim"}
CHECKS = {"measured", "compared", "counted", "equal"}

# What draws more than the plain line that an open cell may draw: methods of axes and figures.
DRAWING = {
    "annotate", "axhline", "axvline", "bar", "bar_label", "barh", "contour", "contourf",
    "errorbar", "fill_between", "hist", "hlines", "imshow", "legend", "matshow", "pcolormesh",
    "scatter", "set_title", "set_xlabel", "set_xticks", "set_ylabel", "set_yticks",
    "suptitle", "supxlabel", "supylabel", "text", "tick_params", "vlines",
}


def _calls(cell: dict) -> Iterator[tuple[str, ast.Call]]:
    """Each call of a cell, with the last word of what it calls."""
    for node in ast.walk(syntax_tree(cell)):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func).rpartition(".")[2], node


def folded_cells_have_captions(book: dict, path: Path) -> list[str]:
    """The first line of a folded cell, which is all that is seen of it, says what it does."""
    return [
        f"{where(position, cell)} is folded; begin it with '# Drawing: ...' or '# Checking: ...'"
        for position, cell in cells(book, "code")
        if is_folded(cell) and not CAPTION.match(cell["source"])
    ]


def folded_cells_define_nothing(book: dict, path: Path) -> list[str]:
    """What a later cell uses is computed where a reader sees it."""
    found, folded = [], {}  # name: the folded cell that bound it last
    for position, cell in cells(book, "code"):
        names = Names()
        names.visit(syntax_tree(cell))
        found += [
            f"{where(position, cell)} uses {name}, which {folded[name]} defines, folded"
            for name in sorted(names.read & folded.keys())
        ]
        bound = {name: where(position, cell) if is_folded(cell) else None for name in names.bound}
        folded = {name: home for name, home in {**folded, **bound}.items() if home}
    return found


def open_cells_do_not_draw(book: dict, path: Path) -> list[str]:
    """Beyond a plain plot and show, drawing is folded; so is every claim."""
    found = []
    for position, cell in cells(book, "code"):
        if is_folded(cell):
            continue
        for name, call in _calls(cell):
            if name in CLAIMS:
                found.append(f"{where(position, cell)} claims; fold it, tagged hide-input")
            elif name in DRAWING or ast.unparse(call.func).startswith("plotting."):
                found.append(f"{where(position, cell)} draws with {name}(); fold the drawing")
    return found


def looks_come_from_the_style_sheet(book: dict, path: Path) -> list[str]:
    """No hex colour and no font in a cell: they have names in course_utils.plotting."""
    found = []
    for cell_name, node in nodes(book):
        if isinstance(node, ast.keyword) and node.arg in {"fontsize", "fontweight", "fontfamily"}:
            found.append(f"{cell_name} sets {node.arg}")
        if isinstance(node, ast.Constant) and isinstance(node.value, str) \
                and re.fullmatch(r"#([0-9a-fA-F]{3}){1,2}", node.value):
            found.append(f"{cell_name} has the colour {node.value}; name it in plotting")
    return found


def claims_are_measured(book: dict, path: Path) -> list[str]:
    """A claim takes what was measured, and bounds; not a truth value or a fixed text."""
    found = []
    for position, cell in cells(book, "code"):
        for name, call in _calls(cell):
            if name not in CLAIMS | CHECKS:
                continue
            values = call.args[1:] if name in CLAIMS else call.args[:1]
            if name == "compared":
                values = [*call.args[1:2], *call.args[4:5]]
            if not values or all(_measures_nothing(value, name) for value in values):
                found.append(f"{where(position, cell)}: {name}() has no measured value")
    return found


def _measures_nothing(value: ast.expr, name: str) -> bool:
    """Whether an argument is fixed, or only a verdict that the text cannot follow from."""
    if isinstance(value, ast.UnaryOp):
        return _measures_nothing(value.operand, name)
    if isinstance(value, ast.Compare | ast.BoolOp):
        return name != "counted"
    return isinstance(value, ast.Constant | ast.JoinedStr)


def cells_are_short(book: dict, path: Path) -> list[str]:
    """Open cells have at most 20 lines, but for one visible class; folded ones at most 30."""
    found, classes = [], 0
    for position, cell in cells(book, "code"):
        lines = sum(bool(line.strip()) for line in cell["source"].splitlines())
        most = MAXIMUM_FOLDED_LINES if is_folded(cell) else MAXIMUM_OPEN_LINES
        if lines <= most:
            continue
        classes += isinstance(syntax_tree(cell).body[0], ast.ClassDef)
        if classes != 1 or not isinstance(syntax_tree(cell).body[0], ast.ClassDef):
            found.append(f"{where(position, cell)} has {lines} lines, at most {most}")
    return found
