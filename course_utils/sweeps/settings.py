"""What all networks of a sweep have in common: sizes, loss, data, and how long they train."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from torch import Tensor
from torch.nn import functional as F

from course_utils.checks import check_class_numbers, check_data
from course_utils.sweeps.network import ACTIVATIONS

EVALUATION_ROWS = 1000  # samples at once when a sweep is measured


def cross_entropy(outputs: Tensor, targets: Tensor) -> Tensor:
    """Softmax and cross-entropy of logits: (M, C, N) and (C, N) -> (M,)."""
    return -(outputs.log_softmax(1) * targets).sum(1).mean(1)


def softmax_mse(outputs: Tensor, targets: Tensor) -> Tensor:
    """Softmax, then the mean squared miss over samples and outputs: -> (M,)."""
    return (outputs.softmax(1) - targets).square().mean((1, 2))


LOSSES: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "cross_entropy": cross_entropy, "softmax_mse": softmax_mse,
}


class Samples(NamedTuple):
    """Data as a sweep wants them: inputs (N, D), labels (N,) and rows of 0 and one 1, (N, C)."""

    inputs: Tensor
    labels: Tensor
    one_hot: Tensor

    @staticmethod
    def checked(
        name: str, pair: tuple[Tensor, Tensor], sizes: Sequence[int], like: Tensor | None = None
    ) -> Samples:
        """Return the data in this form.

        Args:
            name: What they are, for messages: "training" or "test".
            pair: Inputs (N, D) and class numbers (N,) int64.
            sizes: Of the networks.
            like: A tensor whose dtype and device they must have.

        Raises:
            TypeError, ValueError: If they do not fit the networks.
        """
        check_data(name, pair, like)
        inputs, labels = pair
        if inputs.ndim != 2 or inputs.shape[1] != sizes[0]:
            raise ValueError(
                f"The {name} inputs have shape {tuple(inputs.shape)}, but must be (N, {sizes[0]}), "
                f"as the sizes begin with {sizes[0]}."
            )
        if not inputs.is_floating_point():
            raise TypeError(
                f"The {name} inputs are {inputs.dtype}, but must be floating-point numbers: "
                "convert them with inputs.float()."
            )
        check_class_numbers(name, labels, classes=sizes[-1])
        return Samples(inputs, labels, F.one_hot(labels, sizes[-1]).to(inputs.dtype))


@dataclass(frozen=True)
class Settings:
    """What `sweep` was asked to do with every network; the words are its own."""

    sizes: Sequence[int]
    epochs: int
    batch_size: int
    activation: str
    loss: str
    train: Samples
    test: Samples | None

    @property
    def steps(self) -> int:
        """The number of steps in all epochs."""
        return self.epochs * math.ceil(len(self.train.labels) / self.batch_size)


def check_choices(sizes: Sequence[int], activation: str, loss: str) -> None:
    """Raise unless these can be networks: at least two sizes, a known activation and loss."""
    if len(sizes) < 2 or not all(isinstance(size, int) and size > 0 for size in sizes):
        raise ValueError(
            f"The sizes are {sizes}, but must be whole numbers above 0, at least for the inputs "
            "and the outputs, such as (784, 32, 10); networks of another shape cannot be stacked "
            "with these: train them in a sweep of their own."
        )
    for kind, name, known in (
        ("activation", activation, ACTIVATIONS), ("loss", loss, LOSSES),
    ):
        if name not in known:
            raise ValueError(f"The {kind} is {name!r}, but must be one of: {', '.join(known)}.")
