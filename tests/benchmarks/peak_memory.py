"""The memory that a piece of work takes at most; measured in a fresh process, which reuses none."""

import threading
from collections.abc import Callable

import psutil
import torch

SAMPLE_EVERY_S = 0.005


def peak_memory_bytes(work: Callable[[], object], device: torch.device) -> int:
    """Return how much more memory than before there was in use while the work was done.

    Args:
        work: What to do.
        device: On an NVIDIA GPU its own memory is counted, elsewhere the process's.
    """
    if device.type == "cuda":
        before = torch.cuda.memory_allocated(device)
        torch.cuda.reset_peak_memory_stats(device)
        work()
        return torch.cuda.max_memory_allocated(device) - before
    process, finished = psutil.Process(), threading.Event()
    taken = [process.memory_info().rss]

    def watch() -> None:
        while not finished.wait(SAMPLE_EVERY_S):
            taken.append(process.memory_info().rss)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        work()
    finally:
        finished.set()
        watcher.join()
    return max(taken) - taken[0]
