"""The sections of a notebook, and which earlier ones each needs after a restart.

Under its heading a section says what must have run besides the setup cell, as in
``*Needs sections 1 and 3.*``; a section without that line needs nothing else.
"""

import ast
import re
import symtable
from dataclasses import dataclass, field

from tests.notebooks.book import cells, headings, syntax_tree

_LINE = re.compile(r"^\*Needs sections? (?P<numbers>[\d, toand]+)\.\*$", flags=re.MULTILINE)


@dataclass
class Section:
    """A numbered section.

    Attributes:
        number: As in its heading.
        heading_position: The cell that holds its heading.
        code: Its code cells.
        said: The sections that the line under its heading names.
    """

    number: int
    heading_position: int
    code: list[dict] = field(default_factory=list)
    said: set[int] = field(default_factory=set)


def setup_cell(book: dict) -> dict:
    """The first code cell, which has all imports."""
    return next(cells(book, "code"))[1]


def sections(book: dict) -> list[Section]:
    """The numbered sections in their order, without the setup cell."""
    found: list[Section] = []
    setup = setup_cell(book)
    for position, cell in enumerate(book["cells"]):
        if cell["cell_type"] == "markdown":
            for level, text in headings(cell["source"]):
                if level == 2 and (number := re.match(r"(\d+)\. ", text)):
                    said = _said_under(text, cell["source"])
                    found.append(Section(int(number[1]), position, said=said))
        elif found and cell["source"].strip() and cell is not setup:
            found[-1].code.append(cell)
    return found


def _said_under(heading: str, markdown: str) -> set[int]:
    """The sections named in the line that follows a heading."""
    below = markdown.split(f"## {heading}", 1)[1].split("\n## ", 1)[0]
    line = _LINE.search(below)
    return numbers_in(line["numbers"]) if line else set()


def numbers_in(text: str) -> set[int]:
    """Read "1", "1 and 3", "1 to 4", "1, 3 to 5 and 7"."""
    found: set[int] = set()
    for first, last in re.findall(r"(\d+)(?: to (\d+))?", text):
        found |= set(range(int(first), int(last or first) + 1))
    return found


def line_for(numbers: set[int]) -> str:
    """Write what `numbers_in` reads, as the line under a heading."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    parts = []
    for run in runs:
        parts += [f"{run[0]} to {run[-1]}"] if len(run) > 2 else [str(number) for number in run]
    text = ", ".join(parts[:-1]) + " and " * (len(parts) > 1) + parts[-1]
    return f"*Needs section{'s' * (len(numbers) > 1)} {text}.*"


def needs(book: dict) -> dict[int, set[int]]:
    """For each section the earlier ones whose names it uses, and those that these need.

    What a section changes in place leaves no trace in names: that only a run can show.
    """
    home: dict[str, int] = {}  # name: the last section that bound it
    found: dict[int, set[int]] = {}
    for section in sections(book):
        names = Names()
        for cell in section.code:
            names.visit(syntax_tree(cell))
        direct = {home[name] for name in names.read if name in home}
        found[section.number] = direct.union(*(found[number] for number in direct))
        home |= dict.fromkeys(names.bound, section.number)
    return found


class Names(ast.NodeVisitor):
    """The global names that code reads before it binds them, in functions too; all it binds."""

    def __init__(self) -> None:
        self.read: set[str] = set()
        self.bound: set[str] = set()

    def visit_Name(self, node: ast.Name) -> None:
        """Note a name."""
        if isinstance(node.ctx, ast.Load):
            self.read |= {node.id} - self.bound
        else:
            self.bound.add(node.id)

    def visit_Assign(self, node: ast.Assign) -> None:
        """Read the value before the names are bound."""
        for part in (node.value, *node.targets):
            self.visit(part)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        """Read what is changed, and the value."""
        target = {inner.id for inner in ast.walk(node.target) if isinstance(inner, ast.Name)}
        self.read |= target - self.bound
        self.visit(node.value)
        self.visit(node.target)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        """Note the name of a caught error, which ends with its block."""
        inner = Names()
        inner.bound = self.bound | {node.name}
        inner.generic_visit(node)
        self.read |= inner.read
        self.bound |= inner.bound - {node.name}

    def visit_alias(self, node: ast.alias) -> None:
        """Note an imported name."""
        self.bound.add(node.asname or node.name.split(".")[0])

    def _visit_scope(self, node: ast.AST) -> None:
        """Ask Python itself which names of a function or class are global."""
        self.bound |= {node.name} if hasattr(node, "name") else set()
        self.read |= _global_names(symtable.symtable(ast.unparse(node), "cell", "exec"))
        self.read -= self.bound

    def _visit_comprehension(self, node: ast.AST) -> None:
        """Keep its variables inside; Python 3.12 no longer counts it as a scope of its own."""
        inner = Names()
        for loop in node.generators:
            inner.visit(loop.target)
        inner.generic_visit(node)
        self.read |= inner.read - self.bound

    visit_FunctionDef = visit_ClassDef = visit_Lambda = _visit_scope
    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _visit_comprehension


def _global_names(table: symtable.SymbolTable) -> set[str]:
    """The global names that a scope and the scopes in it refer to."""
    is_module = table.get_type() == "module"
    found = {
        symbol.get_name()
        for symbol in table.get_symbols()
        if symbol.is_referenced() and (is_module or symbol.is_global())
    }
    return found.union(*(_global_names(child) for child in table.get_children()))
