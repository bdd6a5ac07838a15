"""How the activation explorer meets functions that learners bring."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from course_utils.explorers.activation import Activation
from course_utils.explorers.shared.sampling import sample


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
