"""A rule on restarts: where may a reader begin?"""

from pathlib import Path

from tests.notebooks.sections import line_for, needs, sections


def needs_are_said(book: dict, path: Path) -> list[str]:
    """A section that uses names of earlier sections says so in the line under its heading."""
    needed = needs(book)
    found = []
    for section in sections(book):
        missing = needed[section.number] - section.said
        if missing:
            wanted = line_for(needed[section.number] | section.said)
            found.append(f"section {section.number} should say {wanted!r} under its heading")
        if any(number >= section.number for number in section.said):
            found.append(f"section {section.number} says that it needs itself or a later section")
    return found
