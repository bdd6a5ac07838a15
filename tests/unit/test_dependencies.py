"""What is imported is declared, and what is declared is used and has its reason."""

import ast
import re

import pytest

from tests.notebooks.book import ROOT, cells, notebook_paths, read, syntax_tree
from tests.notebooks.rules.code import (
    COMES_WITH,
    declared_packages,
    imported_modules,
    undeclared_imports,
)

# Declared packages that no line imports: the file that uses them, and how.
USED_BY_COMMAND = {
    "jupyterlab": ("README.md", "jupyter lab"),
    "oxlint": (".ci/run", "oxlint course_utils"),
    "papermill": ("tests/endurance/test_notebooks_again.py", '"papermill"'),
    "ruff": (".ci/run", "ruff check"),
}
SCRIPTS = sorted([*(ROOT / "course_utils").rglob("*.py"), *(ROOT / "tests").rglob("*.py"),
                  *ROOT.glob("*.py"), *(ROOT / "notebooks").rglob("*.py")])


def contributors_packages() -> set[str]:
    """The packages of the extra ``dev`` in pyproject.toml."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    listed = re.search(r"^dev = \[(.*?)\]", text, re.M | re.S)
    return {re.match(r"[\w-]+", name).group().replace("-", "_")
            for name in re.findall(r'"([^"]+)"', listed.group(1))}


def imported_by_the_project() -> set[str]:
    """The top-level modules that the package, the tests and the notebooks import."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in SCRIPTS]
    for path in notebook_paths():
        trees += [syntax_tree(cell) for _, cell in cells(read(path), "code")]
    return {name for tree in trees for node in ast.walk(tree) for name in imported_modules(node)}


def test_each_declared_package_is_used():
    imported = imported_by_the_project()
    used = imported | {COMES_WITH[name] for name in imported & set(COMES_WITH)}
    unused = (declared_packages() | contributors_packages()) - used - set(USED_BY_COMMAND)
    assert not unused, f"declared and never used: {', '.join(sorted(unused))}"


@pytest.mark.parametrize("package", USED_BY_COMMAND)
def test_package_that_nothing_imports_is_used_by_a_command(package):
    file, words = USED_BY_COMMAND[package]
    assert words in (ROOT / file).read_text(encoding="utf-8")


def test_each_declared_package_has_its_reason():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = text.partition("## Dependencies")[2].partition("\n## ")[0].replace("-", "_")
    missing = [name for name in declared_packages() | contributors_packages()
               if not re.search(rf"\b{name}\b", section)]
    assert not missing, f"CONTRIBUTING.md says not why it is here: {', '.join(sorted(missing))}"


def test_scripts_import_only_what_is_declared():
    found = []
    for path in SCRIPTS:
        known = contributors_packages() if path.is_relative_to(ROOT / "tests") else set()
        said = undeclared_imports(ast.parse(path.read_text(encoding="utf-8")))
        found += [f"{path}: {line}" for line in said if line.split()[1].rstrip(",") not in known]
    assert found == []
