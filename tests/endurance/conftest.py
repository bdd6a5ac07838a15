"""The heavy suites, which the plain `pytest` leaves out: run them with `pytest tests/endurance`."""

import shutil

import pytest

from tests.notebooks.book import ROOT

COPIED = [".ci", ".oxlintrc.json", "CONTRIBUTING.md", "LICENSE", "README.md", "conftest.py",
          "constraints.txt", "course_utils", "data", "notebooks", "pyproject.toml",
          "requirements.txt", "tests"]
LEFT_OUT = shutil.ignore_patterns("__pycache__", "*-ubyte", ".ipynb_checkpoints")


@pytest.fixture
def project(tmp_path):
    """A copy of the project to plant defects in; removed afterwards, as it takes 60 MB."""
    copy = tmp_path / "project"
    copy.mkdir()
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=LEFT_OUT)
        else:
            shutil.copy2(source, copy / name)
    yield copy
    shutil.rmtree(copy, ignore_errors=True)
