"""What a sweep measured, and the networks it trained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import torch
from torch import Tensor, nn

from course_utils.sweeps.network import StackedNetwork
from course_utils.sweeps.rules import RULES
from course_utils.sweeps.runs import Run, check_names
from course_utils.sweeps.settings import EVALUATION_ROWS, LOSSES, Samples


@dataclass
class SweepResult:
    """What a sweep measured, one row for each of its M runs, on the device of the data.

    A run whose loss became NaN or infinite has NaN from there on, and disturbs no other.

    Attributes:
        runs: The settings of each row.
        losses: Training loss of each step's batch, just before the step, (M, steps).
        test_loss: Of the test data after each epoch, (M, epochs); None without test data.
        test_accuracy: Share of them right, likewise.
        network: The trained networks.
        loss: The name of their loss.
    """

    runs: list[Run]
    losses: Tensor
    test_loss: Tensor | None
    test_accuracy: Tensor | None
    network: StackedNetwork
    loss: str

    def where(self, **settings: Any) -> Tensor:
        """Return which runs have these settings, (M,) bool, to pick rows with.

        Raises:
            ValueError: If a run has no such setting.
        """
        check_names(settings)
        if "rule" in settings:  # a rule and its name are one
            settings["step"] = RULES.get(settings["rule"], settings.pop("rule"))
        chosen = [all(getattr(run, k) == v for k, v in settings.items()) for run in self.runs]
        return torch.tensor(chosen, device=self.losses.device)

    def model(self, index: int) -> nn.Sequential:
        """Return a copy of one trained network as an ordinary torch.nn.Sequential."""
        return self.network.model(index)

    def evaluate(self, data: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
        """Return each network's loss and accuracy on some data, both (M,).

        Args:
            data: Inputs (N, D) and class numbers (N,), as `sweep` takes them.

        Raises:
            TypeError, ValueError: If the data do not fit the networks.
        """
        first, last = self.network.stacks[0], self.network.stacks[-1]
        samples = Samples.checked("given", data, (first.shape[2], last.shape[1]), like=first)
        return measure(self.network, samples, self.loss)


def joined(runs: Sequence[Run], parts: Sequence[SweepResult], order: Sequence[int]) -> SweepResult:
    """Put the results of a sweep's parts together.

    Args:
        runs: All runs, in the order of the result's rows.
        parts: Results of some of them each.
        order: For each row of the parts, one after another, the number of its run.
    """
    rows = torch.tensor(order).argsort().to(parts[0].losses.device)

    def together(tensors: Sequence[Tensor]) -> Tensor:
        return torch.cat(list(tensors)).index_select(0, rows)

    layers = zip(*(part.network.stacks for part in parts), strict=True)
    network = StackedNetwork([together(layer) for layer in layers], parts[0].network.activation)
    curves = {
        field.name: together([getattr(part, field.name) for part in parts])
        for field in fields(SweepResult) if isinstance(getattr(parts[0], field.name), Tensor)
    }
    return replace(parts[0], runs=list(runs), network=network, **curves)


@torch.no_grad()
def measure(network: StackedNetwork, samples: Samples, loss: str) -> tuple[Tensor, Tensor]:
    """Return each model's mean loss and share right over all samples, both (M,)."""
    losses, hits = 0.0, 0.0
    for inputs, labels, one_hot in zip(
        *(part.split(EVALUATION_ROWS) for part in samples), strict=True
    ):
        outputs = network.forward(inputs)  # (M, C, N)
        losses = losses + LOSSES[loss](outputs, one_hot.T.contiguous()) * len(labels)
        classes = outputs.max(1).indices  # (M, C, N) -> (M, N); argmax takes many times longer
        hits = hits + (classes == labels).sum(1)
    count = len(samples.labels)
    losses, shares = losses / count, hits.to(samples.inputs.dtype) / count
    return nan_where_diverged(losses, losses), nan_where_diverged(shares, losses)


def nan_where_diverged(values: Tensor, losses: Tensor) -> Tensor:
    """Return the values with NaN where a loss is NaN or infinite: such a network says nothing."""
    return values.masked_fill(~losses.isfinite(), torch.nan)
