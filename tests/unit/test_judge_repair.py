"""One small edit that would make an answer right is found, named by its line, and offered once."""

import itertools
import linecache
import re
import time

import numpy as np
import pytest
import torch

from course_utils.judge.tasks import Exercise

_files = itertools.count()


def in_a_cell(source: str, **names: object):
    """The last function or class that a source defines, as a notebook's cell would define it."""
    file = f"<cell {next(_files)}>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    space = {"np": np, "torch": torch, **names}
    exec(compile(source, file, "exec"), space)  # noqa: S102
    return list(space.values())[-1]


def column_means(table, weights):
    total = (table * weights[:, None]).sum(axis=0)
    return total / weights.sum()


def _tables(rng):
    return [(rng.normal(size=shape), rng.uniform(1, 2, size=shape[0]))
            for shape in ((4, 3), (5, 2))]


def weighted() -> Exercise:
    return Exercise("Weighted means", column_means, _tables, [], ["Think.", "Think again."])


RIGHT = """def column_means(table, weights):
    total = (table * weights[:, None]).sum(axis=0)
    return total / weights.sum()
"""


@pytest.mark.parametrize(("right", "wrong", "line", "words"), [
    ("axis=0", "axis=1", 2, "with `0` instead of `1`."),
    (".sum(axis=0)", ".sum()", 2, ".sum(axis=0)` instead of"),
    ("table * weights", "table / weights", 2, "with `table * weights[:, None]` instead of"),
    ("/ weights.sum()", "* weights.sum()", 3, "with `total / weights.sum()` instead of"),
    ("weights[:, None]", "weights[None, :]", 2, "with `weights[None, :].T` instead of"),
    ("weights.sum()", "table.sum()", 3, "with `weights` instead of `table`."),
])
def test_slip_of_one_symbol_is_told_its_line(right, wrong, line, words):
    exercise = weighted()
    exercise.judge(in_a_cell(RIGHT.replace(right, wrong)))
    assert exercise._repair.startswith(f"Line {line} of your code would be right ")
    assert words in exercise._repair


def test_repair_that_is_told_makes_all_cases_right():
    exercise, wrong = weighted(), RIGHT.replace("/ weights.sum()", "* weights.sum()")
    exercise.judge(in_a_cell(wrong))
    after, before = re.search("with `(.*)` instead of `(.*)`", exercise._repair).groups()
    assert exercise.judge(in_a_cell(wrong.replace(before, after))).status == "right"


def test_lines_in_the_wrong_order_are_found():
    source = """def steps(x):
    y = x + 1
    y = 3
    return x * y
"""
    exercise = Exercise("Steps", lambda x: x * (x + 1), lambda rng: [(2.0,), (5.0,)], [], ["h"])
    exercise.judge(in_a_cell(source))
    assert exercise._repair in (
        "Line 2 of your code would be right after the line that follows it.",
        "Line 3 of your code would be right left out.")


def test_return_inside_of_a_loop_is_moved_out():
    source = """def total(numbers):
    result = 0
    for number in numbers:
        result = result + number
        return result
"""
    exercise = Exercise("Total", lambda numbers: sum(numbers),
                        lambda rng: [([1, 2, 3],), ([4, 6],)], [], ["h"])
    exercise.judge(in_a_cell(source))
    assert exercise._repair == \
        "Line 5 of your code would be right one level to the left, after the block."


def test_method_of_a_class_and_a_closure_are_repaired():
    exercise = Exercise("Twice", None, lambda rng: [(1.5,), (4.0,)], [], ["h"],
                        observe=lambda kind, x: kind().times(x))
    exercise.reference = in_a_cell("class Double:\n    def times(self, x):\n        return 2 * x\n")
    exercise.judge(in_a_cell("class Double:\n    def times(self, x):\n        return 3 + x\n"))
    assert not exercise._repair  # two slips
    exercise.judge(in_a_cell("class Double:\n    def times(self, x):\n        return 2 + x\n"))
    assert exercise._repair.startswith("Line 3 of your code")

    inner = in_a_cell("def outer():\n    two = 2\n    def f(x):\n        return two + x\n"
                      "    return f\n")()
    scaled = Exercise("Scaled", lambda x: 2 * x, lambda rng: [(1.5,), (4.0,)], [], ["h"])
    scaled.judge(inner)
    assert scaled._repair.startswith("Line 2 of your code would be right with `two * x`")


def test_verdict_names_the_line_and_the_next_hint_tells_the_edit_once(capsys):
    exercise = weighted()
    verdict = exercise.judge(in_a_cell(RIGHT.replace("axis=0", "axis=1")))
    assert verdict.status == "finding"
    assert "One small change in line 2 of your code would make it right" in repr(verdict)
    exercise.hint()
    exercise.hint()
    shown = capsys.readouterr().out
    assert shown.index("Line 2 of your code would be right with `0`") < shown.index("Hint 1 of 2")
    assert shown.count("would be right") == 1
    exercise.judge(column_means)
    assert not exercise._repair


@pytest.mark.parametrize("candidate", [
    lambda table, weights: table.sum(axis=1),
    np.average,
    in_a_cell("def f(table, weights):\n    print('x')\n    return table.sum(axis=1)\n"),
    in_a_cell("def f(table, weights):\n    open('/dev/null')\n    return table.sum(axis=1)\n"),
    in_a_cell("def f(table, weights):\n    while True:\n        pass\n"),
], ids=["a lambda", "a built-in", "prints", "reads a file", "never ends"])
def test_no_repair_is_looked_for(candidate):
    exercise = weighted()
    exercise.limits = exercise.limits.__class__(duration_s=0.3)
    assert exercise.judge(candidate).status == "finding"
    assert not exercise._repair


def test_search_ends_within_its_time():
    source = "def f(table, weights):\n    import time\n    time.sleep(0.05)\n    return table\n"
    exercise = weighted()
    start = time.monotonic()
    exercise.judge(in_a_cell(source))
    assert time.monotonic() - start < 4


def test_edit_that_never_ends_leaves_the_kernel_alive():
    source = """def count(n):
    i = 0
    while i < n:
        i = i + 1
    return i + 5
"""
    exercise = Exercise("Count", lambda n: n + 4, lambda rng: [(3,), (7,)], [], ["h"])
    exercise.judge(in_a_cell(source))
    assert exercise._repair.startswith("Line 5 of your code would be right with `4`")
