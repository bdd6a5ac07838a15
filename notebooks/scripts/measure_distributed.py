"""Time training steps: one process alone, and all of them together.

    torchrun --standalone --nproc-per-node=2 measure_distributed.py FOLDER --threads 2

The folder gets seconds.json from rank 0: for each batch size the median seconds of a step.
"""

import argparse
import json
import statistics
import time
from contextlib import nullcontext
from pathlib import Path

import torch
import torch.distributed as dist
from torch import nn
from torch.nn import functional as F
from torch.nn.parallel import DistributedDataParallel


def seconds_a_step(model: nn.Module, images: torch.Tensor, talk: bool, steps: int) -> float:
    """Mean duration of a step after one that is not counted; without ``talk`` no averaging."""
    labels = torch.zeros(len(images), dtype=torch.int64)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.001)
    with nullcontext() if talk else model.no_sync():
        for step in range(steps + 1):
            if step == 1:
                start = time.perf_counter()
            optimizer.zero_grad()
            F.cross_entropy(model(images), labels).backward()
            optimizer.step()
    return (time.perf_counter() - start) / steps


def main() -> None:
    """Measure the four ways by turns, three rounds for each batch size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--threads", type=int, required=True, help="of this machine's CPU")
    parser.add_argument("--batch-sizes", type=int, nargs="+", default=[64, 512, 2048])
    settings = parser.parse_args()

    dist.init_process_group("gloo")
    alone, world_size = dist.get_rank() == 0, dist.get_world_size()
    network = nn.Sequential(nn.Linear(784, 200), nn.ReLU(), nn.Linear(200, 200), nn.ReLU(),
                            nn.Linear(200, 10))
    parallel = DistributedDataParallel(network)
    share_of_threads = max(1, settings.threads // world_size)
    found = {}
    for batch_size in settings.batch_sizes:
        images = torch.rand(batch_size, 784)
        steps, part = max(2, 2048 // batch_size), images[: batch_size // world_size]
        rounds = []
        for _ in range(3):
            seconds = {}
            for name, threads in (("one thread", 1), ("all threads", settings.threads)):
                torch.set_num_threads(threads)
                if alone:  # the others wait below
                    seconds[name] = seconds_a_step(network, images, True, steps)
                dist.barrier()
            torch.set_num_threads(share_of_threads)
            seconds["together"] = seconds_a_step(parallel, part, True, steps)
            dist.barrier()
            seconds["together, silent"] = seconds_a_step(parallel, part, False, steps)
            dist.barrier()
            rounds.append(seconds)
        if alone:
            found[batch_size] = {name: statistics.median(row[name] for row in rounds)
                                 for name in rounds[0]}
    if alone:
        (settings.folder / "seconds.json").write_text(json.dumps(found), encoding="utf-8")
    dist.destroy_process_group()


if __name__ == "__main__":
    main()
