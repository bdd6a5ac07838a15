"""Rules on the code of a notebook."""

import ast
import re
import sys
from pathlib import Path

from tests.notebooks.book import ROOT, cells, nodes, syntax_tree, where

# Packages that come with a declared one and whose names the course may use.
COMES_WITH = {
    "IPython": "ipywidgets",
    "PIL": "torchvision",
    "nbclient": "jupyterlab",
    "nbconvert": "jupyterlab",
    "nbformat": "nbval",
    "traitlets": "ipywidgets",
    "xdist": "pytest_xdist",
}

SPEED = re.compile(r"\bfaster\b|\bas fast\b|\bthroughput\b|\ba second\b")


def cells_are_python(book: dict, path: Path) -> list[str]:
    """Each code cell parses."""
    found = []
    for position, cell in cells(book, "code"):
        try:
            syntax_tree(cell)
        except SyntaxError as error:
            found.append(f"{where(position, cell)} is not Python: {error.msg}")
    return found


def one_setup_cell(book: dict, path: Path) -> list[str]:
    """The first code cell has all imports of the notebook."""
    found = []
    for number, (position, cell) in enumerate(cells(book, "code")):
        body = syntax_tree(cell).body
        imports = [node for node in body if isinstance(node, ast.Import | ast.ImportFrom)]
        if number == 0 and not imports:
            found.append(f"{where(position, cell)} is the first code cell, but imports nothing")
        if number > 0 and imports:
            found.append(f"{where(position, cell)} imports; move it to the setup cell")
    return found


def no_star_imports(book: dict, path: Path) -> list[str]:
    """Every name's origin can be read."""
    return [
        f"{cell_name} has 'from {node.module} import *'; name what you import"
        for cell_name, node in nodes(book)
        if isinstance(node, ast.ImportFrom) and node.names[0].name == "*"
    ]


def no_hidden_output(book: dict, path: Path) -> list[str]:
    """No magic that hides output or runs a shell command."""
    return [
        f"{where(position, cell)} uses {match.group().strip()}, which hides or runs what a reader "
        "cannot see"
        for position, cell in cells(book, "code")
        if (match := re.search(r"^\s*(%%capture|%%bash|%%sh|%%html|%pip|!)", cell["source"], re.M))
    ]


def speed_stops_nothing(book: dict, path: Path) -> list[str]:
    """Speed is claimed by ``speed_claim``, which a busy machine cannot turn into a failure."""
    return [
        f"{cell_name} claims a speed with claim(); use speed_claim()"
        for cell_name, node in nodes(book)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "claim"
        if SPEED.search(ast.unparse(node.args[0]))
    ]


def nothing_dangerous(book: dict, path: Path) -> list[str]:
    """No input() and no unsafe torch.load; ruff sees pickle, eval, shells and hidden warnings."""
    return [
        f"{where(position, cell)} {problem}"
        for position, cell in cells(book, "code")
        for problem in dangers(syntax_tree(cell))
    ]


def dangers(tree: ast.AST) -> list[str]:
    """What a piece of code does that no code of the course may do and that ruff does not see."""
    found = []
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call):
            continue
        function = ast.unparse(call.func)
        if function == "input":
            found.append("calls input(): nothing can answer it when the code is run by a tool")
        given = {word.arg: getattr(word.value, "value", None) for word in call.keywords}
        safe = given.get("weights_only", function != "torch.load")
        if safe is not True:
            found.append("loads a file with more than weights in it: pass weights_only=True")
    return found


def imported_modules(node: ast.AST) -> list[str]:
    """The top-level modules that a statement imports from outside its own package."""
    if isinstance(node, ast.Import):
        return [alias.name.split(".")[0] for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
        return [node.module.split(".")[0]]
    return []


def declared_packages() -> set[str]:
    """The packages named in requirements.txt."""
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    names = [re.match(r"[A-Za-z0-9_-]+", line) for line in lines if not line.startswith(("#", "-"))]
    return {match.group().replace("-", "_") for match in names if match}


def undeclared_imports(tree: ast.AST) -> list[str]:
    """The modules that a piece of code imports and requirements.txt does not bring."""
    allowed = declared_packages() | {"course_utils", "notebooks", "tests", *sys.stdlib_module_names}
    allowed |= {name for name, source in COMES_WITH.items() if source in declared_packages()}
    return [
        f"imports {module}, which requirements.txt does not declare"
        for node in ast.walk(tree)
        for module in imported_modules(node)
        if module not in allowed
    ]


def imports_are_declared(book: dict, path: Path) -> list[str]:
    """Each import is of Python itself, of course_utils, or declared in requirements.txt."""
    return [
        f"{where(position, cell)} {problem}"
        for position, cell in cells(book, "code")
        for problem in undeclared_imports(syntax_tree(cell))
    ]
