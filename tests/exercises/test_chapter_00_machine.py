"""The report names what is missing and what to do, and never breaks the notebook."""

import pytest

from notebooks.exercises import machine


def row_of(what: str) -> tuple:
    """One row of the report: mark, what, found, advice."""
    row, = [row for row in machine.report().rows if row[1] == what]
    return row


def test_this_machine_is_ready():
    report = machine.report()
    assert report.good, repr(report)
    assert [what for _, what, *_ in report.rows][:3] == ["Python", "Packages", "PyTorch"]


def test_check_that_breaks_becomes_a_row(monkeypatch):
    def version(package):
        raise RuntimeError("<broken>")

    monkeypatch.setattr(machine, "version", version)
    mark, _, found, advice = row_of("packages")
    assert mark == "✗" and "<broken>" in found and "pip install -r requirements.txt" in advice
    assert not machine.report().good and "<broken>" not in machine.report()._repr_html_()


def test_missing_data_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    monkeypatch.setattr("course_utils.datasets.mirrors", lambda dataset: [], raising=False)
    mark, *_, advice = row_of("MNIST")
    assert mark == "✗" and len(advice.split()) > 5


def test_missing_package_is_named(monkeypatch):
    monkeypatch.setattr(machine, "PACKAGES", ("numpy", "no_such_package"))
    mark, *_, advice = row_of("Packages")
    assert mark == "✗" and "no_such_package" in advice


@pytest.mark.parametrize("version", [(3, 9), (3, 14)])
def test_unsupported_python_is_named(monkeypatch, version):
    monkeypatch.setattr(machine.sys, "version_info", (*version, 0))
    mark, *_, advice = row_of("Python")
    assert mark == "✗" and "3.13" in advice
