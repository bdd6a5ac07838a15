"""Run a learner's step down a surface, a little at a time, and hold it against torch.optim."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import torch
from torch import Tensor

from course_utils.explorers.race.surfaces import SURFACES, Pair
from course_utils.explorers.shared.base import function_name

Step = Callable[..., tuple[Tensor, dict[str, Any]]]
SLOWEST_STEP_S = 1.0
EQUAL_WITHIN = 1e-11  # of the largest weight so far: rounding stays far below, slips above


class Rule(NamedTuple):
    """A rule of the race: its name, and the optimizer of torch.optim that it must equal."""

    name: str
    optimizer: Callable[..., torch.optim.Optimizer]
    options: dict[str, Any]
    counterpart: str  # as a sentence names it


RULES: dict[str, Rule] = {
    "sgd": Rule("SGD", torch.optim.SGD, {}, "torch.optim.SGD"),
    "momentum": Rule("momentum", torch.optim.SGD, {"momentum": 0.9},
                     "torch.optim.SGD with momentum 0.9"),
    "nesterov": Rule("Nesterov", torch.optim.SGD, {"momentum": 0.9, "nesterov": True},
                     "torch.optim.SGD with Nesterov momentum 0.9"),
    "adagrad": Rule("Adagrad", torch.optim.Adagrad, {}, "torch.optim.Adagrad"),
    "rmsprop": Rule("RMSprop", torch.optim.RMSprop, {}, "torch.optim.RMSprop"),
    "adam": Rule("Adam", torch.optim.Adam, {}, "torch.optim.Adam"),
    "adamw": Rule("AdamW", torch.optim.AdamW, {}, "torch.optim.AdamW"),
}


def pair(point: Pair) -> Tensor:
    """Return two weights as a float64 tensor (2,)."""
    return torch.tensor(point, dtype=torch.float64)


class TorchWalk:
    """torch.optim's own walk from a start, one step for each gradient it is given."""

    def __init__(self, rule: str, start: Pair, rate: float) -> None:
        _, optimizer, options, _ = RULES[rule]
        self.weights = torch.nn.Parameter(pair(start))
        self.optimizer = optimizer([self.weights], lr=rate, **options)

    def step(self, gradient: Tensor) -> Pair:
        """Take one step and return where it led."""
        self.weights.grad = gradient.clone()
        self.optimizer.step()
        return tuple(self.weights.tolist())


class Difference(NamedTuple):
    """The first step in which two rules part, and where each of them went."""

    step: int
    own: Pair
    torch: Pair


class OwnRun:
    """One race of a learner's step: the points so far, and the first that torch does not share.

    Both rules are given the same gradients, those at the learner's points. So rounding is not
    magnified by a surface on which close paths part, and only a real difference is reported.
    """

    def __init__(
        self, step: Step, rule: str, surface: str, start: Pair, rate: float, steps: int
    ) -> None:
        self.step, self.rule, self.rate, self.steps = step, rule, rate, steps
        self.surface = SURFACES[surface]
        self.torch: TorchWalk | None = TorchWalk(rule, start, rate)
        self.state: Any = {}
        self.points: list[Pair] = [tuple(start)]
        self.difference: Difference | None = None
        self.failure = ""
        self.left_numbers = False
        self._largest = max(1.0, *map(abs, start))

    @property
    def finished(self) -> bool:
        """Whether all steps were taken, or the rest cannot be."""
        return bool(self.failure) or self.left_numbers or len(self.points) > self.steps

    def run(self, seconds: float) -> None:
        """Take steps for about ``seconds``; the caller comes back for more.

        Raises:
            TimeoutError: If one step of the learner takes a second or more.
            ValueError: If it returns something else than new weights (2,) and a state.
        """
        end = time.perf_counter() + seconds
        while not self.finished:
            self._step()
            if time.perf_counter() > end:
                return

    def _step(self) -> None:
        here = self.points[-1]
        gradient = pair(self.surface.gradient_at(here))
        if not gradient.isfinite().all():
            self.left_numbers = True
            return
        own = self._ask_the_learner(here, gradient)
        if self.torch is not None:
            self._compare(own, self.torch.step(gradient))
        self.left_numbers = not all(map(math.isfinite, own))
        if not self.left_numbers:
            self.points.append(own)

    def _ask_the_learner(self, here: Pair, gradient: Tensor) -> Pair:
        started = time.perf_counter()
        result = self.step(pair(here), gradient.clone(), self.state, learning_rate=self.rate)
        took_s = time.perf_counter() - started
        if took_s > SLOWEST_STEP_S:
            raise TimeoutError(f"one step took {took_s:.1f} s, but a race needs hundreds of steps")
        if not isinstance(result, tuple) or len(result) != 2:
            raise ValueError(
                f"it returned {type(result).__name__}, but two things were expected: the new w "
                "and the new state"
            )
        weights = torch.as_tensor(result[0], dtype=torch.float64).detach()
        if weights.shape != (2,):
            raise ValueError(
                f"it returned w of shape {tuple(weights.shape)}, but w came in with shape (2,)"
            )
        self.state = result[1]
        return tuple(weights.tolist())

    def _compare(self, own: Pair, torchs: Pair) -> None:
        self._largest = max(self._largest, *(abs(w) for w in torchs if math.isfinite(w)), 0.0)
        if not all(map(_same, own, torchs, [EQUAL_WITHIN * self._largest] * 2)):
            self.difference = Difference(len(self.points), own, torchs)
            self.torch = None

    def verdict(self) -> str:
        """Say in one sentence how the learner's step compares; empty while nothing is known."""
        who, theirs = said_name(self.step), RULES[self.rule].counterpart
        if self.failure:
            return f"{who} stopped: {self.failure}."
        if self.difference is not None:
            number, own, torchs = self.difference
            apart = math.dist(own, torchs)
            distance = f", {apart:.2g} away" if math.isfinite(apart) else ""
            return (
                f"{who} differs from {theirs} first at step {number}: it goes to {_place(own)}, "
                f"torch to {_place(torchs)}{distance}."
            )
        if not self.finished:
            return ""
        count = len(self.points) - 1
        if self.left_numbers:
            return f"{who} equals {theirs} until both leave the numbers, after step {count}."
        return f"{who} equals {theirs} in all {count} steps."


def said_name(function: Callable) -> str:
    """Name a function as a sentence does; where a check gave the course's own, say that."""
    name = function_name(function)
    if name.endswith("_reference"):
        return f"the course's {name.removesuffix('_reference')}"
    return f"your {name}"


def _same(own: float, torchs: float, within: float) -> bool:
    if math.isfinite(own) and math.isfinite(torchs):
        return abs(own - torchs) <= within
    return not math.isfinite(own) and not math.isfinite(torchs)


def _place(point: Pair) -> str:
    return "(" + ", ".join(f"{value:.4g}".replace("-", "−") for value in point) + ")"
