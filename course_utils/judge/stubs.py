"""Find the `...` that an exercise leaves for the learner."""

from __future__ import annotations

import ast
import inspect
import textwrap


def what_is_unwritten(candidate: object) -> str:
    """One sentence on the ``...`` that a candidate still holds; "" when there is none."""
    lines = _unfinished_lines(candidate)
    if len(lines) == 1:
        return f"Yours to write: line {lines[0]} of your function still holds `...`."
    if lines:
        return f"Yours to write: {len(lines)} places of your function still hold `...`."
    return "Yours to write: the `...` is still there." if contains_blank(candidate) else ""


def _unfinished_lines(candidate: object) -> list[int]:
    """Lines of a function, or of a class's methods, that still hold a bare ``...``.

    Counted from the first line of each function.
    ``x[..., 0]`` is an index, not a blank. [] when there is none, or when the source cannot be
    read; then the candidate's result decides (`contains_blank`).
    """
    if inspect.isclass(candidate):
        # In a notebook the source of a class cannot be found, that of its methods can.
        return [line for part in vars(candidate).values() if inspect.isfunction(part)
                for line in _unfinished_lines(part)]
    if not inspect.isfunction(candidate):
        return []
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(candidate)))
    except (OSError, TypeError, SyntaxError):
        return []
    indices = {
        id(part) for node in ast.walk(tree) if isinstance(node, ast.Subscript)
        for part in ast.walk(node.slice)
    }
    return sorted(
        node.lineno for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and node.value is ... and id(node) not in indices
    )


def contains_blank(value: object, depth: int = 8) -> bool:
    """Whether a value is ``...``, or a tuple, list or dict that holds one, not too deep inside."""
    if value is ...:
        return True
    if isinstance(value, dict):
        value = list(value.values())
    return isinstance(value, (tuple, list)) and depth > 0 and len(value) <= 1000 and any(
        contains_blank(item, depth - 1) for item in value
    )
