"""Digits made as MNIST's were: against MNIST itself, and against areas that are known."""

from __future__ import annotations

import numpy as np
import pytest

from course_utils.datasets import load_mnist
from course_utils.explorers.digit_pad.images import (
    as_drawn,
    bounding_box,
    centre_of_mass,
    centred_by_mass,
    draw_stroke,
    resize,
)

EMPTY = np.zeros((112, 112))


@pytest.fixture(scope="module")
def digits():
    """All test images (10000, 28, 28) and labels."""
    images, labels = load_mnist("test", normalize=False)
    return images.reshape(-1, 28, 28).double().numpy(), labels.numpy()


def in_the_corner(images):
    """At half their size, in the top left corner."""
    small = np.zeros_like(images)
    small[:, :14, :14] = images.reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4))
    return small


def test_images_of_mnist_come_out_as_they_go_in(digits):
    far = [abs(centred_by_mass(image) - image).max() for image in digits[0]]
    # A handful of the makers' boxes measure 19 pixels and are scaled to 20.
    assert np.mean(np.array(far) < 1e-9) > 0.999


def test_every_mnist_digit_is_in_a_box_of_20_with_its_mass_in_pixel_14(digits):
    boxes = np.array([bounding_box(image) for image in digits[0]])
    longest = (boxes[:, 2:] - boxes[:, :2]).max(axis=1)
    assert longest.max() == 20 and np.mean(longest == 20) > 0.999
    masses = np.array([centre_of_mass(image) for image in digits[0]])
    assert masses.min() >= 14 and masses.max() <= 15


def test_what_moving_and_shrinking_spoils_centring_repairs(digits):
    images, labels = digits[0][:4000], digits[1][:4000]
    means = np.array([images[1000:][labels[1000:] == kind].mean(axis=0) for kind in range(10)])

    def accuracy(some):
        scores = some.reshape(-1, 784) @ means.reshape(10, -1).T
        return np.mean((scores - (means**2).sum(axis=(1, 2)) / 2).argmax(axis=1) == labels[:1000])

    moved = in_the_corner(images[:1000])
    repaired = np.array([centred_by_mass(image) for image in moved])
    whole = accuracy(images[:1000])
    assert whole > 0.75 and accuracy(moved) < 0.3 and accuracy(repaired) > whole - 0.04


def test_a_moved_or_larger_drawing_gives_the_same_image():
    way = np.array([[30, 30], [50, 30], [36, 60]])
    images = [
        centred_by_mass(draw_stroke(EMPTY, way * times + shift, 8 * times))
        for times, shift in [(1, 0), (1, [37, 20]), (1.5, [4, -9])]
    ]
    assert abs(images[0] - images[1]).max() < 1e-9
    assert abs(images[0] - images[2]).mean() < 0.01
    box = bounding_box(images[0])
    assert max(box[2] - box[0], box[3] - box[1]) == 20


@pytest.mark.parametrize("width", [4, 9, 16])
def test_a_stroke_covers_its_area_and_is_smooth(width):
    drawn = draw_stroke(EMPTY, [(20.3, 31.7), (80.1, 60.2)], width)
    length = np.hypot(80.1 - 20.3, 60.2 - 31.7)
    assert drawn.sum() == pytest.approx(length * width + np.pi * width**2 / 4, rel=0.01)
    assert drawn.max() == 1 and len(np.unique(drawn.round(3))) > 50
    assert EMPTY.sum() == 0  # the picture that was given is not changed


def test_a_dot_is_a_disc_and_ink_is_not_added_twice():
    dot = draw_stroke(EMPTY, [(56, 56)], 20)
    assert dot.sum() == pytest.approx(np.pi * 100, rel=0.01)
    assert np.array_equal(draw_stroke(dot, [(56, 56)], 20), dot)


def test_a_stroke_may_leave_the_picture():
    drawn = draw_stroke(EMPTY, [(-30, 56), (140, 56)], 10)
    assert drawn.sum() == pytest.approx(112 * 10, rel=0.01)
    assert draw_stroke(EMPTY, [(-50, -50), (-40, -40)], 4).sum() == 0


def test_resizing_keeps_brightness_and_changes_nothing_at_the_same_size():
    picture = np.random.default_rng(0).random((12, 9))
    assert np.allclose(resize(picture, 12, 9), picture)
    assert resize(picture, 4, 3) == pytest.approx(
        picture.reshape(4, 3, 3, 3).mean(axis=(1, 3)))
    assert resize(np.ones((5, 7)), 20, 13) == pytest.approx(np.ones((20, 13)))
    ramp = resize(np.arange(4.0)[None], 1, 8)[0]  # twice as fine: linear between the centres
    assert ramp == pytest.approx([0, 0.25, 0.75, 1.25, 1.75, 2.25, 2.75, 3])


def test_an_empty_drawing_gives_a_black_image():
    assert bounding_box(EMPTY) is None
    assert centred_by_mass(EMPTY).sum() == as_drawn(EMPTY).sum() == 0
    assert centred_by_mass(EMPTY).shape == as_drawn(EMPTY).shape == (28, 28)


def test_a_drawing_with_its_mass_far_off_centre_is_not_cut():
    lopsided = draw_stroke(draw_stroke(EMPTY, [(10, 10), (10, 100)], 16), [(10, 55), (108, 55)], 1)
    image, box = centred_by_mass(lopsided), bounding_box(lopsided)
    assert max(box[2] - box[0], box[3] - box[1]) > 90
    scale = 20 / max(box[2] - box[0], box[3] - box[1])
    assert image.sum() == pytest.approx(lopsided.sum() * scale**2, rel=0.06)
