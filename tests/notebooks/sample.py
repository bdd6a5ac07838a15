"""A small notebook that keeps every rule: what defects are planted in."""

from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from tests.notebooks.normalise import normalise

FILE_NAME = "99_sample.ipynb"
MODULE = "chapter_99"

OPENING = """# 99 A sample

**Question:** does a rule see what it should?
**Prerequisites:** none. **You will be able to** plant, see, repair.

**Time:** 5 minutes to read, 10 with the core exercises · 12 s on two CPU cores · 0.5 GB"""

FIRST_SECTION = (
    """## 1. Doubling a number

We double a number, and we look at what comes out. [The closing section](#Summary) says what we
learned, and [its sources](99_sample.ipynb#Sources) say where to read on. """
    + "Words. " * 80
    + "\n\n### Exercise 1 ★★★ Twice as much"
)


def sample_book() -> nbformat.NotebookNode:
    """A new copy of the sample, in its stored form."""
    sources = [
        ("import math\n\nfrom notebooks.exercises import chapter_99 as exercises", []),
        ("print(2 * 3)", [_printed("6\n")]),
        ("# Drawing: a line that rises\nfig, ax = plt.subplots()\nshow(fig)",
         [_shown({"image/png": "iVBORw0KGgo=", "text/plain": DESCRIPTION})]),
        ("def double(number):\n    ...", []),
        ("double = exercises.double.check(double)", [_shown({"text/plain": "○ Double: yours."})]),
        ("math.tau", [_shown({"text/plain": "6.283185307179586"})]),
        ("# Checking: a circle's length\nclaim('A circle is over 6 radii.', math.tau, above=6)",
         [_shown({"text/plain": "✓ A circle is over 6 radii."})]),
    ]
    code = [
        new_code_cell(source, execution_count=count, outputs=outputs)
        for count, (source, outputs) in enumerate(sources, start=1)
    ]
    for compared in (code[1], code[5]):
        compared.metadata["tags"] = ["nbval-check-output"]
    for folded in (code[2], code[6]):
        folded.metadata["tags"] = ["hide-input"]
    text = [new_markdown_cell(source) for source in (OPENING, FIRST_SECTION, CLOSING)]
    return normalise(new_notebook(cells=[text[0], code[0], text[1], *code[1:], text[2]]))


DESCRIPTION = "Figure: a straight line that rises from the lower left to the upper right."
CLOSING = "## Summary\n\nWe doubled a number.\n\n## Sources\n\nNone."


def write_sample(folder: Path) -> Path:
    """Write the sample into a folder and return its path."""
    path = folder / FILE_NAME
    nbformat.write(sample_book(), path)
    return path


def _printed(text: str) -> nbformat.NotebookNode:
    return new_output("stream", name="stdout", text=text)


def _shown(data: dict[str, str]) -> nbformat.NotebookNode:
    return new_output("display_data", data=data)
