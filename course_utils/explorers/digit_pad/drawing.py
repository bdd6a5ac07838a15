"""What is on the digit pad: a picture to start from, and strokes over it."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from course_utils.datasets import load_mnist
from course_utils.explorers.digit_pad.images import SIDE, draw_stroke

PAD, FINE = 280, 112  # the pad's own units, and the pixels of the fine picture, along one side
EMPTY, SMALL, TURNED = "empty pad", "4, small in the corner", "6, upside down"


@cache
def starting_images() -> dict[str, np.ndarray]:
    """Return the pictures to start from by name, (28, 28) uint8: MNIST's first test digits.

    The small one has half the size, by the mean of four pixels, and lies in the top left corner.
    """
    pixels, labels = load_mnist("test", normalize=False)
    firsts = [pixels[labels == digit][0] for digit in range(10)]
    digits = [(255 * row).round().byte().reshape(SIDE, SIDE).numpy() for row in firsts]
    half = SIDE // 2
    small = np.zeros((SIDE, SIDE), np.uint8)
    small[:half, :half] = digits[4].reshape(half, 2, half, 2).mean(axis=(1, 3)).round()
    images = {EMPTY: np.zeros_like(small), **{str(digit): digits[digit] for digit in range(10)}}
    return {**images, SMALL: small, TURNED: digits[6][::-1, ::-1].copy()}


class FinePicture:
    """The fine picture of a drawing, which mostly grows: what is already drawn is kept."""

    def __init__(self) -> None:
        self.start, self.strokes, self.ink = "", [], np.zeros((FINE, FINE))

    def of(self, start: str, strokes: list[dict[str, Any]]) -> np.ndarray:
        """Return the ink (112, 112) of a starting image and strokes over it."""
        if start != self.start or not _continues(self.strokes, strokes):
            coarse = starting_images().get(start, starting_images()[EMPTY])
            times = FINE // SIDE
            self.ink = np.kron(coarse / 255, np.ones((times, times)))  # (28, 28) -> (112, 112)
            self.start, self.strokes = start, []
        for index, stroke in enumerate(strokes):
            done = len(self.strokes[index]["points"]) if index < len(self.strokes) else 0
            fresh = stroke["points"][max(0, done - 2) :]  # the way goes on from its last point
            if len(fresh) > 2 or not done:
                points = np.reshape(fresh, (-1, 2)) * (FINE / PAD)
                self.ink = draw_stroke(self.ink, points, stroke["width"] * FINE / PAD)
        self.strokes = strokes
        return self.ink


def _continues(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> bool:
    """Tell whether all old strokes are the beginnings of the new ones in the same place."""
    return len(old) <= len(new) and all(
        before["width"] == after["width"]
        and after["points"][: len(before["points"])] == before["points"]
        for before, after in zip(old, new, strict=False)
    )
