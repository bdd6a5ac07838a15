"""Explorers in a page without a kernel, and the formulas of activations against torch."""

from __future__ import annotations

import math
import statistics

import nbformat
import numpy as np
import pytest
import torch

from course_utils.explorers.activation import PARAMETERS, Activation
from tests.browser.without_kernel import pure

TORCH = {
    "threshold": lambda x, p: (x >= 0) + 0 * x,
    "logistic": lambda x, p: torch.sigmoid(p * x),
    "tanh": lambda x, p: torch.tanh(x),
    "ReLU": lambda x, p: torch.relu(x),
    "leaky ReLU": lambda x, p: torch.nn.functional.leaky_relu(x, p),
    "ELU": lambda x, p: torch.nn.functional.elu(x, p),
    "SELU": lambda x, p: torch.selu(x),
    "softplus": lambda x, p: torch.logaddexp(torch.zeros_like(x), p * x) / p,
}


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


@pytest.mark.parametrize("name", PARAMETERS)
@pytest.mark.parametrize("parameter", [0.1, 1.0, 7.5])
def test_value_and_slope_are_those_of_torch_and_autograd(page, name, parameter):
    x = torch.tensor([-800.0, -30.0, -2.5, -1e-3, 0.0, 1e-3, 0.7, 4.0, 30.0, 800.0],
                     dtype=torch.float64, requires_grad=True)
    y = TORCH[name](x, parameter)
    (slope,) = torch.autograd.grad(y.sum(), x)
    for kind, expected in (("value", y.detach()), ("slope", slope)):
        one = f"pure.FORMULAS['{name}'].{kind}(x, {parameter})"
        there = pure(page, "activation", f"{x.tolist()}.map(x => {one})")
        np.testing.assert_allclose(there, expected, rtol=1e-11, atol=1e-14)
    steepest = pure(page, "activation", f"pure.FORMULAS['{name}'].steepest({parameter})")
    assert slope.max() <= steepest + 1e-12


def flow(page, name, parameter=1, mean=0, spread=1):
    return pure(page, "activation", f"pure.flow('{name}', {parameter}, {mean}, {spread})")


@pytest.mark.parametrize(("mean", "spread"), [(0.0, 1.0), (-1.5, 2.0), (2.0, 0.3)])
def test_shares_are_those_of_the_normal_distribution(page, mean, spread):
    inputs = statistics.NormalDist(mean, spread)
    dead = flow(page, "ReLU", 1, mean, spread)["dead"]
    assert dead == pytest.approx(inputs.cdf(0), abs=2e-3)
    edge = math.acosh(math.sqrt(10))  # where tanh' = 1 / cosh^2 falls under a tenth
    outside = inputs.cdf(-edge) + 1 - inputs.cdf(edge)
    assert flow(page, "tanh", 1, mean, spread)["saturated"] == pytest.approx(outside, abs=2e-3)


def test_leaky_is_never_dead_and_threshold_always(page):
    assert flow(page, "leaky ReLU", 0.01, -2)["dead"] == 0
    assert flow(page, "leaky ReLU", 0.01)["saturated"] == pytest.approx(0.5, abs=2e-3)
    assert flow(page, "threshold")["dead"] == pytest.approx(1)


def test_selu_keeps_mean_zero_and_spread_one_and_relu_does_not(page):
    def after(name):
        through = flow(page, name)
        return through["mean"], through["deviation"]

    assert after("SELU") == pytest.approx((0, 1), abs=1e-4)
    half = 1 / math.sqrt(2 * math.pi)  # the mean of the positive part of a normal distribution
    assert after("ReLU") == pytest.approx((half, math.sqrt(0.5 - half**2)), abs=1e-4)
