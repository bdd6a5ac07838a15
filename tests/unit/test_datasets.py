"""The data sets: real files against independent readings, toy sets against their geometry."""

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
    make_circles,
    make_clouds,
    make_moons,
    make_spirals,
    make_xor_cloud,
    xor_table,
)
from course_utils.reproducibility import generator

PROJECT = Path(__file__).resolve().parents[2]
LOADERS = {"MNIST": load_mnist, "FashionMNIST": load_fashion_mnist}
TOY_SETS = [make_circles, make_clouds, make_moons, make_spirals, make_xor_cloud]


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


@pytest.mark.parametrize("make", TOY_SETS)
@pytest.mark.parametrize("count", [1, 2, 101, 400])
def test_toy_sets_have_shapes_types_and_balance(make, count):
    points, labels = make(count, 0.1, generator(3))
    assert points.shape == (count, 2) and points.dtype == torch.float32
    assert labels.shape == (count,) and labels.dtype == torch.int64
    counts = labels.bincount(minlength=2).tolist()
    assert len(counts) == 2 and abs(counts[0] - counts[1]) <= 1
    assert count < 100 or (labels[1:] != labels[:-1]).float().mean() < 0.7  # in a mixed order


@pytest.mark.parametrize("make", TOY_SETS)
def test_toy_sets_depend_on_their_generator_alone(make):
    torch.manual_seed(0)
    first = make(50, 0.2, generator(1))
    torch.manual_seed(1)
    state = torch.get_rng_state()
    again = make(50, 0.2, generator(1))
    assert state.equal(torch.get_rng_state())
    assert first[0].equal(again[0]) and first[1].equal(again[1])
    assert not first[0].equal(make(50, 0.2, generator(2))[0])


def test_circles_without_noise_lie_on_their_radii():
    points, labels = make_circles(200, 0.0, generator(0))
    torch.testing.assert_close(points.norm(dim=1), 1 - labels / 2)


def test_xor_cloud_without_noise_follows_the_signs():
    points, labels = make_xor_cloud(200, 0.0, generator(0))
    assert points.abs().eq(1).all()
    assert labels.bool().equal(points[:, 0] * points[:, 1] < 0)


def test_moons_without_noise_are_half_circles_that_reach_into_each_other():
    points, labels = make_moons(400, 0.0, generator(0))
    upper, lower = points[labels == 0], points[labels == 1]
    upper_centre, lower_centre = torch.tensor([-0.5, -0.25]), torch.tensor([0.5, 0.25])
    torch.testing.assert_close((upper - upper_centre).norm(dim=1), torch.ones(200))
    torch.testing.assert_close((lower - lower_centre).norm(dim=1), torch.ones(200))
    assert (upper[:, 1] >= -0.2501).all() and (lower[:, 1] <= 0.2501).all()


def test_spirals_without_noise_are_mirror_images_that_wind_up():
    points, labels = make_spirals(400, 0.0, generator(0))
    radii = points.norm(dim=1)
    mirrored = points * (1 - 2 * labels)[:, None]  # turns class 1 onto class 0
    angles = 3 * torch.pi * radii
    expected = torch.stack([radii * angles.cos(), radii * angles.sin()], dim=1)
    torch.testing.assert_close(mirrored, expected, atol=1e-5, rtol=0)
    assert radii.max() > 0.95 and radii.max() <= 1


@pytest.mark.parametrize("make", TOY_SETS)
def test_noise_is_the_standard_deviation_of_the_shift(make):
    quiet, labels = make(4000, 0.0, generator(0))
    noisy, same_labels = make(4000, 0.3, generator(0))
    assert labels.equal(same_labels)
    assert abs((noisy - quiet).std().item() - 0.3) < 0.01


@pytest.mark.parametrize("make", TOY_SETS)
def test_impossible_count_and_noise_are_refused(make):
    with pytest.raises(ValueError, match="at least 1 point"):
        make(0, 0.1, generator(0))
    with pytest.raises(ValueError, match="standard deviation"):
        make(10, -0.1, generator(0))
    with pytest.raises(ValueError, match="standard deviation"):
        make(10, float("nan"), generator(0))
