"""Digit pad: draw a digit, see the 28x28 image of it, and what your own model reads.

A chapter uses it like this (chapter 18)::

    from course_utils.explorers.digit_pad import DigitPad
    DigitPad(model)
    DigitPad(model, start="4, small in the corner")

The pad keeps the pen's way. The kernel draws it four times as fine as the image, makes the image
twice, as drawn and centred by mass like MNIST's own digits, and asks the model about both.

Try this (answers in the chapter):
    1. Start from "7", then from "4, small in the corner". For which do the two readings differ?
    2. Start from "7" and put a dot into the bottom left corner. Which reading does it spoil?
    3. Start from "6, upside down". Can centring help?
"""

from __future__ import annotations

import base64
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils.explorers.digit_pad.drawing import EMPTY, FINE, PAD, FinePicture, starting_images
from course_utils.explorers.digit_pad.images import (
    as_drawn,
    bounding_box,
    centre_of_mass,
    centred_by_mass,
)
from course_utils.explorers.digit_pad.reading import as_input, probabilities, reason
from course_utils.explorers.shared.base import Explorer, state
from course_utils.explorers.shared.bounded import NeverEnding, bounded

SLOW_S = 1.0  # a model slower than this is asked about one image only
LONGEST_READING_S = 8.0  # one that takes longer is not asked again


class DigitPad(Explorer, page="digit_pad", needs_kernel=True):
    """A pad to draw on, the image that the network gets, and its ten probabilities."""

    drawing = state([])  # what was done: {"start": name}, then {"points": [x, y, ...], "width"}
    start = state(EMPTY)
    centred = state(True)
    pen = state(2.4)  # in pixels of the 28x28 image
    starts = state([])  # [name, pixels in base64]

    def __init__(
        self, model: Callable[[Any], Any], *, start: str = "7", centred: bool = True, **state: Any
    ) -> None:
        """Open the pad.

        Args:
            model: A torch module or function that maps one image, (1, 784) float32 normalised as
                `load_mnist` does, to ten logits (1, 10).
            start: The picture on the pad; one of `starting_images`.
            centred: Whether the network's input is centred by mass, as MNIST is, or as drawn.
            state: Other start values, for example ``pen=3.0``.

        Raises:
            ValueError: If ``model`` cannot be called, or there is no such start.
        """
        if not callable(model):
            raise ValueError(
                f"The model is {type(model).__name__}, but a torch module or a function from "
                "(1, 784) to (1, 10) is needed."
            )
        if start not in starting_images():
            names = ", ".join(repr(name) for name in starting_images())
            raise ValueError(f"There is no start {start!r}; take one of {names}.")
        self.model, self._picture = model, FinePicture()
        self.switched_off = ""  # why the model is no longer asked
        starts = [[name, base64.b64encode(image.tobytes()).decode()]
                  for name, image in starting_images().items()]
        super().__init__(
            start=start, centred=centred, starts=starts, **{"drawing": [{"start": start}], **state}
        )

    def image(self) -> Any:
        """Return what the network gets, a tensor (1, 784) float32 normalised as MNIST is."""
        with self._lock:
            return as_input(self._images(*self._last_drawing())[not self.centred])

    def answer(self, request: dict[str, Any]) -> tuple[dict[str, Any], list[bytes]]:
        """Return both images as bytes, and the model's probabilities for them, chosen one first."""
        with self._lock:
            images = self._images(request["start"], request["strokes"])
            box, mass = bounding_box(self._picture.ink), None
            if box:
                mass = [PAD / FINE * part for part in centre_of_mass(self._picture.ink)]
                box = [PAD / FINE * edge for edge in box]
        readings, problem = self._read(images, 0 if request["centred"] else 1)
        content = {"readings": readings, "problem": problem, "box": box, "mass": mass}
        return content, [image.tobytes() for image in images]

    def _read(
        self, images: tuple[np.ndarray, ...], chosen: int
    ) -> tuple[list[list[float] | None], str]:
        """Return the probabilities for both images, and a sentence if something went wrong."""
        readings: list[list[float] | None] = [None, None]
        if self.switched_off:
            return readings, self.switched_off
        try:
            began = time.perf_counter()
            readings[chosen] = self._probabilities(images[chosen]).round(4).tolist()
            took_s = time.perf_counter() - began
            if took_s > SLOW_S:
                return readings, (
                    f"Your model took {took_s:.1f} s for one image, so the bars follow the pen "
                    "slowly, and only the chosen image is read."
                )
            other = 1 - chosen
            readings[other] = self._probabilities(images[other]).round(4).tolist()
        except NeverEnding as error:
            self.switched_off = f"Your model {error}; mend it and run the cell again."
            return readings, self.switched_off
        except BaseException as error:  # a learner's model may raise anything, even exit
            return readings, reason(error)
        return readings, ""

    def _probabilities(self, image: np.ndarray) -> np.ndarray:
        return bounded(lambda: probabilities(self.model, image), LONGEST_READING_S)

    def _images(self, start: str, strokes: list[dict[str, Any]]) -> tuple[np.ndarray, np.ndarray]:
        """Return the image centred by mass and the one as drawn, (28, 28) uint8 each."""
        ink = self._picture.of(start, strokes)
        return tuple(
            np.rint(255 * make(ink)).astype(np.uint8) for make in (centred_by_mass, as_drawn)
        )

    def _last_drawing(self) -> tuple[str, list[dict[str, Any]]]:
        """Return the starting image's name and the strokes over it."""
        begins = [index for index, step in enumerate(self.drawing) if "start" in step]
        start = self.drawing[begins[-1]]["start"] if begins else EMPTY
        return start, self.drawing[begins[-1] + 1 if begins else 0 :]

    def describe(self) -> str:
        """Say what is on the pad; not what the model reads, which differs from run to run."""
        start, strokes = self._last_drawing()
        what = "an empty pad" if start == EMPTY else f"MNIST's test digit {start}"
        if strokes:
            what += f" and {len(strokes)} stroke{'s' * (len(strokes) > 1)}"
        return (
            f"Digit pad: {what}, its 28x28 image centred by mass and as drawn, and the ten "
            "probabilities that the model gives."
        )
