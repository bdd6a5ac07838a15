"""The scalar engine of chapter 06 against torch, on expressions that chance writes."""

import operator

import pytest
import torch

from notebooks.exercises.chapter_06 import Value

pytest.importorskip("hypothesis", reason="property tests need it: pip install -e '.[dev]'")
from hypothesis import given, settings  # noqa: E402
from hypothesis import strategies as st  # noqa: E402

LEAVES = 3
OPERATIONS = [
    operator.add,
    operator.sub,
    lambda a, b: a.tanh() * b,
    lambda a, b: a / (b * b + 1.0),
    lambda a, b: a.sigmoid() * b.sigmoid(),
    lambda a, b: a.relu() + b,
]
numbers = st.floats(-3, 3, allow_subnormal=False)
# A step takes two earlier nodes (counted from the end, so that shrinking is simple).
steps = st.lists(st.tuples(st.integers(0, len(OPERATIONS) - 1), st.integers(0, 30),
                           st.integers(0, 30)), min_size=1, max_size=20)


def build(leaves, plan):
    """The expression of a plan; the same one for Values and for tensors."""
    nodes = list(leaves)
    for kind, first, second in plan:
        a, b = nodes[-1 - first % len(nodes)], nodes[-1 - second % len(nodes)]
        nodes.append(OPERATIONS[kind](a, b))
    return nodes[-1] + leaves[0] * leaves[1] + leaves[2]  # so that every leaf takes part


@settings(max_examples=150, deadline=None)
@given(st.lists(numbers, min_size=LEAVES, max_size=LEAVES), steps)
def test_engine_agrees_with_torch_on_random_expressions(start, plan):
    values = [Value(number) for number in start]
    tensors = [torch.tensor(number, dtype=torch.float64, requires_grad=True) for number in start]
    value, tensor = build(values, plan), build(tensors, plan)
    value.backward()
    tensor.backward()
    assert value.data == pytest.approx(tensor.item(), rel=1e-9, abs=1e-9)
    for ours, theirs in zip(values, tensors, strict=True):
        assert ours.grad == pytest.approx(theirs.grad.item(), rel=1e-9, abs=1e-9)


def test_number_used_twice_receives_from_both_uses():
    x = Value(3.0)
    (x * x + x).backward()
    assert x.grad == 7.0


def test_plain_numbers_take_part():
    x = Value(2.0)
    result = (x * 3.0 - 1.0) / 5.0
    result.backward()
    assert (result.data, x.grad) == (1.0, pytest.approx(0.6))


def test_inputs_that_do_not_matter_receive_nothing():
    x, y = Value(-1.0), Value(2.0)
    (x.relu() * y).backward()
    assert (x.grad, y.grad) == (0.0, 0.0)
