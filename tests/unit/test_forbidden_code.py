"""What could harm a learner's machine and no linter sees; ruff and oxlint see the rest."""

import ast
import re

import pytest

from tests.notebooks.book import ROOT
from tests.notebooks.rules.code import dangers

FOLDERS = ("course_utils", "tests", "notebooks")
SCRIPTS = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))
PAGES = sorted(path for kind in ("js", "css") for path in ROOT.glob(f"course_utils/**/*.{kind}"))

SVG = r"www\.w3\.org/2000/svg\b"  # a name, not an address
ELSEWHERE = re.compile(rf"@import\b|\bimport\s*\(|(?:\w+:)?//(?!{SVG})[\w-]+\.\w[^\s'\"`)]*")


def from_elsewhere(text: str) -> list[str]:
    """The addresses of other machines, and loads at run time, in a script or style's code."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    text = re.sub(r"(?<![:\"'])//\s.*", "", text)  # comments load nothing
    return ELSEWHERE.findall(text)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_page_needs_no_other_machine(path):
    assert from_elsewhere(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("line", [
    "import x from 'https://example.org/x.js';", "import('./x.js');", "@import 'other.css';",
    "image.src = 'https://example.org/a.png';", "background: url(//example.org/a.png);",
    "src = 'http://www.w3.org.example.org/2000/svg'", "socket = 'wss://example.org/'",
])
def test_other_machine_is_seen(line):
    assert from_elsewhere(f"const a = 1; // fine\n{line}\n")


def test_harmless_page_is_let_pass():
    text = "// see https://example.org/paper\nconst svg = 'http://www.w3.org/2000/svg';\n"
    text += "import { x } from './x.js'; const evaluated = important(2) / 3; /* @import x */"
    assert from_elsewhere(text) == []


def test_scripts_ask_for_no_input_and_load_weights_only():
    found = [f"{path.name} {said}" for path in SCRIPTS
             for said in dangers(ast.parse(path.read_text(encoding="utf-8")))]
    assert found == []
