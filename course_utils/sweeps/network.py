"""Many multilayer perceptrons of one shape as one network: stacks of weights, forward, backward.

Axes: M models, N samples, D inputs, H hidden units, C outputs of a network. Samples are columns
here, as in W x + b: then the first layer of all models is one product, (M*H, D) @ (D, N), and each
result lies in memory as the next product wants it. The gradients are written by hand, which
chapter 04 derives: measured, that is as fast as autograd for many networks, faster for one, and
takes half the memory.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from course_utils.sweeps.products import product

LEAKY_SLOPE = 0.01


class Activation(NamedTuple):
    """An activation function, applied in place, and its derivative, told from its output."""

    apply: Callable[[Tensor], Tensor]
    derivative: Callable[[Tensor], Tensor]
    module: Callable[[], nn.Module]


# ReLU's derivative is the sign of its output, as that is never negative; `sign` is several times
# faster than a comparison, whose result is of another type.
ACTIVATIONS: dict[str, Activation] = {
    "relu": Activation(torch.relu_, torch.sign, nn.ReLU),
    "leaky_relu": Activation(
        lambda values: F.leaky_relu_(values, LEAKY_SLOPE),
        lambda outputs: outputs.sign().clamp_(min=LEAKY_SLOPE),
        lambda: nn.LeakyReLU(LEAKY_SLOPE),
    ),
    "tanh": Activation(torch.tanh_, lambda outputs: 1 - outputs.square(), nn.Tanh),
    "sigmoid": Activation(torch.sigmoid_, lambda outputs: outputs * (1 - outputs), nn.Sigmoid),
}


class StackedNetwork:
    """M multilayer perceptrons that compute together and know nothing of each other.

    Attributes:
        weights: One stack for each layer, (M, H, D).
        biases: One stack for each layer, (M, H, 1).
    """

    def __init__(
        self,
        sizes: Sequence[int],
        models: int,
        *,
        activation: str,
        like: Tensor,
    ) -> None:
        """Make room for M models.

        Args:
            sizes: Numbers of inputs, hidden units and outputs, such as (784, 200, 200, 10).
            models: Number M of models.
            activation: Of the hidden layers, a name in `ACTIVATIONS`.
            like: A tensor of the dtype and device that the weights shall have.

        Raises:
            ValueError: If the activation is unknown.
        """
        if activation not in ACTIVATIONS:
            known = ", ".join(ACTIVATIONS)
            raise ValueError(f"The activation is {activation!r}, but must be one of: {known}.")
        layers = list(zip(sizes[:-1], sizes[1:], strict=True))
        self.weights = [like.new_zeros(models, outputs, inputs) for inputs, outputs in layers]
        self.biases = [like.new_zeros(models, outputs, 1) for _, outputs in layers]
        self.activation = activation

    def set_model(self, index: int, tensors: Sequence[Tensor], name: str = "The model") -> None:
        """Copy one model into the stacks.

        Args:
            index: Which of the M.
            tensors: W1 (D, H), b1 (H,), W2, b2, ...
            name: What the message calls it.

        Raises:
            ValueError: If their shapes cannot be stacked with the others.
        """
        expected = [
            shape
            for weight in self.weights
            for shape in ((weight.shape[2], weight.shape[1]), (weight.shape[1],))
        ]
        found = [tuple(tensor.shape) for tensor in tensors]
        if found != expected:
            raise ValueError(
                f"{name} cannot be stacked, as its tensors have shapes {found} where the "
                f"sweep has {expected}: train networks of different shape in separate sweeps."
            )
        for layer, (weight, bias) in enumerate(zip(tensors[0::2], tensors[1::2], strict=True)):
            self.weights[layer][index].copy_(weight.T)
            self.biases[layer][index].copy_(bias.unsqueeze(1))

    def part(self, models: slice) -> StackedNetwork:
        """Return some of the models as a network that shares the memory of this one."""
        return self._with([stack[models] for stack in self.parameters])

    def reordered(self, order: Tensor) -> StackedNetwork:
        """Return a copy whose model m is model ``order[m]`` of this network; order is (M,)."""
        return self._with([stack.index_select(0, order) for stack in self.parameters])

    def _with(self, parameters: Sequence[Tensor]) -> StackedNetwork:
        """Return a network of the same kind that holds other stacks."""
        network = copy(self)
        network.weights, network.biases = list(parameters[0::2]), list(parameters[1::2])
        return network

    @property
    def parameters(self) -> list[Tensor]:
        """The stacks in the order of `gradients`: W1, b1, W2, b2, ..."""
        return [stack for layer in zip(self.weights, self.biases, strict=True) for stack in layer]

    def forward(self, inputs: Tensor, masks: Sequence[Tensor] = ()) -> tuple[Tensor, list[Tensor]]:
        """Return the outputs (M, C, N), and the hidden layers' outputs before dropout (M, H, N).

        Args:
            inputs: (N, D) for all models, or (M, N, D), each model's own.
            masks: For each hidden layer a factor of each of its outputs, (M, H, N); or none.
        """
        values, hidden = self._first_layer(inputs), []
        for layer in range(1, len(self.weights)):
            hidden.append(ACTIVATIONS[self.activation].apply(values))
            received = _masked(hidden, masks, layer - 1)
            # (M, H2, 1) + (M, H2, H1) @ (M, H1, N) -> (M, H2, N)
            values = torch.baddbmm(self.biases[layer], self.weights[layer], received)
        return values, hidden

    def gradients(
        self, inputs: Tensor, hidden: list[Tensor], deltas: Tensor, masks: Sequence[Tensor] = ()
    ) -> list[Tensor]:
        """Return the gradients of each model's loss, shaped and ordered like `parameters`.

        Args:
            inputs: What `forward` got.
            hidden: What it returned.
            deltas: Gradients with respect to the outputs, (M, C, N).
            masks: What it got.
        """
        gradients: list[Tensor] = []
        for layer in range(len(self.weights) - 1, 0, -1):
            received = _masked(hidden, masks, layer - 1)
            # (M, H2, N) @ (M, N, H1) -> (M, H2, H1)
            gradients[:0] = [torch.bmm(deltas, received.mT), deltas.sum(2, keepdim=True)]
            deltas = torch.bmm(self.weights[layer].mT, deltas)  # -> (M, H1, N)
            if masks:
                deltas.mul_(masks[layer - 1])
            deltas.mul_(ACTIVATIONS[self.activation].derivative(hidden[layer - 1]))
        if inputs.ndim == 3:
            first = torch.bmm(deltas, inputs)  # (M, H, N) @ (M, N, D) -> (M, H, D)
        else:
            first = product(deltas.flatten(0, 1), inputs.T)  # (M*H, N) @ (N, D) -> (M*H, D)
            first = first.view_as(self.weights[0])
        return [first, deltas.sum(2, keepdim=True), *gradients]

    def _first_layer(self, inputs: Tensor) -> Tensor:
        """Return W1 x + b1 (M, H, N); for shared inputs as one large product."""
        weights, biases = self.weights[0], self.biases[0]
        if inputs.ndim == 3:
            return torch.baddbmm(biases, weights, inputs.mT)  # (M, H, D) @ (M, D, N)
        values = product(weights.flatten(0, 1), inputs)  # (M*H, D) @ (D, N) -> (M*H, N)
        return values.unflatten(0, weights.shape[:2]).add_(biases)  # -> (M, H, N)

    def model(self, index: int) -> nn.Sequential:
        """Return a copy of one model as an ordinary torch.nn.Sequential."""
        modules: list[nn.Module] = []
        for weight, bias in zip(self.weights, self.biases, strict=True):
            linear = nn.Linear(weight.shape[2], weight.shape[1], device="meta")
            linear.weight = nn.Parameter(weight[index].clone())
            linear.bias = nn.Parameter(bias[index, :, 0].clone())
            modules += [linear, ACTIVATIONS[self.activation].module()]
        return nn.Sequential(*modules[:-1])


def _masked(hidden: list[Tensor], masks: Sequence[Tensor], layer: int) -> Tensor:
    """Return a hidden layer's outputs as the next layer receives them, (M, H, N)."""
    return hidden[layer] * masks[layer] if masks else hidden[layer]
