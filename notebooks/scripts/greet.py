"""Several processes that find each other and add up their numbers.

    torchrun --standalone --nproc-per-node=2 greet.py
"""

import argparse
import sys
import time
from datetime import timedelta

import torch
import torch.distributed as dist


def main() -> None:
    """Join the group, add up one number from each process, and say what came out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--absent", type=int, default=-1, help="a rank that makes no call")
    parser.add_argument("--patience-s", type=float, default=60.0, help="how long to wait for it")
    settings = parser.parse_args()

    dist.init_process_group("gloo", timeout=timedelta(seconds=settings.patience_s))
    rank, world_size = dist.get_rank(), dist.get_world_size()
    number = torch.tensor(10.0 * (rank + 1))
    if rank != settings.absent:
        dist.all_reduce(number)  # in place: on every rank it becomes the sum over all ranks
    else:
        time.sleep(10 * settings.patience_s)
    # Text and line end in one piece, as the other ranks write to the same place; print makes two.
    sys.stdout.write(f"rank {rank} of {world_size}: the sum is {number.item():.0f}\n")
    dist.destroy_process_group()


if __name__ == "__main__":
    main()
