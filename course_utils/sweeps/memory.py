"""What a sweep needs in memory, what is free, and how many networks are trained at a time."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import psutil
import torch

from course_utils.sweeps.rules import RULES
from course_utils.sweeps.runs import Run

EVALUATION_ROWS = 1000  # samples at once when a sweep is measured
SHARE_OF_FREE = 0.8  # the rest is for the allocator's gaps and for everybody else
# On a CPU, networks that fit into its cache together train faster than more of them at a time.
CACHE_BYTES = 24 * 2**20


def bytes_kept(sizes: Sequence[int], steps: int, itemsize: int) -> int:
    """Return the memory of one finished network: weights, losses and accuracies.

    Twice, as a sweep copies them when it puts the networks back into the order of the runs.
    """
    return 2 * (_parameters(sizes) + 2 * steps) * itemsize


def bytes_in_training(
    sizes: Sequence[int],
    runs: Sequence[Run],
    batch_size: int,
    own_order: bool,
    evaluated: bool,
    itemsize: int,
) -> int:
    """Estimate the memory that one more network takes while a sweep is trained.

    Counted are weights, gradients, what the update rule remembers and its passing results; and for
    each sample of a batch the hidden outputs, the gradients there, masks and own inputs.
    """
    copies = 4 + max(RULES[run.rule].memories for run in runs)
    units = sum(sizes[1:])
    a_sample = units * (6 if any(run.dropout for run in runs) else 3)
    if own_order:
        a_sample += 2 * sizes[0]
    a_batch = max(batch_size * a_sample, EVALUATION_ROWS * units * 2 if evaluated else 0)
    return (copies * _parameters(sizes) + a_batch) * itemsize


def free_bytes(device: torch.device) -> int:
    """Return how much memory is free on a device, in bytes."""
    if device.type == "cuda":
        free, _ = torch.cuda.mem_get_info(device)
        held = torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
        return free + held
    if device.type == "mps":
        return torch.mps.recommended_max_memory() - torch.mps.driver_allocated_memory()
    return psutil.virtual_memory().available


def models_at_a_time(models: int, needed: int, kept: int, free: int, device: torch.device) -> int:
    """Return how many of M networks to train at once, and say so if memory does not allow all.

    Args:
        models: Number M of networks.
        needed: Memory of one network in training, in bytes.
        kept: Memory of one finished network, in bytes.
        free: Memory that may be used, in bytes.
        device: Where the sweep runs.

    Raises:
        MemoryError: If not even one network fits.
    """
    room = (free - models * kept) // needed
    if room < 1:
        raise MemoryError(
            f"One network of this sweep needs about {needed / 1e9:.3g} GB, and {models} finished "
            f"ones {models * kept / 1e9:.3g} GB, but only {free / 1e9:.3g} GB may be used: choose "
            "smaller networks, smaller batches or fewer runs."
        )
    comfortable = max(1, CACHE_BYTES // needed) if device.type == "cpu" else models
    parts = math.ceil(models / min(room, comfortable))
    if room < models:
        print(
            f"{models} networks at once would need about {models * needed / 1e9:.3g} GB of "
            f"{free / 1e9:.3g} GB, so they are trained in {parts} parts, one after another."
        )
    return math.ceil(models / parts)  # parts of equal size


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
                "restart other kernels, or pass a smaller memory_limit_gb to train it in parts."
            ) from error
        raise


def _parameters(sizes: Sequence[int]) -> int:
    """Return the number of weights and biases of one network."""
    return sum((inputs + 1) * outputs for inputs, outputs in zip(sizes, sizes[1:], strict=False))
