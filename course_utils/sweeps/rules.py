"""The update rules of torch.optim in the form that chapter 14 writes them: pure functions.

``step(w, g, state, learning_rate=...)`` returns the new weights and the new state and changes none
of its arguments. Entry by entry they do the same, so ``w`` may be a stack (M, ...) of the weights
of M networks and ``learning_rate`` one number for each, (M, 1, 1). They give the same numbers as
torch.optim with its defaults; only momentum has none there, so it is the usual 0.9 here. The
operations are grouped so that few tensors are written.
"""

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

State = dict[str, Any]
Rate = float | Tensor


def sgd_step(w: Tensor, g: Tensor, state: State, learning_rate: Rate) -> tuple[Tensor, State]:
    """Go down the gradient: w - rate g."""
    return _moved(w, g, learning_rate), state


def momentum_step(
    w: Tensor, g: Tensor, state: State, learning_rate: Rate, momentum: float = 0.9
) -> tuple[Tensor, State]:
    """Let the velocity v = momentum v + g carry the weights: w - rate v.

    Source: Polyak, Some methods of speeding up the convergence of iteration methods (1964).
    """
    velocity = torch.add(g, state["velocity"], alpha=momentum) if state else g
    return _moved(w, velocity, learning_rate), {"velocity": velocity}


def nesterov_step(
    w: Tensor, g: Tensor, state: State, learning_rate: Rate, momentum: float = 0.9
) -> tuple[Tensor, State]:
    """Let the velocity of `momentum_step` look one step ahead: w - rate (g + momentum v).

    Source: Sutskever et al., On the importance of initialization and momentum (2013), section 2.
    """
    velocity = torch.add(g, state["velocity"], alpha=momentum) if state else g
    ahead = torch.add(g, velocity, alpha=momentum)
    return _moved(w, ahead, learning_rate), {"velocity": velocity}


def adagrad_step(
    w: Tensor, g: Tensor, state: State, learning_rate: Rate, epsilon: float = 1e-10
) -> tuple[Tensor, State]:
    """Divide by the root of all squared gradients so far: w - rate g / (sqrt(sum g^2) + eps).

    Source: Duchi, Hazan & Singer, Adaptive subgradient methods (2011).
    """
    squares = torch.addcmul(state["squares"], g, g) if state else g * g
    direction = g / squares.sqrt().add_(epsilon)
    return _moved(w, direction, learning_rate), {"squares": squares}


def rmsprop_step(
    w: Tensor,
    g: Tensor,
    state: State,
    learning_rate: Rate,
    alpha: float = 0.99,
    epsilon: float = 1e-8,
) -> tuple[Tensor, State]:
    """Divide by the root of a running mean of g^2, which forgets: s = alpha s + (1 - alpha) g^2.

    Source: Hinton, Neural networks for machine learning (2012), lecture 6e.
    """
    before = state["squares"] if state else torch.zeros_like(g)
    squares = torch.addcmul(before * alpha, g, g, value=1 - alpha)
    direction = g / squares.sqrt().add_(epsilon)
    return _moved(w, direction, learning_rate), {"squares": squares}


def adam_step(
    w: Tensor,
    g: Tensor,
    state: State,
    learning_rate: Rate,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-8,
) -> tuple[Tensor, State]:
    """Divide a running mean of g by the root of a running mean of g^2, both freed of their bias.

    The bias corrections stand in front of the rate, which saves passes over the weights. The steps
    are counted on the device, so that a CUDA graph can count on.

    Source: Kingma & Ba, Adam (2015), algorithm 1 and the last paragraph of section 2.
    """
    if not state:
        nothing = torch.zeros_like(g)
        state = {"mean": nothing, "squares": nothing, "step": g.new_zeros(())}
    step = state["step"] + 1
    mean = torch.lerp(state["mean"], g, 1 - beta1)
    squares = torch.addcmul(state["squares"] * beta2, g, g, value=1 - beta2)
    root = _correction(beta2, step).sqrt()
    direction = mean / squares.sqrt().add_(epsilon * root)
    new_w = _moved(w, direction, learning_rate * root / _correction(beta1, step))
    return new_w, {"mean": mean, "squares": squares, "step": step}


def adamw_step(
    w: Tensor, g: Tensor, state: State, learning_rate: Rate, weight_decay: Rate = 0.01
) -> tuple[Tensor, State]:
    """Shrink the weights by the share rate * decay, then let `adam_step` do its work.

    Source: Loshchilov & Hutter, Decoupled weight decay regularization (2019).
    """
    return adam_step(w * (1 - learning_rate * weight_decay), g, state, learning_rate)


def _moved(w: Tensor, direction: Tensor, rate: Rate) -> Tensor:
    """Return w - rate * direction, in one pass over the weights."""
    rate = torch.as_tensor(rate, dtype=w.dtype, device=w.device)
    return torch.addcmul(w, direction, rate, value=-1)


def _correction(beta: float, step: Tensor) -> Tensor:
    """Return 1 - beta^step, which keeps its digits in float32 where beta is close to 1."""
    return -torch.expm1(step * math.log(beta))


RULES: dict[str, Callable[..., tuple[Tensor, State]]] = {
    "sgd": sgd_step,
    "momentum": momentum_step,
    "nesterov": nesterov_step,
    "adagrad": adagrad_step,
    "rmsprop": rmsprop_step,
    "adam": adam_step,
    "adamw": adamw_step,
}
