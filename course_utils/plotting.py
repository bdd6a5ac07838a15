"""Drawings that several chapters need; each takes an ``ax`` and returns it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

BLUE, ORANGE, RED, PURPLE, GREY, VIOLET = (
    "#5790fc", "#f89c20", "#e42536", "#964a8b", "#9c9ca1", "#7a21dd"
)
INK = "#222222"  # of marks and words in a drawing
SMALL = 9  # points, of words in a drawing
CLASS_COLOURS = (BLUE, ORANGE)
CLASS_MAP = LinearSegmentedColormap.from_list("classes", [BLUE, "white", ORANGE])
CLASS_MARKERS = ("o", "s")


def plot_band(
    steps: np.ndarray, values: np.ndarray, ax: Axes, *, label: str, color: str, linestyle: str = "-"
) -> Axes:
    """Draw the median over runs, and a band from the 10th to the 90th percentile.

    Args:
        steps: Where on the horizontal axis, shape (S,).
        values: One row a run, shape (M, S); NaN where a run has diverged.
        ax: Where to draw.
        label: For the legend; name the number of runs in the figure's title or axis.
        color: Of line and band.
        linestyle: So that colour is not alone.
    """
    low, middle, high = np.full((3, len(steps)), np.nan)
    some = np.isfinite(values).any(axis=0)  # where all runs have diverged there is a gap
    low[some], middle[some], high[some] = np.nanpercentile(values[:, some], [10, 50, 90], axis=0)
    ax.fill_between(steps, low, high, color=color, alpha=0.2, linewidth=0)
    ax.plot(steps, middle, color=color, linestyle=linestyle, label=label)
    return ax


def plot_seeds(values: Mapping[str, np.ndarray], ax: Axes) -> Axes:
    """Draw a row for each name: a dot for each seed, and a bar at their median.

    Args:
        values: Name to one number a seed, shape (M,); the first name is the uppermost row.
        ax: Where to draw.
    """
    for row, numbers in enumerate(values.values()):
        ax.plot(numbers, np.full(len(numbers), row), "o", color=BLUE, alpha=0.7)
        ax.plot(np.median(numbers), row, "|", color=INK, markersize=22, markeredgewidth=2)
    ax.set_yticks(range(len(values)), list(values))
    ax.set_ylim(len(values) - 0.5, -0.5)
    return ax


def mark_line(
    ax: Axes, words: str, *, x: float | None = None, y: float | None = None, start: float = 0.01
) -> Axes:
    """Draw a dotted line at ``x`` or at ``y`` over the whole axes, with words beside it.

    Args:
        ax: Where to draw.
        words: What the line means; may be "".
        x: Where an upright line stands.
        y: Where a level line lies.
        start: Where along the line the words begin, from 0 to 1.
    """
    style = {"color": GREY, "linestyle": ":", "linewidth": 1.4, "zorder": 1}
    (ax.axvline(x, **style) if y is None else ax.axhline(y, **style))
    place = (x, start) if y is None else (start, y)
    ax.annotate(words, place, xytext=(4, 3), textcoords="offset points", fontsize=SMALL,
                xycoords=ax.get_xaxis_transform() if y is None else ax.get_yaxis_transform(),
                rotation=90 if y is None else 0, color="#555555")
    return ax


def write_at(
    ax: Axes, words: str, point: tuple[float, float], *, right: float = 8, up: float = 6,
    color: str = INK,
) -> Axes:
    """Write small words beside a point of the data; they end there where ``right`` is negative.

    Args:
        ax: Where to write.
        words: What to write.
        point: In the units of the data.
        right: How far to the right of the point, in points.
        up: How far above it, in points.
        color: Of the words.
    """
    side = "right" if right < 0 else "left" if right else "center"
    ax.annotate(words, point, xytext=(right, up), textcoords="offset points", fontsize=SMALL,
                ha=side, color=color)
    return ax


def legend_outside(ax: Axes) -> Axes:
    """Put the legend to the right of the axes, where it hides nothing."""
    ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1))
    return ax


def title_over(fig: Figure, title: str) -> Figure:
    """Write the finding over all panels of a figure, at the left."""
    fig.suptitle(title, x=0.01, ha="left")
    return fig


def plot_points(points: np.ndarray, labels: np.ndarray, ax: Axes, *, size: float = 60) -> Axes:
    """Draw two classes of points in the plane, told apart by colour and by shape.

    Args:
        points: Shape (N, 2).
        labels: 0 or 1 for each point, shape (N,).
        ax: Where to draw.
        size: Marker area in points squared.
    """
    for value, (color, marker) in enumerate(zip(CLASS_COLOURS, CLASS_MARKERS, strict=True)):
        chosen = np.asarray(labels) == value
        ax.scatter(*np.asarray(points)[chosen].T, s=size, color=color, marker=marker,
                   edgecolor="white", linewidth=1.2, zorder=3, label=f"target {value}")
    return ax


def plot_boundary(
    function: Callable[[np.ndarray], np.ndarray],
    ax: Axes,
    *,
    low: float = -0.6,
    high: float = 1.6,
    threshold: float = 0.5,
    resolution: int = 201,
) -> Axes:
    """Colour a square of the plane by a function's output, with a line at its threshold.

    Args:
        function: Maps points, shape (N, 2), to one number each, shape (N,), from 0 to 1.
        ax: Where to draw.
        low: Smallest value of both coordinates.
        high: Largest value of both coordinates.
        threshold: Output at which the class changes.
        resolution: Grid points along each side.
    """
    axis = np.linspace(low, high, resolution)
    grid = np.stack(np.meshgrid(axis, axis), axis=-1)                          # (R, R, 2)
    outputs = np.asarray(function(grid.reshape(-1, 2)), dtype=float)           # (R * R,)
    outputs = outputs.reshape(resolution, resolution)
    ax.imshow(outputs, extent=(low, high, low, high), origin="lower", cmap=CLASS_MAP, alpha=0.45,
              vmin=threshold - 0.6, vmax=threshold + 0.6, aspect="equal")
    if outputs.min() < threshold < outputs.max():
        ax.contour(axis, axis, outputs, levels=[threshold], colors=INK, linewidths=1.6)
    ax.grid(False)
    return ax


def plot_images(
    images: np.ndarray, axes: np.ndarray, *, titles: Sequence[str] = (), signed: bool = False
) -> np.ndarray:
    """Draw one image in each of ``axes``, without ticks.

    Args:
        images: Shape (N, height, width).
        axes: Any array of axes; those beyond the last image are left empty.
        titles: One short title an image, or none.
        signed: Centre a diverging map on 0, for weights; otherwise black is small, white large.
    """
    limit = float(np.abs(images).max()) if signed else None
    for position, ax in enumerate(np.ravel(axes)):
        ax.axis("off")
        if position >= len(images):
            continue
        if signed:
            ax.imshow(images[position], cmap="RdBu_r", vmin=-limit, vmax=limit)
        else:
            ax.imshow(images[position], cmap="gray")
        if titles:
            ax.set_title(titles[position], loc="center", fontsize=10, fontweight="normal", pad=3)
    return axes


def plot_confusion(counts: np.ndarray, ax: Axes, *, names: Sequence[str]) -> Axes:
    """Draw a confusion matrix: a row for each true class, a column for each answer.

    The diagonal is left without colour, because it would drown the mistakes.

    Args:
        counts: How often class i was read as class j, shape (C, C).
        ax: Where to draw.
        names: Of the C classes.
    """
    mistakes = counts.astype(float)
    np.fill_diagonal(mistakes, 0)
    ax.imshow(mistakes, cmap="Oranges", vmax=max(1.0, 1.6 * mistakes.max()))
    for (row, column), count in np.ndenumerate(counts):
        if count:
            ax.text(column, row, str(int(count)), ha="center", va="center", fontsize=9,
                    color="#888888" if row == column else "#222222")
    ax.set_xticks(range(len(names)), names)
    ax.set_yticks(range(len(names)), names)
    ax.set(xlabel="the network's answer", ylabel="true class")
    ax.grid(False)
    return ax


def figure_of_images(
    rows: int, columns: int, *, cell: float = 0.95, title: str = ""
) -> tuple[Figure, np.ndarray]:
    """A figure with a grid of small square axes, for `plot_images`.

    Args:
        rows: Number of rows.
        columns: Number of columns.
        cell: Side of one cell in inches.
        title: The finding, above the grid.
    """
    import matplotlib.pyplot as plt

    fig, axes = plt.subplots(rows, columns, figsize=(cell * columns, cell * rows + 0.5))
    if title:
        title_over(fig, title)
    return fig, axes
