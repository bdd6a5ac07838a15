"""The film in README.md: the playground, photographed while a network learns.

    python -m tests.notebooks.playground_film

It is the explorer itself, in a chromium without a window; this process answers it. Between two
pictures lie few steps at first, when much happens, and more later.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from PIL import Image

from course_utils.explorers.playground import Playground
from tests.browser.lab import running_browser
from tests.browser.without_kernel import clean_page, open_explorer
from tests.notebooks.book import NOTEBOOKS
from tests.notebooks.stills import STEP

FILM = NOTEBOOKS / "images" / "playground.gif"
START = {"dataset": "circles", "layers": [4], "seed": 2}
WIDTH, COLORS = 800, 64
PICTURES, STEPS_IN_ALL = 60, 1000
PICTURE_MS, FIRST_MS, LAST_MS = 110, 600, 2000
RESTING = """(() => {
    const { page } = document.querySelector('.explorer-card');
    return !page.waitsForKernel && !page.frame;
})()"""


def main() -> None:
    """Take the pictures, and store them as one file that a page plays for ever."""
    pictures = list(photographs())
    palette = pictures[-1].quantize(COLORS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    first, *rest = (one.quantize(palette=palette, dither=Image.Dither.NONE) for one in pictures)
    durations = [FIRST_MS, *[PICTURE_MS] * (len(rest) - 1), LAST_MS]
    first.save(FILM, save_all=True, append_images=rest, duration=durations, loop=0, optimize=True)


def photographs() -> Iterator[Image.Image]:
    """Yield the network, its plane and its loss, from the first weights to the last."""
    size = {"width": WIDTH, "height": 1000}
    with running_browser() as browser, clean_page(browser, viewport=size) as page:
        open_explorer(page, Playground(**START), style="margin:0", answered=True)
        done = 0
        for number in range(PICTURES):
            until = round(STEPS_IN_ALL * (number / (PICTURES - 1)) ** 2)
            page.evaluate(STEP, until - done)
            page.wait_for_function(RESTING)
            done = until
            yield _photograph(page)


def _photograph(page: Any) -> Image.Image:
    """Return the part of the page from the network down to the loss."""
    boxes = [one.bounding_box() for one in page.locator("canvas").all()]
    top = min(box["y"] for box in boxes)
    height = max(box["y"] + box["height"] for box in boxes) - top
    clip = {"x": 1, "y": top, "width": WIDTH - 2, "height": height}
    return Image.open(io.BytesIO(page.screenshot(clip=clip))).convert("RGB")


if __name__ == "__main__":
    main()
