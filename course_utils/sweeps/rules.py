"""The update rules for stacked weights: many networks take one step at once, each at its own rate.

A stack is a tensor (M, ...): entry m along its first axis belongs to network m. Each rule below is
the formula of torch.optim's class of that name, written in place to spare memory traffic, and gives
the same numbers. Chapter 14 builds these rules one by one; stacked_optimizer.py applies them.
"""

import math
from collections.abc import Callable, Mapping
from typing import NamedTuple

import torch
from torch import Tensor

Memory = list[Tensor]  # what a rule remembers of a stack, each tensor shaped like the stack


def sgd(weight: Tensor, gradient: Tensor, memory: Memory, rate: Tensor, step: Tensor) -> None:
    """Go down the gradient: w <- w - rate g."""
    weight.addcmul_(gradient, rate, value=-1)


def momentum(
    weight: Tensor, gradient: Tensor, memory: Memory, rate: Tensor, step: Tensor, *, momentum: float
) -> None:
    """Let the velocity v <- momentum v + g carry the weights: w <- w - rate v.

    Source: Polyak, Some methods of speeding up the convergence of iteration methods (1964).
    """
    (velocity,) = memory
    velocity.mul_(momentum).add_(gradient)
    weight.addcmul_(velocity, rate, value=-1)


def nesterov(
    weight: Tensor, gradient: Tensor, memory: Memory, rate: Tensor, step: Tensor, *, momentum: float
) -> None:
    """Let the velocity of `momentum` look one step ahead: w <- w - rate (g + momentum v).

    Source: Sutskever et al., On the importance of initialization and momentum (2013), section 2.
    """
    (velocity,) = memory
    velocity.mul_(momentum).add_(gradient)
    weight.addcmul_(gradient.add(velocity, alpha=momentum), rate, value=-1)


def adagrad(
    weight: Tensor, gradient: Tensor, memory: Memory, rate: Tensor, step: Tensor, *, epsilon: float
) -> None:
    """Divide by the root of all squared gradients so far: w <- w - rate g / (sqrt(sum g^2) + eps).

    Source: Duchi, Hazan & Singer, Adaptive subgradient methods (2011).
    """
    (squares,) = memory
    squares.addcmul_(gradient, gradient)
    weight.addcmul_(gradient / squares.sqrt().add_(epsilon), rate, value=-1)


def rmsprop(
    weight: Tensor,
    gradient: Tensor,
    memory: Memory,
    rate: Tensor,
    step: Tensor,
    *,
    alpha: float,
    epsilon: float,
) -> None:
    """Divide by the root of a running mean of g^2, which forgets: s <- alpha s + (1 - alpha) g^2.

    Source: Hinton, Neural networks for machine learning (2012), lecture 6e.
    """
    (squares,) = memory
    squares.mul_(alpha).addcmul_(gradient, gradient, value=1 - alpha)
    weight.addcmul_(gradient / squares.sqrt().add_(epsilon), rate, value=-1)


def adam(
    weight: Tensor,
    gradient: Tensor,
    memory: Memory,
    rate: Tensor,
    step: Tensor,
    *,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> None:
    """Divide a running mean of g by the root of a running mean of g^2, both freed of their bias.

    The bias corrections stand in front of the rate, which saves a pass over the weights.

    Source: Kingma & Ba, Adam (2015), algorithm 1 and the last paragraph of section 2.
    """
    mean, squares = memory
    mean.lerp_(gradient, 1 - beta1)
    squares.mul_(beta2).addcmul_(gradient, gradient, value=1 - beta2)
    root = _bias_correction(beta2, step).sqrt()
    corrected_rate = rate * root / _bias_correction(beta1, step)
    weight.addcmul_(mean / squares.sqrt().add_(epsilon * root), corrected_rate, value=-1)


def _bias_correction(beta: float, step: Tensor) -> Tensor:
    """Return 1 - beta^step, which keeps its digits in float32 where beta is close to 1."""
    return -torch.expm1(step * math.log(beta)) if beta > 0 else torch.ones_like(step)


class Rule(NamedTuple):
    """An update rule, and what it takes.

    Attributes:
        update: Changes a stack and its memory in place.
        memories: How many tensors it remembers for each stack; they start at zero.
        options: Its settings and their defaults, those of torch.optim.
        weight_decay: The default weight decay.
        decoupled: Whether decay shrinks the weights themselves instead of joining the gradient.
    """

    update: Callable[..., None]
    memories: int = 0
    options: Mapping[str, float] = {}
    weight_decay: float = 0.0
    decoupled: bool = False


_ADAM = {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}
# torch.optim's own defaults; only momentum has none there (0), so here is the usual one
RULES: dict[str, Rule] = {
    "sgd": Rule(sgd),
    "momentum": Rule(momentum, 1, {"momentum": 0.9}),
    "nesterov": Rule(nesterov, 1, {"momentum": 0.9}),
    "adagrad": Rule(adagrad, 1, {"epsilon": 1e-10}),
    "rmsprop": Rule(rmsprop, 1, {"alpha": 0.99, "epsilon": 1e-8}),
    "adam": Rule(adam, 2, _ADAM),
    # Loshchilov & Hutter, Decoupled weight decay regularization (2019)
    "adamw": Rule(adam, 2, _ADAM, weight_decay=0.01, decoupled=True),
}
