"""Show code in a notebook as it stands in its file, so that what is read is what runs."""

from __future__ import annotations

import ast
from pathlib import Path


def source_of(path: str | Path, *names: str) -> str:
    """Return the source of functions or classes of a file, or of the whole file.

    Args:
        path: A Python file.
        names: Functions or classes at its top level, in the order to show; none for everything.

    Raises:
        KeyError: If the file has no such function or class.
    """
    source = Path(path).read_text(encoding="utf-8")
    if not names:
        return source.rstrip()
    found = {node.name: node for node in ast.parse(source).body
             if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    lines, parts = source.splitlines(), []
    for name in names:
        if name not in found:
            raise KeyError(f"{Path(path).name} has no {name}; it has {', '.join(found)}.")
        node = found[name]
        first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
        parts.append("\n".join(lines[first - 1 : node.end_lineno]))
    return "\n\n\n".join(parts)


def show_source(path: str | Path, *names: str) -> None:
    """Show functions of a file, or all of it, as coloured code below the cell."""
    from IPython.display import Markdown, display

    display(Markdown(f"```python\n{source_of(path, *names)}\n```"))
