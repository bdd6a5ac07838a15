"""The pictures of README and the chapters can be read at the size that they have on a page."""

from pathlib import Path
from xml.parsers import expat

import matplotlib.pyplot as plt
import pytest
from matplotlib.text import Text
from PIL import Image

from course_utils.datasets import load_mnist
from tests.notebooks import head_picture
from tests.notebooks.playground_film import FILM

LEAST_LETTERS_PX = 14
DRAWINGS = sorted(FILM.parent.glob("*.svg"))


def test_letters_of_the_head_picture_can_be_read_at_page_width(monkeypatch):
    answers = load_mnist("test")[1]
    answers[-1] += 1
    monkeypatch.setattr(head_picture, "read_digits", lambda images: answers)
    with plt.style.context("default"):
        figure = head_picture.head_figure()
        letters = [one.get_fontsize() for one in figure.findobj(Text) if one.get_text()]
        plt.close(figure)
    assert round(figure.get_figwidth() * 100) == 830
    assert min(letters) * 100 / 72 > LEAST_LETTERS_PX


def test_the_film_is_small_and_plays_for_ever():
    with Image.open(FILM) as film:
        durations = [film.seek(number) or film.info["duration"] for number in range(film.n_frames)]
        assert film.width <= 830 and film.info["loop"] == 0
    assert 6000 <= sum(durations) <= 10_000
    assert FILM.stat().st_size < 2e6


def elements(path: Path) -> list[tuple[str, dict[str, str]]]:
    """The elements of a drawing with their attributes, in order; raises if it is damaged."""
    found, parser = [], expat.ParserCreate()
    parser.StartElementHandler = lambda name, attributes: found.append((name, attributes))
    parser.Parse(path.read_bytes(), True)
    return found


@pytest.mark.parametrize("path", DRAWINGS, ids=lambda path: path.stem)
def test_a_drawing_has_a_name_a_ground_and_letters_that_can_be_read(path):
    (_, picture), *parts = elements(path)
    width, height = picture["width"], picture["height"]
    assert 640 <= int(width) <= 760 and picture["viewBox"] == f"0 0 {width} {height}"
    assert picture["font-family"] == "system-ui, sans-serif"
    assert "title" in dict(parts)
    ground = {"width": width, "height": height, "rx": "8", "fill": "#fff"}
    assert next(attributes for name, attributes in parts if name == "rect") == ground
    sizes = [int(one["font-size"]) for _, one in [("svg", picture), *parts] if "font-size" in one]
    assert min(sizes) >= LEAST_LETTERS_PX
