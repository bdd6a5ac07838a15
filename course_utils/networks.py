"""What chapters repeat once they have built it: the ReLU network, and a file never left half."""

import os
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import torch
from torch import nn


def relu_network(
    sizes: Sequence[int], generator: torch.Generator, *, dropout: float = 0.0
) -> nn.Sequential:
    """Return linear layers with ReLU between them; chapters 09 and 10 build it by hand.

    Weights are normal with deviation sqrt(2 / inputs) (Kaiming), biases 0.

    Args:
        sizes: Numbers of inputs, hidden units and outputs, such as (784, 200, 200, 10).
        generator: Draws the weights, layer after layer; on the CPU.
        dropout: Share of each hidden layer's outputs set to 0 in training; 0 leaves it out.

    Raises:
        ValueError: If there are not at least two sizes, or the dropout is no share below 1.

    Source:
        He et al., Delving deep into rectifiers (2015), section 2.2.
    """
    if len(sizes) < 2 or not 0 <= dropout < 1:
        raise ValueError(
            f"The sizes are {sizes} and the dropout is {dropout}, but there must be at least the "
            "inputs and the outputs, and a share from 0 to below 1."
        )
    layers: list[nn.Module] = []
    for inputs, outputs in pairwise(sizes):
        linear = nn.Linear(inputs, outputs)
        nn.init.kaiming_normal_(linear.weight, nonlinearity="relu", generator=generator)
        nn.init.zeros_(linear.bias)
        between = [nn.ReLU(), nn.Dropout(dropout)] if dropout else [nn.ReLU()]
        layers += [linear, *between]
    return nn.Sequential(*layers[: -len(between)])  # nothing after the last layer


def save_safely(content: Any, path: str | Path) -> None:
    """Write with torch.save so that, whatever happens, the old or the new file is whole.

    Chapter 10 builds it: the new content goes beside its place, and one rename puts it there.

    Args:
        content: Tensors, numbers, texts, and lists and dicts of them, as `load_saved` reads them.
        path: The file; its folder must exist.
    """
    unfinished = Path(path).with_name(f"{Path(path).name}.{os.getpid()}.unfinished")
    try:
        torch.save(content, unfinished)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def load_saved(path: str | Path, device: str | torch.device = "cpu") -> Any:
    """Return what `save_safely` wrote; the file can hold data, but run no code.

    Args:
        path: The file.
        device: Where its tensors shall live.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If the file is damaged, or holds something else than data.
    """
    try:
        return torch.load(path, map_location=device, weights_only=True)
    except OSError:  # no such file, no right to read it, a folder
        raise
    except Exception as error:  # a damaged file fails in many ways
        reason = " ".join(str(error).split())[:200]
        raise ValueError(
            f"The file {path} is damaged, or holds more than tensors, numbers and texts, or there "
            f"is no device {device} here ({reason}): save it anew, or choose device='cpu'."
        ) from error
