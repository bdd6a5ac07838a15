"""What the cases of the bug clinic share: a choice of causes, and a repair that the engine runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

from course_utils.judge.tasks import Cases, Exercise, Mistake, Question

UNCHANGED = "nothing is repaired yet"


def cause(
    title: str, right: str, options: Sequence[tuple[str, str]], *hints: str, extra: bool = False
) -> Question:
    """A diagnosis: which of these explains the symptom?

    Args:
        title: The case, as in its heading.
        right: The right letter.
        options: (the answer, what the learner is told) for a, b, c, ...
        hints: From a nudge to nearly the answer.
        extra: Whether the case is no core case.
    """
    letters = "abcdef"[: len(options)]
    return Question(
        f"{title}: diagnosis",
        dict(zip(letters, (text for text, _ in options), strict=True)),
        right,
        dict(zip(letters, (explanation for _, explanation in options), strict=True)),
        hints,
        extra=extra,
    )


def repair(
    title: str,
    reference: Any,
    broken: Any,
    cases: Cases,
    wrong: Sequence[tuple[str, Any, str]],
    *hints: str,
    **options: Any,
) -> Exercise:
    """A repair: the learner edits a copy of ``broken`` until it does what ``reference`` does.

    Args:
        title: The case, as in its heading.
        reference: The repaired code.
        broken: The code as it came in; recognised as "nothing is repaired yet".
        cases: As for `Exercise`.
        wrong: Wrong repairs: (name, implementation, explanation).
        hints: From a nudge to nearly the answer.
        options: ``example``, ``extra``, ``observe`` and ``tolerance`` of `Exercise`.
    """
    unchanged = Mistake(UNCHANGED, broken,
                        "Its results are still those of the code as it came in.")
    mistakes = [unchanged, *(Mistake(*entry) for entry in wrong)]
    return Exercise(f"{title}: repair", reference, cases, mistakes, hints, **options)


def loss_and_gradient(
    loss_function: Callable[..., torch.Tensor], variable: torch.Tensor, *others: torch.Tensor
) -> dict[str, torch.Tensor | None]:
    """The loss at ``variable`` and its gradient there; how most losses are looked at."""
    variable = variable.clone().requires_grad_()
    loss = loss_function(variable, *others)
    if isinstance(loss, (float, torch.Tensor)) and not getattr(loss, "requires_grad", False):
        raise ValueError("no gradient flows through the loss; it is detached, or a plain number")
    loss.backward()
    return {"the loss": loss.detach(), "the gradient": variable.grad}


def random_tensor(rng: Any, *shape: int, scale: float = 1.0) -> torch.Tensor:
    """Normally distributed numbers, float64, as a tensor of this shape."""
    return torch.from_numpy(scale * rng.normal(size=shape))


def random_labels(rng: Any, count: int, classes: int) -> torch.Tensor:
    """Labels (count,) from 0 to classes - 1, int64."""
    return torch.from_numpy(rng.integers(0, classes, size=count))
