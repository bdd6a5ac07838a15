"""Many multilayer perceptrons of one shape as one network: stacks of weights, and the way forward.

Axes: M models, N samples, D inputs, H hidden units, C outputs of a network. Samples are columns
here, as in W x + b: then the first layer of all models is one product, (M*H, D) @ (D, N).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from course_utils.reproducibility import generator

# In place, which saves memory traffic; autograd needs only the result of these two.
ACTIVATIONS = {"relu": (torch.relu_, nn.ReLU), "sigmoid": (torch.sigmoid_, nn.Sigmoid)}


class StackedNetwork:
    """M multilayer perceptrons that compute together and know nothing of each other.

    Attributes:
        stacks: Weights (M, H, D) and biases (M, H, 1) of each layer in turn.
        activation: Of the hidden layers, a name in `ACTIVATIONS`.
    """

    def __init__(self, stacks: Sequence[Tensor], activation: str) -> None:
        self.stacks, self.activation = list(stacks), activation
        self._activate, self._module = ACTIVATIONS[activation]

    def forward(self, inputs: Tensor, masks: Sequence[Tensor] = ()) -> Tensor:
        """Return the outputs (M, C, N).

        Args:
            inputs: (N, D), the same for all models.
            masks: For each hidden layer a factor of each of its outputs, (M, H, N); or none.
        """
        (weights, bias), *deeper = zip(self.stacks[0::2], self.stacks[1::2], strict=True)
        values = weights.flatten(0, 1) @ inputs.T  # (M*H, D) @ (D, N) -> (M*H, N)
        values = values.unflatten(0, weights.shape[:2]).add_(bias)  # -> (M, H, N)
        for layer, (weights, bias) in enumerate(deeper):
            values = self._activate(values)
            if masks:
                values = values * masks[layer]
            values = torch.baddbmm(bias, weights, values)  # (M, H2, H1) @ (M, H1, N) -> (M, H2, N)
        return values

    def model(self, index: int) -> nn.Sequential:
        """Return a copy of one model as an ordinary torch.nn.Sequential."""
        modules: list[nn.Module] = []
        for weight, bias in zip(self.stacks[0::2], self.stacks[1::2], strict=True):
            linear = nn.Linear(weight.shape[2], weight.shape[1], device="meta")
            linear.weight = nn.Parameter(weight[index].detach().clone())
            linear.bias = nn.Parameter(bias[index, :, 0].detach().clone())
            modules += [linear, self._module()]
        return nn.Sequential(*modules[:-1])


def first_stacks(
    sizes: Sequence[int], starts: Sequence[tuple[int, str]], like: Tensor
) -> list[Tensor]:
    """Draw the first weights and biases of M models; those that start alike share a draw.

    They are drawn on the CPU, so that they are the same on every device.

    Args:
        sizes: Numbers of inputs, hidden units and outputs, such as (784, 200, 200, 10).
        starts: Seed and initialization of each model.
        like: A tensor of the dtype and device that they get.

    Source:
        Chapter 09 for "kaiming".
    """
    drawn = {start: _first_tensors(sizes, *start, like.dtype) for start in set(starts)}
    layers = zip(*(drawn[start] for start in starts), strict=True)
    return [torch.stack(layer).to(like.device) for layer in layers]


def _first_tensors(
    sizes: Sequence[int], seed: int, initialization: str, dtype: torch.dtype
) -> list[Tensor]:
    """Return W1 (H, D), b1 (H, 1), W2, b2, ... of one model."""
    chance, tensors = generator(seed), []
    for inputs, outputs in zip(sizes[:-1], sizes[1:], strict=True):
        deviation = math.sqrt(2 / inputs) if initialization == "kaiming" else 0.0
        weights = deviation * torch.randn(inputs, outputs, generator=chance, dtype=dtype)
        tensors += [weights.T, torch.zeros(outputs, 1, dtype=dtype)]
    return tensors
