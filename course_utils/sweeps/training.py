"""The training loop of a sweep: it never asks a GPU for a number, so the GPU never waits."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields

import torch
from torch import Tensor
from tqdm import tqdm

from course_utils.sweeps.cuda_graphs import RecordedStep
from course_utils.sweeps.draws import BatchOrder, DropoutMasks
from course_utils.sweeps.losses import LOSSES, StackedData, accuracy
from course_utils.sweeps.memory import EVALUATION_ROWS
from course_utils.sweeps.network import StackedNetwork
from course_utils.sweeps.optimizer import StackedOptimizer
from course_utils.sweeps.runs import Run

# With fewer weights than this, asking for an operation takes a GPU longer than doing it.
RECORD_BELOW_WEIGHTS = 20_000_000


@dataclass(frozen=True)
class Settings:
    """What all networks of a sweep have in common; see `sweep` for the words."""

    train: StackedData
    test: StackedData | None
    epochs: int
    batch_size: int
    loss: str
    order: str
    order_seed: int
    measure_train: bool

    @property
    def steps(self) -> int:
        """The number of steps in all epochs."""
        return self.epochs * math.ceil(len(self.train.inputs) / self.batch_size)


@dataclass
class Curves:
    """The measurements of M networks: (M, steps) the first two, (M, epochs) the others."""

    losses: Tensor
    accuracies: Tensor
    train_loss: Tensor
    train_accuracy: Tensor
    test_loss: Tensor
    test_accuracy: Tensor

    @staticmethod
    def empty(models: int, settings: Settings) -> Curves:
        """Return curves of NaN, to be filled in."""
        like = settings.train.inputs
        lengths = [settings.steps] * 2 + [settings.epochs] * 4
        return Curves(*[like.new_full((models, length), math.nan) for length in lengths])

    def part(self, models: slice) -> Curves:
        """Return the rows of some models, which share the memory of these curves."""
        return Curves(*[getattr(self, curve.name)[models] for curve in fields(self)])

    def reordered(self, order: Tensor) -> Curves:
        """Return curves whose row m is row ``order[m]``, with NaN where a loss is not finite."""
        rows = [getattr(self, curve.name).index_select(0, order) for curve in fields(self)]
        pairs = [nan_where_diverged(*rows[i : i + 2]) for i in range(0, len(rows), 2)]
        return Curves(*[curve for pair in pairs for curve in pair])


def train_part(
    network: StackedNetwork,
    runs: Sequence[Run],
    settings: Settings,
    curves: Curves,
    bar: tqdm | None,
) -> None:
    """Train the networks in place, one for each run, and fill in their curves."""
    data, device = settings.train, settings.train.inputs.device
    order = BatchOrder(runs, settings.order, settings.order_seed, len(data.inputs))
    widths = [bias.shape[1] for bias in network.biases[:-1]]
    masks = DropoutMasks(runs, widths, device, data.inputs.dtype)
    step = _step_function(network, runs, settings)
    done = 0
    for epoch in range(settings.epochs):
        for rows in order.epoch(settings.batch_size, device):
            count = len(data.inputs) if isinstance(rows, slice) else rows.shape[-1]
            losses, accuracies = step(rows, masks.draw(count))
            curves.losses[:, done], curves.accuracies[:, done] = losses, accuracies
            done += 1
            if bar is not None:
                bar.update()
        _measure_epoch(network, settings, curves, epoch)


def _step_function(network: StackedNetwork, runs: Sequence[Run], settings: Settings) -> Callable:
    """Return a function that takes one step and returns losses and accuracies, both (M,)."""
    data, loss = settings.train, LOSSES[settings.loss]
    optimizer = StackedOptimizer(
        network.parameters,
        rules=[run.rule for run in runs],
        learning_rates=[run.learning_rate for run in runs],
        weight_decays=[run.weight_decay for run in runs],
        options=[run.options for run in runs],
    )

    def step(rows: Tensor | slice, masks: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
        inputs = _pick(data.inputs, rows)  # (N, D), or (M, N, D) where each has its own order
        targets = _pick(data.targets, rows).mT.contiguous()  # (N, C) -> (C, N), likewise
        outputs, hidden = network.forward(inputs, masks)
        losses, deltas = loss.function(outputs, targets)
        optimizer.step(network.gradients(inputs, hidden, deltas, masks))
        return losses, _accuracy(outputs, data.labels, rows, loss.threshold)

    weights = sum(stack.numel() for stack in network.parameters)
    batches = settings.batch_size < len(data.inputs)
    if data.inputs.device.type == "cuda" and weights < RECORD_BELOW_WEIGHTS and batches:
        return RecordedStep(step)
    return step


def _pick(samples: Tensor, rows: Tensor | slice) -> Tensor:
    """Return the rows of samples (N, ...), for rows (B,) or (M, B); brackets would be slower."""
    if isinstance(rows, slice):
        return samples[rows]
    return samples.index_select(0, rows.flatten()).unflatten(0, rows.shape)


def _accuracy(
    outputs: Tensor, labels: Tensor | None, rows: Tensor | slice, middle: float
) -> Tensor:
    """Return each model's accuracy on its batch, (M,); NaN where there are no classes."""
    if labels is None:
        return outputs.new_full((len(outputs),), math.nan)
    return accuracy(outputs, _pick(labels, rows), middle)


def _measure_epoch(network: StackedNetwork, settings: Settings, curves: Curves, epoch: int) -> None:
    """Fill in what the networks reach after an epoch."""
    if settings.measure_train:
        curves.train_loss[:, epoch], curves.train_accuracy[:, epoch] = measure(
            network, settings.train, settings.loss
        )
    else:
        sizes = _batch_sizes(settings)
        part = slice(epoch * len(sizes), (epoch + 1) * len(sizes))
        share = sizes / sizes.sum()  # the last batch may be small, and weighs as much less
        curves.train_loss[:, epoch] = curves.losses[:, part] @ share
        curves.train_accuracy[:, epoch] = curves.accuracies[:, part] @ share
    if settings.test is not None:
        curves.test_loss[:, epoch], curves.test_accuracy[:, epoch] = measure(
            network, settings.test, settings.loss
        )


def _batch_sizes(settings: Settings) -> Tensor:
    """Return the samples in each batch of an epoch, (batches,)."""
    inputs = settings.train.inputs
    starts = torch.arange(0, len(inputs), settings.batch_size, device=inputs.device)
    return (len(inputs) - starts).clamp(max=settings.batch_size).to(inputs.dtype)


@torch.no_grad()
def measure(network: StackedNetwork, data: StackedData, loss: str) -> tuple[Tensor, Tensor]:
    """Return each model's mean loss and accuracy over all samples, both (M,)."""
    totals = [data.inputs.new_zeros(len(network.biases[0])) for _ in range(2)]
    for start in range(0, len(data.inputs), EVALUATION_ROWS):
        rows = slice(start, min(start + EVALUATION_ROWS, len(data.inputs)))
        outputs, _ = network.forward(data.inputs[rows])
        losses, _ = LOSSES[loss].function(outputs, data.targets[rows].T.contiguous())
        share = (rows.stop - rows.start) / len(data.inputs)
        totals[0] += losses * share
        totals[1] += _accuracy(outputs, data.labels, rows, LOSSES[loss].threshold) * share
    return nan_where_diverged(totals[0], totals[1])


def nan_where_diverged(losses: Tensor, accuracies: Tensor) -> tuple[Tensor, Tensor]:
    """Return both with NaN where a loss is NaN or infinite: such a network says nothing."""
    lost = ~losses.isfinite()
    return losses.masked_fill(lost, math.nan), accuracies.masked_fill(lost, math.nan)
