"""Where a notebook leaves its exercises: the stub, and the cell that checks it."""

import ast
import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from tests.notebooks.book import cells, syntax_tree

LARGEST_GAP = 3  # code cells between stub and check: a prediction is measured in between


@dataclass
class Check:
    """One call of ``exercises.<name>.check(...)`` in a notebook."""

    name: str
    module: str
    position: int
    candidate: ast.expr
    definitions: list[ast.stmt]
    cell: dict
    call: ast.Call

    @property
    def has_blank(self) -> bool:
        """Whether the stub still holds the learner's ``...``."""
        return any(
            isinstance(node, ast.Constant) and node.value is ...
            for statement in self.definitions
            for node in ast.walk(statement)
        )


def imported_exercises(book: dict) -> dict[str, str]:
    """The exercise modules that a notebook imports: the name it uses, to ``chapter_NN``."""
    return {
        alias.asname or alias.name: alias.name
        for _, cell in cells(book, "code")
        for node in ast.walk(syntax_tree(cell))
        if isinstance(node, ast.ImportFrom) and node.module == "notebooks.exercises"
        for alias in node.names
    }


def checks(book: dict) -> Iterator[Check]:
    """Yield each check of a notebook with the statements that define what it checks."""
    modules = imported_exercises(book)
    earlier: list[ast.stmt] = []
    trees = [(position, cell, syntax_tree(cell)) for position, cell in cells(book, "code")]
    for number, (position, cell, tree) in enumerate(trees):
        earlier = [
            statement
            for _, _, before in trees[max(0, number - LARGEST_GAP) : number]
            for statement in before.body
        ]
        for node in ast.walk(tree):
            if (found := _checked_exercise(node, modules)) and node.args:
                name, module = found
                definitions = _definitions(node.args[0], earlier)
                yield Check(name, module, position, node.args[0], definitions, cell, node)


def loaded(book: dict, source: str, file: Path) -> ModuleType:
    """A module of its own, written to ``file``: the imports of the setup cell, and ``source``."""
    _, setup = next(cells(book, "code"))
    imports = [ast.unparse(statement) for statement in syntax_tree(setup).body
               if isinstance(statement, ast.Import | ast.ImportFrom)]
    file.write_text("\n".join([*imports, "", source, ""]), encoding="utf-8")
    spec = importlib.util.spec_from_file_location(file.stem, file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _checked_exercise(node: ast.AST, modules: dict[str, str]) -> tuple[str, str] | None:
    """(exercise, module) when ``node`` is a call ``module.exercise.check(...)``."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return None
    exercise = node.func.value
    if node.func.attr != "check" or not isinstance(exercise, ast.Attribute):
        return None
    if isinstance(exercise.value, ast.Name) and exercise.value.id in modules:
        return exercise.attr, modules[exercise.value.id]
    return None


def _definitions(candidate: ast.expr, statements: list[ast.stmt]) -> list[ast.stmt]:
    """The statements that define the names a candidate consists of."""
    wanted = {node.id for node in ast.walk(candidate) if isinstance(node, ast.Name)}
    return [statement for statement in statements if wanted & _defined_names(statement)]


def _defined_names(statement: ast.stmt) -> set[str]:
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return {statement.name}
    if isinstance(statement, ast.Assign | ast.AnnAssign):
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        return {
            node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name)
        }
    return set()
