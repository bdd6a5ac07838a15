"""The picture at the head of README.md and of chapter 00: a neuron, XOR, and digits.

    python -m tests.notebooks.head_picture

Everything in it is computed here, in seconds, by the course's own functions on its own data. Its
letters are drawn for the width at which a page shows it, 830 pixels.
"""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from torch import Tensor

from course_utils.datasets import load_mnist, xor_table
from course_utils.networks import relu_network
from course_utils.plotting import RED, plot_boundary, plot_images, plot_points
from course_utils.reproducibility import generator
from course_utils.training import fit
from notebooks.exercises.chapter_01 import neuron_batch_reference
from notebooks.exercises.chapter_04 import (
    backward_reference,
    forward_reference,
    update_reference,
)
from tests.notebooks.book import NOTEBOOKS

PICTURE = NOTEBOOKS / "images" / "from_neuron_to_network.png"
WIDTH_IN, HEIGHT_IN, SHARPNESS = 8.3, 3.5, 2
XOR_HIDDEN, XOR_SEED, XOR_RATE, XOR_STEPS = 2, 0, 0.02, 2000
DIGITS_RIGHT = 5


def main() -> None:
    """Store the picture."""
    head_figure().savefig(PICTURE, dpi=100 * SHARPNESS, pil_kwargs={"optimize": True})


def head_figure() -> Figure:
    """Return the three panels, side by side."""
    plt.style.use("course_utils.course")
    plt.rcParams.update({"font.size": 11, "figure.titlesize": 14, "figure.titleweight": "bold",
                         "axes.titleweight": "normal", "axes.titlesize": 11})
    figure = plt.figure(figsize=(WIDTH_IN, HEIGHT_IN))
    panels = figure.subfigures(1, 3, wspace=0.05)
    draw_neuron(panels[0])
    draw_xor(panels[1])
    draw_digits(panels[2])
    return figure


def draw_neuron(panel: SubFigure) -> None:
    """Chapter 01's neuron for OR: weights 1 and 1, bias -0.5."""
    panel.suptitle("One neuron\ndraws a line")
    inputs = xor_table()[0].numpy()
    ax = _square(panel)
    plot_boundary(lambda points: neuron_batch_reference(points, np.ones(2), -0.5), ax)
    plot_points(inputs, inputs.max(axis=1), ax, size=190)


def draw_xor(panel: SubFigure) -> None:
    """A network of chapter 04, trained on XOR by that chapter's own functions."""
    panel.suptitle("A small network\nlearns XOR")
    inputs, targets = (part.numpy() for part in xor_table(torch.float64))
    parameters = train_on_xor(inputs, targets[:, None])
    ax = _square(panel)
    plot_boundary(lambda points: forward_reference(points, parameters)["y_pred"][:, 0], ax)
    plot_points(inputs, targets, ax, size=190)


def draw_digits(panel: SubFigure) -> None:
    """Test images and what a trained network reads; the last is one that it gets wrong."""
    panel.suptitle("A larger network\nreads handwriting")
    images, labels = load_mnist("test")
    answers = read_digits(images)
    right, wrong = (torch.where((answers == labels) == value)[0] for value in (True, False))
    shown = torch.cat([right[:DIGITS_RIGHT], wrong[:1]])
    axes = panel.subplots(2, 3)
    plot_images(images[shown].view(-1, 28, 28).numpy(), axes)
    for ax, row in zip(axes.flat, shown.tolist(), strict=True):
        mark, color = ("", "black") if answers[row] == labels[row] else (" ✗", RED)
        ax.set_title(f"reads {answers[row]}{mark}", loc="center", color=color)


def train_on_xor(inputs: np.ndarray, targets: np.ndarray) -> dict[str, np.ndarray]:
    """Return the parameters (a 2-H-1 network) after training from a random start."""
    rng, hidden = np.random.default_rng(XOR_SEED), XOR_HIDDEN
    parameters = {"weights_1": rng.normal(size=(2, hidden)), "bias_1": rng.normal(size=hidden),
                  "weights_2": rng.normal(size=(hidden, 1)), "bias_2": rng.normal(size=1)}
    for _ in range(XOR_STEPS):
        gradients = backward_reference(inputs, targets, parameters)
        parameters = update_reference(parameters, gradients, XOR_RATE)
    return parameters


def read_digits(images: Tensor) -> Tensor:
    """Return the answers (N,) of 784-200-200-10 after one epoch."""
    network = relu_network((784, 200, 200, 10), generator(0))
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    fit(network, load_mnist("train"), optimizer=optimizer, epochs=1, batch_size=200,
        generator=generator(1), progress=False)
    with torch.no_grad():
        return network(images).argmax(dim=1)


def _square(panel: SubFigure) -> Axes:
    """Axes without ticks, as there is nothing to read off."""
    ax = panel.subplots()
    ax.set(xticks=[], yticks=[], xlabel="input 1", ylabel="input 2")
    return ax


if __name__ == "__main__":
    main()
