"""Every exercise of the course: left alone, solved, and answered wrongly in each named way."""

import ast
import functools
import importlib.util
import inspect

import pytest

from course_utils.judge.attempts import exercises_by_chapter
from tests.notebooks.book import NOTEBOOKS, cells, notebook_paths, read, syntax_tree
from tests.notebooks.stubs import Check, checks

LEAST_HINTS = 1


def load(chapter: str, name: str):
    """One exercise by its chapter's module and its name."""
    return getattr(importlib.import_module(f"notebooks.exercises.{chapter}"), name)


EXERCISES = [(chapter, name) for chapter, names in exercises_by_chapter().items() for name in names]
MISTAKES = [
    (chapter, name, position)
    for chapter, name in EXERCISES
    for position, _ in enumerate(load(chapter, name).mistakes)
]
every_exercise = pytest.mark.parametrize(
    ("chapter", "name"), EXERCISES, ids=[".".join(address) for address in EXERCISES]
)


def test_there_are_exercises():
    assert EXERCISES, "notebooks/exercises has no chapter_NN.py, so no exercise was tested"


@every_exercise
def test_reference_is_right(chapter, name):
    exercise = load(chapter, name)
    verdict = exercise.judge(exercise.reference)
    assert verdict.status == "right", verdict


@pytest.mark.parametrize(
    ("chapter", "name", "position"),
    MISTAKES,
    ids=[f"{chapter}.{name}.{position}" for chapter, name, position in MISTAKES],
)
def test_mistake_is_called_by_its_own_name(chapter, name, position):
    exercise = load(chapter, name)
    mistake = exercise.mistakes[position]
    verdict = exercise.judge(mistake.implementation)
    assert (verdict.status, verdict.name) == ("mistake", mistake.name), verdict


@every_exercise
def test_mistakes_have_names_and_explanations(chapter, name):
    exercise = load(chapter, name)
    names = [mistake.name for mistake in exercise.mistakes]
    assert len(set(names)) == len(names), f"two mistakes share a name: {names}"
    for mistake in exercise.mistakes:
        assert mistake.name.strip(), "a mistake has no name"
        assert len(mistake.explanation.split()) >= 4, f"{mistake.name}: no real explanation"


@every_exercise
def test_hints_lead_on_and_a_solution_can_be_shown(chapter, name):
    exercise = load(chapter, name)
    assert len(exercise.hints) >= LEAST_HINTS
    assert len(set(exercise.hints)) == len(exercise.hints)
    assert all(hint.strip() for hint in exercise.hints)
    assert exercise._solution_text().strip()


@every_exercise
def test_stub_in_the_notebook_is_not_started(chapter, name, tmp_path):
    exercise = load(chapter, name)
    verdict = exercise.judge(stub_of(chapter, name, tmp_path))
    assert verdict.status == "not started", verdict


@every_exercise
def test_stub_and_reference_have_the_same_signature(chapter, name, tmp_path):
    exercise = load(chapter, name)
    stub = stub_of(chapter, name, tmp_path)
    if not callable(exercise.reference):
        assert not callable(stub)
        return
    assert parameters(stub) == parameters(exercise.reference)


def parameters(function) -> list[tuple]:
    """What a caller has to know of a function: names, kinds and defaults of its parameters."""
    return [
        (parameter.name, parameter.kind, repr(parameter.default))
        for parameter in inspect.signature(function).parameters.values()
    ]


def stub_of(chapter: str, name: str, folder):
    """The stub of an exercise as its notebook has it, loaded as a module of its own.

    The module holds the imports of the notebook's setup cell and the statements that define
    what the notebook hands to ``exercises.<name>.check``.
    """
    imports, all_checks = _contents_of(chapter)
    found = [check for check in all_checks if check.name == name]
    assert len(found) == 1, f"{chapter} checks {name} {len(found)} times, expected once"
    source = imports + "\n\n" + _source_of(found[0])
    file = folder / f"stub_of_{chapter}_{name}.py"
    file.write_text(source, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(file.stem, file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.candidate


@functools.cache
def _contents_of(chapter: str) -> tuple[str, list[Check]]:
    """The imports of a chapter's notebook, and all that it checks."""
    number = chapter.removeprefix("chapter_")
    found = [path for path in notebook_paths() if path.name.startswith(f"{number}_")]
    assert len(found) == 1, f"{chapter} has {len(found)} notebooks in {NOTEBOOKS}, expected one"
    book = read(found[0])
    return _setup_imports(book), list(checks(book))


def _setup_imports(book) -> str:
    """The import statements of a notebook's setup cell."""
    _, setup = next(cells(book, "code"))
    return "\n".join(
        ast.unparse(statement)
        for statement in syntax_tree(setup).body
        if isinstance(statement, ast.Import | ast.ImportFrom)
    )


def _source_of(check: Check) -> str:
    """The stub's own statements, and the candidate made of what they define."""
    statements = [ast.unparse(statement) for statement in check.definitions]
    return "\n\n".join([*statements, f"candidate = {ast.unparse(check.candidate)}\n"])
