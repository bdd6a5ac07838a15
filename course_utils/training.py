"""Training: one readable loop over data held in memory, and what it measured."""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from course_utils.progress import TrainingProgress
from course_utils.training_checks import (
    check_count,
    check_data,
    check_optimizer,
    checked_loss,
    describe_divergence,
    has_classes,
)

Pair = tuple[Tensor, Tensor]
LossFunction = Callable[[Tensor, Tensor], Tensor]


@dataclass
class History:
    """What `fit` measured: lists of plain numbers, ready to plot.

    The training figures are those of each batch just before its step, averaged over the samples
    of an epoch: the network was still changing, and its dropout was on.

    Attributes:
        losses: The loss of each step, in the order of the steps.
        train_loss: Mean training loss of each epoch.
        train_accuracy: Share of training samples right in each epoch, 0 to 1; NaN where the
            targets are no class numbers.
        validation_loss: Mean loss on the validation data after each epoch; empty without them.
        validation_accuracy: Share of the validation data right, likewise.
        seconds: Duration of each epoch's training in seconds, validation not included.
    """

    losses: list[float] = field(default_factory=list)
    train_loss: list[float] = field(default_factory=list)
    train_accuracy: list[float] = field(default_factory=list)
    validation_loss: list[float] = field(default_factory=list)
    validation_accuracy: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)


class Evaluation(NamedTuple):
    """Mean loss over the samples, and the share of them right (NaN without class numbers)."""

    loss: float
    accuracy: float


class TrainingDiverged(ArithmeticError):
    """A loss became NaN or infinite; ``history`` holds what was measured until then."""

    def __init__(self, message: str, history: History) -> None:
        """Keep the history beside the message."""
        super().__init__(message)
        self.history = history


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
    check_data("training", train, model, loss_function)
    if validation is not None:
        check_data("validation", validation, model, loss_function)
    check_optimizer(optimizer, model)
    history = History()
    loss_of = checked_loss(loss_function, train[1])
    steps = epochs * math.ceil(len(train[0]) / batch_size)
    with _in_mode(model, True), TrainingProgress(steps, progress, live_curve) as shown:
        for _ in range(epochs):
            started = time.perf_counter()
            batches = shown.each(_shuffled_batches(train, batch_size, generator))
            losses, hits = _train_epoch(model, batches, optimizer, loss_of)
            _record(history, losses, hits, _batch_sizes(len(train[0]), batch_size))
            history.seconds.append(time.perf_counter() - started)
            _raise_if_diverged(history, optimizer, train[0])
            if validation is not None:
                loss, accuracy = evaluate(model, validation, loss_function=loss_function)
                history.validation_loss.append(loss)
                history.validation_accuracy.append(accuracy)
            shown.epoch_done(history)
    return history


def _train_epoch(
    model: nn.Module,
    batches: Iterator[Pair],
    optimizer: torch.optim.Optimizer,
    loss_function: LossFunction,
) -> tuple[Tensor, Tensor]:
    """Take one step for each batch; return the losses and the samples right, each (steps,).

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
    return torch.stack(losses), torch.stack(hits)


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
    batch_size: int = 10_000,
) -> Evaluation:
    """Measure a model's mean loss and accuracy, in evaluation mode and without gradients.

    Every sample weighs the same, so the batch size changes nothing but the time and the memory.

    Args:
        model: Maps inputs (B, ...) to outputs; left in the mode it came in.
        data: Inputs (N, ...) and targets (N, ...), on the model's device.
        loss_function: Maps outputs and targets to the mean loss of the batch, shape ().
        batch_size: Samples at once.

    Raises:
        TypeError, ValueError: If a setting or the data cannot be used.
    """
    check_count("batch_size", batch_size, least=1)
    check_data("given", data, model, loss_function)
    loss_of = checked_loss(loss_function, data[1])
    losses, hits = [], []
    with _in_mode(model, False):
        for inputs, targets in zip(*(part.split(batch_size) for part in data), strict=True):
            outputs = model(inputs)
            losses.append(loss_of(outputs, targets))
            hits.append(_count_right(outputs, targets))
    sizes = _batch_sizes(len(data[0]), batch_size)
    return _averages(_to_host(torch.stack(losses)), _to_host(torch.stack(hits)), sizes)


def _count_right(outputs: Tensor, targets: Tensor) -> Tensor:
    """Return how many rows have their largest output at the target, shape (); NaN if undefined."""
    if not has_classes(outputs, targets):
        return outputs.new_full((), math.nan)
    return (outputs.argmax(dim=1) == targets).sum()  # (B, C) -> (B,) -> ()


def _record(history: History, losses: Tensor, hits: Tensor, sizes: Tensor) -> None:
    """Add an epoch's steps, each argument (steps,), and their averages to the history."""
    losses = _to_host(losses)  # the only place where a GPU is waited for
    mean_loss, accuracy = _averages(losses, _to_host(hits), sizes)
    history.losses += losses.tolist()
    history.train_loss.append(mean_loss)
    history.train_accuracy.append(accuracy)


def _averages(losses: Tensor, hits: Tensor, sizes: Tensor) -> Evaluation:
    """Average over samples, not over batches: the last batch may be small. All (steps,)."""
    count = sizes.sum()
    return Evaluation(float((losses * sizes).sum() / count), float(hits.sum() / count))


def _batch_sizes(count: int, batch_size: int) -> Tensor:
    """Return the samples in each batch, (steps,) float64."""
    starts = torch.arange(0, count, batch_size)
    return (count - starts).clamp(max=batch_size).double()


def _to_host(numbers: Tensor) -> Tensor:
    """Return a tensor on the CPU in float64; in that order, as not every GPU knows float64."""
    return numbers.cpu().double()


def _raise_if_diverged(history: History, optimizer: torch.optim.Optimizer, inputs: Tensor) -> None:
    """Raise `TrainingDiverged` if the last epoch held a loss that is NaN or infinite."""
    if not math.isfinite(history.train_loss[-1]):
        first_bad = next(i for i, loss in enumerate(history.losses) if not math.isfinite(loss))
        message = describe_divergence(history.losses, first_bad, optimizer, inputs)
        raise TrainingDiverged(message, history)


@contextmanager
def _in_mode(model: nn.Module, training: bool) -> Iterator[None]:
    """Put a model into training or evaluation mode, and give each part its own mode back."""
    modes = [(module, module.training) for module in model.modules()]
    model.train(training)
    try:
        yield
    finally:
        for module, was_training in modes:
            module.training = was_training
