"""A look at an update rule before it trains networks: each fault gets one sentence that helps."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

NETWORKS, STEPS = 3, 3
RATES = (0.1, 0.01, 0.2)  # of the networks, all different
WITHIN = 1e-9


@torch.no_grad()
def check_rule(step: Callable) -> None:
    """Raise unless a rule steps a stack of networks as it steps each of them alone.

    Args:
        step: ``step(w, g, state, learning_rate=...)``, tried on small stacks (3, 2, 2) of float64.

    Raises:
        TypeError: If it is no function, or raises.
        ValueError: If it returns something else than a new w, like the old one, and a state; if it
            changes its arguments; or if its networks do not mind their own business.
    """
    name = getattr(step, "__name__", type(step).__name__)
    if not callable(step):
        raise TypeError(f"The rule {step!r} is no function step(w, g, state, learning_rate=...).")
    chance = torch.Generator().manual_seed(0)
    w, *gradients = torch.randn(1 + STEPS, NETWORKS, 2, 2, generator=chance, dtype=torch.float64)
    rates = torch.tensor(RATES, dtype=torch.float64).view(-1, 1, 1)
    together = _walk(step, name, w, gradients, rates)
    for network, rate in enumerate(RATES):
        own = [gradient[network] for gradient in gradients]
        alone = _walk(step, name, w[network], own, rate)
        if not torch.allclose(together[network], alone, rtol=0, atol=WITHIN, equal_nan=True):
            raise ValueError(
                f"The rule {name} gives a network another step when other networks stand beside "
                "it: write it entry by entry, without sums, means or norms over all of w or g."
            )


def _walk(step: Callable, name: str, w: Tensor, gradients: list[Tensor], rate: Any) -> Tensor:
    """Return where a rule leads from w with these gradients."""
    state: Any = {}
    for gradient in gradients:
        before = copy.deepcopy((w, gradient, state))
        try:
            answer = step(w, gradient, state, learning_rate=rate)
        except Exception as error:
            raise TypeError(
                f"The rule {name} raised {type(error).__name__} at a trial step ({error}): it must "
                "take step(w, g, state, learning_rate=...) with tensors of any shape."
            ) from error
        if not _alike((w, gradient, state), before):
            raise ValueError(
                f"The rule {name} changes its arguments, but must leave w, g and state as they "
                "are: write w - ..., not w -= ..., and return a new dict."
            )
        w, state = _checked(answer, name, w)
    return w


def _checked(answer: object, name: str, w: Tensor) -> tuple[Tensor, Any]:
    """Return what a rule returned, or say that it is not a new w and a new state."""
    if not isinstance(answer, tuple) or len(answer) != 2:
        kind = f"{len(answer)} things" if isinstance(answer, tuple) else type(answer).__name__
        raise ValueError(
            f"The rule {name} returned {kind}, but must return two: the new w and the new state."
        )
    new_w, state = answer
    if not isinstance(new_w, Tensor) or (new_w.shape, new_w.dtype) != (w.shape, w.dtype):
        found = f"{tuple(new_w.shape)} {new_w.dtype}" if isinstance(new_w, Tensor) else new_w
        raise ValueError(
            f"The rule {name} made a new w of {found} from one of {tuple(w.shape)} {w.dtype}, but "
            "must keep shape and dtype."
        )
    return new_w, state


def _alike(now: Any, before: Any) -> bool:
    """Return whether arguments, and what a state holds, are what they were."""
    if isinstance(now, Tensor):
        return torch.equal(now.nan_to_num(), before.nan_to_num())
    if isinstance(now, dict):
        return now.keys() == before.keys() and all(_alike(now[key], before[key]) for key in now)
    if isinstance(now, (tuple, list)):
        return len(now) == len(before) and all(map(_alike, now, before))
    return now == before
