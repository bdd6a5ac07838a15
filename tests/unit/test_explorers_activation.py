"""The formulas behind the activation explorer, and how it meets bad functions."""

from __future__ import annotations

import math
import statistics

import numpy as np
import pytest
import torch

from course_utils.explorers.activation import FORMULAS, Activation, flow
from course_utils.explorers.shared.sampling import sample

TORCH = {
    "logistic": lambda x, p: torch.sigmoid(p * x),
    "tanh": lambda x, p: torch.tanh(x),
    "ReLU": lambda x, p: torch.relu(x),
    "leaky ReLU": lambda x, p: torch.nn.functional.leaky_relu(x, p),
    "ELU": lambda x, p: torch.nn.functional.elu(x, p),
    "SELU": lambda x, p: torch.selu(x),
    "softplus": lambda x, p: torch.nn.functional.softplus(x, p, threshold=1e9),
}


@pytest.mark.parametrize("name", TORCH)
@pytest.mark.parametrize("parameter", [0.1, 1.0, 3.0])
def test_value_and_slope_equal_torch_and_autograd(name, parameter):
    x = torch.linspace(-7, 7, 200, dtype=torch.float64, requires_grad=True)  # misses 0
    y = TORCH[name](x, parameter)
    (slope,) = torch.autograd.grad(y.sum(), x)
    points = x.detach().numpy()
    formula = FORMULAS[name]
    np.testing.assert_allclose(formula.value(points, parameter), y.detach(), atol=1e-12)
    np.testing.assert_allclose(formula.slope(points, parameter), slope, atol=1e-12)
    assert formula.slope(points, parameter).max() <= formula.steepest(parameter) + 1e-12


@pytest.mark.parametrize("name", FORMULAS)
def test_nothing_overflows_far_from_zero(name):
    with np.errstate(all="raise", under="ignore"):
        for kind in ("value", "slope"):
            assert np.isfinite(getattr(FORMULAS[name], kind)(np.array([-1e4, 1e4]), 1.0)).all()


@pytest.mark.parametrize(("mean", "spread"), [(0.0, 1.0), (-1.5, 2.0), (2.0, 0.3)])
def test_shares_equal_the_normal_distribution(mean, spread):
    inputs = statistics.NormalDist(mean, spread)
    assert flow("ReLU", 1, mean, spread).dead == pytest.approx(inputs.cdf(0), abs=2e-3)
    edge = math.acosh(math.sqrt(10))  # where tanh' = 1 / cosh^2 falls under a tenth
    outside = inputs.cdf(-edge) + 1 - inputs.cdf(edge)
    assert flow("tanh", 1, mean, spread).saturated == pytest.approx(outside, abs=2e-3)


def test_leaky_is_never_dead_and_threshold_always():
    assert flow("leaky ReLU", 0.01, -2, 1).dead == 0
    assert flow("leaky ReLU", 0.01, 0, 1).saturated == pytest.approx(0.5, abs=2e-3)
    assert flow("threshold", 1, 0, 1).dead == pytest.approx(1)


def test_selu_keeps_mean_zero_and_spread_one():
    through = flow("SELU", 1, 0, 1)
    assert (through.mean, through.deviation) == pytest.approx((0, 1), abs=1e-4)


def test_an_unknown_function_is_named():
    with pytest.raises(ValueError, match="no activation 'sigmoid'"):
        Activation("sigmoid")


@pytest.mark.parametrize("function", [
    torch.tanh, np.tanh, math.tanh, lambda x: 2 / (1 + (-2 * x).exp()) - 1
])
def test_torch_numpy_and_plain_functions_are_sampled(function):
    values, sentence = sample(function, [-1.0, 0.0, 2.0])
    assert sentence == ""
    assert values == pytest.approx(np.tanh([-1, 0, 2]), abs=1e-6)


def _hole(x):
    return math.log(x)


def _broken(x):
    raise RuntimeError("first line\nsecond line")


@pytest.mark.parametrize(("function", "sentence"), [
    (lambda x: None, "could not be drawn"),
    (_broken, "_broken could not be drawn: RuntimeError: first line"),
    (_hole, "_hole could not be drawn: ValueError"),
    (np.sqrt, "sqrt is nan at x = -1.00 and not finite at 1 of 2 points"),
    (lambda x: [1.0], "it returned 1 values for 2 inputs"),
])
@pytest.mark.filterwarnings("ignore:invalid value")
def test_a_bad_function_becomes_one_sentence(function, sentence):
    _, message = sample(function, [-1.0, 4.0])
    assert sentence in message and "\n" not in message


def test_the_bundle_is_fixed_and_small():
    data, _ = Activation("ELU", "tanh")._repr_mimebundle_()
    again, _ = Activation("ELU", "tanh")._repr_mimebundle_()
    assert data["text/html"] == again["text/html"]
    assert data["text/plain"] == again["text/plain"] and "0x" not in data["text/plain"]
    assert len(data["text/html"]) < 60_000


def test_text_of_the_learner_is_escaped_in_the_page():
    def mine(x):
        raise ValueError("</script><img src=x onerror=alert(1)>")

    html = Activation(own=mine)._repr_mimebundle_()[0]["text/html"]
    assert html.count("</script>") == 1 and "<img src=x" not in html.split("<script")[0]


def test_a_function_that_never_ends_is_not_drawn(monkeypatch):
    def mine(x):
        while True:
            pass

    monkeypatch.setattr("course_utils.explorers.activation.LONGEST_S", 0.2)
    explorer = Activation("tanh", own=mine)
    assert explorer.own_message == "mine did not come back within 0.2 s"
    assert explorer.own_values == []
