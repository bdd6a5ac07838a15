"""Drawings of small tensors as grids of cells, each with its number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from torch import Tensor

from course_utils.plotting import BLUE, ORANGE, title_over

GAP = 1.6  # cells of free space between two tables, where the sign stands


def plot_cells(
    values: np.ndarray,
    ax: Axes,
    *,
    left: float = 0.0,
    top: float = 0.0,
    title: str = "",
    chosen: np.ndarray | None = None,
    colors: str | Sequence = BLUE,
) -> Axes:
    """Draw a table as cells of side 1 with their numbers; True is a tick, False a dot.

    Args:
        values: Shape (rows, columns), or (columns,) for a single row.
        ax: Where to draw; its limits are left to the caller.
        left: Horizontal place of the left edge.
        top: Vertical place of the upper edge; rows go downwards from there.
        title: Words above the table.
        chosen: Truth values, shaped like ``values``: these cells are filled, the others are
            dashed outlines. By default all are filled.
        colors: One colour, or one for each cell (anything that broadcasts to the table).
    """
    table = np.atleast_2d(np.asarray(values))
    filled = np.broadcast_to(True if chosen is None else np.asarray(chosen), table.shape)
    shades = np.broadcast_to(np.asarray(colors, dtype=object), table.shape)
    for (row, column), value in np.ndenumerate(table):
        corner = (left + column, top - row - 1)
        solid = filled[row, column]
        ax.add_patch(Rectangle(corner, 1, 1, facecolor="none", edgecolor="#8a8a90", linewidth=0.9,
                               linestyle="-" if solid else ":"))
        if solid:
            ax.add_patch(Rectangle(corner, 1, 1, facecolor=shades[row, column], alpha=0.38))
        ax.text(corner[0] + 0.5, corner[1] + 0.5, _printed(value), ha="center", va="center",
                fontsize=10, color="#111111" if solid else "#77777c")
    if title:
        ax.text(left, top + 0.25, title, ha="left", va="bottom", fontsize=10)
    return ax


def figure_of_cells(
    tables: Sequence[tuple], *, between: str = "", title: str = "", cell: float = 0.42
) -> tuple[Figure, Axes]:
    """Draw tables side by side, all with cells of the same size, and a sign in each gap.

    Args:
        tables: (title, values), (title, values, chosen) or (title, values, chosen, colors) for
            each table, as in `plot_cells`.
        between: One character for each gap, such as "+="; "" for none.
        title: The finding, above all tables.
        cell: Side of one cell in inches.
    """
    import matplotlib.pyplot as plt

    shapes = [np.atleast_2d(np.asarray(table[1])).shape for table in tables]
    height = max(rows for rows, _ in shapes)
    width = sum(columns for _, columns in shapes) + GAP * (len(tables) - 1)
    fig, ax = plt.subplots(figsize=(cell * width + 0.3, cell * (height + 1) + 0.5))
    left = 0.0
    for position, (table, (rows, columns)) in enumerate(zip(tables, shapes, strict=True)):
        words, values, *rest = table
        top = -(height - rows) / 2
        plot_cells(values, ax, left=left, top=top, title=words,
                   **dict(zip(("chosen", "colors"), rest, strict=False)))
        left += columns + GAP
        if position < len(between):
            ax.text(left - GAP / 2, -height / 2, between[position], ha="center", va="center",
                    fontsize=16)
    ax.set(xlim=(-0.1, width + 0.1), ylim=(-height - 0.1, 1.0), aspect="equal")
    ax.axis("off")
    if title:
        title_over(fig, title)
    return fig, ax


def figure_of_puzzle(
    words: str, inputs: Mapping[str, Tensor], output: Tensor, *, lying: str = ""
) -> tuple[Figure, Axes]:
    """Draw the inputs of a puzzle in blue, an arrow, and its output in orange.

    Tensors with one axis are drawn upright, so that each entry stands beside its row.

    Args:
        words: What the puzzle is called, above its output.
        inputs: Name to tensor, of one axis or two.
        output: What comes out, of one axis or two.
        lying: An input that is drawn as a row all the same.
    """
    panels = [(f"{name} {tuple(value.shape)}", value if name == lying else _upright(value))
              for name, value in inputs.items()]
    panels.append((f"{words} {tuple(output.shape)}", _upright(output), None, [[ORANGE]]))
    arrow = " " * (len(inputs) - 1) + "→" if inputs else ""
    return figure_of_cells(panels, between=arrow)


def _upright(values: Tensor) -> Tensor:
    return values[:, None] if values.dim() == 1 else values


def _printed(value: object) -> str:
    """A number at two decimals at most; True as a tick, False as a dot."""
    if isinstance(value, (bool, np.bool_)):
        return "✓" if value else "·"
    return f"{round(float(value), 2):g}"
