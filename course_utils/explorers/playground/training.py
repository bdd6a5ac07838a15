"""The playground's run: training, its history, going back in time and branching off.

A pure state machine without any widget. Which rows make up the batch of step t depends on the seed
and on t alone, so a branch that changes nothing repeats the old curve exactly.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field, replace

import numpy as np

from course_utils.explorers.playground.check import GradientCheck
from course_utils.explorers.playground.learner import CarefulFunctions, copied
from course_utils.explorers.playground.network import (
    Functions,
    Parameters,
    features_of,
    make_points,
    start_parameters,
)

KEPT_MOMENTS, KEPT_BRANCHES, CHECKED_ROWS = 300, 3, 16
EXPLODED = 1e9  # a loss or a weight beyond it is on its way to infinity


@dataclass(frozen=True)
class Settings:
    """Everything that a reader can set; the first group starts a new run, the second does not."""

    dataset: str = "XOR cloud"
    noise: float = 0.35
    test_share: float = 0.3
    count: int = 300
    seed: int = 1
    features: tuple[str, ...] = ("x₁", "x₂")
    layers: tuple[int, ...] = (4, 2)
    activation: str = "tanh"

    learning_rate: float = 0.1
    batch_size: int = 10
    regularisation: str = "none"
    strength: float = 0.001

    def needs_new_run(self, other: Settings) -> bool:
        """Whether going over to ``other`` means to start again."""
        same = {name: getattr(other, name) for name in (
            "learning_rate", "batch_size", "regularisation", "strength")}
        return replace(self, **same) != other


@dataclass(frozen=True)
class Moment:
    """The network after ``step`` steps, with its mean squared errors."""

    step: int
    parameters: Parameters
    train_loss: float
    test_loss: float
    learning_rate: float


@dataclass
class Run:
    """One network learning one set.

    Args:
        settings: What is learned by what, and how.
        functions: forward, backward and update (chapter 04's interface).
        reduction: "sum" or "mean" over the rows of a batch: the loss that backward derives.
    """

    settings: Settings
    functions: Functions
    reduction: str = "mean"
    moments: list[Moment] = field(default_factory=list)
    branches: list[tuple[Moment, ...]] = field(default_factory=list)
    now: int = 0  # the moment that is shown; training goes on from there

    def __post_init__(self) -> None:
        chosen = self.settings
        self.points, self.targets, self.is_test = make_points(
            chosen.dataset, chosen.count, chosen.noise, chosen.test_share, chosen.seed
        )
        self.inputs = features_of(self.points, chosen.features)          # (N, D)
        self.sizes = (len(chosen.features), *chosen.layers, 1)
        self.call = CarefulFunctions(self.functions)
        start = start_parameters(self.sizes, chosen.activation, chosen.seed)
        self.check = GradientCheck(start)
        self._epoch_order: tuple = (None, None)
        self.moments = [Moment(0, start, math.nan, math.nan, chosen.learning_rate)]
        self.measured_start = False

    @property
    def moment(self) -> Moment:
        """The moment that is shown."""
        return self.moments[self.now]

    @property
    def batches_per_epoch(self) -> int:
        """How many batches the training rows make, the last one possibly smaller."""
        return max(1, math.ceil(int((~self.is_test).sum()) / self.settings.batch_size))

    def losses(self, parameters: Parameters) -> tuple[float, float]:
        """Mean squared error on the training and on the test rows."""
        errors = (self.call.values(self.inputs, parameters)["y_pred"] - self.targets) ** 2
        return _mean(errors[~self.is_test]), _mean(errors[self.is_test])

    def measure_start(self) -> None:
        """Fill in the losses before the first step, which needs the learner's forward."""
        if not self.measured_start:
            train, test = self.losses(self.moments[0].parameters)
            self.moments[0] = replace(self.moments[0], train_loss=train, test_loss=test)
            self.measured_start = True
            self._demand_numbers(self.moments[0])

    def train(self, steps: int, seconds: float = math.inf) -> int:
        """Take up to ``steps`` steps from the shown moment, at least one, and keep where it led.

        A later part of the history becomes a branch. ``seconds`` ends the work earlier. Returns
        how many steps are left to take.

        Raises:
            FloatingPointError: If loss or weights exploded or are no numbers; the history is kept.
        """
        self._branch_off()
        step, parameters = self.moment.step, self.moment.parameters
        end = time.perf_counter() + seconds
        last = step + steps
        while step < last:
            rows = self._batch(step)
            gradients = self.call.gradients(self.inputs[rows], self.targets[rows], parameters)
            gradients = self._with_penalty(gradients, parameters)
            parameters = self.call.updated(parameters, gradients, self.settings.learning_rate)
            step += 1
            exploded = any(not abs(array).max() < EXPLODED for array in parameters.values())
            if exploded or time.perf_counter() > end:
                break
        self._keep(Moment(step, parameters, *self.losses(parameters), self.settings.learning_rate))
        return last - step

    def go_to(self, index: int) -> None:
        """Show an earlier or later moment of the history."""
        self.now = max(0, min(int(index), len(self.moments) - 1))

    def edit(self, place: int, value: float) -> None:
        """Set one entry of the parameters by hand; what was learned later becomes a branch."""
        name, index = self.check.places[place]
        self._branch_off()
        parameters = copied(self.moment.parameters)
        parameters[name][index] = value
        train, test = self.losses(parameters)
        self.moments[self.now] = replace(
            self.moment, parameters=parameters, train_loss=train, test_loss=test
        )

    def check_some(self, seconds: float) -> None:
        """Compare a few entries of the learner's gradients with measured ones."""
        rows = np.flatnonzero(~self.is_test)[:CHECKED_ROWS]
        inputs, targets = self.inputs[rows], self.targets[rows]
        parameters = self.moment.parameters
        gradients = self.call.gradients(inputs, targets, parameters)
        reduce = np.sum if self.reduction == "sum" else np.mean
        self.check.some(
            lambda probe: float(reduce((self.call.values(inputs, probe)["y_pred"] - targets) ** 2)),
            parameters, gradients, seconds,
        )

    def _branch_off(self) -> None:
        later = self.moments[self.now:]
        if len(later) > 1:
            self.branches = [*self.branches, tuple(later)][-KEPT_BRANCHES:]
            self.moments = self.moments[: self.now + 1]

    def _keep(self, moment: Moment) -> None:
        if len(self.moments) >= KEPT_MOMENTS:  # then every second one has to do
            self.moments = self.moments[:1] + self.moments[1:-1][1::2] + self.moments[-1:]
        self.moments.append(moment)
        self.now = len(self.moments) - 1
        self._demand_numbers(moment)

    def _demand_numbers(self, moment: Moment) -> None:
        largest = max(abs(array).max() for array in moment.parameters.values())
        if moment.train_loss < EXPLODED and largest < EXPLODED:
            return
        if moment.step == 0:
            raise FloatingPointError(
                "forward returned values that are not finite before the first step."
            )
        raise FloatingPointError(
            f"at step {moment.step} the loss is {moment.train_loss:.2g}: the learning rate "
            f"{moment.learning_rate:g} is too large, or a gradient is wrong; go back in time and "
            "branch off with a smaller rate."
        )

    def _batch(self, step: int) -> np.ndarray:
        """Return the rows of step ``step``: a new order each epoch, from the seed alone."""
        epoch, place = divmod(step, self.batches_per_epoch)
        if self._epoch_order[0] != epoch:
            rows = np.flatnonzero(~self.is_test)
            order = np.random.default_rng([self.settings.seed, epoch]).permutation(rows)
            self._epoch_order = epoch, order
        size = self.settings.batch_size
        return self._epoch_order[1][place * size : (place + 1) * size]

    def _with_penalty(self, gradients: Parameters, parameters: Parameters) -> Parameters:
        """Add the slope of strength * sum of |w| (L1) or of w**2 (L2) to the weights' gradients."""
        kind, strength = self.settings.regularisation, self.settings.strength
        if kind == "none":
            return gradients
        slope = np.sign if kind == "L1" else (lambda weights: 2 * weights)
        return {
            name: gradient + strength * slope(parameters[name]) if "weights" in name else gradient
            for name, gradient in gradients.items()
        }


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if values.size else math.nan
