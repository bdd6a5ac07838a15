"""The checks in front of the training loop: each wrong input gets one sentence that helps."""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as F

LossFunction = Callable[[Tensor, Tensor], Tensor]


def check_count(name: str, value: int, least: int) -> None:
    """Raise unless a setting is a whole number of at least ``least``."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{name} is {value!r}, but must be a whole number, such as 200.")
    if value < least:
        raise ValueError(f"{name} is {value}, but must be at least {least}: choose a larger one.")


def check_kind(name: str, value: object, kind: type, example: str) -> None:
    """Raise unless a setting is of the kind that it has to be; ``example`` makes one."""
    if not isinstance(value, kind):
        raise TypeError(
            f"The {name} is {value!r}, but must be of the kind {kind.__name__}: give {example}."
        )


def check_data(name: str, data: tuple[Tensor, Tensor], like: Tensor | None) -> None:
    """Raise unless the data are a pair of tensors of one length, where and as ``like`` is.

    Args:
        name: What the data are, for messages: "training" or "test".
        data: Inputs (N, ...) and targets (N, ...); integer inputs may have any dtype, targets too.
        like: Of the dtype and on the device that they need: a model's weights, other data.
    """
    if not isinstance(data, (tuple, list)) or len(data) != 2:
        raise TypeError(f"The {name} data must be a pair of tensors: (inputs, targets).")
    inputs, targets = data
    if not isinstance(inputs, Tensor) or not isinstance(targets, Tensor):
        raise TypeError(
            f"The {name} data are {type(inputs).__name__} and {type(targets).__name__}, but must "
            "be two tensors: convert them with torch.as_tensor."
        )
    if inputs.ndim == 0 or targets.ndim == 0 or len(inputs) != len(targets):
        raise ValueError(
            f"The {name} inputs have shape {tuple(inputs.shape)} and the targets "
            f"{tuple(targets.shape)}, but need one target for each input: as many rows."
        )
    if len(inputs) == 0:
        raise ValueError(f"The {name} data are empty, but must hold at least one sample.")
    _check_alike(name, inputs, targets, inputs if like is None else like)


def _check_alike(name: str, inputs: Tensor, targets: Tensor, like: Tensor) -> None:
    """Raise unless both are where ``like`` is, and inputs with fractions have its dtype."""
    if inputs.is_floating_point() and inputs.dtype != like.dtype:  # an embedding takes integers
        raise TypeError(
            f"The {name} inputs are {inputs.dtype}, but must agree with the {like.dtype} of what "
            "they are used with: convert them with inputs.to(dtype)."
        )
    if not inputs.device == targets.device == like.device:
        raise ValueError(
            f"The {name} inputs are on {inputs.device} and the targets on {targets.device}, but "
            f"must be together on {like.device}: move them once with .to(device)."
        )


def check_targets(name: str, targets: Tensor, loss_function: LossFunction) -> None:
    """Raise unless targets have a dtype that the loss can use: class numbers are int64."""
    for_classes = loss_function is F.cross_entropy or isinstance(loss_function, nn.CrossEntropyLoss)
    single_floats = targets.is_floating_point() and targets.ndim == 1
    if not targets.is_floating_point() or (for_classes and single_floats):
        check_class_numbers(name, targets)


def check_class_numbers(name: str, labels: Tensor, classes: int | None = None) -> None:
    """Raise unless class numbers are int64; with ``classes`` also one a sample, each below it."""
    if labels.dtype != torch.int64:
        raise TypeError(
            f"The {name} labels are {labels.dtype}, but class numbers must be torch.int64: "
            "convert them with labels.long()."
        )
    if classes is None:
        return
    lowest, highest = (int(end) for end in labels.aminmax())
    if labels.ndim != 1 or not 0 <= lowest <= highest < classes:
        raise ValueError(
            f"The {name} labels have shape {tuple(labels.shape)} and go from {lowest} to "
            f"{highest}, but must be one class number for each sample, 0 to {classes - 1}: correct "
            "the labels, or the number of outputs."
        )


def check_optimizer(optimizer: torch.optim.Optimizer, model: nn.Module) -> None:
    """Raise if the optimizer holds not one of the model's parameters."""
    example = "one such as torch.optim.SGD(model.parameters(), lr=0.1)"
    check_kind("optimizer", optimizer, torch.optim.Optimizer, example)
    held = {id(weights) for group in optimizer.param_groups for weights in group["params"]}
    if held.isdisjoint(id(weights) for weights in model.parameters()):
        raise ValueError(
            "The optimizer holds none of this model's parameters, so nothing would be trained: "
            "make it after the model, with model.parameters()."
        )


def checked_loss(loss_function: LossFunction, *all_targets: Tensor) -> LossFunction:
    """Return the loss function with a look at the shapes in front, which costs no time.

    The labels in ``all_targets``, each (N, ...), are looked at once, here; asking for them at
    each step would make a GPU wait, and a wrong label on a GPU ends the whole process.
    """
    ends = [
        int(end) for targets in all_targets if _are_labels(targets) for end in targets.aminmax()
    ]
    lowest, highest = (min(ends), max(ends)) if ends else (0, 0)

    def checked(outputs: Tensor, targets: Tensor) -> Tensor:
        if has_classes(outputs, targets) and not 0 <= lowest <= highest < outputs.shape[1]:
            raise ValueError(
                f"The labels go from {lowest} to {highest}, but the model has "
                f"{outputs.shape[1]} outputs, for the classes 0 to {outputs.shape[1] - 1}: "
                "correct the labels, or give the model one output for each class."
            )
        loss = loss_function(outputs, targets)
        check_kind("result of the loss function", loss, Tensor, "the loss as a tensor")
        if loss.ndim != 0:
            raise ValueError(
                f"The loss function returned shape {tuple(loss.shape)}, but must return the "
                "batch's mean loss, shape (): average it over the samples."
            )
        return loss

    return checked


def has_classes(outputs: Tensor, targets: Tensor) -> bool:
    """Return whether outputs (N, C) are scores of classes and targets (N,) class numbers."""
    return _are_labels(targets) and outputs.ndim == 2 and outputs.shape[1] > 1


def _are_labels(targets: Tensor) -> bool:
    """Return whether targets look like class numbers: (N,) int64."""
    return targets.dtype == torch.int64 and targets.ndim == 1


def describe_divergence(
    losses: list[float], first_bad: int, optimizer: torch.optim.Optimizer, inputs: Tensor
) -> str:
    """Say in a sentence at which step the loss ceased to be a number, and what to do.

    Args:
        losses: The loss of each step so far.
        first_bad: Index of the first loss that is NaN or infinite.
        optimizer: Its learning rates are named.
        inputs: The training inputs (N, ...), searched for NaN.
    """
    if not bool(inputs.isfinite().all()):
        advice = "the inputs themselves hold NaN or infinity: repair the data first"
    else:
        advice = "try a learning rate ten times smaller, and look at the scale of the first weights"
    rates = sorted({float(group["lr"]) for group in optimizer.param_groups if "lr" in group})
    rate = " and ".join(f"{rate:g}" for rate in rates)
    return (
        f"The loss became {losses[first_bad]} at step {first_bad + 1} with learning rate {rate}, "
        f"but must stay a finite number: {advice}."
    )
