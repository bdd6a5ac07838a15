"""Each rule sees the defect that it is meant to see, and nothing in a good notebook."""

import sys
import types

import nbformat
import pytest

from tests.notebooks import sample
from tests.notebooks.book import HeaderFigures, header_figures
from tests.notebooks.defects import DEFECTS
from tests.notebooks.rules import RULES


@pytest.fixture
def exercises_of_the_sample(monkeypatch):
    """Let the sample's exercise module exist."""
    name = f"notebooks.exercises.{sample.MODULE}"
    module = types.ModuleType(name)
    module.double = types.SimpleNamespace(judge=lambda candidate: None, extra=False)
    monkeypatch.setitem(sys.modules, name, module)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_good_notebook_keeps_rule(rule, tmp_path, exercises_of_the_sample):
    path = sample.write_sample(tmp_path)
    assert rule(sample.sample_book(), path) == []


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.name.replace(" ", "_"))
def test_planted_defect_is_named(defect, tmp_path, exercises_of_the_sample):
    path = sample.write_sample(tmp_path)
    book = sample.sample_book()
    defect.plant(book)
    nbformat.write(book, path)
    assert defect.says in "\n".join(defect.rule(book, path))


def test_each_rule_has_a_defect():
    without = {rule.__name__ for rule in RULES} - {defect.rule.__name__ for defect in DEFECTS}
    assert not without


def test_header_figures_are_read():
    figures = header_figures(sample.sample_book())
    assert figures == HeaderFigures(5, 10, duration_s=12, memory_gb=0.5)
