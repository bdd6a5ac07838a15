"""Every exercise of the course: left alone, solved, and answered wrongly in each named way."""

import ast
import doctest
import functools
import importlib
import inspect
import math

import numpy as np
import pytest
import torch

from course_utils.judge.tasks import Exercise, Prediction, Task
from notebooks.exercises.progress_table import tasks_by_chapter
from tests.notebooks.book import NOTEBOOKS, notebook_paths, read
from tests.notebooks.stubs import checks, loaded

TASKS = {task.address: task for tasks in tasks_by_chapter().values() for task in tasks}
MISTAKES = {f"{address}.{position}": (task, mistake) for address, task in TASKS.items()
            for position, mistake in enumerate(task.mistakes)}
every_task = pytest.mark.parametrize("address", TASKS)
every_written = pytest.mark.parametrize(
    "address", [address for address, task in TASKS.items() if isinstance(task, Exercise)])


@every_task
def test_reference_is_right(address):
    task = TASKS[address]
    verdict = task.judge(task.reference)
    assert verdict.status == ("done" if isinstance(task, Prediction) else "right"), verdict


@pytest.mark.parametrize("name", MISTAKES)
def test_mistake_is_called_by_its_own_name(name):
    task, mistake = MISTAKES[name]
    verdict = task.judge(mistake.implementation)
    status = "done" if isinstance(task, Prediction) else "mistake"
    assert (verdict.status, verdict.name) == (status, mistake.name), verdict


@every_task
def test_mistakes_have_names_and_explanations(address):
    names = [mistake.name for mistake in TASKS[address].mistakes]
    assert len(set(names)) == len(names), f"two mistakes share a name: {names}"
    for mistake in TASKS[address].mistakes:
        assert mistake.name.strip(), "a mistake has no name"
        assert len(mistake.explanation.split()) >= 4, f"{mistake.name}: no real explanation"


@every_task
def test_hints_lead_on_and_a_solution_can_be_shown(address):
    hints = TASKS[address].hints
    assert len(hints) >= 1
    assert len(set(hints)) == len(hints)
    assert all(hint.strip() for hint in hints)
    assert TASKS[address].solution_text().strip()


@every_written
def test_an_example_stands_among_the_hints(address):
    assert TASKS[address].example.lstrip().startswith(">>> "), f"{address} has no example"


@every_written
def test_example_is_true_of_the_reference(address):
    example = TASKS[address].example
    names = {"np": np, "torch": torch, "math": math, **names_of_the_reference(address)}
    test = doctest.DocTestParser().get_doctest(example, names, address, None, 0)
    report = []
    result = doctest.DocTestRunner(
        optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    ).run(test, out=report.append)
    assert not result.failed, "".join(report)
    assert not example or any(line.want for line in test.examples), "it shows no result"


def names_of_the_reference(address: str) -> dict[str, object]:
    """The reference under the name that the learner's function or class has in the notebook."""
    reference = TASKS[address].reference
    return {ast.unparse(check_of(address).candidate): reference} if callable(reference) else {}


@every_task
def test_stub_is_not_started_and_has_the_signature_of_the_reference(address, tmp_path):
    task, stub = TASKS[address], stub_of(address, tmp_path)
    verdict = task.judge(stub)
    assert verdict.status == "not started", verdict
    assert callable(stub) == callable(task.reference)
    if callable(stub):
        assert parameters(stub) == parameters(task.reference)


def parameters(function) -> list[tuple]:
    """What a caller has to know of a function: names, kinds and defaults of its parameters."""
    return [
        (parameter.name, parameter.kind, repr(parameter.default))
        for parameter in inspect.signature(function).parameters.values()
    ]


def stub_of(address: str, folder):
    """What the notebook hands to ``exercises.<name>.check`` before the learner has begun."""
    check, (book, _) = check_of(address), contents_of(number_of(address))
    statements = [ast.unparse(statement) for statement in check.definitions]
    source = "\n\n".join([*statements, f"candidate = {ast.unparse(check.candidate)}"])
    return loaded(book, source, folder / f"stub_of_{address}.py".replace(".", "_", 1)).candidate


def check_of(address: str):
    """The check of an exercise in its notebook."""
    _, all_checks = contents_of(number_of(address))
    name = address.partition(".")[2]
    (check,) = [check for check in all_checks if check.name == name] or [None]
    assert check, f"{address} is checked by no cell of its notebook: CONTRIBUTING, Add an exercise"
    return check


def number_of(address: str) -> str:
    """The number of the chapter, as in "chapter_04.backward"."""
    return address.partition(".")[0].removeprefix("chapter_")


@functools.cache
def contents_of(number: str) -> tuple:
    """A chapter's notebook, and all that it checks."""
    path, = [path for path in notebook_paths() if path.name.startswith(f"{number}_")]
    return read(path), list(checks(read(path)))


@pytest.mark.parametrize(
    "chapter", [path.stem for path in (NOTEBOOKS / "exercises").glob("chapter_*.py")])
def test_chapter_names_each_of_its_tasks(chapter):
    module = vars(importlib.import_module(f"notebooks.exercises.{chapter}"))
    tasks = {name: value for name, value in module.items() if isinstance(value, Task)}
    assert tasks
    last_line = "TASKS = name_tasks(globals())"
    assert module.get("TASKS") == list(tasks.values()), f"{chapter} does not end with {last_line}"
    assert [task.address for task in tasks.values()] == [f"{chapter}.{name}" for name in tasks]
