"""Train a small network with several processes; torchrun starts this file once for each.

    torchrun --standalone --nproc-per-node=2 --max-restarts=1 train_distributed.py FOLDER

The folder holds data.pt, and gets checkpoint.pt, losses.jsonl (a line for each step) and a
result_RANK.pt from each process.
"""

import argparse
import json
import os
from datetime import timedelta
from itertools import islice
from pathlib import Path

import psutil
import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.parallel import DistributedDataParallel
from torch.utils.data import DataLoader, TensorDataset
from torch.utils.data.distributed import DistributedSampler

PATIENCE = timedelta(seconds=60)  # how long a process waits for the others


def join_the_others() -> torch.device:
    """Become a member of the group; return the device that this process computes on."""
    local_rank, here = int(os.environ["LOCAL_RANK"]), int(os.environ["LOCAL_WORLD_SIZE"])
    gpus = torch.cuda.device_count() >= here  # a GPU for each process, or none for any
    dist.init_process_group("nccl" if gpus else "gloo", timeout=PATIENCE)
    if gpus:
        torch.cuda.set_device(local_rank)
    return torch.device("cuda", local_rank) if gpus else torch.device("cpu")


def build_network() -> nn.Sequential:
    """The network 784-32-10, in float64."""
    return nn.Sequential(nn.Linear(784, 32), nn.ReLU(), nn.Linear(32, 10)).double()


def save_checkpoint(path: Path, network: nn.Module, optimizer: torch.optim.Optimizer,
                    step: int) -> None:
    """Write all that is needed to go on: whole, or not at all."""
    content = {"network": network.state_dict(), "optimizer": optimizer.state_dict(), "step": step}
    temporary = path.with_suffix(".tmp")
    with open(temporary, "wb") as file:
        torch.save(content, file)
        file.flush()
        os.fsync(file.fileno())  # on the disk, not only on its way there
    os.replace(temporary, path)  # one instant: before it the old file, after it the new one


def load_checkpoint(path: Path, network: nn.Module, optimizer: torch.optim.Optimizer,
                    device: torch.device) -> int:
    """Go back to the last checkpoint; return its number of steps, 0 where there is none."""
    if not path.exists():
        return 0
    content = torch.load(path, map_location=device, weights_only=True)
    network.load_state_dict(content["network"])
    optimizer.load_state_dict(content["optimizer"])
    return content["step"]


def train(settings: argparse.Namespace, data: dict, device: torch.device) -> dict:
    """Train up to the given step; return the network, and each step's gradient and weights."""
    network = build_network().to(device)
    if dist.get_rank() == 0:
        network.load_state_dict(data["start"])
    # DDP gets a group of its own: torch 2.15 leaves the threads of a group that DDP has used
    # running, and a process that ends while one of them holds a tensor of ours would crash.
    own_group = dist.new_group(timeout=PATIENCE)
    parallel = DistributedDataParallel(network, process_group=own_group)  # rank 0's weights for all
    optimizer = torch.optim.SGD(parallel.parameters(), lr=0.05, momentum=0.9)
    step = load_checkpoint(settings.folder / "checkpoint.pt", network, optimizer, device)

    samples = TensorDataset(data["train_images"], data["train_labels"])
    sampler = DistributedSampler(samples, shuffle=True, seed=0, drop_last=True)
    loader = DataLoader(samples, settings.batch_size, sampler=sampler, drop_last=True)
    history = {"gradients": [], "weights": []}
    while step < settings.steps:
        epoch, already_done = divmod(step, len(loader))
        sampler.set_epoch(epoch)  # a new order in each epoch, the same one on every rank
        for inputs, labels in islice(loader, already_done, None):
            interrupt_if_asked(settings, step)
            outputs = parallel(inputs.to(device, torch.float64))
            loss = F.cross_entropy(outputs, labels.to(device))
            optimizer.zero_grad()
            loss.backward()  # and while it runs, the ranks average their gradients
            optimizer.step()
            step += 1
            write_down(settings, step, loss.detach(), network, history)
            if step % settings.checkpoint_every == 0 and dist.get_rank() == 0:
                save_checkpoint(settings.folder / "checkpoint.pt", network, optimizer, step)
            if step == settings.steps:
                break
    return {"network": network, **{name: torch.stack(rows) for name, rows in history.items()
                                   if rows}}


def interrupt_if_asked(settings: argparse.Namespace, step: int) -> None:
    """The accident of the chapter's experiment: rank 1 disappears, as if it lost its power."""
    first_attempt = os.environ["TORCHELASTIC_RESTART_COUNT"] == "0"
    if step == settings.kill_after and first_attempt and dist.get_rank() == 1:
        psutil.Process().kill()  # no farewell and no tidying up


def write_down(settings: argparse.Namespace, step: int, loss: Tensor, network: nn.Module,
               history: dict) -> None:
    """Keep gradient and weights; rank 0 adds the loss, a mean over all ranks, to the log."""
    parameters = list(network.parameters())
    history["gradients"].append(torch.cat([p.grad.flatten().cpu() for p in parameters]))
    history["weights"].append(torch.cat([p.detach().flatten().cpu() for p in parameters]))
    dist.all_reduce(loss)
    if dist.get_rank() == 0:
        line = {"attempt": int(os.environ["TORCHELASTIC_RESTART_COUNT"]), "step": step,
                "loss": loss.item() / dist.get_world_size()}
        with open(settings.folder / "losses.jsonl", "a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")


@torch.no_grad()
def hits_and_counts(network: nn.Module, data: dict, device: torch.device) -> Tensor:
    """Right answers and images of each rank's own share of the test images, (ranks, 2)."""
    rank, world_size = dist.get_rank(), dist.get_world_size()
    images = data["test_images"][rank::world_size].to(device, torch.float64)
    labels = data["test_labels"][rank::world_size].to(device)
    table = torch.zeros(world_size, 2, dtype=torch.int64, device=device)
    table[rank, 0] = (network(images).argmax(dim=1) == labels).sum()
    table[rank, 1] = len(labels)
    dist.all_reduce(table)  # each row is 0 on all ranks but its own
    return table.cpu()


def main() -> None:
    """Join, train, test, write the results down, leave."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--steps", type=int, default=40)
    parser.add_argument("--batch-size", type=int, default=100, help="images a step, on each rank")
    parser.add_argument("--checkpoint-every", type=int, default=6, help="steps")
    parser.add_argument("--kill-after", type=int, default=-1, help="step after which rank 1 dies")
    settings = parser.parse_args()

    device = join_the_others()
    data = torch.load(settings.folder / "data.pt", weights_only=True, mmap=True)
    result = train(settings, data, device)
    result["tested"] = hits_and_counts(result.pop("network"), data, device)
    torch.save(result, settings.folder / f"result_{dist.get_rank()}.pt")
    dist.destroy_process_group()


if __name__ == "__main__":
    main()
