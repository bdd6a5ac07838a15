"""Reproducibility: explicit random generators, the device, and a budget that suits it."""

import os
from typing import TypeVar

import torch

Amount = TypeVar("Amount")


def generator(seed: int, device: str | torch.device = "cpu") -> torch.Generator:
    """Return a new random generator; the same seed gives the same numbers again.

    Pass it on to whatever draws numbers, so that no code depends on a hidden global state. Two
    parts of an experiment that must not disturb each other get a generator each.

    Args:
        seed: Any integer from 0 to 2**63 - 1.
        device: Where it draws. Numbers of a CPU generator can be moved to any device, and are
            then the same on every machine; the default suits nearly always.

    Raises:
        ValueError: If ``seed`` is not such an integer.
    """
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed < 2**63:
        raise ValueError(
            f"The seed is {seed!r}, but must be a whole number from 0 to 2**63 - 1: try seed=0."
        )
    return torch.Generator(device=device).manual_seed(seed)


def choose_device() -> torch.device:
    """Return the fastest device here: an NVIDIA GPU, else an Apple GPU, else the CPU."""
    if torch.cuda.is_available():
        return torch.device("cuda")
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")


def budget(*, cpu: Amount, gpu: Amount, device: str | torch.device | None = None) -> Amount:
    """Return the amount of work that suits the device: ``cpu`` or ``gpu``.

    Args:
        cpu: What two CPU cores do in the chapter's time; a number, or any other setting.
        gpu: What any GPU gets instead.
        device: Where the work will run; by default what `choose_device` finds.
    """
    chosen = choose_device() if device is None else torch.device(device)
    return cpu if chosen.type == "cpu" else gpu


def cpu_cores() -> int:
    """Return the number of CPU cores this process may use, at least 1."""
    if hasattr(os, "sched_getaffinity"):  # Linux: containers and batch systems lend only some
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
