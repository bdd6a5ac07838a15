"""Data sets: MNIST and FashionMNIST as tensors, and the truth table of XOR."""

import os
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
