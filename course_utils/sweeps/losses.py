"""Loss and accuracy of many networks at once, and the gradient that starts the way back.

Axes: M models, C outputs, N samples. Targets are (C, N) for all models or (M, C, N).
"""

from collections.abc import Callable
from typing import NamedTuple

from torch import Tensor
from torch.nn import functional as F

from course_utils.checks import check_class_numbers


def cross_entropy(outputs: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
    """Softmax and cross-entropy, as torch's for logits: gradient (p - y) / N, see chapter 08."""
    log_probabilities = outputs.log_softmax(1)
    losses = (log_probabilities * targets).sum(1).mean(1).neg_()  # (M, C, N) -> (M,)
    return losses, log_probabilities.exp_().sub_(targets).div_(outputs.shape[2])


def mse(outputs: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
    """Mean of the squared misses over samples and outputs; no function on the outputs."""
    misses = outputs - targets
    return misses.square().mean((1, 2)), misses * (2 / _count(outputs))


def sigmoid_mse(outputs: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
    """Sigmoid on each output, then the mean squared miss; saturates, see chapters 06 and 11."""
    activations = outputs.sigmoid()
    losses, slopes = mse(activations, targets)
    return losses, slopes * activations * (1 - activations)


def softmax_mse(outputs: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
    """Softmax over the outputs, then the mean squared miss; saturates, see chapter 11."""
    probabilities = outputs.softmax(1)
    losses, slopes = mse(probabilities, targets)
    return losses, probabilities * (slopes - (probabilities * slopes).sum(1, keepdim=True))


def binary_cross_entropy(outputs: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
    """Sigmoid on each output and binary cross-entropy, as torch's for logits."""
    losses = (F.softplus(outputs) - outputs * targets).mean((1, 2))
    return losses, (outputs.sigmoid() - targets) / _count(outputs)


def _count(outputs: Tensor) -> int:
    """Return the number of values of one model, C * N."""
    return outputs.shape[1] * outputs.shape[2]


class Loss(NamedTuple):
    """A loss, and the output from which on a network with one output says 1 rather than 0.

    Attributes:
        function: Maps outputs (M, C, N) and targets to losses (M,) and their gradients (M, C, N).
        threshold: The output halfway between the classes 0 and 1.
    """

    function: Callable[[Tensor, Tensor], tuple[Tensor, Tensor]]
    threshold: float


LOSSES: dict[str, Loss] = {
    "cross_entropy": Loss(cross_entropy, 0.0),
    "mse": Loss(mse, 0.5),
    "sigmoid_mse": Loss(sigmoid_mse, 0.0),
    "softmax_mse": Loss(softmax_mse, 0.0),
    "binary_cross_entropy": Loss(binary_cross_entropy, 0.0),
}


class StackedData(NamedTuple):
    """Samples as a sweep wants them.

    Attributes:
        inputs: (N, D).
        targets: (N, C) of the inputs' dtype; class numbers are written as rows of 0 and one 1.
        labels: (N,) int64, the right class of each sample; None where there are no classes.
    """

    inputs: Tensor
    targets: Tensor
    labels: Tensor | None


def stacked_data(name: str, pair: tuple[Tensor, Tensor], outputs: int, loss: str) -> StackedData:
    """Bring inputs and targets into the form of `StackedData`.

    Args:
        name: What the data are, for messages: "training" or "test".
        pair: Inputs (N, D) and targets: class numbers (N,) int64, or numbers (N,) or (N, C).
        outputs: Number C of the networks' outputs.
        loss: Name of the loss in `LOSSES`.

    Raises:
        TypeError: If class numbers are not int64.
        ValueError: If the targets do not suit the outputs or the loss.
    """
    inputs, targets = pair
    if targets.is_floating_point() or (outputs == 1 and loss != "cross_entropy"):
        targets = targets.to(inputs.dtype).reshape(len(targets), -1)  # (N,) -> (N, 1)
        _check_numbers(name, targets, outputs, loss)
        return StackedData(inputs, targets, _classes_of(targets))
    check_class_numbers(name, targets)
    lowest, highest = (int(end) for end in targets.aminmax())
    if targets.ndim != 1 or lowest < 0 or highest >= outputs:
        raise ValueError(
            f"The {name} labels have shape {tuple(targets.shape)} and go from {lowest} to "
            f"{highest}, but must be one class number for each sample, 0 to {outputs - 1}: correct "
            "the labels, or the last of the sizes."
        )
    return StackedData(inputs, F.one_hot(targets, outputs).to(inputs.dtype), targets)


def _check_numbers(name: str, targets: Tensor, outputs: int, loss: str) -> None:
    """Raise unless targets (N, C) have a number for each output, and suit cross-entropy."""
    if targets.shape[1] != outputs:
        raise ValueError(
            f"The {name} targets have {targets.shape[1]} numbers for each sample and the networks "
            f"{outputs} outputs, but must agree: correct the targets, or the last of the sizes."
        )
    if loss == "cross_entropy" and not _are_distributions(targets):
        raise ValueError(
            f"The {name} targets are no probabilities, but cross-entropy needs class numbers "
            "(N,) int64 or rows (N, C) that add up to 1: convert them, or choose another loss."
        )


def _classes_of(targets: Tensor) -> Tensor | None:
    """Return the class (N,) that targets (N, C) stand for; None if they are other numbers."""
    if targets.shape[1] == 1:
        column = targets[:, 0]
        return column.long() if bool(((column == 0) | (column == 1)).all()) else None
    return targets.argmax(1) if _are_distributions(targets) else None


def _are_distributions(targets: Tensor) -> bool:
    """Return whether each row of targets (N, C) holds probabilities of at least two classes."""
    sums_are_one = (targets.sum(1) - 1).abs().max() < 1e-4
    return targets.shape[1] > 1 and bool(sums_are_one & (targets.min() >= 0))


def accuracy(outputs: Tensor, labels: Tensor, threshold: float) -> Tensor:
    """Return each model's share of samples right, (M,).

    Args:
        outputs: (M, C, N).
        labels: (N,) for all models, or (M, N).
        threshold: The output halfway between two classes, for networks with one output.
    """
    if outputs.shape[1] == 1:
        classes = (outputs[:, 0] > threshold).long()
    else:
        classes = outputs.max(1).indices  # (M, C, N) -> (M, N); argmax takes many times longer
    return (classes == labels).to(outputs.dtype).mean(1)
