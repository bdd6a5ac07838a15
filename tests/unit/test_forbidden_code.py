"""No code of the project does what could harm a learner's machine or hide a warning."""

import ast
import re

import pytest

from tests.notebooks.book import ROOT
from tests.notebooks.rules.code import dangers, undeclared_imports

MODULES = sorted((ROOT / "course_utils").rglob("*.py"))
OTHERS = sorted([*(ROOT / "tests").rglob("*.py"), *(ROOT / "notebooks").rglob("*.py"),
                 ROOT / "conftest.py"])
PAGES = sorted([*(ROOT / "course_utils").rglob("*.js"), *(ROOT / "course_utils").rglob("*.css")])

# (file, what it may do): the guard silences the warnings of the learner's code, and of nothing
# else, while it runs it; tests run code that they made themselves.
ALLOWED = {
    ("guard.py", "simplefilter"), ("mutants.py", "exec"),
    ("test_explorers_digit_pad.py", "exec"),
}

# What a page's script or style must not hold, with the reason.
FORBIDDEN_IN_PAGES = {
    r"\b(eval|Function|importScripts)\s*\(": "runs whatever text it is given",
    r"\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write|srcdoc)\b": "text becomes markup",
    r"\bimport\s*\(|^\s*import\b|@import": "loads other code",
    r"\b(fetch|XMLHttpRequest|WebSocket|EventSource|sendBeacon)\s*\(": "asks another machine",
    r"(https?:)?//(?!www\.w3\.org/(2000/svg|1999/x?(html|link)))[\w-]+\.\w": "is not from here",
}


def dangers_of_page(text: str) -> list[str]:
    """What a script or style does that none of the course may do; comments do nothing."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    text = re.sub(r"(?<![:\"'])//\s.*", "", text)
    return [f"{found.group().strip()!r}: {reason}"
            for pattern, reason in FORBIDDEN_IN_PAGES.items()
            for found in re.finditer(pattern, text, re.M)]


@pytest.mark.parametrize(
    "path", [*MODULES, *OTHERS], ids=lambda path: path.relative_to(ROOT).as_posix())
def test_module_does_nothing_dangerous(path):
    found = dangers(ast.parse(path.read_text(encoding="utf-8")))
    allowed = [f"calls {word}" for name, word in ALLOWED if name == path.name]
    allowed += [f"calls warnings.{word}" for name, word in ALLOWED if name == path.name]
    assert [danger for danger in found if not danger.startswith(tuple(allowed))] == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_page_does_nothing_dangerous(path):
    assert dangers_of_page(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("line", [
    "eval('1')", "new Function('return 1')()", "node.innerHTML = text", "document.write(text)",
    "import('./other.js')", "import x from './other.js';", "@import 'other.css';", "fetch('data')",
    "new WebSocket(address)", "image.src = 'https://example.org/a.png';",
    "background: url(//example.org/a.png);", "src = 'http://www.w3.org.example.org/2000/svg'",
])
def test_danger_in_a_page_is_seen(line):
    assert dangers_of_page(f"const a = 1; // fine\n{line}\n")


def test_harmless_page_is_let_pass():
    text = "// see https://example.org/paper\nconst svg = 'http://www.w3.org/2000/svg';\n"
    assert dangers_of_page(text + "const evaluated = important(2) / 3; /* import x */") == []


@pytest.mark.parametrize("line", [
    "import pickle", "from pickle import loads", "eval('1')", "exec('1')", "input()",
    "import os; os.system('ls')", "import subprocess; subprocess.run('ls', shell=True)",
    "torch.load(path)", "torch.load(path, weights_only=False)", "np.load(path, allow_pickle=True)",
    "warnings.filterwarnings('ignore')", "warnings.simplefilter('ignore')",
])
def test_danger_in_a_module_is_seen(line):
    assert dangers(ast.parse(line))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_module_imports_only_what_is_declared(path):
    assert undeclared_imports(ast.parse(path.read_text(encoding="utf-8"))) == []
