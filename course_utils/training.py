"""Training: one readable loop over data held in memory, and what it measured."""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from course_utils.checks import (
    check_count,
    check_data,
    check_kind,
    check_optimizer,
    check_targets,
    checked_loss,
    describe_divergence,
    has_classes,
)
from course_utils.history import Evaluation, History, Steps, TrainingDiverged
from course_utils.progress import TrainingProgress

Pair = tuple[Tensor, Tensor]
LossFunction = Callable[[Tensor, Tensor], Tensor]


def fit(
    model: nn.Module,
    train: Pair,
    *,
    optimizer: torch.optim.Optimizer,
    loss_function: LossFunction = F.cross_entropy,
    epochs: int,
    batch_size: int,
    generator: torch.Generator,
    validation: Pair | None = None,
    progress: bool = True,
    live_curve: bool = False,
) -> History:
    """Train a model in place on data that lie in memory as one tensor.

    Each epoch visits every sample once, in an order drawn from ``generator``; the last batch is
    smaller where the batches do not come out even. Chapter 09 builds this loop by hand.

    Args:
        model: Maps inputs (B, ...) to outputs; left in the mode (train or eval) it came in.
        train: Inputs (N, ...) and targets (N, ...), on the model's device; class numbers are
            (N,) int64.
        optimizer: A torch.optim optimizer over the model's parameters.
        loss_function: Maps outputs and targets to the mean loss of the batch, shape ().
        epochs: How often to visit the data; 0 does nothing.
        batch_size: Samples a step.
        generator: Draws the order of the samples, once an epoch.
        validation: Inputs and targets to evaluate after each epoch.
        progress: Show a bar where someone watches.
        live_curve: Show the growing loss curve in an open notebook.

    Raises:
        TypeError, ValueError: If a setting or the data cannot be used; before the first step.
        TrainingDiverged: If a loss was NaN or infinite; at the end of that epoch.
    """
    check_count("epochs", epochs, least=0)
    check_count("batch_size", batch_size, least=1)
    _check_fits("training", train, model, loss_function)
    if validation is not None:
        _check_fits("validation", validation, model, loss_function)
    check_optimizer(optimizer, model)
    check_kind("generator", generator, torch.Generator, "one such as reproducibility.generator(0)")
    history = History()
    loss_of = checked_loss(loss_function, train[1], *([] if validation is None else validation[1:]))
    count = epochs * math.ceil(len(train[0]) / batch_size)
    with in_mode(model, True), TrainingProgress(count, progress, live_curve) as shown:
        for _ in range(epochs):
            started = time.perf_counter()
            batches = shown.each(_shuffled_batches(train, batch_size, generator))
            measured = _train_epoch(model, batches, optimizer, loss_of)
            steps = Steps(*measured, batch_size, len(train[0]))
            history.add_training(steps, time.perf_counter() - started)
            _raise_if_diverged(history, optimizer, train[0])
            if validation is not None:
                history.add_validation(evaluate(model, validation, loss_function=loss_function))
            shown.epoch_done(history)
    return history


def _check_fits(name: str, data: Pair, model: nn.Module, loss_function: LossFunction) -> None:
    """Raise unless the data suit the model and the loss."""
    check_data(name, data, like=next(model.parameters(), None))
    check_targets(name, data[1], loss_function)


def _train_epoch(
    model: nn.Module,
    batches: Iterator[Pair],
    optimizer: torch.optim.Optimizer,
    loss_function: LossFunction,
) -> tuple[list[Tensor], list[Tensor]]:
    """Take one step for each batch; return its loss and how many were right, each of shape ().

    The numbers stay on the device: asking for one would make a GPU wait at each step.
    """
    losses, hits = [], []
    for inputs, targets in batches:
        optimizer.zero_grad()
        outputs = model(inputs)
        loss = loss_function(outputs, targets)
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
        hits.append(_count_right(outputs, targets))
    return losses, hits


def _shuffled_batches(data: Pair, batch_size: int, generator: torch.Generator) -> Iterator[Pair]:
    """Yield the data in a new random order, in batches.

    Picking the rows batch by batch keeps each batch in the processor's cache, which is faster
    than putting all of the data in order first; `index_select` is faster than brackets.
    """
    inputs, targets = data
    order = torch.randperm(len(inputs), generator=generator, device=generator.device)
    for rows in order.to(inputs.device).split(batch_size):
        yield inputs.index_select(0, rows), targets.index_select(0, rows)


@torch.no_grad()
def evaluate(
    model: nn.Module,
    data: Pair,
    *,
    loss_function: LossFunction = F.cross_entropy,
    batch_size: int = 1_000,
) -> Evaluation:
    """Measure a model's mean loss and accuracy, in evaluation mode and without gradients.

    Every sample weighs the same, so the batch size changes nothing but the time and the memory.

    Args:
        model: Maps inputs (B, ...) to outputs; left in the mode it came in.
        data: Inputs (N, ...) and targets (N, ...), on the model's device.
        loss_function: Maps outputs and targets to the mean loss of the batch, shape ().
        batch_size: Samples at once; the default keeps the layers in the cache of a processor.

    Raises:
        TypeError, ValueError: If a setting or the data cannot be used.
    """
    check_count("batch_size", batch_size, least=1)
    _check_fits("given", data, model, loss_function)
    loss_of = checked_loss(loss_function, data[1])
    losses, hits = [], []
    with in_mode(model, False):
        for inputs, targets in zip(*(part.split(batch_size) for part in data), strict=True):
            outputs = model(inputs)
            losses.append(loss_of(outputs, targets))
            hits.append(_count_right(outputs, targets))
    return Steps(losses, hits, batch_size, len(data[0])).average()


def _count_right(outputs: Tensor, targets: Tensor) -> Tensor:
    """Return how many rows have their largest output at the target, shape (); NaN if undefined."""
    if not has_classes(outputs, targets):
        return outputs.new_full((), math.nan)
    return (outputs.argmax(dim=1) == targets).sum()  # (B, C) -> (B,) -> ()


def _raise_if_diverged(history: History, optimizer: torch.optim.Optimizer, inputs: Tensor) -> None:
    """Raise `TrainingDiverged` if the last epoch held a loss that is NaN or infinite."""
    if not math.isfinite(history.train_loss[-1]):
        first_bad = history.first_bad_step()
        if first_bad is None:  # each is finite, their sum is not
            first_bad = len(history.losses) - 1
        message = describe_divergence(history.losses, first_bad, optimizer, inputs)
        raise TrainingDiverged(message, history)


@contextmanager
def in_mode(model: nn.Module, training: bool) -> Iterator[None]:
    """Put a model into training or evaluation mode, and give each part its own mode back.

    Only the parts that are in the other mode are touched: a second user of the model, such as an
    explorer while a cell trains it, then leaves alone what it does not change.
    """
    changed = [module for module in model.modules() if module.training != training]
    for module in changed:
        module.training = training
    try:
        yield
    finally:
        for module in changed:
            module.training = not training
