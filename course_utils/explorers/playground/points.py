"""Sets of points in the plane, each of two classes: what the playground's network learns.

A maker ``make(count, noise, generator)`` returns points (N, 2) float32 and labels (N,) int64.
"""

import math
from numbers import Integral

import torch
from torch import Tensor


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
