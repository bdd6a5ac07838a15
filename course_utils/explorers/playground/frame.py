"""What the playground sends to its page after each tick: pictures, weights and curves, as bytes."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import numpy as np

from course_utils.explorers.playground.network import REACH, Parameters, features_of
from course_utils.explorers.playground.training import Run

CURVE_POINTS = 150


@lru_cache(maxsize=8)
def grid(side: int, features: tuple[str, ...]) -> np.ndarray:
    """Return the features (side * side, D) of a square of points, row by row from the top left."""
    axis = (np.arange(side) + 0.5) / side * 2 * REACH - REACH
    across, down = np.meshgrid(axis, -axis)
    return features_of(np.stack([across.ravel(), down.ravel()], axis=1), features)


def hidden_outputs(values: Parameters, sizes: tuple[int, ...]) -> list[np.ndarray | None]:
    """Find what each hidden layer puts out, (N, H_k), among the values of forward.

    They are a_1, a_2, ... in the playground's own network. In a learner's it is the last value of
    the hidden layer's width, h_relu in chapter 04; None if forward does not return it.
    """
    rows = len(values["y_pred"])
    found = []
    for layer, width in enumerate(sizes[1:-1], start=1):
        fitting = [a for name, a in values.items() if a.shape == (rows, width) and name != "y_pred"]
        found.append(values.get(f"a_{layer}", fitting[-1] if fitting else None))
    return found


def pictures(run: Run, side: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw what each feature and hidden unit, and the output, say over the plane.

    Returns:
        Units (U, side, side) and output (side, side), uint8. In a unit 128 is 0 and the largest
        absolute value is 1 or 255; in the output 0 is class 0 and 255 class 1.
    """
    inputs = grid(side, run.settings.features)                          # (side * side, D)
    values = run.call.values(inputs, run.moment.parameters)
    columns = list(inputs.T)
    for width, layer in zip(run.sizes[1:-1], hidden_outputs(values, run.sizes), strict=True):
        columns += [np.zeros(len(inputs))] * width if layer is None else list(layer.T)
    units = np.nan_to_num(np.stack(columns), posinf=0.0, neginf=0.0)    # (U, side * side)
    largest = np.abs(units).max(axis=1, keepdims=True)
    units = 128 + 127 * units / np.where(largest > 1e-12, largest, 1.0)
    output = 255 * np.clip(np.nan_to_num(values["y_pred"].ravel(), nan=0.5), 0, 1)
    return (units.round().astype(np.uint8).reshape(-1, side, side),
            output.round().astype(np.uint8).reshape(side, side))


def flat(parameters: Parameters) -> bytes:
    """Return all parameters in their order as float32."""
    return np.concatenate([array.ravel() for array in parameters.values()]).astype("<f4").tobytes()


def points_of(run: Run, predicted: np.ndarray) -> bytes:
    """Return x1, x2, target, is_test and prediction of each sample as float32, (N, 5)."""
    return np.concatenate(
        [run.points, run.targets, run.is_test[:, None], predicted], axis=1
    ).astype("<f4").tobytes()


def curves_of(run: Run) -> tuple[list[dict[str, Any]], bytes]:
    """Return the history and its branches: a short head each, and (step, train, test) as float32.

    A long branch is thinned; the history itself is not, because the page goes back in it.
    """
    heads, rows = [], []
    for index, moments in enumerate([run.moments, *run.branches]):
        every = 1 if index == 0 else max(1, len(moments) // CURVE_POINTS)
        kept = [*moments[:-1:every], moments[-1]]
        heads.append({"count": len(kept), "rate": kept[-1].learning_rate})
        rows += [(one.step, one.train_loss, one.test_loss) for one in kept]
    return heads, np.array(rows, dtype="<f4").tobytes()


def sample_details(run: Run, index: int) -> list[dict[str, Any]]:
    """Follow one sample forwards and backwards: name, shape and first numbers of each array.

    The gradient of a layer's bias for one sample alone is that layer's delta, the slope of the
    sample's loss with respect to the layer's totals.
    """
    one, parameters = slice(index, index + 1), run.moment.parameters
    values = run.call.values(run.inputs[one], parameters)
    gradients = run.call.gradients(run.inputs[one], run.targets[one], parameters)
    depth = len(parameters) // 2
    rows = [("inputs", "forward", run.inputs[one])]
    rows += [(name, "forward", array) for name, array in values.items()]
    rows.append(("target", "forward", run.targets[one]))
    for layer in range(depth, 0, -1):
        delta = gradients[f"bias_{layer}"]
        rows.append((f"delta of layer {layer} (gradient of bias_{layer})", "backward", delta))
        name = f"weights_{layer}"
        rows.append((f"gradient of {name}", "backward", gradients[name]))
    return [
        {"name": name, "way": way, "shape": list(array.shape),
         "values": [short(value) for value in array.ravel()[:8]], "more": array.size > 8}
        for name, way, array in rows
    ]


def flow_of(run: Run, index: int) -> list[list[float | None]]:
    """Return what each layer puts out for one sample: features, hidden layers, output."""
    inputs = run.inputs[index : index + 1]
    values = run.call.values(inputs, run.moment.parameters)
    layers = [inputs, *hidden_outputs(values, run.sizes), values["y_pred"]]
    return [[] if layer is None else [short(value) for value in layer.ravel()] for layer in layers]


def share_right(run: Run, predicted: np.ndarray) -> list[float | None]:
    """Share of training and test samples whose prediction (N, 1) is on the right side of 0.5."""
    right = ((predicted > 0.5) == (run.targets > 0.5)).ravel()
    groups = (right[~run.is_test], right[run.is_test])
    return [float(group.mean()) if group.size else None for group in groups]


def short(value: float) -> float | None:
    """Round for the page; None where the value is not finite, which JSON cannot say."""
    return float(f"{value:.4g}") if math.isfinite(value) else None
