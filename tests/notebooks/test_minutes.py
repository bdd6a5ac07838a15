"""The minutes of the headers follow from the one rule, and the hours of the course from them."""

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from tests.notebooks import sample
from tests.notebooks.book import ROOT, header_figures, notebook_paths, read
from tests.notebooks.minutes import course_in_words, estimate, with_estimates

PICTURE = new_output("display_data", data={"image/png": "iVBORw0KGgo="})
EXPLORER = new_output("display_data", data={"text/html": "<div class='course-explorer'></div>"})
LINES = "math.tau\n" * 200


def test_refreshed_minutes_are_the_estimate_and_stay():
    book = sample.sample_book()
    book["cells"][0]["source"] = book["cells"][0]["source"].replace(" 5 minutes", " 40 minutes")
    book = with_estimates(book)
    assert header_figures(book).reading_minutes == 5
    assert with_estimates(book) == book


@pytest.mark.parametrize(("more", "minutes"), [
    (new_markdown_cell("Words. " * 1500), (10, 20)),
    (new_markdown_cell("$$y = x$$\n\n" * 20), (10, 20)),
    (new_code_cell(LINES), (10, 20)),
    (new_code_cell("# Drawing: long\n" + LINES, metadata={"tags": ["hide-input"]}), (5, 10)),
    (new_code_cell("", outputs=[PICTURE] * 10), (5, 10)),
    (new_code_cell("1", outputs=[PICTURE, EXPLORER] * 5), (10, 20)),
    (new_markdown_cell("![](a.svg)\n" * 10), (10, 20)),
    (new_markdown_cell("### Exercise 2 ★★★ Thrice"), (5, 20)),
    (new_markdown_cell("### Case 2 ★★★ Thrice"), (5, 20)),
    (new_markdown_cell("### Extra exercise 2 ★★★ Thrice"), (5, 10)),
], ids=["words", "formulas", "open_code", "folded_code", "empty_cell", "outputs", "pictures",
        "exercise", "case", "extra"])
def test_minutes_follow_from_what_is_read_and_done(more, minutes):
    book = sample.sample_book()
    book["cells"].append(more)
    assert estimate(book) == minutes


def test_readme_gives_the_hours_of_the_course():
    assert _hours() in " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())


def test_chapter_00_gives_the_hours_of_the_course():
    assert _hours() in " ".join(cell["source"] for cell in read(notebook_paths()[0])["cells"])


def _hours() -> str:
    return course_in_words([read(chapter) for chapter in notebook_paths()])
