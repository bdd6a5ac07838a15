"""The report names what is missing and what to do, and never breaks the notebook."""

import pytest

from notebooks.exercises import machine


def test_this_machine_is_ready():
    report = machine.report()
    assert report.good, repr(report)
    assert [row.what for row in report.rows][:3] == ["Python", "Packages", "PyTorch"]


def test_check_that_breaks_becomes_a_row():
    def _packages():
        raise RuntimeError("<broken>")

    row = machine._guarded(_packages)
    assert not row.good and "pip install -r requirements.txt" in row.advice
    assert "<broken>" not in machine.MachineReport([row])._repr_html_()


def test_missing_data_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    monkeypatch.setattr("torchvision.datasets.MNIST.mirrors", [])
    row = machine._guarded(machine._mnist)
    assert not row.good and len(row.advice.split()) > 5


def test_missing_package_is_named(monkeypatch):
    monkeypatch.setattr(machine, "PACKAGES", ("numpy", "no_such_package"))
    row = machine._packages()
    assert not row.good and "no_such_package" in row.advice


@pytest.mark.parametrize("version", [(3, 9), (3, 14)])
def test_unsupported_python_is_named(monkeypatch, version):
    monkeypatch.setattr(machine.sys, "version_info", (*version, 0))
    assert not machine._python().good
