"""Data sets: MNIST and FashionMNIST as tensors, and small sets of points in the plane."""

import math
import os
from numbers import Integral
from pathlib import Path

import torch
from torch import Tensor

from course_utils.archives import read_archive

# Mean and standard deviation of all training pixels, where 1 is the full brightness: the
# published values, which chapter 07 computes.
MNIST_MEAN, MNIST_STD = 0.1307, 0.3081
FASHION_MEAN, FASHION_STD = 0.2860, 0.3530

FASHION_CLASSES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)

PIXELS = 28 * 28
IMAGE_HEADER_BYTES, LABEL_HEADER_BYTES = 16, 8  # the IDX format: magic number, then the sizes
FILE_PREFIX = {"train": "train", "test": "t10k"}


def data_root() -> Path:
    """Return the data folder: COURSE_DATA if that is set, else data/ in the project's root."""
    chosen = os.environ.get("COURSE_DATA")
    return Path(chosen) if chosen else Path(__file__).resolve().parents[1] / "data"


def load_mnist(
    split: str,
    *,
    device: str | torch.device = "cpu",
    root: str | Path | None = None,
    normalize: bool = True,
) -> tuple[Tensor, Tensor]:
    """Load handwritten digits: 60,000 training images or 10,000 test images.

    The archives are verified and read in memory, whatever the working directory.

    Args:
        split: "train" or "test".
        device: Where the tensors shall live.
        root: The data folder; by default `data_root`.
        normalize: True for pixels (brightness - MNIST_MEAN) / MNIST_STD; False for 0 to 1.

    Returns:
        images (N, 784) float32, row by row from the top left, and labels (N,) int64, 0 to 9.

    Raises:
        ValueError: If ``split`` is neither "train" nor "test".
        DataFileError: If an archive is damaged, or missing and not to be downloaded.

    Source:
        LeCun, Cortes & Burges, The MNIST database of handwritten digits; data/SOURCES.md.
    """
    images, labels = _load("MNIST", split, root)
    scale = (MNIST_MEAN, MNIST_STD) if normalize else (0.0, 1.0)
    return _as_inputs(images, device, *scale), labels.to(device)


def load_fashion_mnist(
    split: str,
    *,
    device: str | torch.device = "cpu",
    root: str | Path | None = None,
    normalize: bool = True,
) -> tuple[Tensor, Tensor]:
    """Load pictures of clothes, shaped like MNIST; the names of the labels: FASHION_CLASSES.

    Everything is as in `load_mnist`, with FASHION_MEAN and FASHION_STD.

    Source:
        Xiao, Rasul & Vollgraf, Fashion-MNIST (2017), arXiv:1708.07747; data/SOURCES.md.
    """
    images, labels = _load("FashionMNIST", split, root)
    scale = (FASHION_MEAN, FASHION_STD) if normalize else (0.0, 1.0)
    return _as_inputs(images, device, *scale), labels.to(device)


def _load(dataset: str, split: str, root: str | Path | None) -> tuple[Tensor, Tensor]:
    """Return images (N, 784) uint8 and labels (N,) int64 of a verified data set."""
    if split not in FILE_PREFIX:
        raise ValueError(f'The split is {split!r}, but must be "train" or "test".')
    folder = data_root() if root is None else Path(root)

    def content(kind: str, header_bytes: int) -> Tensor:
        data = read_archive(folder, f"{dataset}/raw/{FILE_PREFIX[split]}-{kind}-ubyte.gz")
        data = bytearray(data)  # torch wants memory that it may write
        return torch.frombuffer(data, dtype=torch.uint8, offset=header_bytes)

    images = content("images-idx3", IMAGE_HEADER_BYTES).reshape(-1, PIXELS)  # (N, 784)
    return images, content("labels-idx1", LABEL_HEADER_BYTES).long()  # (N,)


def _as_inputs(images: Tensor, device: str | torch.device, mean: float, std: float) -> Tensor:
    """Return uint8 pixels as float32 (brightness - mean) / std on the device.

    The order of the operations is that of torchvision's ToTensor and Normalize: the same bits.
    """
    return images.to(device).to(torch.float32).div_(255).sub_(mean).div_(std)


def xor_table(dtype: torch.dtype = torch.float32) -> tuple[Tensor, Tensor]:
    """Return the truth table of XOR: inputs (4, 2), in counting order, and targets (4,)."""
    inputs = torch.tensor([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=dtype)
    return inputs, (inputs[:, 0] != inputs[:, 1]).to(dtype)


def make_xor_cloud(count: int, noise: float, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Draw points about the four corners (+-1, +-1); class 1 where the signs differ."""
    corners = _classes(count, 4)  # (N,)
    signs = torch.stack([corners % 2, corners // 2], dim=1)  # (N, 2)
    return _shuffled(2.0 * signs - 1.0, signs[:, 0] ^ signs[:, 1], noise, generator)


def make_clouds(count: int, noise: float, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Draw points about (-1, -1), class 0, and (1, 1), class 1: a line separates them."""
    labels = _classes(count, 2)
    return _shuffled((2.0 * labels - 1.0)[:, None].repeat(1, 2), labels, noise, generator)


def make_circles(count: int, noise: float, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Draw points on two circles about the origin: radius 1 is class 0, radius 1/2 class 1."""
    labels = _classes(count, 2)
    angles = 2 * math.pi * _uniform(count, generator)  # (N,)
    radii = 1 - labels / 2
    return _shuffled(_polar(radii, angles), labels, noise, generator)


def make_moons(count: int, noise: float, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Draw points on two half circles that reach into each other, upper 0 and lower 1."""
    labels = _classes(count, 2)
    points = _polar(torch.ones(count), math.pi * _uniform(count, generator))
    lower = labels == 1
    points[lower] = torch.tensor([1.0, 0.5]) - points[lower]  # turned by half a turn, and moved
    return _shuffled(points - torch.tensor([0.5, 0.25]), labels, noise, generator)


def make_spirals(count: int, noise: float, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Draw points on two spirals of one and a half turns, one the mirror of the other."""
    labels = _classes(count, 2)
    along = _uniform(count, generator).sqrt()  # the root spreads points evenly over the length
    angles = 3 * math.pi * along + math.pi * labels
    return _shuffled(_polar(along, angles), labels, noise, generator)


def _classes(count: int, classes: int) -> Tensor:
    """Return labels (N,) int64 that take turns, so that no class has more than one extra."""
    if not isinstance(count, Integral):
        raise TypeError(f"The count is {count!r}, but must be a whole number.")
    if count < 1:
        raise ValueError(f"The count is {count}, but a set needs at least 1 point.")
    return torch.arange(count) % classes


def _uniform(count: int, generator: torch.Generator) -> Tensor:
    """Draw numbers (N,) from 0 to 1."""
    return torch.rand(count, generator=generator, device=generator.device).cpu()


def _polar(radii: Tensor, angles: Tensor) -> Tensor:
    """Turn radii (N,) and angles (N,) in radians into points (N, 2)."""
    return torch.stack([radii * angles.cos(), radii * angles.sin()], dim=1)


def _shuffled(
    points: Tensor, labels: Tensor, noise: float, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Add normal noise of standard deviation ``noise`` to points (N, 2) and mix their order."""
    if not noise >= 0:
        raise ValueError(f"The noise is {noise}, but a standard deviation is 0 or more.")
    shifts = torch.randn(points.shape, generator=generator, device=generator.device).cpu()
    order = torch.randperm(len(points), generator=generator, device=generator.device).cpu()
    return (points + noise * shifts)[order], labels[order]
