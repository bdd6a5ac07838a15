"""Every notebook keeps every rule."""

import pytest

from tests.notebooks.book import ROOT, headings, notebook_paths, read
from tests.notebooks.rules import RULES
from tests.notebooks.rules.text import dead_links

DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("data/*.md"), *ROOT.glob("docs/**/*.md")])


def test_there_are_notebooks():
    assert notebook_paths(), "notebooks/ holds no notebook, so no rule was tested"


@pytest.fixture(scope="module")
def read_once():
    """Each notebook, read from disk once for all rules."""
    return {path: read(path) for path in notebook_paths()}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
@pytest.mark.parametrize("path", notebook_paths(), ids=lambda path: path.stem)
def test_notebook_keeps_rule(path, rule, read_once):
    broken = rule(read_once[path], path)
    assert not broken, f"{path.name}: {rule.__doc__}\n  " + "\n  ".join(broken)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_of_document_are_alive(path):
    text = path.read_text(encoding="utf-8")
    assert not dead_links(text, headings(text), path)
