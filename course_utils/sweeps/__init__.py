"""Sweeps: many multilayer perceptrons of one shape, trained at once, each with its own settings.

    runs = grid(rule=["sgd", "adam"], learning_rate=[0.001, 0.01, 0.1], seed=range(5))
    result = sweep((784, 32, 10), train, runs, epochs=3, batch_size=200, test=test)
    result.test_accuracy[result.where(rule="adam")]      # (15, 3): a row for each run

Network m comes out as if it had been trained alone with torch.optim, whichever others are there.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from course_utils.progress import progress_bar
from course_utils.sweeps.checks import check_sweep
from course_utils.sweeps.losses import stacked_data
from course_utils.sweeps.memory import (
    SHARE_OF_FREE,
    bytes_in_training,
    bytes_kept,
    free_bytes,
    models_at_a_time,
    out_of_memory_in_words,
)
from course_utils.sweeps.network import StackedNetwork
from course_utils.sweeps.result import SweepResult
from course_utils.sweeps.runs import Run, grid, start_weights, zip_runs
from course_utils.sweeps.training import Curves, Settings, train_part

__all__ = ["Run", "SweepResult", "grid", "sweep", "zip_runs"]

Pair = tuple[Tensor, Tensor]


def sweep(
    sizes: Sequence[int],
    train: Pair,
    runs: Sequence[Run],
    *,
    epochs: int,
    batch_size: int,
    test: Pair | None = None,
    activation: str = "relu",
    loss: str = "cross_entropy",
    order: str = "shared",
    order_seed: int = 0,
    measure_train: bool = False,
    start: Sequence[Sequence[Tensor]] | None = None,
    memory_limit_gb: float | None = None,
    progress: bool = True,
) -> SweepResult:
    """Train one network for each run, all at once, and measure them.

    Args:
        sizes: Numbers of inputs, hidden units and outputs, such as (784, 200, 200, 10).
        train: Inputs (N, D) and targets: class numbers (N,) int64, or numbers (N,) or (N, C). Their
            device and dtype are those of the training.
        runs: The settings of the M networks; see `grid` and `zip_runs`.
        epochs: How often to visit the training data.
        batch_size: Samples a step; N or more takes all of them, in their own order.
        test: Inputs and targets to measure after each epoch.
        activation: Of the hidden layers: "relu", "leaky_relu", "tanh" or "sigmoid".
        loss: "cross_entropy", "mse", "sigmoid_mse", "softmax_mse" or "binary_cross_entropy"; the
            outputs are logits for all but "mse".
        order: "shared": one batch order for all, as `fit` draws it from ``generator(order_seed)``;
            "own": each run the order that `fit` draws from ``generator(run.seed)``.
        order_seed: Seed of the shared order.
        measure_train: Measure all training data after each epoch, without dropout.
        start: First weights of each run, W1 (D, H), b1 (H,), ..., instead of its initialization.
        memory_limit_gb: Memory to use at most; by default most of what is free.
        progress: Show a bar where someone watches.

    Raises:
        TypeError, ValueError: If a setting or the data cannot be used; before the first step.
        MemoryError: If not even one network fits.
    """
    runs = list(runs)
    datasets = {"training": train, "test": test}
    check_sweep(sizes, datasets, runs, epochs=epochs, batch_size=batch_size, loss=loss, start=start)
    data, test_data = (
        None if pair is None else stacked_data(name, pair, sizes[-1], loss)
        for name, pair in datasets.items()
    )
    settings = Settings(data, test_data, epochs, batch_size, loss, order, order_seed, measure_train)
    at_a_time = _plan(sizes, runs, settings, memory_limit_gb)
    # Networks of one rule side by side share their operations; the result is put back in order.
    ranks = sorted(range(len(runs)), key=lambda i: (runs[i].rule, sorted(runs[i].options.items())))
    ranked = [runs[i] for i in ranks]
    with torch.no_grad(), out_of_memory_in_words():
        network = StackedNetwork(sizes, len(runs), activation=activation, like=data.inputs)
        _set_first_weights(network, sizes, runs, ranks, start)
        curves = Curves.empty(len(runs), settings)
        _train_in_parts(network, ranked, settings, curves, at_a_time, progress)
        places = torch.tensor(ranks, device=data.inputs.device).argsort()
        return _result(runs, network.reordered(places), curves.reordered(places), settings)


def _plan(
    sizes: Sequence[int], runs: Sequence[Run], settings: Settings, memory_limit_gb: float | None
) -> int:
    """Return how many networks to train at a time."""
    inputs = settings.train.inputs
    evaluated = settings.measure_train or settings.test is not None
    batch_size = min(settings.batch_size, len(inputs))
    needed = bytes_in_training(
        sizes, runs, batch_size, settings.order == "own", evaluated, inputs.itemsize
    )
    if settings.order == "own":
        needed += len(inputs) * torch.int64.itemsize
    kept = bytes_kept(sizes, settings.steps, inputs.itemsize)
    free = SHARE_OF_FREE * free_bytes(inputs.device)
    if memory_limit_gb is not None:
        free = memory_limit_gb * 1e9
    return models_at_a_time(len(runs), needed, kept, int(free), inputs.device)


def _set_first_weights(
    network: StackedNetwork,
    sizes: Sequence[int],
    runs: Sequence[Run],
    ranks: Sequence[int],
    start: Sequence[Sequence[Tensor]] | None,
) -> None:
    """Give model m the first weights of run ``ranks[m]``; runs that begin alike share a draw."""
    if start is not None:
        for index, rank in enumerate(ranks):
            network.set_model(index, start[rank], name=f"Model {rank}")
        return
    alike: dict[tuple, list[int]] = {}
    for index, rank in enumerate(ranks):
        alike.setdefault((runs[rank].seed, runs[rank].initialization), []).append(index)
    for members in alike.values():
        tensors = start_weights(sizes, runs[ranks[members[0]]], network.weights[0].dtype)
        for index in members:
            network.set_model(index, tensors)


def _train_in_parts(
    network: StackedNetwork,
    runs: Sequence[Run],
    settings: Settings,
    curves: Curves,
    at_a_time: int,
    progress: bool,
) -> None:
    """Train so many networks at a time, one part after another; each fills in its rows."""
    parts = [slice(first, first + at_a_time) for first in range(0, len(runs), at_a_time)]
    bar = progress_bar(total=len(parts) * settings.steps, description="sweep") if progress else None
    try:
        for part in parts:
            train_part(network.part(part), runs[part], settings, curves.part(part), bar)
    finally:
        if bar is not None:
            bar.close()


def _result(
    runs: list[Run], network: StackedNetwork, curves: Curves, settings: Settings
) -> SweepResult:
    """Put together what a sweep returns."""
    tested = settings.test is not None
    return SweepResult(
        runs=runs,
        losses=curves.losses,
        accuracies=curves.accuracies,
        train_loss=curves.train_loss,
        train_accuracy=curves.train_accuracy,
        test_loss=curves.test_loss if tested else None,
        test_accuracy=curves.test_accuracy if tested else None,
        network=network,
        loss=settings.loss,
    )
