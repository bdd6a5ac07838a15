"""Stills: photographs of the explorers, taken while a notebook is executed to be stored.

A still stands for an explorer where nothing can run: on GitHub, in a notebook just opened. The
refresh command calls `install` in the notebook's kernel; from then on each explorer that is shown
opens its own page in a chromium without a window, answers it, and keeps a picture of its card and
the sentence that it says.
"""

from __future__ import annotations

import base64
import html
import io
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from PIL import Image

from course_utils.explorers.shared.base import Explorer
from tests.browser.lab import running_browser, settle
from tests.browser.without_kernel import clean_page, open_explorer, words

WIDTH, WIDTH_OF_PLAYGROUND, COLORS = 760, 980, 128
TRAINED_STEPS, STEPS_AT_ONCE = 300, 5
STEP = """count => {
    const step = [...document.querySelectorAll('button')].find(one => one.textContent === 'Step');
    for (let i = 0; i < count; i += 1) step.click();
}"""
ANSWERED = "!document.querySelector('.explorer-card').page.waitsForKernel"
UNMOVED = """async () => {
    const { page } = document.querySelector('.explorer-card');
    for (let drawn = -1; page.waitsForKernel || page.framesDrawn !== drawn;) {
        drawn = page.framesDrawn;
        await new Promise(done => setTimeout(done, 300));
    }
}"""


def install() -> None:
    """Give every explorer that this process shows a still."""
    Explorer.still = still


def still(explorer: Explorer) -> str:
    """Return a photograph of an explorer's card and what it says as HTML."""
    with ThreadPoolExecutor(1) as thread:  # playwright does not run beside a kernel's event loop
        return as_html(*thread.submit(photograph, explorer).result())


def as_html(png: bytes, said: str) -> str:
    """Return a picture and its words as HTML; sanitize.cfg knows the form."""
    source, said = base64.b64encode(png).decode(), html.escape(said)
    return (
        f'<img class="course-still" src="data:image/png;base64,{source}" alt="{said}" '
        f'style="max-width:100%"><p class="course-still-words">{said}</p>'
    )


def photograph(explorer: Explorer) -> tuple[bytes, str]:
    """Return a PNG of an explorer's card in a light page, painted and answered, and its words."""
    learns = explorer.page_name == "playground"
    size = {"width": WIDTH_OF_PLAYGROUND if learns else WIDTH, "height": 900}
    with running_browser() as browser, clean_page(browser, viewport=size) as page:
        open_explorer(page, explorer, style="margin:0", answered=True)
        if learns:
            _train(page)
        page.evaluate(UNMOVED)
        said = words(page)
        return _small(page.locator(".explorer-card").screenshot()), said


def _train(page: Any) -> None:
    """Let the playground learn, so that there is something to see; in slices, as time is short."""
    for _ in range(0, TRAINED_STEPS, STEPS_AT_ONCE):
        page.evaluate(STEP, STEPS_AT_ONCE)
        settle(page)
        page.wait_for_function(ANSWERED)


def _small(png: bytes) -> bytes:
    """Return the same picture with a palette of few colors, at a third of its size."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    file = io.BytesIO()
    palette = Image.Quantize.MAXCOVERAGE
    picture.quantize(COLORS, palette, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
    return file.getvalue()
