"""Rules on what a reader sees: headings, links, pictures, and enough words."""

import re
import urllib.parse
from html.parser import HTMLParser
from pathlib import Path

from tests.notebooks.book import (
    all_headings,
    cells,
    header_figures,
    headings,
    outputs,
    prose,
    read,
    where,
)
from tests.notebooks.minutes import estimate, in_words

LEAST_DESCRIPTION = 20  # characters; shorter is a name, not a description
WORDS_PER_CODE_LINE = 4


def opens_with_its_question(book: dict, path: Path) -> list[str]:
    """The first cell has title, question, prerequisites, abilities and the header's figures."""
    first = book["cells"][0] if book["cells"] else {"cell_type": "", "source": ""}
    if first["cell_type"] != "markdown" or not first["source"].startswith("# "):
        return ["the first cell is not markdown that starts with '# Title'"]
    found = [
        f"the first cell lacks {name}"
        for name, pattern in {
            "a question (a sentence with '?')": r"\?",
            "the prerequisites": r"(?i)prerequisite|you need|before this",
            "what you will be able to do": r"(?i)you will be able to",
        }.items()
        if not re.search(pattern, first["source"])
    ]
    try:
        header_figures(book)
    except ValueError as error:
        found.append(str(error))
    return found


def minutes_are_estimated(book: dict, path: Path) -> list[str]:
    """The header's minutes are those of the course's one rule."""
    wanted = in_words(*estimate(book))
    if f"**Time:** {wanted} · " in book["cells"][0]["source"]:
        return []
    return [f"the header should say {wanted!r}; the refresh command sets it"]


def sections_are_numbered(book: dict, path: Path) -> list[str]:
    """One title; then sections ``## 1. ...``, ``## 2. ...``; then Summary and Sources."""
    titles = [text for level, text in all_headings(book) if level == 1]
    sections = [text for level, text in all_headings(book) if level == 2]
    found = [] if len(titles) == 1 else [f"{len(titles)} titles ('# '), expected one"]
    closing = [re.sub(r"^\d+\.\s*", "", text) for text in sections[-2:]]
    if closing != ["Summary", "Sources"]:
        return found + [f"the last two sections are {closing}, expected Summary and Sources"]
    body = [text for text in sections[:-2]]
    for number, text in enumerate(body, start=1):
        if not text.startswith(f"{number}. "):
            return found + [f"section {text!r} should start with '{number}. '"]
    return found if body else found + ["there is no numbered section ('## 1. ...')"]


def more_words_than_code(book: dict, path: Path) -> list[str]:
    """At least four words of text for each line of code."""
    words = sum(len(cell["source"].split()) for _, cell in cells(book, "markdown"))
    lines = sum(
        bool(line.strip())
        for _, cell in cells(book, "code")
        for line in cell["source"].splitlines()
    )
    if words >= WORDS_PER_CODE_LINE * lines:
        return []
    return [f"{words} words for {lines} lines of code, expected {WORDS_PER_CODE_LINE} a line"]


def figures_are_described(book: dict, path: Path) -> list[str]:
    """Each picture in an output has a text that says what it shows."""
    return [
        f"{cell_name} {problem}"
        for cell_name, _, output in outputs(book)
        for problem in _undescribed(output)
    ]


def _undescribed(output: dict) -> list[str]:
    data = output.get("data", {})
    problems = _html_without_alt(data.get("text/html", ""))
    if any(kind in data for kind in ("image/png", "image/svg+xml", "image/jpeg")):
        text = data.get("text/plain", "").strip("'\"")
        if text.startswith(("<", "Figure(")) or len(text) < LEAST_DESCRIPTION:
            problems.append(
                f"shows a picture described only as {text[:40]!r}; "
                "use course_utils.figures.show(fig, describe=...)"
            )
    return problems


class _Pictures(HTMLParser):
    """Collect the pictures of a piece of HTML that have no description."""

    def __init__(self):
        super().__init__()
        self.problems: list[str] = []

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        hidden = given.get("aria-hidden") == "true" or given.get("role") == "presentation"
        description = given.get("alt") or given.get("aria-label") or ""
        if tag in {"img", "svg"} and not hidden and not given.get("aria-labelledby"):
            if len(description.strip()) < LEAST_DESCRIPTION:
                self.problems.append(f"has an <{tag}> described only as {description!r}")


def _html_without_alt(html: str) -> list[str]:
    parser = _Pictures()
    parser.feed(html)
    return parser.problems


def pictures_have_alt_text(book: dict, path: Path) -> list[str]:
    """Each picture in the text has an alternative text."""
    found = []
    for position, cell in cells(book, "markdown"):
        text = prose(cell["source"])
        found += [
            f"{where(position, cell)} has the picture {target} without alt text"
            for alt, target in re.findall(r"!\[([^\]]*)\]\(([^)]*)\)", text)
            if len(alt.strip()) < LEAST_DESCRIPTION
        ]
        found += [f"{where(position, cell)} {problem}" for problem in _html_without_alt(text)]
    return found


def no_remote_pictures(book: dict, path: Path) -> list[str]:
    """No picture, script, style or frame comes from another machine."""
    element = r"<(?:img|script|iframe|link)[^>]+(?:src|href)=.?(?:https?:)?//"
    remote = r"!\[[^\]]*\]\((?:https?:)?//|" + element
    found = [
        f"{where(position, cell)} loads something from another machine"
        for position, cell in cells(book, "markdown")
        if re.search(remote, prose(cell["source"]))
    ]
    return found + [
        f"{cell_name} has an output from another machine"
        for cell_name, _, output in outputs(book)
        if re.search(remote, output.get("data", {}).get("text/html", ""))
    ]


def links_are_alive(book: dict, path: Path) -> list[str]:
    """Each link to a file or a section of the course leads somewhere."""
    return [
        f"{where(position, cell)}: {problem}"
        for position, cell in cells(book, "markdown")
        for problem in dead_links(cell["source"], all_headings(book), path)
    ]


def dead_links(markdown: str, own_headings: list[tuple[int, str]], path: Path) -> list[str]:
    """The links of a piece of markdown, standing in the file ``path``, that lead nowhere."""
    found = []
    text = prose(markdown)
    targets = re.findall(r"\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)", text)
    targets += re.findall(r"<(?:a|img)[^>]+(?:href|src)=[\"']([^\"']+)", text)
    for target in targets:
        if re.match(r"(https?|mailto|data|attachment):", target):
            continue
        file, _, anchor = target.partition("#")
        linked = path.parent / urllib.parse.unquote(file) if file else path
        if file and not linked.exists():
            found.append(f"the link {target} leads to no file")
        elif anchor and anchor not in _anchors(linked, own_headings if not file else None):
            found.append(f"the link {target} leads to no heading")
    return found


def _anchors(path: Path, known: list[tuple[int, str]] | None) -> set[str]:
    """The anchors of a file: as JupyterLab makes them in notebooks, as GitHub does in .md."""
    if path.suffix == ".ipynb":
        found = known if known is not None else all_headings(read(path))
        return {_visible_text(text).replace(" ", "-") for _, text in found}
    found = known if known is not None else headings(path.read_text(encoding="utf-8"))
    return {
        re.sub(r"[^\w\- ]", "", _visible_text(text).lower()).replace(" ", "-") for _, text in found
    }


def _visible_text(heading: str) -> str:
    """A heading without its markup."""
    without_links = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
    return re.sub(r"(\*\*|\*|`)(.+?)\1", r"\2", without_links).strip()
