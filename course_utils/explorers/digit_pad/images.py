"""Digits as MNIST made them: pen strokes to brightness, cut out, scaled and centred by mass.

All pictures here are arrays (S, S) of brightness from 0 (black paper) to 1 (white ink).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

SIDE, BOX = 28, 20  # pixels of an MNIST image, and of the box that its digit is scaled to fit
MIDDLE = 14.5  # the centre of mass of each MNIST digit is less than half a pixel from (14.5, 14.5)


def draw_stroke(ink: np.ndarray, points: Sequence[Sequence[float]], width: float) -> np.ndarray:
    """Return ``ink`` with one more stroke of a round pen, smooth at its edge.

    Args:
        ink: The picture so far, shape (S, S).
        points: The pen's way as (x, y) in pixels of ``ink`` from its top left corner; a single
            point makes a dot.
        width: Width of the pen in the same pixels.

    Returns:
        A new picture (S, S): the brighter of old ink and new ink in each pixel. A pixel is as
        bright as the part of it that the pen covers, up to the curvature of the edge.
    """
    drawn, way = ink.copy(), np.asarray(points, dtype=float).reshape(-1, 2)
    ends = way[1:] if len(way) > 1 else way  # a dot is a piece that ends where it starts
    for start, end in zip(way, ends, strict=False):
        _draw_segment(drawn, start, end, width / 2)
    return drawn


def _draw_segment(ink: np.ndarray, start: np.ndarray, end: np.ndarray, radius: float) -> None:
    """Draw one straight piece into ``ink`` itself; only the pixels near it are looked at."""
    low = np.floor(np.minimum(start, end) - radius - 1).astype(int).clip(0, len(ink))
    high = np.ceil(np.maximum(start, end) + radius + 1).astype(int).clip(0, len(ink))
    across = np.arange(low[0], high[0]) + 0.5 - start[0]  # centres of the columns, (W,)
    down = (np.arange(low[1], high[1]) + 0.5 - start[1])[:, None]  # centres of the rows, (H, 1)
    along_x, along_y = end - start
    length = along_x**2 + along_y**2
    # How far along the piece the nearest of its points lies: 0 at its start, 1 at its end.
    share = np.clip((across * along_x + down * along_y) / length, 0, 1) if length else 0.0
    distance = np.hypot(across - share * along_x, down - share * along_y)  # (H, W)
    part = ink[low[1] : high[1], low[0] : high[0]]
    np.maximum(part, np.clip(radius + 0.5 - distance, 0, 1), out=part)


def resize(picture: np.ndarray, height: int, width: int) -> np.ndarray:
    """Scale a picture (H, W) to (height, width), smoothly in both directions.

    Each new pixel is the mean of the old pixels under it. Where the new pixels are the smaller
    ones, it is the mean over the width of one old pixel, which is linear interpolation.
    """
    rows, columns = (_overlaps(new, old) for new, old in
                     zip((height, width), picture.shape, strict=True))
    return rows @ picture @ columns.T  # (h, H) @ (H, W) @ (W, w) -> (h, w)


def _overlaps(new: int, old: int) -> np.ndarray:
    """Return the share of each old pixel in each new one, shape (new, old); rows sum to 1."""
    reach = max(1.0, old / new)
    middle = (np.arange(new) + 0.5)[:, None] * old / new  # of each new pixel, in old ones
    edge = np.arange(old)  # of each old pixel
    overlap = np.minimum(middle + reach / 2, edge + 1) - np.maximum(middle - reach / 2, edge)
    overlap = overlap.clip(0, None)
    return overlap / overlap.sum(axis=1, keepdims=True)


def bounding_box(picture: np.ndarray) -> tuple[int, int, int, int] | None:
    """Return (top, left, bottom, right) of the ink, the last two exclusive; None without ink."""
    rows, columns = (np.flatnonzero(picture.any(axis=axis)) for axis in (1, 0))
    if not len(rows):
        return None
    return int(rows[0]), int(columns[0]), int(rows[-1]) + 1, int(columns[-1]) + 1


def centre_of_mass(picture: np.ndarray) -> tuple[float, float]:
    """Return (down, right) in pixels from the top left corner; there has to be some ink."""
    middles = [np.arange(count) + 0.5 for count in picture.shape]
    weights = picture.sum(axis=1), picture.sum(axis=0)
    return tuple(float(np.average(m, weights=w)) for m, w in zip(middles, weights, strict=True))


def as_drawn(picture: np.ndarray) -> np.ndarray:
    """Return a picture (S, S) at the size of MNIST (28, 28), its digit where and as it was."""
    return resize(picture, SIDE, SIDE)


def centred_by_mass(picture: np.ndarray) -> np.ndarray:
    """Return a picture (S, S) as the makers of MNIST prepared theirs, shape (28, 28).

    The ink's bounding box is cut out and scaled to fit into 20 x 20 pixels, keeping its
    proportions. It is then placed so that its centre of mass lies in the middle of the image, to
    the nearest whole pixel; where it would leave the image it stays at the edge. Without ink
    the image is black. MNIST's own images come out as they go in.

    Source:
        LeCun, Bottou, Bengio & Haffner, Gradient-based learning applied to document recognition
        (1998), section III.A; LeCun, Cortes & Burges, The MNIST database of handwritten digits.
    """
    image, box = np.zeros((SIDE, SIDE)), bounding_box(picture)
    if box is None:
        return image
    top, left, bottom, right = box
    scale = BOX / max(bottom - top, right - left)
    height, width = (max(1, round(scale * size)) for size in (bottom - top, right - left))
    digit = resize(picture[top:bottom, left:right], height, width)
    top, left = (
        int(np.clip(np.floor(MIDDLE - mass + 0.5), 0, SIDE - size))
        for mass, size in zip(centre_of_mass(digit), digit.shape, strict=True)
    )
    image[top : top + height, left : left + width] = digit
    return image
