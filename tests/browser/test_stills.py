"""The photographs of explorers that stored notebooks hold."""

from __future__ import annotations

import base64
import io
import re

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from PIL import Image

from course_utils.explorers.playground import Playground
from tests.notebooks.refresh_outputs import execute
from tests.notebooks.stills import still

BUMPS = "from course_utils.explorers.bumps import Bumps\nBumps()"


def check(html: str, width: int) -> str:
    """A still is a small picture with many colors, and what the page says; returns the words."""
    png, alternative, words = re.search(
        '<img class="course-still" src="data:image/png;base64,([^"]*)" alt="([^"]*)"[^>]*>'
        '<p class="course-still-words">([^<]*)</p>', html
    ).groups()
    picture = Image.open(io.BytesIO(base64.b64decode(png))).convert("RGB")
    assert picture.width == width and len(picture.getcolors()) > 60
    assert len(png) < 100_000 and words == alternative
    return words


@pytest.mark.usefixtures("browser")
def test_a_refreshed_notebook_stores_a_still_and_a_second_refresh_changes_nothing(tmp_path):
    path = tmp_path / "explorer.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell(BUMPS)]), path)
    first, second = (execute(path, with_stills=True)[0] for _ in range(2))
    words = check(first["cells"][0]["outputs"][0]["data"]["text/html"], width=760)
    assert words.startswith("16 sigmoids make 8 bumps: root mean square error 0.")
    assert first == second


@pytest.mark.usefixtures("browser")
def test_the_playground_has_learned_before_it_is_photographed():
    playground = Playground()
    assert "300" in check(still(playground), width=980)
    assert playground.run.moment.step == 300
