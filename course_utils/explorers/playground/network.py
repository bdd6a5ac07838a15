"""The playground's own network: any depth, in NumPy, with the three functions of chapter 04.

Parameters are a dict: weights_1 (D, H1), bias_1 (H1,), ..., weights_L (H, 1), bias_L (1,). The
output is linear and the loss is the mean of the squared errors. Axis letters: N rows, D features.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from course_utils.explorers.playground.points import (
    make_circles,
    make_clouds,
    make_moons,
    make_spirals,
    make_xor_cloud,
)
from course_utils.reproducibility import generator

Parameters = dict[str, np.ndarray]
Functions = tuple[Callable, Callable, Callable]

REACH = 3.0  # every set is scaled to fill the square from -3 to 3
DATASETS = {  # maker, scale
    "XOR cloud": (make_xor_cloud, 1.6), "two clouds": (make_clouds, 1.6),
    "circles": (make_circles, 2.3), "moons": (make_moons, 1.8), "spirals": (make_spirals, 2.7),
}
FEATURES: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "x₁": lambda x1, x2: x1, "x₂": lambda x1, x2: x2,
    "x₁²": lambda x1, x2: x1**2, "x₂²": lambda x1, x2: x2**2, "x₁x₂": lambda x1, x2: x1 * x2,
    "sin x₁": lambda x1, x2: np.sin(x1), "sin x₂": lambda x1, x2: np.sin(x2),
}
ACTIVATIONS: dict[str, tuple[Callable, Callable]] = {  # value of h; slope from h and the value
    "tanh": (np.tanh, lambda h, a: 1 - a**2),
    "ReLU": (lambda h: np.maximum(h, 0), lambda h, a: (h > 0).astype(float)),
    "logistic": (lambda h: 1 / (1 + np.exp(-h)), lambda h, a: a * (1 - a)),
    "linear": (lambda h: h, lambda h, a: np.ones_like(h)),
}


def make_points(
    name: str, count: int, noise: float, test_share: float, seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw a toy set: points (N, 2) within about -3 to 3, targets (N, 1) of 0 and 1, is_test (N,).

    The noise is a standard deviation in the units of the plane. The sets come
    mixed, so the last rows serve as the test set.
    """
    maker, scale = DATASETS[name]
    points, labels = maker(count, noise / scale, generator(seed))
    test_count = round(count * test_share)
    is_test = np.arange(count) >= count - test_count
    return scale * points.numpy().astype(float), labels.numpy().astype(float)[:, None], is_test


def features_of(points: np.ndarray, names: Sequence[str]) -> np.ndarray:
    """Compute the named features of points (N, 2); returns (N, D)."""
    return np.stack([FEATURES[name](points[:, 0], points[:, 1]) for name in names], axis=1)


def start_parameters(sizes: Sequence[int], activation: str, seed: int) -> Parameters:
    """Draw the start: weights normal with variance 1 / inputs (2 / inputs for ReLU), biases 0.

    Source: Glorot & Bengio (2010), section 4.2.1; He et al. (2015), section 2.2.
    """
    rng, gain = np.random.default_rng(seed), 2.0 if activation == "ReLU" else 1.0
    parameters = {}
    for layer, (inputs, outputs) in enumerate(zip(sizes, sizes[1:], strict=False), start=1):
        scale = np.sqrt(gain / inputs)
        parameters[f"weights_{layer}"] = rng.normal(scale=scale, size=(inputs, outputs))
        parameters[f"bias_{layer}"] = np.zeros(outputs)
    return parameters


def network_functions(activation: str) -> Functions:
    """Return forward, backward and update for a network of any depth with ``activation``."""
    value, slope = ACTIVATIONS[activation]

    def forward(inputs: np.ndarray, parameters: Parameters) -> Parameters:
        """Return h_k and a_k (N, H_k) of each hidden layer k, and y_pred (N, 1)."""
        depth, flowing, values = len(parameters) // 2, inputs, {}
        for layer in range(1, depth):
            h = flowing @ parameters[f"weights_{layer}"] + parameters[f"bias_{layer}"]
            flowing = value(h)                                # (N, H_k)
            values[f"h_{layer}"], values[f"a_{layer}"] = h, flowing
        values["y_pred"] = flowing @ parameters[f"weights_{depth}"] + parameters[f"bias_{depth}"]
        return values

    def backward(inputs: np.ndarray, targets: np.ndarray, parameters: Parameters) -> Parameters:
        """Return the gradients of the mean of squares, named and shaped like the parameters."""
        depth, values, gradients = len(parameters) // 2, forward(inputs, parameters), {}
        delta = 2 / len(inputs) * (values["y_pred"] - targets)                  # (N, 1)
        for layer in range(depth, 0, -1):
            below = values[f"a_{layer - 1}"] if layer > 1 else inputs           # (N, H_below)
            gradients[f"weights_{layer}"] = below.T @ delta
            gradients[f"bias_{layer}"] = delta.sum(axis=0)
            if layer > 1:
                through = slope(values[f"h_{layer - 1}"], below)
                delta = delta @ parameters[f"weights_{layer}"].T * through      # (N, H_below)
        return gradients

    return forward, backward, descend


def descend(
    parameters: Parameters, gradients: Parameters, learning_rate: float
) -> Parameters:
    """Take one step of gradient descent; returns new parameters."""
    return {name: parameters[name] - learning_rate * gradients[name] for name in parameters}
