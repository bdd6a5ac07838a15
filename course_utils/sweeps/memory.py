"""What a sweep needs in memory, what is free, and how many networks are trained at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psutil
import torch

from course_utils.sweeps.settings import EVALUATION_ROWS, Settings

SHARE_OF_FREE = 0.8  # the rest is for the allocator's gaps and for everybody else
COPIES = 8  # weights, gradients, what a rule remembers, and what it computes in passing
A_UNIT = 6  # hidden outputs of a batch: values, activations, masks, and their gradients
# On a CPU, networks that fit into its cache together train faster than more of them at a time.
CACHE_BYTES = 96 * 2**20


def models_at_a_time(models: int, settings: Settings) -> int:
    """Return how many of M networks to train at once, and say so if memory does not allow all.

    Args:
        models: Number M of networks.
        settings: What they have in common.

    Raises:
        MemoryError: If not even one network fits.
    """
    inputs, sizes = settings.train.inputs, settings.sizes
    weights = sum((a + 1) * b for a, b in zip(sizes[:-1], sizes[1:], strict=True))
    rows = max(min(settings.batch_size, len(inputs)), EVALUATION_ROWS // 2)
    needed = (COPIES * weights + A_UNIT * rows * sum(sizes[1:])) * inputs.itemsize
    kept = 2 * (weights + settings.steps) * inputs.itemsize  # of a finished one, and its copy
    free = int(SHARE_OF_FREE * free_bytes(inputs.device))
    room = (free - models * kept) // needed
    if room < 1:
        raise MemoryError(
            f"One network of this sweep needs about {needed / 1e9:.3g} GB, and {models} finished "
            f"ones {models * kept / 1e9:.3g} GB, but only {free / 1e9:.3g} GB may be used: choose "
            "smaller networks, smaller batches or fewer runs."
        )
    if room < models:
        print(
            f"{models} networks at once would need about {models * needed / 1e9:.3g} GB of "
            f"{free / 1e9:.3g} GB, so they are trained in parts, one after another."
        )
    in_cache = max(1, CACHE_BYTES // needed) if inputs.device.type == "cpu" else models
    return min(room, in_cache, models)


def free_bytes(device: torch.device) -> int:
    """Return how much memory is free on a device, in bytes."""
    if device.type == "cuda":
        free, _ = torch.cuda.mem_get_info(device)
        held = torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
        return free + held
    if device.type == "mps":
        return torch.mps.recommended_max_memory() - torch.mps.driver_allocated_memory()
    return psutil.virtual_memory().available


@contextmanager
def out_of_memory_in_words() -> Iterator[None]:
    """Turn an allocation that failed all the same into one sentence that says what to do."""
    try:
        yield
    except RuntimeError as error:  # torch.OutOfMemoryError is one
        words = str(error).lower()
        if "out of memory" in words or "can't allocate memory" in words:
            raise MemoryError(
                "The sweep ran out of memory, as something else took what was free at its start: "
                "restart other kernels, or split the runs over several sweeps."
            ) from error
        raise
