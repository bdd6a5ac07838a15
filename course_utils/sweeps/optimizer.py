"""One optimizer for many networks at once, each with its own update rule and learning rate."""

from collections.abc import Mapping, Sequence
from itertools import groupby

import torch
from torch import Tensor

from course_utils.sweeps.rules import RULES, Rule


class StackedOptimizer:
    """Updates stacks of weights in place, each network by its own rule and learning rate.

    Neighbours with the same rule and options share their operations, so sort the networks by rule
    where speed matters; the numbers are the same in any order.
    """

    def __init__(
        self,
        stacks: Sequence[Tensor],
        *,
        rules: Sequence[str],
        learning_rates: Sequence[float],
        weight_decays: Sequence[float | None] | None = None,
        options: Sequence[Mapping[str, float]] | None = None,
    ) -> None:
        """Prepare the memory of each rule.

        Args:
            stacks: The weights to train, each (M, ...), of one floating dtype and device.
            rules: Name of each network's rule in `RULES`, M of them.
            learning_rates: Learning rate of each network, M of them.
            weight_decays: Weight decay of each network; None stands for the rule's default.
            options: Settings of each network's rule that differ from the defaults.

        Raises:
            ValueError: If a rule or an option is unknown, or the lengths do not agree.
        """
        models = len(rules)
        weight_decays = [None] * models if weight_decays is None else weight_decays
        options = [{}] * models if options is None else options
        _check_stacks(stacks, rules, learning_rates, weight_decays, options)
        completed = [
            (rule, completed_options(rule, chosen))
            for rule, chosen in zip(rules, options, strict=True)
        ]
        decays = [
            RULES[rule].weight_decay if decay is None else decay
            for rule, decay in zip(rules, weight_decays, strict=True)
        ]
        self._groups = []
        for (rule, chosen), members in groupby(range(models), key=completed.__getitem__):
            first, *_, last = [*members] * 2
            part = slice(first, last + 1)
            self._groups.append(
                _Group(stacks, part, RULES[rule], chosen, learning_rates[part], decays[part])
            )

    def step(self, gradients: Sequence[Tensor]) -> None:
        """Take one step; the gradients, shaped like the stacks, may be changed."""
        for group in self._groups:
            group.step(gradients)


class _Group:
    """Neighbouring networks that share a rule and its options; views into the stacks."""

    def __init__(
        self,
        stacks: Sequence[Tensor],
        part: slice,
        rule: Rule,
        options: Mapping[str, float],
        learning_rates: Sequence[float],
        weight_decays: Sequence[float],
    ) -> None:
        self._part, self._rule, self._options = part, rule, options
        self._weights = [stack[part] for stack in stacks]  # (M, ...) -> (members, ...)
        self._memories = [
            [torch.zeros_like(weight) for _ in range(rule.memories)] for weight in self._weights
        ]
        rates = stacks[0].new_tensor(learning_rates)  # (members,)
        decays = stacks[0].new_tensor(weight_decays) if any(weight_decays) else None
        self._rates = [_beside(rates, weight) for weight in self._weights]
        self._decays = [None if decays is None else _beside(decays, w) for w in self._weights]
        self._step = rates.new_zeros(())  # on the device, so that a CUDA graph can count on

    def step(self, gradients: Sequence[Tensor]) -> None:
        """Take one step with the group's part of the gradients."""
        self._step += 1
        for weight, gradient, memory, rate, decay in zip(
            self._weights, gradients, self._memories, self._rates, self._decays, strict=True
        ):
            gradient = gradient[self._part]
            if decay is not None and self._rule.decoupled:
                weight.mul_(1 - rate * decay)
            elif decay is not None:
                gradient.addcmul_(weight, decay)
            self._rule.update(weight, gradient, memory, rate, self._step, **self._options)


def _beside(numbers: Tensor, stack: Tensor) -> Tensor:
    """Return numbers (M,) as (M, 1, ..., 1), one for each network of a stack (M, ...)."""
    return numbers.view(-1, *[1] * (stack.ndim - 1))


def _check_stacks(
    stacks: Sequence[Tensor], rules: Sequence[str], learning_rates: Sequence, *others: Sequence
) -> None:
    """Raise unless there is one of everything for each of the M networks, and M is not 0."""
    if not rules or not stacks:
        raise ValueError("There is no network to train: give at least one stack and one rule.")
    if any(len(values) != len(rules) for values in (learning_rates, *others)):
        lengths = ", ".join(str(len(values)) for values in (rules, learning_rates, *others))
        raise ValueError(
            "The rules, learning rates, weight decays and options have lengths "
            f"{lengths}, but there must be one of each for every network."
        )
    if any(stack.ndim == 0 or len(stack) != len(rules) for stack in stacks):
        shapes = ", ".join(str(tuple(stack.shape)) for stack in stacks)
        raise ValueError(
            f"The stacks have shapes {shapes}, but the first axis must count the "
            f"{len(rules)} networks that have a rule and a learning rate."
        )


def completed_options(rule: str, chosen: Mapping[str, float]) -> dict[str, float]:
    """Return a rule's options with the chosen ones in place of the defaults.

    Args:
        rule: Its name in `RULES`.
        chosen: The options that differ from the defaults.

    Raises:
        ValueError: If there is no such rule, or the rule has no such option.
    """
    if rule not in RULES:
        raise ValueError(f"The rule is {rule!r}, but must be one of: {', '.join(RULES)}.")
    defaults = RULES[rule].options
    for name in chosen:
        if name not in defaults:
            known = ", ".join(defaults) or "none at all"
            raise ValueError(
                f"The rule {rule} has no option {name!r}; it has {known}: correct the name."
            )
    return {**defaults, **chosen}
