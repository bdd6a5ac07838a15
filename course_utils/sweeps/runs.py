"""The settings of one network of a sweep."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from operator import index

from course_utils.sweeps.rules import RULES

INITIALIZATIONS = ("kaiming", "zeros")


@dataclass(frozen=True)
class Run:
    """How one network of a sweep is trained.

    Attributes:
        learning_rate: The rule's learning rate.
        seed: Draws the first weights and the dropout masks.
        rule: A function ``step(w, g, state, learning_rate=...)`` that returns the new w and the
            new state and changes none of its arguments; or a name in `rules.RULES`.
        initialization: Of the weights: "kaiming" (normal, deviation sqrt(2 / D)) or "zeros"; the
            biases start at 0.
        dropout: Share of hidden outputs that are set to 0 in training.
        weight_decay: For a rule that takes one; None leaves the rule's own default.

    Raises:
        ValueError: If a setting is unknown or out of its range.
    """

    learning_rate: float
    seed: int = 0
    rule: str | Callable = "sgd"
    initialization: str = "kaiming"
    dropout: float = 0.0
    weight_decay: float | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be trained."""
        for name, kind in (("learning_rate", float), ("dropout", float), ("seed", index)):
            try:  # NumPy has numbers of its own
                object.__setattr__(self, name, kind(getattr(self, name)))
            except (TypeError, ValueError):
                needed = "a whole number" if name == "seed" else "a number"
                words = f"The {name} is {getattr(self, name)!r}, but must be {needed}."
                raise ValueError(words) from None
        for name in ("learning_rate", "weight_decay"):
            value = getattr(self, name)
            if value is not None and not 0 <= value < math.inf:
                raise ValueError(f"The {name} is {value}, but must be a number of 0 or more.")
        if not 0 <= self.dropout < 1:
            raise ValueError(
                f"The dropout is {self.dropout}, but is the share set to 0: from 0 to below 1."
            )
        if self.initialization not in INITIALIZATIONS:
            known = ", ".join(INITIALIZATIONS)
            raise ValueError(
                f"The initialization is {self.initialization!r}, but must be one of: {known}."
            )
        if "weight_decay" not in _parameters(self.step) and self.weight_decay is not None:
            raise ValueError(
                f"The rule {self.rule!r} takes no weight_decay: choose one that does, as adamw."
            )

    @property
    def step(self) -> Callable:
        """The rule as a function."""
        if callable(self.rule):
            return self.rule
        if self.rule not in RULES:
            known = ", ".join(RULES)
            raise ValueError(
                f"The rule is {self.rule!r}, but must be a function or one of: {known}."
            )
        return RULES[self.rule]


def _parameters(step: Callable) -> Iterable[str]:
    try:
        return inspect.signature(step).parameters
    except (TypeError, ValueError):  # a built-in function may have none to read
        return ()


def check_names(names: Iterable[str]) -> None:
    """Raise unless `Run` has settings of these names."""
    known = [setting.name for setting in fields(Run)]
    for name in names:
        if name not in known:
            raise ValueError(f"A run has no setting {name!r}; it has {', '.join(known)}.")
