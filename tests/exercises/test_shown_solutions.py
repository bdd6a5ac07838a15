"""A shown solution can be pasted into its notebook: it uses no name that is not there."""

import ast
import builtins
import importlib

import pytest

from tests.notebooks.book import cells, notebook_paths, read, syntax_tree
from tests.notebooks.sections import Names
from tests.notebooks.stubs import checks


def unknown_names(book: dict, exercises) -> dict[str, set[str]]:
    """For each exercise with code to write, the names its solution finds nowhere."""
    known, found = Names(), {}
    wanted = {check.name: check.position for check in checks(book)}
    for position, cell in cells(book, "code"):
        for name in (name for name, where in wanted.items() if where == position):
            exercise = getattr(exercises, name)
            if callable(exercise.reference):
                solution = Names()
                solution.visit(ast.parse(exercise.solution_text()))
                found[name] = solution.read - known.bound - set(dir(builtins))
        known.visit(syntax_tree(cell))
    return found


@pytest.mark.parametrize("path", notebook_paths(), ids=lambda path: path.stem)
def test_shown_solutions_use_only_names_of_the_notebook(path):
    exercises = importlib.import_module(f"notebooks.exercises.chapter_{path.name[:2]}")
    unknown = {name: names for name, names in unknown_names(read(path), exercises).items() if names}
    assert not unknown


def test_a_solution_that_needs_more_is_seen():
    book = read(notebook_paths()[0])
    name = next(check.name for check in checks(book))

    class Exercises:
        """Stands for the chapter's module."""

    class Exercise:
        """An exercise whose reference leans on its own module."""

        reference = len

        def solution_text(self):
            return "def solution(x):\n    return HELPER + x + len(np.ones(3))"

    for check in checks(book):
        setattr(Exercises, check.name, Exercise())
    assert unknown_names(book, Exercises)[name] == {"HELPER"}
