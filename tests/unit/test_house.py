"""The order of the house: where a name lives, what may ask whom, how long a function may be."""

import ast

import pytest

from tests.notebooks.book import ROOT

LONGEST_FUNCTION = 40


def name_of(path) -> str:
    """A file's name as an import line writes it."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts).removesuffix(".__init__")


PACKAGE = {name_of(path): ast.parse(path.read_text(encoding="utf-8"))
           for path in (ROOT / "course_utils").rglob("*.py")}
CHAPTERS = {name_of(path): ast.parse(path.read_text(encoding="utf-8"))
            for path in (ROOT / "notebooks").rglob("*.py")}


def imports(tree: ast.AST) -> list[tuple[str, str]]:
    """Each import of a piece of code: (module, name), the name "" where the module is meant."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(alias.name, "") for alias in node.names]
        if isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            names = [(f"{module}.{alias.name}", alias.name) for alias in node.names]
            found += [(whole, "") if whole in PACKAGE else (module, name) for whole, name in names]
    return found


def passed_on(module: str, name: str) -> bool:
    """Whether a module of the package has a name only because it imports it."""
    return name in [alias.asname or alias.name for node in PACKAGE[module].body
                    if isinstance(node, ast.ImportFrom) for alias in node.names]


@pytest.mark.parametrize("module", [*PACKAGE, *CHAPTERS])
def test_each_name_is_imported_from_where_it_lives(module):
    tree = (PACKAGE | CHAPTERS)[module]
    assert "__all__" not in {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    found = [(source, name) for source, name in imports(tree)
             if source.startswith(".") or (source in PACKAGE and passed_on(source, name))]
    assert found == []


def test_the_package_needs_neither_chapters_nor_tests_and_has_no_circle():
    asks = {module: {source for source, _ in imports(tree)} for module, tree in PACKAGE.items()}
    assert not [module for module, sources in asks.items() for source in sources
                if source.split(".")[0] in ("notebooks", "tests")]
    while free := [module for module, sources in asks.items() if not sources & asks.keys()]:
        for module in free:
            del asks[module]
    assert not asks, f"these ask each other in a circle, or wait for one: {sorted(asks)}"


@pytest.mark.parametrize("module", PACKAGE)
def test_no_function_is_longer_than_a_screen(module):
    long = [node.name for node in ast.walk(PACKAGE[module])
            if isinstance(node, ast.FunctionDef) and lines_of(node) > LONGEST_FUNCTION]
    assert long == []


def lines_of(function: ast.FunctionDef) -> int:
    """How many lines a function has, without the words that explain it."""
    words = len(function.body[0].value.value.splitlines()) if ast.get_docstring(function) else 0
    return function.end_lineno - function.lineno + 1 - words
