"""A sweep of M networks against M runs of `fit`, one after another; and what both take of memory.

The networks are 784-H-H-10 with H = 32 and 200, on MNIST, in batches of 200, with plain gradient
descent: a grid of up to 8 seeds and M/8 learning rates. Large M train on fewer images, so that
every run is a real one; nothing is extrapolated. The third row trains by a rule as a learner of
chapter 14 writes it, and the last does the sweep's matrix products and nothing else: what is left
to gain.
"""

from __future__ import annotations

import math
import multiprocessing
import statistics
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial

import torch
from torch import Tensor, nn

from course_utils.datasets import load_mnist
from course_utils.reproducibility import choose_device, generator
from course_utils.sweeps import grid, sweep
from course_utils.sweeps.memory import models_at_a_time
from course_utils.sweeps.result import SweepResult
from course_utils.sweeps.runs import Run
from course_utils.sweeps.settings import Samples, Settings
from course_utils.training import fit
from tests.benchmarks.peak_memory import peak_memory_bytes
from tests.benchmarks.report import Row, Table, time_by_turns, times_as_fast

Pair = tuple[Tensor, Tensor]
BATCH_SIZE = 200
HIDDEN_SIZES = (32, 200)
IMAGES = {1: 60_000, 8: 60_000, 64: 20_000, 512: 4_000}  # by number of networks M
IMAGES_ON_GPU = {1: 60_000, 8: 60_000, 64: 60_000, 512: 20_000, 1024: 12_000, 4096: 4_000}
LARGEST_DIFFERENCE = 1e-4
DEVICE = choose_device()
ALONE, TOGETHER, PRODUCTS = "one after another", "sweep", "products of the sweep alone"
BY_OWN_RULE = "sweep by a learner's rule"


def measure(repeats: int) -> list[Table]:
    """Compare the losses, then time every pair; at last the memory, each side in a process."""
    train = load_mnist("train", device=DEVICE)
    tables = []
    for hidden in HIDDEN_SIZES:
        difference = compare_losses(hidden, train)
        if not difference <= LARGEST_DIFFERENCE:
            raise SystemExit(f"The losses are not the same: they differ by {difference}.")
        for models, images in (IMAGES if DEVICE.type == "cpu" else IMAGES_ON_GPU).items():
            data = (train[0][:images], train[1][:images])
            few = repeats if models < 64 else min(repeats, 3)
            tables.append(compared(hidden, models, data, few))
        tables[-1].findings.append(f"losses differ from those of fit by at most {difference:.1e}")
        tables[-1].findings += memory_findings(hidden)
    return tables + ([many_on_gpu(train)] if DEVICE.type == "cuda" else [])


def compared(hidden: int, models: int, data: Pair, repeats: int) -> Table:
    """Return the table of one pair, with networks per second."""
    sides = {
        ALONE: partial(one_after_another, hidden, models, data),
        TOGETHER: partial(together, hidden, models, data),
        BY_OWN_RULE: partial(together, hidden, models, data, rule=own_rule),
        PRODUCTS: bare_products(hidden, models, data),
    }
    rows = time_by_turns(sides, repeats, wait)
    for row in rows:
        epochs = models * len(data[0]) / 60_000
        rate = epochs / statistics.median(row.seconds)
        row.remarks = f"{rate:.3g} epochs of 60,000 images a second, all networks together"
    title = f"H = {hidden}, M = {models}, {len(data[0]):,} images each"
    return Table(title, rows, [share_of_products(rows)])


def share_of_products(rows: list[Row]) -> str:
    """Say how far both sides are from their matrix products."""
    shares = [times_as_fast(row.cpu_seconds, rows[-1].cpu_seconds)[0] for row in rows[:-1]]
    return (
        "by processor time, one after another takes {:.2f} times the products of the sweep, the "
        "sweep {:.2f} times, by a learner's rule {:.2f} times"
    ).format(*shares)


def own_rule(w: Tensor, g: Tensor, state: dict, learning_rate: Tensor) -> tuple[Tensor, dict]:
    """Gradient descent as chapter 14 writes it."""
    return w - learning_rate * g, state


def runs_of(models: int, rule: str | Callable = "sgd") -> list[Run]:
    """Return M runs: up to 8 seeds, and learning rates between 0.01 and 0.1."""
    seeds = min(models, 8)
    rates = torch.logspace(-2, -1, models // seeds).tolist()
    return grid(rule=rule, learning_rate=rates, seed=range(seeds))


def together(
    hidden: int, models: int, data: Pair, rule: str | Callable = "sgd", epochs: int = 1
) -> SweepResult:
    """Train M networks as a sweep."""
    sizes, runs = (784, hidden, hidden, 10), runs_of(models, rule)
    return sweep(sizes, data, runs, epochs=epochs, batch_size=BATCH_SIZE, progress=False)


def one_after_another(hidden: int, models: int, data: Pair) -> None:
    """Train the same M networks for one epoch each with the course's plain loop."""
    for run in runs_of(models):
        layers = [nn.Linear(784, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU()]
        train_alone(nn.Sequential(*layers, nn.Linear(hidden, 10)).to(DEVICE), run, data)


def train_alone(model: nn.Module, run: Run, data: Pair) -> list[float]:
    """Train one network for an epoch, with the fastest of torch's optimizers for it."""
    optimizer = torch.optim.SGD(model.parameters(), lr=run.learning_rate, fused=True)
    settings = {"epochs": 1, "batch_size": BATCH_SIZE, "generator": generator(0)}
    return fit(model, data, optimizer=optimizer, progress=False, **settings).losses


def compare_losses(hidden: int, train: Pair) -> float:
    """Return the largest difference of a sweep's losses from those of `fit`, over 100 steps."""
    data, runs = (train[0][:20_000], train[1][:20_000]), runs_of(8)
    losses = together(hidden, 8, data).losses.cpu()
    untrained = together(hidden, 8, data, epochs=0)
    differences = []
    for index, run in enumerate(runs):
        alone = train_alone(untrained.model(index), run, data)
        differences.append((torch.tensor(alone) - losses[index]).abs().max().item())
    return max(differences)


def bare_products(hidden: int, models: int, data: Pair) -> Callable[[], None]:
    """Return a function that does the matrix products of a sweep and nothing else."""
    sizes = (784, hidden, hidden, 10)
    samples = Samples.checked("training", data, sizes)
    settings = Settings(sizes, 1, BATCH_SIZE, "relu", "cross_entropy", samples, None)
    at_once = models_at_a_time(models, settings)
    first, second, third = (
        torch.randn(at_once, outputs, inputs, device=DEVICE) / inputs**0.5
        for inputs, outputs in zip(sizes[:-1], sizes[1:], strict=True)
    )
    batches = data[0].split(BATCH_SIZE)

    def epoch() -> None:
        for batch in batches * math.ceil(models / at_once):
            values = (first.flatten(0, 1) @ batch.T).unflatten(0, (at_once, hidden))
            deeper = torch.bmm(second, values)  # (M, H, H) @ (M, H, N) -> (M, H, N)
            error = torch.bmm(third, deeper)  # (M, C, H) @ (M, H, N) -> (M, C, N)
            _ = torch.bmm(error, deeper.mT)  # (M, C, N) @ (M, N, H) -> (M, C, H)
            error = torch.bmm(third.mT, error)  # (M, H, C) @ (M, C, N) -> (M, H, N)
            _ = torch.bmm(error, values.mT)  # (M, H, N) @ (M, N, H) -> (M, H, H)
            error = torch.bmm(second.mT, error)  # (M, H, H) @ (M, H, N) -> (M, H, N)
            _ = error.flatten(0, 1) @ batch  # (M*H, N) @ (N, D) -> (M*H, D)

    return epoch


def many_on_gpu(train: Pair) -> Table:
    """Time 1,000 networks for 10 epochs, and one alone, each after a warm-up."""

    def trained(models: int) -> Callable[[], object]:
        runs = grid(learning_rate=torch.logspace(-2, -1, models).tolist())
        sizes, settings = (784, 200, 200, 10), {"epochs": 10, "batch_size": BATCH_SIZE}
        return partial(sweep, sizes, train, runs, progress=False, **settings)

    sides = {"one network": trained(1), "1,000 networks at once": trained(1000)}
    rows = time_by_turns(sides, 3, wait)
    return Table("784-200-200-10, 10 epochs of 60,000 images", rows)


def memory_findings(hidden: int) -> list[str]:
    """Return what the sweeps take of memory, and one run of `fit`, beyond the data."""
    sizes = IMAGES if DEVICE.type == "cpu" else IMAGES_ON_GPU
    sides = {"fit, one network": (one_after_another, 1)}
    sides |= {f"sweep of {models}": (together, models) for models in sizes}
    findings = []
    for name, (side, models) in sides.items():
        context = multiprocessing.get_context("spawn")  # a fresh process has no memory to reuse
        with ProcessPoolExecutor(1, mp_context=context) as pool:
            peak = pool.submit(in_fresh_process, side, hidden, models).result()
        findings.append(f"H = {hidden}, {name}: {peak / 1e6:,.0f} MB beside the data")
    return findings


def in_fresh_process(side: Callable[[int, int, Pair], object], hidden: int, models: int) -> int:
    """Return the memory in bytes that a side takes on top of its data, at most."""
    images, labels = load_mnist("train", device=DEVICE)
    data = (images[:4000].clone(), labels[:4000].clone())
    side(4, 1, data)  # what the libraries take at their first use is not counted
    return peak_memory_bytes(partial(side, hidden, models, data), DEVICE)


def wait() -> None:
    """Wait until the device has done all that it was asked to do."""
    if DEVICE.type == "cuda":
        torch.cuda.synchronize()
    elif DEVICE.type == "mps":
        torch.mps.synchronize()
