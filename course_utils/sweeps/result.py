"""What a sweep measured, and the networks it trained."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from course_utils.sweeps.checks import check_data
from course_utils.sweeps.losses import stacked_data
from course_utils.sweeps.network import StackedNetwork
from course_utils.sweeps.runs import Run, check_setting
from course_utils.sweeps.training import measure

Pair = tuple[Tensor, Tensor]


@dataclass
class SweepResult:
    """What a sweep measured, one row for each of its M runs, on the device of the data.

    A run whose loss became NaN or infinite has NaN from there on, and disturbs no other. Accuracies
    are NaN where the targets are no classes.

    Attributes:
        runs: The settings of each row.
        losses: Training loss of each step's batch, just before the step, (M, steps).
        accuracies: Share of that batch right, likewise, (M, steps).
        train_loss, train_accuracy: (M, epochs). Averages over the epoch's batches, like those of
            `fit`; with ``measure_train`` of all training data after the epoch, without dropout.
        test_loss, test_accuracy: Of the test data after each epoch, (M, epochs); None without.
        network: The trained networks.
    """

    runs: list[Run]
    losses: Tensor
    accuracies: Tensor
    train_loss: Tensor
    train_accuracy: Tensor
    test_loss: Tensor | None
    test_accuracy: Tensor | None
    network: StackedNetwork
    loss: str

    @property
    def weights(self) -> list[Tensor]:
        """The weights of each layer, (M, D, H)."""
        return [stack.mT for stack in self.network.weights]

    @property
    def biases(self) -> list[Tensor]:
        """The biases of each layer, (M, H)."""
        return [stack[:, :, 0] for stack in self.network.biases]

    def where(self, **settings: Any) -> Tensor:
        """Return which runs have these settings, (M,) bool, to pick rows with.

        Raises:
            ValueError: If a run has no such setting.
        """
        for name in settings:
            check_setting(name)
        chosen = [all(getattr(run, k) == v for k, v in settings.items()) for run in self.runs]
        return torch.tensor(chosen, device=self.losses.device)

    def model(self, index: int) -> nn.Sequential:
        """Return a copy of one trained network as an ordinary torch.nn.Sequential."""
        return self.network.model(index)

    def evaluate(self, data: Pair) -> tuple[Tensor, Tensor]:
        """Return each network's loss and accuracy on some data, both (M,).

        Args:
            data: Inputs (N, D) and targets, as `sweep` takes them.

        Raises:
            TypeError, ValueError: If the data do not fit the networks.
        """
        check_data("given", data, self.weights[0].shape[1], self.weights[0])
        outputs = self.biases[-1].shape[1]
        return measure(self.network, stacked_data("given", data, outputs, self.loss), self.loss)
