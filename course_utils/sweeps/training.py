"""The training loop of a sweep: it never asks a GPU for a number, so the GPU never waits."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor
from tqdm import tqdm

from course_utils.reproducibility import generator
from course_utils.sweeps.cuda_graphs import RecordedStep
from course_utils.sweeps.network import StackedNetwork, first_stacks
from course_utils.sweeps.result import SweepResult, measure, nan_where_diverged
from course_utils.sweeps.rules import RULES
from course_utils.sweeps.runs import Run
from course_utils.sweeps.settings import LOSSES, Settings
from course_utils.sweeps.update import Update

# With fewer weights than this, asking for an operation takes a GPU longer than doing it.
RECORD_BELOW_WEIGHTS = 20_000_000


def train_part(runs: Sequence[Run], settings: Settings, bar: tqdm | None) -> SweepResult:
    """Train networks that share a rule, one for each run, and measure them."""
    result, data = _untrained(runs, settings), settings.train
    step, masks = _step_function(result.network, runs, settings), DropoutMasks(runs, settings)
    chance, done = generator(0), 0
    for epoch in range(settings.epochs):
        order = torch.randperm(len(data.labels), generator=chance).to(data.labels.device)
        for rows in order.split(settings.batch_size):
            (result.losses[:, done],) = step(rows, masks.draw(len(rows)))
            done += 1
            if bar is not None:
                bar.update()
        if settings.test is not None:
            measured = measure(result.network, settings.test, settings.loss)
            result.test_loss[:, epoch], result.test_accuracy[:, epoch] = measured
    result.losses = nan_where_diverged(result.losses, result.losses)
    result.network.stacks = [stack.detach() for stack in result.network.stacks]
    return result


def _untrained(runs: Sequence[Run], settings: Settings) -> SweepResult:
    """Return the networks before their first step, with curves to be filled in."""
    like = settings.train.inputs
    starts = [(run.seed, run.initialization) for run in runs]
    stacks = [stack.requires_grad_() for stack in first_stacks(settings.sizes, starts, like)]
    tests = [None, None]
    if settings.test is not None:
        tests = [like.new_empty(len(runs), settings.epochs) for _ in tests]
    losses = like.new_empty(len(runs), settings.steps)
    network = StackedNetwork(stacks, settings.activation)
    return SweepResult(list(runs), losses, *tests, network, settings.loss)


def _step_function(
    network: StackedNetwork, runs: Sequence[Run], settings: Settings
) -> Callable[[Tensor, Sequence[Tensor]], tuple[Tensor]]:
    """Return a function that takes one step on the given rows and returns the losses (M,)."""
    data, loss = settings.train, LOSSES[settings.loss]
    weights = sum(stack.numel() for stack in network.stacks)
    small = data.inputs.device.type == "cuda" and weights < RECORD_BELOW_WEIGHTS
    # A learner's rule may count its steps in Python, where a recording would not count on.
    recorded = small and runs[0].step in RULES.values()
    update = Update(network.stacks, runs, in_place=recorded)

    def step(rows: Tensor, masks: Sequence[Tensor]) -> tuple[Tensor]:
        inputs = data.inputs.index_select(0, rows)
        targets = data.one_hot.index_select(0, rows).T.contiguous()  # (N, C) -> (C, N)
        losses = loss(network.forward(inputs, masks), targets)
        update.take(torch.autograd.grad(losses.sum(), network.stacks))
        return (losses.detach(),)

    return RecordedStep(step) if recorded else step


class DropoutMasks:
    """Draws the factors of the hidden outputs: 0 where dropped, else 1 / (1 - rate).

    A network's draws depend on its own seed alone, so it does not matter which others there are;
    networks with the same seed share a draw.
    """

    def __init__(self, runs: Sequence[Run], settings: Settings) -> None:
        like, rates = settings.train.inputs, [run.dropout for run in runs]
        places = {seed: place for place, seed in enumerate(dict.fromkeys(run.seed for run in runs))}
        self._chances = [generator(seed, like.device) for seed in places]
        self._which = torch.tensor([places[run.seed] for run in runs], device=like.device)
        self._kept = 1 - like.new_tensor(rates).view(-1, 1, 1)
        self._widths = settings.sizes[1:-1] if any(rates) else ()

    def draw(self, count: int) -> list[Tensor]:
        """Return a mask (M, H, N) for each hidden layer; none if no network drops anything."""
        return [self._mask(width, count) for width in self._widths]

    def _mask(self, width: int, count: int) -> Tensor:
        like = {"dtype": self._kept.dtype, "device": self._kept.device}
        noise = torch.stack(
            [torch.rand(width, count, generator=chance, **like) for chance in self._chances]
        ).index_select(0, self._which)
        return (noise < self._kept).to(self._kept.dtype).div_(self._kept)
