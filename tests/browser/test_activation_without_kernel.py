"""Explorers in a page without a kernel, and their formulas against those in Python."""

from __future__ import annotations

import nbformat
import numpy as np
import pytest

from course_utils.explorers.activation import FORMULAS, Activation, flow
from tests.browser.without_kernel import pure


def exported(*explorers) -> str:
    """Return the HTML that nbconvert makes of a notebook with these explorers as outputs."""
    from nbconvert import HTMLExporter

    cells = []
    for explorer in explorers:
        data, _ = explorer._repr_mimebundle_()
        output = nbformat.v4.new_output("execute_result", data, execution_count=1)
        cells.append(nbformat.v4.new_code_cell("show()", outputs=[output], execution_count=1))
    exporter = HTMLExporter(mathjax_url="", require_js_url="", jquery_url="")
    return exporter.from_notebook_node(nbformat.v4.new_notebook(cells=cells))[0]


def test_nbconvert_html_holds_two_living_explorers(page, tmp_path):
    path = tmp_path / "exported.html"
    path.write_text(exported(Activation(spread=3.0), Activation("ReLU")), encoding="utf-8")
    page.goto(path.as_uri())
    page.wait_for_function("document.querySelectorAll('.explorer-card table td').length === 10")
    cells = page.locator(".explorer-table tbody td:nth-child(2)")
    assert cells.all_inner_texts() == ["23 %", "50 %"]
    page.locator("[data-key=spread] input").first.fill("5")
    page.wait_for_function("document.querySelector('.explorer-table td').textContent === '47 %'")
    assert cells.all_inner_texts() == ["47 %", "50 %"]


@pytest.mark.parametrize("name", FORMULAS)
@pytest.mark.parametrize("parameter", [0.1, 1.0, 7.5])
def test_page_and_python_compute_the_same_activation(page, name, parameter):
    xs = [-800.0, -30.0, -2.5, -1e-3, 0.0, 1e-3, 0.7, 4.0, 30.0, 800.0]
    for kind in ("value", "slope"):
        one = f"pure.FORMULAS['{name}'].{kind}(x, {parameter})"
        there = pure(page, "activation", f"{xs}.map(x => {one})")
        here = getattr(FORMULAS[name], kind)(np.array(xs), parameter)
        np.testing.assert_allclose(there, here, rtol=1e-12, atol=1e-15)
    there = pure(page, "activation", f"pure.flow('{name}', {parameter}, 0.3, 2.5)")
    here = flow(name, parameter, 0.3, 2.5)._asdict()
    assert there == pytest.approx(here, rel=1e-9, abs=1e-9)
