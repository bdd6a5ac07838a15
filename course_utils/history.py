"""What training measured: the history of a run, and averages that weigh every sample the same."""

import math
from dataclasses import dataclass, field
from typing import NamedTuple

import torch
from torch import Tensor


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

    def add_training(self, steps: "Steps", seconds: float) -> None:
        """Add an epoch of training."""
        mean_loss, accuracy = steps.average()
        self.losses += steps.losses.tolist()
        self.train_loss.append(mean_loss)
        self.train_accuracy.append(accuracy)
        self.seconds.append(seconds)

    def add_validation(self, evaluation: "Evaluation") -> None:
        """Add what the validation data gave after an epoch."""
        self.validation_loss.append(evaluation.loss)
        self.validation_accuracy.append(evaluation.accuracy)

    def first_bad_step(self) -> int | None:
        """Return the index of the first loss that is NaN or infinite, or None."""
        bad = (step for step, loss in enumerate(self.losses) if not math.isfinite(loss))
        return next(bad, None)


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


class Steps:
    """Losses and hits of the batches of one pass, brought from the device in one go."""

    def __init__(self, losses: list[Tensor], hits: list[Tensor], batch_size: int, count: int):
        """Fetch what was measured; this is where a GPU is waited for.

        Args:
            losses: Mean loss of each batch, each of shape ().
            hits: How many of each batch were right, each of shape ().
            batch_size: Samples in each batch but the last.
            count: Samples in all.
        """
        starts = torch.arange(0, count, batch_size)
        self.sizes = (count - starts).clamp(max=batch_size).double()  # (steps,)
        # in this order, as an Apple GPU knows no float64
        self.losses = torch.stack(losses).cpu().double()  # (steps,)
        self.hits = torch.stack(hits).cpu().double()  # (steps,)

    def average(self) -> Evaluation:
        """Average over samples, not over batches: the last batch may be small."""
        count = self.sizes.sum()
        mean_loss = (self.losses * self.sizes).sum() / count
        return Evaluation(mean_loss.item(), (self.hits.sum() / count).item())
