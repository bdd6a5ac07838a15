"""Train the XOR network of chapter 04 a little at a time, with the learner's own functions."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

import numpy as np

from course_utils.explorers.shared.prediction import prediction

INPUTS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
TARGETS = np.array([[0.0], [1.0], [1.0], [0.0]])
FIRST_SLICE_S, SLICE_S, SLOWEST_STEP_S = 0.004, 0.010, 1.0


def start_parameters(seed: int, hidden_size: int) -> dict[str, np.ndarray]:
    """Return the parameters of chapter 04 at random: weights_1 (2, H), bias_1 (H,), and so on."""
    rng = np.random.default_rng(seed)
    return {
        "weights_1": rng.normal(size=(2, hidden_size)), "bias_1": np.zeros(hidden_size),
        "weights_2": rng.normal(size=(hidden_size, 1)), "bias_2": np.zeros(1),
    }


class XorTraining:
    """One run: parameters, losses so far, and the next few milliseconds of it on request."""

    def __init__(
        self, forward: Callable, backward: Callable, update: Callable, *,
        learning_rate: float, steps: int, seed: int, hidden_size: int,
    ) -> None:
        self.functions = forward, backward, update
        self.learning_rate, self.steps = learning_rate, steps
        self.parameters = start_parameters(seed, hidden_size)
        self.losses: list[float] = []
        self.predictions: list[float] = []

    @property
    def finished(self) -> bool:
        """Whether all steps were taken, or the loss left the numbers."""
        diverged = bool(self.losses) and not math.isfinite(self.losses[-1])
        return diverged or len(self.losses) > self.steps

    def train_a_slice(self) -> None:
        """Train for about ten milliseconds; the caller comes back for more.

        The first slice is shorter, because a hand on the slider waits for it.

        Raises:
            TimeoutError: If one step of the learner's functions takes a second or more.
        """
        end = time.perf_counter() + (SLICE_S if self.losses else FIRST_SLICE_S)
        with np.errstate(all="ignore"):  # a run may diverge; that is shown, not warned about
            while not self.finished and time.perf_counter() < end:
                started = time.perf_counter()
                self._step()
                took_s = time.perf_counter() - started
                if took_s > SLOWEST_STEP_S:
                    raise TimeoutError(
                        f"one step of your functions took {took_s:.1f} s, but this picture needs "
                        "hundreds of steps; training stopped, make the functions faster."
                    )

    def _step(self) -> None:
        forward, backward, update = self.functions
        y_pred = prediction(forward(INPUTS.copy(), self.parameters), len(INPUTS))
        self.losses.append(float(((y_pred - TARGETS) ** 2).sum()))
        self.predictions = y_pred.ravel().tolist()
        if self.finished:
            return
        gradients = backward(INPUTS.copy(), TARGETS.copy(), self.parameters)
        changed = update(self.parameters, gradients, self.learning_rate)
        self.parameters = self.parameters if changed is None else changed


def outcome(losses: list[float], learning_rate: float, steps: int) -> str:
    """Name what a learning rate did in ``steps`` steps from one start.

    Returns:
        diverging, oscillating, good, too small, stuck, or training while it still runs. Too small
        and stuck both end high; they differ in the slope that is left: a fall of the loss of g**2
        a unit of learning rate and step, with g the length of the gradient.
    """
    if losses and (not math.isfinite(losses[-1]) or losses[-1] > 10 * max(losses[0], 1.0)):
        return "diverging"
    if len(losses) <= steps:
        return "training"
    late = losses[-max(len(losses) // 5, 2) :]
    if max(late) < 0.01:
        return "good"
    if sum(after > before for before, after in zip(late, late[1:], strict=False)) > len(late) / 10:
        return "oscillating"
    slope_left = (late[0] - late[-1]) / (learning_rate * len(late))
    return "too small" if slope_left > 1e-3 else "stuck"
