"""The page side of an explorer as one ES module: its modules joined, because a widget is one text.

The modules are written as ordinary ones, with ``import { a, b } from "../shared/page.js";`` and
``export function a``; names are not changed on the way, so they are unique within an explorer.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

EXPLORERS = Path(__file__).resolve().parents[1]
ALONE = EXPLORERS / "shared" / "alone.js"
IMPORT = re.compile(r'^import \{[^}]*\} from "([^"]+)";\n', re.MULTILINE)


@cache
def page_source(name: str) -> str:
    """Return the ES module of explorer ``name`` with all that it imports.

    Comment lines and indentation are left out, because the text also travels inside notebooks.
    """
    *imported, page = modules_of(name)
    texts = [re.sub(r"^export ", "", _body(module), flags=re.MULTILINE) for module in imported]
    lines = (line.strip() for line in "\n".join([*texts, _body(page)]).splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


def modules_of(name: str) -> list[Path]:
    """Return the modules of explorer ``name``, each once and behind those that it needs."""
    return _in_order(ALONE, EXPLORERS / name / f"{name}.js")


def _in_order(*modules: Path) -> list[Path]:
    found: list[Path] = []
    for module in modules:
        paths = IMPORT.findall(module.read_text("utf-8"))
        needed = [(module.parent / path).resolve() for path in paths]
        found += [one for one in [*_in_order(*needed), module] if one not in found]
    return found


def _body(module: Path) -> str:
    return IMPORT.sub("", module.read_text("utf-8"))


@cache
def stylesheet() -> str:
    """Return the style sheet that all explorers share, without comments and indentation."""
    text = (EXPLORERS / "shared" / "explorers.css").read_text("utf-8")
    return re.sub(r"\s+", " ", re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)).strip()
