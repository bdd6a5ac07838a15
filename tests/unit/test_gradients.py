"""Numerical gradients against autograd and against gradients known by heart."""

import numpy as np
import pytest
import torch

from course_utils.gradients import numerical_gradient
from course_utils.reproducibility import generator


@pytest.mark.parametrize("shape", [(), (1,), (5,), (3, 4), (2, 3, 2)])
def test_gradient_agrees_with_autograd(shape):
    def function(point):
        return (torch.sin(point) * point.exp()).sum() + (point**3).mean()

    point = torch.randn(shape, generator=generator(0), dtype=torch.float64, requires_grad=True)
    (exact,) = torch.autograd.grad(function(point), point)
    approximate = numerical_gradient(function, point)
    assert approximate.shape == point.shape and approximate.dtype == torch.float64
    torch.testing.assert_close(approximate, exact, rtol=1e-8, atol=1e-8)


def test_numpy_in_gives_numpy_out():
    matrix = np.random.default_rng(0).normal(size=(4, 4))
    point = np.random.default_rng(1).normal(size=4)
    gradient = numerical_gradient(lambda x: x @ matrix @ x, point)
    assert isinstance(gradient, np.ndarray) and gradient.dtype == np.float64
    np.testing.assert_allclose(gradient, (matrix + matrix.T) @ point, rtol=1e-8)


@pytest.mark.parametrize("kind", [np.array, torch.tensor])
def test_point_is_never_changed_even_by_a_rude_function(kind):
    point = kind([1.0, 2.0, 3.0])
    point = point.astype(float) if isinstance(point, np.ndarray) else point.double()

    def rude(x):
        total = (x * x).sum()
        x *= 0
        return total

    gradient = numerical_gradient(rude, point)
    assert point.tolist() == [1.0, 2.0, 3.0]
    np.testing.assert_allclose(np.asarray(gradient), [2.0, 4.0, 6.0], rtol=1e-8)


def test_view_with_strides_is_read_in_its_own_order():
    point = np.arange(6.0).reshape(2, 3).T
    weights = np.arange(6.0).reshape(3, 2)
    np.testing.assert_allclose(numerical_gradient(lambda x: (weights * x).sum(), point), weights)


def test_error_falls_with_the_square_of_the_step():
    point = torch.tensor([0.7], dtype=torch.float64)

    def error(step):
        slope = numerical_gradient(lambda x: torch.exp(x).sum(), point, step=step)
        return (slope - point.exp()).abs().item()

    assert 90 < error(1e-2) / error(1e-3) < 110


def test_empty_point_has_an_empty_gradient():
    assert numerical_gradient(lambda x: 0.0, np.zeros((0, 3))).shape == (0, 3)


@pytest.mark.parametrize(
    "point", [torch.zeros(2), np.zeros(2, np.float32), np.zeros(2, int), torch.zeros(2).long()]
)
def test_lower_precision_is_refused(point):
    with pytest.raises(ValueError, match="need float64"):
        numerical_gradient(lambda x: x.sum(), point)


def test_list_is_refused():
    with pytest.raises(TypeError, match="NumPy array or a torch tensor"):
        numerical_gradient(sum, [1.0, 2.0])


@pytest.mark.parametrize("step", [0.0, -1e-5, float("nan")])
def test_step_must_be_positive(step):
    with pytest.raises(ValueError, match="must be positive"):
        numerical_gradient(lambda x: x.sum(), np.zeros(2), step=step)


def test_function_must_return_one_number():
    with pytest.raises(ValueError, match=r"shape \(2,\)"):
        numerical_gradient(lambda x: x * 2, np.zeros(2))


def test_a_step_that_rounding_swallows_and_a_function_without_value_are_refused():
    with pytest.raises(ValueError, match="lost in rounding beside the entry 10000000000000.0"):
        numerical_gradient(lambda point: point.sum(), np.array([1e13]))
    with pytest.raises(ValueError, match="returned None, but a gradient needs one number"):
        numerical_gradient(lambda point: None, np.array([1.0]))
