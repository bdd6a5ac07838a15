"""No code of the package does what could harm a learner's machine or hide a warning."""

import ast

import pytest

from tests.notebooks.book import ROOT
from tests.notebooks.rules.code import dangers, undeclared_imports

MODULES = sorted((ROOT / "course_utils").rglob("*.py"))

# The guard silences the warnings of the learner's code, and of nothing else, while it runs it.
ALLOWED = {("guard.py", "simplefilter")}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_module_does_nothing_dangerous(path):
    found = dangers(ast.parse(path.read_text(encoding="utf-8")))
    allowed = [word for name, word in ALLOWED if name == path.name]
    assert [danger for danger in found if not any(word in danger for word in allowed)] == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_module_imports_only_what_is_declared(path):
    assert undeclared_imports(ast.parse(path.read_text(encoding="utf-8"))) == []
