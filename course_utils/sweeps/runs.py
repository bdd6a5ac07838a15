"""The settings of the networks in a sweep: one `Run` each, and two ways to make many."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from itertools import product
from numbers import Real
from operator import index
from typing import Any

import torch
from torch import Tensor

from course_utils.reproducibility import generator
from course_utils.sweeps.optimizer import completed_options
from course_utils.sweeps.rules import RULES

INITIALIZATIONS = ("kaiming", "xavier", "torch", "normal", "zeros")


@dataclass(frozen=True)
class Run:
    """How one network of a sweep is trained.

    Attributes:
        learning_rate: The rule's learning rate.
        seed: Draws the first weights, the dropout masks and, if asked for, its own batch order.
        rule: "sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam" or "adamw".
        initialization: "kaiming" (normal, deviation sqrt(2 / D)), "xavier" (normal, deviation
            sqrt(2 / (D + H))), "torch" (as nn.Linear does it), "normal" (deviation 1), "zeros",
            or a number, the deviation of normal weights. All but "torch" start with biases 0.
        dropout: Share of hidden outputs that are set to 0 in training.
        weight_decay: None stands for the rule's default: 0.01 for adamw, else 0.
        options: Settings of the rule that differ from torch.optim's, such as {"momentum": 0.8}.

    Raises:
        ValueError: If a setting is unknown or out of its range.
    """

    learning_rate: float
    seed: int = 0
    rule: str = "sgd"
    initialization: str | float = "kaiming"
    dropout: float = 0.0
    weight_decay: float | None = None
    options: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what cannot be trained, and write the defaults of the rule out."""
        kinds = {"learning_rate": float, "dropout": float, "seed": index}  # NumPy has its own
        for name, kind in kinds.items():
            value = getattr(self, name)
            try:
                object.__setattr__(self, name, kind(value))
            except (TypeError, ValueError):
                needed = "a whole number" if name == "seed" else "a number"
                raise ValueError(f"The {name} is {value!r}, but must be {needed}.") from None
        completed_options(self.rule, self.options)
        if self.weight_decay is None:
            object.__setattr__(self, "weight_decay", RULES[self.rule].weight_decay)
        for name in ("learning_rate", "weight_decay"):
            value = getattr(self, name)
            if not 0 <= value < math.inf:
                raise ValueError(f"The {name} is {value}, but must be a number of 0 or more.")
        if not 0 <= self.dropout < 1:
            raise ValueError(
                f"The dropout is {self.dropout}, but is the share set to 0: from 0 to below 1."
            )
        deviation = isinstance(self.initialization, Real) and 0 <= self.initialization < math.inf
        if not deviation and self.initialization not in INITIALIZATIONS:
            raise ValueError(
                f"The initialization is {self.initialization!r}, but must be a deviation or one "
                f"of: {', '.join(INITIALIZATIONS)}."
            )


def grid(**settings: Any) -> list[Run]:
    """Return a run for each combination, the last setting varying fastest.

    ``grid(rule="adam", learning_rate=[0.01, 0.1], seed=range(5))`` gives 10 runs.

    Args:
        **settings: Fields of `Run`, each a value or several.
    """
    columns = {name: _as_values(name, values) for name, values in settings.items()}
    return [Run(**dict(zip(columns, row, strict=True))) for row in product(*columns.values())]


def zip_runs(**settings: Any) -> list[Run]:
    """Return a run for each position of the settings; a single value holds for all runs.

    ``zip_runs(learning_rate=[0.1, 0.2, 0.3], seed=[0, 1, 2])`` gives 3 runs.

    Args:
        **settings: Fields of `Run`, each a value or as many as there are runs.

    Raises:
        ValueError: If the settings have different lengths.
    """
    several = {name: list(values) for name, values in settings.items() if _are_many(name, values)}
    lengths = {name: len(values) for name, values in several.items()}
    if len(set(lengths.values())) > 1:
        described = " and ".join(f"{count} of {name}" for name, count in lengths.items())
        raise ValueError(
            f"There are {described}, but each run takes one of each: make the lists equally long, "
            "or use grid() for all combinations."
        )
    count = next(iter(lengths.values()), 1)
    return [
        Run(
            **{
                name: several[name][i] if name in several else value
                for name, value in settings.items()
            }
        )
        for i in range(count)
    ]


def _as_values(name: str, values: Any) -> Sequence[Any]:
    """Return the values of a setting as a list, also if it is a single one."""
    return list(values) if _are_many(name, values) else [values]


def _are_many(name: str, values: Any) -> bool:
    """Return whether a setting has several values; and refuse a name that is none of `Run`'s."""
    check_setting(name)
    single = isinstance(values, (str, Mapping)) or getattr(values, "ndim", 1) == 0
    return isinstance(values, Iterable) and not single


def check_setting(name: str) -> None:
    """Raise unless `Run` has a setting of that name."""
    known = [setting.name for setting in fields(Run)]
    if name not in known:
        raise ValueError(f"A run has no setting {name!r}; it has {', '.join(known)}.")


def start_weights(
    sizes: Sequence[int], run: Run, dtype: torch.dtype = torch.float32
) -> list[Tensor]:
    """Draw a network's first weights on the CPU, so that they are the same on every device.

    Args:
        sizes: Numbers of inputs, hidden units and outputs, such as (784, 200, 200, 10).
        run: Its seed and initialization.
        dtype: Floating dtype of the weights.

    Returns:
        W1 (D, H), b1 (H,), W2, b2, ...

    Source:
        Chapter 09 for "kaiming"; chapter 10 compares them.
    """
    chance = generator(run.seed)
    tensors: list[Tensor] = []
    for inputs, outputs in zip(sizes[:-1], sizes[1:], strict=True):
        shape, bias = (inputs, outputs), torch.zeros(outputs, dtype=dtype)
        if run.initialization == "torch":
            bound = 1 / math.sqrt(inputs)
            weight = torch.rand(shape, generator=chance, dtype=dtype) * 2 * bound - bound
            bias = torch.rand(outputs, generator=chance, dtype=dtype) * 2 * bound - bound
        else:
            scale = _deviation(run.initialization, inputs, outputs)
            weight = torch.randn(shape, generator=chance, dtype=dtype) * scale
        tensors += [weight, bias]
    return tensors


def _deviation(initialization: str | float, inputs: int, outputs: int) -> float:
    """Return the standard deviation of a layer's first weights."""
    if not isinstance(initialization, str):
        return float(initialization)
    return {
        "kaiming": math.sqrt(2 / inputs),
        "xavier": math.sqrt(2 / (inputs + outputs)),
        "normal": 1.0,
        "zeros": 0.0,
    }[initialization]
