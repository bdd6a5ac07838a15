"""The bug clinic: its cases in the notebook and in the exercises are the same cases."""

import ast
import copy
import re

import pytest

from notebooks.exercises import chapter_17
from notebooks.exercises.clinic_parts import UNCHANGED
from tests.notebooks.book import NOTEBOOKS, cells, read, syntax_tree
from tests.notebooks.stubs import loaded

MOST_LINES = 15
LEAST_CASES = 20
BOOK = read(NOTEBOOKS / "17_bug_clinic.ipynb")
NAMES = [repair.address.rpartition(".")[2] for _, repair in chapter_17.CASES]
every_case = pytest.mark.parametrize("name", NAMES)


def copied_name(name: str) -> str:
    """The name of the learner's copy of a function or class."""
    return f"Repaired{name}" if name[0].isupper() else f"repaired_{name}"


def definition(name: str) -> ast.FunctionDef | ast.ClassDef:
    """The one definition of a function or class in the notebook."""
    found = [
        statement
        for _, cell in cells(BOOK, "code")
        for statement in syntax_tree(cell).body
        if isinstance(statement, ast.FunctionDef | ast.ClassDef) and statement.name == name
    ]
    assert len(found) == 1, f"{name} is defined {len(found)} times, expected once"
    return copy.deepcopy(found[0])  # the tree itself is shared by all tests


class WithoutBlank(ast.NodeTransformer):
    """Take out the statement that holds the learner's blank."""

    def visit_Expr(self, node):
        return None if getattr(node.value, "value", None) is ... else node


@every_case
def test_code_of_a_case_is_short(name):
    code = definition(name)
    assert code.end_lineno - code.lineno + 1 <= MOST_LINES


@every_case
def test_the_copy_to_repair_is_the_broken_code_with_a_blank(name):
    unrepaired = ast.unparse(WithoutBlank().visit(definition(copied_name(name))))
    assert unrepaired.replace(copied_name(name), name) == ast.unparse(definition(name))


@every_case
def test_the_copy_left_as_it_is_counts_as_not_repaired(name, tmp_path):
    unrepaired = ast.unparse(WithoutBlank().visit(definition(copied_name(name))))
    module = loaded(BOOK, unrepaired, tmp_path / f"unrepaired_{name}.py")
    verdict = getattr(chapter_17, name).judge(getattr(module, copied_name(name)))
    assert verdict.name == UNCHANGED, verdict


def test_cases_stand_in_the_notebook_in_their_order_and_with_their_options():
    text = "\n".join(cell["source"] for _, cell in cells(BOOK, "markdown"))
    headings = re.findall(r"^### (?:Case|Extra case) (\d+) ★+ (.*)$", text, re.M)
    titles = [repair.title.removesuffix(": repair") for _, repair in chapter_17.CASES]
    assert headings == [(str(number), title) for number, title in enumerate(titles, start=1)]
    for diagnosis, _ in chapter_17.CASES:
        for letter, option in diagnosis.options.items():
            assert f"- ({letter}) {option}." in text
    assert len(titles) >= LEAST_CASES


def test_a_case_is_extra_when_its_heading_says_so():
    text = "\n".join(cell["source"] for _, cell in cells(BOOK, "markdown"))
    kinds = re.findall(r"^### (Case|Extra case) \d+ ", text, re.M)
    for kind, tasks in zip(kinds, chapter_17.CASES, strict=True):
        assert [task.extra for task in tasks] == [kind == "Extra case"] * 2, tasks[0].title


def test_each_case_is_proved_by_a_claim_that_says_whose_repair_it_is():
    proved = [
        node.value.attr
        for _, cell in cells(BOOK, "code")
        for call in ast.walk(syntax_tree(cell))
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "claim"
        for node in ast.walk(call.args[0])
        if isinstance(node, ast.Attribute) and node.attr == "whose"
    ]
    assert proved == NAMES


def test_a_case_is_a_diagnosis_and_its_repair():
    for diagnosis, repair in chapter_17.CASES:
        assert diagnosis.address == f"{repair.address}_cause"
        assert diagnosis.title.removesuffix("diagnosis") == repair.title.removesuffix("repair")


def test_score_counts_what_was_solved(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_PROGRESS_FILE", str(tmp_path / "progress.json"))
    assert repr(chapter_17.score()).startswith(f"0 of {len(NAMES)} cases closed")
    diagnosis, repair = chapter_17.CASES[0]
    diagnosis.check(diagnosis.reference)
    assert "1 diagnosed, 0 repaired" in repr(chapter_17.score())
    repair.check(lambda totals: totals * (totals > 0))
    score = chapter_17.score()
    assert repr(score).startswith("1 of ")
    assert "diagnosis ✓  repair ✓" in repr(score).splitlines()[1]
    assert score._repr_html_().count("✓") == 2
