"""A small edit of the learner's own code that would make it right, looked for when no mistake fits.

What is found is a possibility, not a diagnosis: the line is named first, the edit is a hint.
"""

from __future__ import annotations

import ast
import contextlib
import inspect
import itertools
import linecache
import time
from collections.abc import Iterable
from functools import partial
from typing import Any

from course_utils.judge.edits import Edit, edits
from course_utils.judge.guard import Limits, run_guarded
from course_utils.judge.trial import Trial

SECONDS = 1.5
BATCH, SECONDS_A_BATCH = 30, 0.4  # an edit may make a loop that never ends
MAXIMUM_LINES = 60
# What writes files or asks the system: code with these words is not run again and again.
WORLDLY = {"open", "write", "write_text", "write_bytes", "save", "savez", "dump", "unlink",
           "remove", "rename", "mkdir", "rmtree", "system", "run", "Popen", "input", "exec", "eval",
           "print"}


def find_repair(candidate: Any, trial: Trial) -> Edit | None:
    """The first small edit of a candidate's source with which all cases are right, or None.

    None also where there is no source (a lambda, a built-in), where the code prints or touches
    files, and where the search takes too long.
    """
    tree = _tree_of(candidate)
    if tree is None or _touches_the_world(tree):
        return None
    give_up = time.monotonic() + SECONDS
    limits = Limits(SECONDS_A_BATCH, trial.limits.memory_bytes)
    left = edits(tree)
    while time.monotonic() < give_up:
        batch = itertools.islice(left, BATCH)
        outcome = run_guarded(partial(_first_right, batch, candidate, trial), limits)
        tried, found = outcome.value or (1, None)  # where one was stopped, go on with the next
        if found or not tried or outcome.still_running:
            return found
    return None


def _first_right(batch: Iterable[Edit], candidate: Any, trial: Trial) -> tuple[int, Edit | None]:
    """How many edits were tried, and the first that makes all cases right."""
    tried = 0
    for tried, edit in enumerate(batch, start=1):
        with contextlib.suppress(Exception):  # most edits break the code
            if trial.is_right(_made(edit.tree, candidate)):
                return tried, edit
    return tried, None


def _made(tree: ast.Module, candidate: Any) -> Any:
    """The function or class that a tree defines, in the candidate's own surroundings."""
    names = dict(_surroundings(candidate))
    exec(compile(tree, "<edited>", "exec"), names)  # noqa: S102, the learner's own code, edited
    return names[tree.body[0].name]


def _surroundings(candidate: Any) -> dict[str, Any]:
    function = _a_function_of(candidate)
    free = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
    return {**function.__globals__, **{name: cell.cell_contents for name, cell in free}}


def _tree_of(candidate: Any) -> ast.Module | None:
    """The source of a function or class as a tree of its own, with lines counted from 1."""
    function = _a_function_of(candidate)
    if function is None:
        return None
    try:
        whole = ast.parse("".join(linecache.getlines(function.__code__.co_filename)))
    except (SyntaxError, ValueError):
        return None
    wanted = (ast.ClassDef if inspect.isclass(candidate) else ast.FunctionDef)
    same = [node for node in ast.walk(whole) if isinstance(node, wanted)
            and node.name == candidate.__name__
            and node.lineno <= function.__code__.co_firstlineno + 20]
    if not same or same[-1].end_lineno - same[-1].lineno > MAXIMUM_LINES:
        return None
    definition = same[-1]
    ast.increment_lineno(definition, 1 - definition.lineno)
    return ast.Module([definition], [])


def _a_function_of(candidate: Any) -> Any:
    """The function itself, or the first method of a class; it knows its file and its globals."""
    parts = vars(candidate).values() if inspect.isclass(candidate) else [inspect.unwrap(candidate)]
    return next((part for part in parts if inspect.isfunction(part)
                 and part.__name__ != "<lambda>"), None)


def _touches_the_world(tree: ast.Module) -> bool:
    called = {getattr(node.func, "attr", getattr(node.func, "id", ""))
              for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return bool(called & WORLDLY)
