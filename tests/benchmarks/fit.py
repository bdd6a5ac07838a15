"""The usual DataLoader loop against `fit`, and `fit` against its bare matrix products.

All sides train the same network (784-200-200-10) on MNIST, on the same batches in the same order;
before anything is timed, their losses from the same start are compared step by step. The usual
loop comes in two forms: with the transforms of most tutorials (ToTensor and Normalize), and with
their successors, transforms.v2, which torchvision's documentation recommends.
"""

from collections.abc import Callable, Iterator
from functools import partial

import torch
import torchvision
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import DataLoader
from torchvision import transforms
from torchvision.transforms import v2

from course_utils.datasets import MNIST_MEAN, MNIST_STD, data_root, load_mnist
from course_utils.reproducibility import choose_device, generator
from course_utils.training import evaluate, fit
from tests.benchmarks.report import Row, Table, time_by_turns, times_as_fast

BATCH_SIZE = 200
HIDDEN = 200
LEARNING_RATE = 0.1
COMPARED_STEPS = 300
LARGEST_DIFFERENCE = 1e-5
DEVICE = choose_device()
TUTORIALS, RECOMMENDED = "loader, ToTensor and Normalize", "loader, transforms.v2"
USUAL = {
    TUTORIALS: transforms.Compose(
        [transforms.ToTensor(), transforms.Normalize((MNIST_MEAN,), (MNIST_STD,))]
    ),
    RECOMMENDED: v2.Compose(
        [
            v2.ToImage(),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize((MNIST_MEAN,), (MNIST_STD,)),
        ]
    ),
}


def measure(repeats: int) -> list[Table]:
    """Compare the losses, then time an epoch, a test pass and the bare products."""
    differences = {name: compare_losses(name) for name in USUAL}
    if not max(differences.values()) <= LARGEST_DIFFERENCE:
        raise SystemExit(f"The losses are not the same; the largest differences: {differences}.")
    train, test = load_mnist("train", device=DEVICE), load_mnist("test", device=DEVICE)
    model = make_network()
    ours = partial(one_fit, model, train)
    products = bare_products(train[0])
    epochs = {name: partial(usual_epoch, model, name) for name in USUAL}
    epochs["  of it, the loader without a network"] = partial(empty_epoch, TUTORIALS)
    epochs |= {"fit": ours, "bare matrix products": products}
    tests = {name: partial(usual_test, model, name) for name in USUAL}
    tests["evaluate"] = partial(evaluate, model, test)
    alone = {"bare matrix products": products, "fit": ours}
    few = min(repeats, 3)  # the slow side takes seconds
    tables = [
        compared("An epoch of training", time_by_turns(epochs, few, wait), "fit"),
        compared("A test pass over 10,000 images", time_by_turns(tests, repeats, wait), "evaluate"),
        in_units_of_products(time_by_turns(alone, max(repeats, 15), wait)),
    ]
    for name, difference in differences.items():
        said = (
            f"{name}: losses of {COMPARED_STEPS} steps differ from those of fit by {difference:.1e}"
        )
        tables[0].findings.append(said)
    return tables


def compared(title: str, rows: list[Row], ours: str) -> Table:
    """Return a table that says how many times as fast ours is as each usual loop."""
    by_name = {row.name: row for row in rows}
    table = Table(title, rows)
    for name in USUAL:
        ratios = times_as_fast(by_name[name].seconds, by_name[ours].seconds)
        cpu = times_as_fast(by_name[name].cpu_seconds, by_name[ours].cpu_seconds)[0]
        said = "{:.1f} times as fast ({:.1f} to {:.1f})".format(*ratios)
        table.findings.append(f"{name}: {ours} is {said}; by processor time {cpu:.1f}")
    return table


def in_units_of_products(rows: list[Row]) -> Table:
    """Return the table of `fit` beside bare products, with the ratio that everyone quotes."""
    bare, ours = rows
    said = "fit takes {:.2f} times the bare products ({:.2f} to {:.2f})".format(
        *times_as_fast(ours.seconds, bare.seconds)
    )
    cpu = times_as_fast(ours.cpu_seconds, bare.cpu_seconds)[0]
    return Table("An epoch's products alone", rows, [f"{said}; by processor time {cpu:.2f}"])


def wait() -> None:
    """Wait until the device has done all that it was asked to do."""
    if DEVICE.type == "cuda":
        torch.cuda.synchronize()
    elif DEVICE.type == "mps":
        torch.mps.synchronize()


def make_network() -> nn.Sequential:
    """Return the network with the same start each time."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        layers = [nn.Linear(784, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, HIDDEN), nn.ReLU()]
        return nn.Sequential(*layers, nn.Linear(HIDDEN, 10)).to(DEVICE)


def make_optimizer(model: nn.Module) -> torch.optim.Optimizer:
    """Return plain gradient descent, in one kernel for all weights; the same for all sides."""
    return torch.optim.SGD(model.parameters(), lr=LEARNING_RATE, fused=True)


def one_fit(model: nn.Module, train: tuple[Tensor, Tensor]) -> list[float]:
    """Train for an epoch with the course's `fit`; return the losses."""
    settings = {"epochs": 1, "batch_size": BATCH_SIZE, "generator": generator(0)}
    return fit(model, train, optimizer=make_optimizer(model), **settings).losses


class EpochOrder:
    """A sampler that draws the order in which `fit` visits the samples."""

    def __init__(self, count: int) -> None:
        """Prepare an order of so many samples."""
        self.count = count

    def __iter__(self) -> Iterator[int]:
        """Yield the sample numbers of one epoch."""
        return iter(torch.randperm(self.count, generator=generator(0)).tolist())

    def __len__(self) -> int:
        """Return the number of samples."""
        return self.count


def usual_loader(name: str, train: bool) -> DataLoader:
    """Return a loader of MNIST as in most tutorials, with transforms for each image."""
    options = {"train": train, "transform": USUAL[name], "download": True}
    dataset = torchvision.datasets.MNIST(data_root(), **options)
    sampler = EpochOrder(len(dataset)) if train else None
    return DataLoader(dataset, batch_size=BATCH_SIZE, sampler=sampler)


def usual_epoch(model: nn.Module, name: str, steps: int | None = None) -> list[float]:
    """Train for an epoch (or so many steps) as in most tutorials; return the losses."""
    optimizer = make_optimizer(model)
    model.train()
    losses = []
    for images, labels in usual_loader(name, train=True):
        images, labels = images.to(DEVICE), labels.to(DEVICE)
        optimizer.zero_grad()
        loss = F.cross_entropy(model(images.flatten(1)), labels)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        if len(losses) == steps:
            break
    return losses


def empty_epoch(name: str) -> None:
    """Go through an epoch's batches and do nothing with them."""
    for _ in usual_loader(name, train=True):
        pass


@torch.no_grad()
def usual_test(model: nn.Module, name: str) -> float:
    """Measure the test accuracy as in most tutorials."""
    model.eval()
    right = 0
    for images, labels in usual_loader(name, train=False):
        outputs = model(images.flatten(1).to(DEVICE))
        right += (outputs.argmax(1) == labels.to(DEVICE)).sum().item()
    return right / 10_000


def compare_losses(name: str) -> float:
    """Return the largest difference of a usual loop's losses from those of `fit`, step by step."""
    usual = usual_epoch(make_network(), name, COMPARED_STEPS)
    ours = one_fit(make_network(), load_mnist("train", device=DEVICE))[:COMPARED_STEPS]
    return max(abs(one - other) for one, other in zip(usual, ours, strict=True))


def bare_products(images: Tensor) -> Callable[[], None]:
    """Return a function that does an epoch's matrix products and nothing else.

    They are three products forward, three for the weights' gradients and two to pass the error
    back, on batches that lie in order: no bias, no activation, no loss, no update.
    """
    draw = generator(0)
    first, second, third = (
        (torch.randn(shape, generator=draw) / shape[0] ** 0.5).to(DEVICE)
        for shape in ((784, HIDDEN), (HIDDEN, HIDDEN), (HIDDEN, 10))
    )
    batches = images.split(BATCH_SIZE)

    def epoch() -> None:
        for batch in batches:
            hidden = batch @ first  # (B, D) @ (D, H) -> (B, H)
            deeper = hidden @ second  # (B, H) @ (H, H) -> (B, H)
            error = deeper @ third  # (B, H) @ (H, C) -> (B, C)
            _ = deeper.T @ error  # (H, B) @ (B, C) -> (H, C)
            error = error @ third.T  # (B, C) @ (C, H) -> (B, H)
            _ = hidden.T @ error  # (H, B) @ (B, H) -> (H, H)
            error = error @ second.T  # (B, H) @ (H, H) -> (B, H)
            _ = batch.T @ error  # (D, B) @ (B, H) -> (D, H)

    return epoch
