"""Which earlier sections a section needs: read from its code, written under its heading."""

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tests.notebooks.sections import line_for, needs, numbers_in, sections


def book(*codes: str):
    """A notebook with a setup cell, and one section for each piece of code."""
    cells = [new_code_cell("import math\nseed = 1")]
    for number, code in enumerate(codes, start=1):
        cells += [new_markdown_cell(f"## {number}. Title\n\nText."), new_code_cell(code)]
    return new_notebook(cells=cells)


@pytest.mark.parametrize(
    ("numbers", "line"),
    [
        ({1}, "*Needs section 1.*"),
        ({1, 3}, "*Needs sections 1 and 3.*"),
        ({1, 2}, "*Needs sections 1 and 2.*"),
        ({1, 2, 3}, "*Needs sections 1 to 3.*"),
        ({1, 2, 3, 5}, "*Needs sections 1 to 3 and 5.*"),
        ({2, 4, 5, 6, 10}, "*Needs sections 2, 4 to 6 and 10.*"),
    ],
)
def test_line_says_the_numbers_and_is_read_back(numbers, line):
    assert line_for(numbers) == line
    assert numbers_in(line) == numbers
    written = book("x = 1")
    written.cells[1].source = f"## 1. Title\n\n{line}\n\nText."
    assert sections(written)[0].said == numbers


@pytest.mark.parametrize(
    ("first", "second", "needed"),
    [
        ("x = 1", "print(seed, math.pi)", set()),
        ("x = 1", "print(x)", {1}),
        ("x = 1", "x = 2\nprint(x)", set()),
        ("x = 1", "x = x + 1", {1}),
        ("x = 1", "x += 1", {1}),
        ("x = 1", "y = []\ny += [x for x in range(3)]", set()),
        ("x = 1", "y = 0\ny += x", {1}),
        ("x = 1", "try:\n    pass\nexcept OSError as x:\n    print(x)", set()),
        ("x = 1", "try:\n    pass\nexcept OSError as y:\n    print(x)", {1}),
        ("x = 1", "for x in range(3):\n    print(x)", set()),
        ("x = 1", "for y in range(x):\n    print(y)", {1}),
        ("x = 1", "print([x for x in range(3)])", set()),
        ("x = 1", "print([y + x for y in range(3)])", {1}),
        ("x = 1", "print({x: y for x, y in {}.items()}, {x for x in ()})", set()),
        ("x = 1", "print([[x for x in y] for y in ()], [x for y in () for x in y])", set()),
        ("x = 1", "print(sorted([3], key=lambda y: [x for x in y]))", set()),
        ("x = 1", "print([lambda: x for y in range(3)])", {1}),
        ("x = 1", "def f(x):\n    return x", set()),
        ("x = 1", "def f(y):\n    return [x for x in y]", set()),
        ("x = 1", "def f(y):\n    return x + y", {1}),
        ("x = 1", "def f(y=x):\n    return y", {1}),
        ("x = 1", "f = lambda y: x", {1}),
        ("x = 1", "class A:\n    y = x", {1}),
        ("x = 1", "x[0] = 5", {1}),
        ("x = 1", "print(f'{x}')", {1}),
        ("def x():\n    pass", "x()", {1}),
        ("import x", "x.y()", {1}),
        ("with a as x:\n    pass", "x.y()", {1}),
    ],
)
def test_needs_follow_from_the_names(first, second, needed):
    assert needs(book(first, second)) == {1: set(), 2: needed}


def test_needs_of_needed_sections_are_needed_too():
    assert needs(book("x = 1", "y = x", "z = y", "seed"))[3] == {1, 2}


def test_the_last_section_that_bound_a_name_is_needed():
    assert needs(book("x = 1", "x = 2", "print(x)"))[3] == {2}
