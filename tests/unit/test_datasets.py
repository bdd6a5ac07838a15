"""The data sets: real files against independent readings."""

import gzip
import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from course_utils import datasets
from course_utils.archives import ARCHIVES
from course_utils.datasets import (
    FASHION_CLASSES,
    load_fashion_mnist,
    load_mnist,
    xor_table,
)

PROJECT = Path(__file__).resolve().parents[2]
LOADERS = {"MNIST": load_mnist, "FashionMNIST": load_fashion_mnist}


@pytest.mark.parametrize("dataset", LOADERS)
@pytest.mark.parametrize(("split", "count"), [("train", 60_000), ("test", 10_000)])
def test_published_sets_have_their_shapes_types_and_balance(dataset, split, count):
    images, labels = LOADERS[dataset](split)
    assert images.shape == (count, 784) and images.dtype == torch.float32
    assert labels.shape == (count,) and labels.dtype == torch.int64
    assert images.is_contiguous()
    if dataset == "FashionMNIST":  # the authors made it exactly balanced
        assert labels.bincount().tolist() == [count // 10] * 10
    elif split == "test":  # counted by many before us
        counts = [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
        assert labels.bincount().tolist() == counts


@pytest.mark.parametrize("dataset", LOADERS)
def test_normalised_training_pixels_have_mean_0_and_deviation_1(dataset):
    images, _ = LOADERS[dataset]("train")
    assert abs(images.double().mean().item()) < 3e-4
    assert abs(images.double().std().item() - 1) < 3e-4


def test_unnormalised_pixels_are_the_bytes_of_the_archive():
    images, _ = load_mnist("test", normalize=False)
    archive = datasets.data_root() / "MNIST/raw/t10k-images-idx3-ubyte.gz"
    pixels = np.frombuffer(gzip.decompress(archive.read_bytes()), np.uint8, offset=16)
    assert (images.mul(255).round().to(torch.uint8).numpy().ravel() == pixels).all()
    assert images.min() == 0 and images.max() == 1


@pytest.fixture
def mnist_of_torchvision(monkeypatch, tmp_path):
    """Return torchvision's MNIST as a notebook asks for it, where only our archives lie."""
    torchvision = pytest.importorskip("torchvision")
    shutil.copytree(
        datasets.data_root() / "MNIST",
        tmp_path / "data" / "MNIST",
        ignore=shutil.ignore_patterns("*-ubyte"),
    )
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")

    def no_network(*arguments, **options):
        raise AssertionError("something asked for the network")

    monkeypatch.setattr("urllib.request.urlopen", no_network)
    return lambda **options: torchvision.datasets.MNIST("../data", download=True, **options)


def test_images_equal_those_of_the_usual_transforms_bit_for_bit(mnist_of_torchvision):
    from torchvision import transforms

    steps = [transforms.ToTensor(), transforms.Normalize((0.1307,), (0.3081,))]
    usual = mnist_of_torchvision(train=False, transform=transforms.Compose(steps))
    images, labels = load_mnist("test")
    for index in range(0, 10_000, 499):
        image, label = usual[index]
        assert image.flatten().equal(images[index]) and label == labels[index]


def test_torchvision_finds_the_archives_from_a_notebook_without_a_network(mnist_of_torchvision):
    theirs = mnist_of_torchvision()
    images, labels = load_mnist("train", normalize=False)
    assert theirs.data.flatten(1).equal(images.mul(255).round().to(torch.uint8))
    assert theirs.targets.equal(labels)


def test_working_directory_changes_nothing(monkeypatch, tmp_path):
    monkeypatch.delenv("COURSE_DATA", raising=False)
    monkeypatch.chdir(tmp_path)
    assert datasets.data_root() == PROJECT / "data"
    assert len(load_mnist("test")[1]) == 10_000
    assert not list(tmp_path.iterdir())


def test_course_data_chooses_another_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    assert datasets.data_root() == tmp_path


def test_unknown_split_is_refused():
    with pytest.raises(ValueError, match='"train" or "test"'):
        load_mnist("validation")


def test_loaded_tensors_are_the_callers_own():
    first, _ = load_mnist("test")
    first.zero_()
    assert load_mnist("test")[0].std() > 0.5


def test_stored_archives_digests_and_sources_agree():
    torchvision = pytest.importorskip("torchvision")
    sources = (PROJECT / "data" / "SOURCES.md").read_text(encoding="utf-8")
    for name, (size, md5, sha256) in ARCHIVES.items():
        data = (PROJECT / "data" / name).read_bytes()
        dataset, _, file = name.split("/")
        assert (file, md5) in getattr(torchvision.datasets, dataset).resources
        assert f"| {name} | {size:,} | `{md5}` | `{sha256}` |" in sources
        assert len(data) == size and hashlib.sha256(data).hexdigest() == sha256
    assert "CC BY-SA 3.0" in sources and re.search(r"\bMIT\b", sources)


def test_importing_and_loading_never_imports_torchvision():
    code = (
        "import sys; from course_utils.datasets import load_mnist; load_mnist('test'); "
        "assert 'torchvision' not in sys.modules"
    )
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment, timeout=60)


def test_class_names_are_those_of_torchvision():
    torchvision = pytest.importorskip("torchvision")
    assert list(FASHION_CLASSES) == torchvision.datasets.FashionMNIST.classes


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_xor_table_is_the_truth_table(dtype):
    inputs, targets = xor_table(dtype)
    assert inputs.dtype == targets.dtype == dtype
    rows = [tuple(row) for row in inputs.int().tolist()]
    assert rows == [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert targets.tolist() == [first ^ second for first, second in rows]
