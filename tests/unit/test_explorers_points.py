"""The playground's sets of points, against their geometry."""

import pytest
import torch

from course_utils.explorers.playground.points import (
    make_circles,
    make_clouds,
    make_moons,
    make_spirals,
    make_xor_cloud,
)
from course_utils.reproducibility import generator

TOY_SETS = [make_circles, make_clouds, make_moons, make_spirals, make_xor_cloud]


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
