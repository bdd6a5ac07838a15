"""What the digit pad asks of a learner's model: ten probabilities for one image."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from course_utils.datasets import MNIST_MEAN, MNIST_STD
from course_utils.explorers.shared.base import one_sentence
from course_utils.training import in_mode

DIGITS = 10


class NoReading(ValueError):
    """The model answered, but not with ten finite logits."""


def reason(error: BaseException) -> str:
    """Say in one sentence why the model gave no answer."""
    if isinstance(error, NoReading):
        return f"Your model {error}"
    return f"Your model stopped: {one_sentence(error)}"


def as_input(image: np.ndarray) -> Tensor:
    """Return an image (28, 28) uint8 as a row (1, 784) float32, normalised as `load_mnist` does."""
    row = torch.from_numpy(image.reshape(1, -1)).to(torch.float32)  # (28, 28) -> (1, 784)
    return row.div_(255).sub_(MNIST_MEAN).div_(MNIST_STD)


def probabilities(model: Callable[[Tensor], Any], image: np.ndarray) -> np.ndarray:
    """Return the softmax of the model's ten logits for one image, shape (10,) float64.

    A module is asked in evaluation mode, without gradients and on its own device; its mode is
    given back afterwards.

    Raises:
        NoReading: If the answer is not ten finite numbers of shape (1, 10).
    """
    inputs = as_input(image)
    with torch.no_grad():
        if isinstance(model, nn.Module):
            parameter = next(model.parameters(), inputs)
            with in_mode(model, training=False):
                answer = model(inputs.to(parameter.device))
        else:
            answer = model(inputs)
    logits = _checked(answer)
    weights = np.exp(logits - logits.max())
    return weights / weights.sum()


def _checked(answer: Any) -> np.ndarray:
    """Return the answer as logits (10,) float64, or say in a sentence why that cannot be."""
    if isinstance(answer, Tensor):
        answer = answer.detach().cpu()
    elif not isinstance(answer, (np.ndarray, list, tuple)):
        raise NoReading(
            f"returned {type(answer).__name__}, but ten logits of shape (1, 10) are needed."
        )
    logits = np.asarray(answer, dtype=np.float64)
    if logits.shape != (1, DIGITS):
        raise NoReading(
            f"returned shape {logits.shape} for one image (1, 784), but (1, 10) is needed: "
            "one logit for each digit."
        )
    broken = int((~np.isfinite(logits)).sum())
    if broken:
        raise NoReading(f"returned {broken} of 10 logits that are not finite numbers.")
    return logits[0]
