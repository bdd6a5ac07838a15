"""One rule for all networks of a sweep's part: each stack takes its step, and keeps its state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from course_utils.sweeps.rules import RULES
from course_utils.sweeps.runs import Run

# A rule passes over its tensors a dozen times. On a CPU it takes the networks a few at a time, so
# that what it writes in one pass is still in the cache for the next.
BLOCK_BYTES = 2**19


@dataclass
class _Block:
    """Some networks of one stack: a view of their weights, what the rule is told and remembers."""

    models: slice
    weights: Tensor
    settings: dict[str, Tensor]
    state: Any = field(default_factory=dict)


class Update:
    """Steps the stacks of networks that share a rule, each network at its own learning rate."""

    def __init__(self, stacks: Sequence[Tensor], runs: Sequence[Run], in_place: bool) -> None:
        """Prepare the steps.

        Args:
            stacks: Weights to train, (M, ...) each; changed in place.
            runs: The settings of the M networks; rule and kinds of settings are those of the first.
            in_place: Keep each state where it is, so that a recorded step finds it there.
        """
        self._step, self._in_place = runs[0].step, in_place
        names = ["learning_rate", *([] if runs[0].weight_decay is None else ["weight_decay"])]
        columns = {name: [getattr(run, name) for run in runs] for name in names}
        self._blocks = [_blocks(stack.detach(), columns) for stack in stacks]

    @torch.no_grad()
    def take(self, gradients: Sequence[Tensor]) -> None:
        """Take one step; the gradients are shaped like the stacks."""
        for gradient, blocks in zip(gradients, self._blocks, strict=True):
            for block in blocks:
                # A rule may remember its w, which the stack's own memory would not keep.
                w = block.weights if self._step in RULES.values() else block.weights.clone()
                new, state = self._step(w, gradient[block.models], block.state, **block.settings)
                block.weights.copy_(new)
                if self._in_place and block.state:
                    for name, value in state.items():
                        block.state[name].copy_(value)
                else:
                    block.state = state


def _blocks(stack: Tensor, columns: dict[str, list[float]]) -> list[_Block]:
    """Divide a stack (M, ...) into blocks of networks, each with its numbers as (m, 1, ..., 1)."""
    models, shape = len(stack), (-1, *[1] * (stack.ndim - 1))
    size = models
    if stack.device.type == "cpu":
        size = max(1, BLOCK_BYTES * models // (stack.numel() * stack.itemsize))
    numbers = {name: stack.new_tensor(column).view(shape) for name, column in columns.items()}
    places = [slice(start, start + size) for start in range(0, models, size)]
    return [
        _Block(place, stack[place], {name: values[place] for name, values in numbers.items()})
        for place in places
    ]
