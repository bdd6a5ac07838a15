"""Whatever text a learner or a file brings along, it reaches the page as text."""

import ast
import json
from html.parser import HTMLParser

import matplotlib.pyplot as plt
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from course_utils.cards import Card
from course_utils.claims import claim, equal, speed_claim
from course_utils.explorers.shared.base import Explorer, state
from course_utils.figures import show
from course_utils.judge.tasks import Exercise, Question
from notebooks.exercises import machine
from notebooks.exercises.tables import Column, Table
from tests.notebooks.book import ROOT

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&</pre></svg>"


class Elements(HTMLParser):
    """The elements and the words of a page."""

    def __init__(self, html: str):
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[str] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += [name for name, _ in attributes]
        self.words += " ".join(value or "" for _, value in attributes)

    def handle_data(self, data):
        self.words += data


def html_of(function) -> str:
    """The HTML that a function displays."""
    InteractiveShell.instance()
    with capture_output() as captured:
        function()
    return "".join(output.data.get("text/html", "") for output in captured.outputs)


def raises_hostile(number):
    raise ValueError(HOSTILE)


def prints_hostile(number):
    print(HOSTILE)
    return HOSTILE


def judged(candidate):
    return Exercise("A", abs, lambda rng: [(-1,), (2,)], [], ["h"]).judge(candidate)._repr_html_()


def hostile_question():
    return Question(HOSTILE, {"a": HOSTILE, "b": "no"}, "b",
                    {"a": HOSTILE, "b": "yes"}, ["think"]).judge("a")._repr_html_()


def shown_figure():
    fig, _ = plt.subplots()
    return html_of(lambda: show(fig, describe=f"A line that is called {HOSTILE} by somebody"))


class Hostile(Explorer, page="activation"):
    """An explorer whose words and state are hostile."""

    label = state(HOSTILE)

    def describe(self):
        return HOSTILE


# the file that makes HTML: what it makes of a hostile text
PAGES = {
    "cards.py": [
        lambda: Card("red", "!", HOSTILE, HOSTILE, [HOSTILE], HOSTILE)._repr_html_(),
        lambda: Card("red", "!", HOSTILE, HOSTILE, detail=HOSTILE, folded=True)._repr_html_(),
        lambda: Card("red", "!", f"`{HOSTILE}`", "`A`", [f"`{HOSTILE}"])._repr_html_(),
        lambda: judged(raises_hostile), lambda: judged(prints_hostile), hostile_question,
    ],
    "notebooks/exercises/tables.py": [
        lambda: Table([Column(HOSTILE), Column(HOSTILE, "color:red", bold=True)],
                      [(HOSTILE, HOSTILE)], str, HOSTILE)._repr_html_(),
        lambda: machine.MachineReport([machine.Row(HOSTILE, HOSTILE, False, HOSTILE)]
                                      )._repr_html_(),
    ],
    "claims.py": [
        lambda: html_of(lambda: claim(HOSTILE, equal(HOSTILE, HOSTILE))),
        lambda: html_of(lambda: speed_claim(HOSTILE, equal("", HOSTILE, HOSTILE))),
    ],
    "figures.py": [shown_figure],
    "explorers/shared/base.py": [lambda: Hostile().page_without_kernel()],
}


@pytest.mark.parametrize(
    "make", [make for pages in PAGES.values() for make in pages],
    ids=[f"{file}-{number}" for file, pages in PAGES.items() for number, _ in enumerate(pages)])
def test_hostile_text_stays_text(make, tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_PROGRESS_FILE", str(tmp_path / "progress.json"))
    html = make()
    page = Elements(html)
    assert "alert(1)" in page.words, "the text is not on the page at all"
    assert "onerror" not in page.attributes
    assert page.tags.count("img") == html.count("<img src=\"data:")
    assert page.tags.count("script") == html.count('<script type="module">')


def test_words_in_backticks_are_code():
    page = Elements(Card("red", "!", "Run `a<b` and `c`.", "The `t`", ["`s`"])._repr_html_())
    assert page.tags.count("code") == 4
    assert "Run a<b and c." in page.words and "`" not in page.words


def test_state_cannot_end_the_script_it_stands_in():
    script = Hostile().page_without_kernel().partition('<script type="module">')[2]
    inside, _, rest = script.partition("</script>")
    assert rest == "" and json.dumps(HOSTILE).replace("</", "<\\/") in inside


def test_every_file_that_makes_html_is_tried():
    makers = set()
    for path in [*(ROOT / "course_utils").rglob("*.py"), *(ROOT / "notebooks").rglob("*.py")]:
        text = path.read_text(encoding="utf-8")
        names = {node.name for node in ast.walk(ast.parse(text)) if isinstance(node,
                                                                            ast.FunctionDef)}
        if "_repr_html_" in names or '"text/html"' in text or "<svg" in text:
            makers.add(path.relative_to(ROOT).as_posix().removeprefix("course_utils/"))
    assert makers <= set(PAGES), f"no hostile text was tried on {sorted(makers - set(PAGES))}"
