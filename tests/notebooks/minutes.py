"""How long a chapter takes: the one rule by which the headers, README.md and 00 give their times.

Reading: 150 words a minute, and 20 lines of open code a minute; half a minute for a displayed
formula and a minute for a figure or an explorer. Exercises: three minutes for each star. A first
reading of chapters 02 and 04 took 60 and 65 minutes, and with the exercises nearly double: the rule
gives these figures.
"""

import copy
import re
from collections.abc import Iterator

from tests.notebooks.book import all_headings, cells, header_figures, is_folded, outputs

WORDS_A_MINUTE = 150
LINES_A_MINUTE = 20
MINUTES_A_FORMULA = 0.5
MINUTES_A_FIGURE = 1.0
MINUTES_A_STAR = 3
ROUNDED_TO = 5

EXERCISE = re.compile(r"(?P<extra>Extra )?(?:exercise|case) \d+ (?P<stars>★+)", re.IGNORECASE)
_FORMULA = re.compile(r"\$\$.+?\$\$", re.DOTALL)
_MINUTES = re.compile(r"(?<=\*\*Time:\*\* ).*?(?= · )")


def estimate(book: dict) -> tuple[int, int]:
    """Minutes to read a chapter, and minutes with its core exercises, to five minutes."""
    text = _MINUTES.sub("", "\n".join(cell["source"] for _, cell in cells(book, "markdown")))
    formulas, words = _FORMULA.findall(text), _FORMULA.sub("", text).split()
    lines = [line for _, cell in cells(book, "code") if not is_folded(cell)
             for line in cell["source"].splitlines() if line.strip()]
    reading = (len(words) / WORDS_A_MINUTE + len(lines) / LINES_A_MINUTE
               + len(formulas) * MINUTES_A_FORMULA + _figures(book, text) * MINUTES_A_FIGURE)
    core = reading + MINUTES_A_STAR * sum(stars for stars, extra in exercises(book) if not extra)
    return _rounded(reading), _rounded(core)


def exercises(book: dict) -> Iterator[tuple[int, bool]]:
    """The exercises of a chapter, by their headings: (stars, whether it is extra)."""
    for _, heading in all_headings(book):
        if found := EXERCISE.match(heading):
            yield len(found["stars"]), bool(found["extra"])


def _figures(book: dict, text: str) -> int:
    """Pictures in the text, in the outputs, and explorers."""
    shown = [output.get("data", {}) for _, _, output in outputs(book)]
    drawn = [data for data in shown if any(kind.startswith("image/") for kind in data)]
    explorers = [data for data in shown if "course-explorer" in data.get("text/html", "")]
    return len(re.findall(r"!\[", text)) + len(drawn) + len(explorers)


def _rounded(minutes: float) -> int:
    return max(ROUNDED_TO, ROUNDED_TO * round(minutes / ROUNDED_TO))


def in_words(reading: int, core: int) -> str:
    """The minutes as a header gives them."""
    return f"{reading} minutes to read, {core} with the core exercises"


def with_estimates(book: dict) -> dict:
    """A copy of a notebook whose header gives the estimated minutes; the refresh stores it."""
    book = copy.deepcopy(book)
    first = book["cells"][0]
    first["source"] = _MINUTES.sub(in_words(*estimate(book)), first["source"], count=1)
    return book


def course_in_words(books: list[dict]) -> str:
    """The hours of the whole course, which are the sum of its headers."""
    headers = [header_figures(book) for book in books]
    reading = sum(header.reading_minutes for header in headers) / 60
    core = sum(header.core_minutes for header in headers) / 60
    return f"about {reading:.0f} hours to read, about {core:.0f} with the core exercises"
