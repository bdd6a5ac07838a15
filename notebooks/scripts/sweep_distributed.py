"""A sweep whose runs are dealt out to several processes; each trains its share.

    torchrun --standalone --nproc-per-node=2 sweep_distributed.py FOLDER

The folder holds data.pt and settings.json, and gets measured.pt from rank 0.
"""

import argparse
import json
from pathlib import Path

import torch
import torch.distributed as dist

from course_utils.sweeps import grid, sweep


def main() -> None:
    """Train the runs number rank, rank + world size, ...; put all results together."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder

    dist.init_process_group("gloo")
    rank, world_size = dist.get_rank(), dist.get_world_size()
    data = torch.load(folder / "data.pt", weights_only=True, mmap=True)
    train = data["train_images"].double(), data["train_labels"]
    test = data["test_images"].double(), data["test_labels"]

    settings = json.loads((folder / "settings.json").read_text(encoding="utf-8"))
    runs = grid(**settings["grid"])  # the same list on every rank, in the same order
    mine = slice(rank, None, world_size)
    result = sweep(settings["sizes"], train, runs[mine], test=test, progress=False,
                   epochs=settings["epochs"], batch_size=settings["batch_size"])

    measured = torch.zeros(len(runs), 2, dtype=torch.float64)
    measured[mine, 0] = torch.as_tensor(result.test_loss)[:, -1].double()
    measured[mine, 1] = torch.as_tensor(result.test_accuracy)[:, -1].double()
    dist.all_reduce(measured)  # a row is 0 on all ranks but the one that trained it
    if rank == 0:
        torch.save({"measured": measured}, folder / "measured.pt")
    dist.destroy_process_group()


if __name__ == "__main__":
    main()
