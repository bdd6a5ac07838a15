"""Stills: the picture that stands for an explorer where nothing can run, as a small SVG text.

Written by hand instead of by matplotlib so that the same state gives the same few kilobytes in
every version of everything, and stored notebooks stay small and comparable.
"""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Sequence

BLUE, ORANGE, RED, PURPLE, GREY, VIOLET = (
    "#5790fc", "#f89c20", "#e42536", "#964a8b", "#9c9ca1", "#7a21dd"
)  # petroff6
INK, FAINT = "#333333", "#c8c8cc"


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def ticks(low: float, high: float, about: int = 6) -> list[float]:
    """Return round numbers between ``low`` and ``high``, about ``about`` of them."""
    raw = (high - low) / about
    magnitude = 10 ** math.floor(math.log10(raw))
    step = next(s * magnitude for s in (1, 2, 5, 10) if s * magnitude >= raw * 0.999)
    first = math.ceil(low / step - 1e-9)
    return [index * step for index in range(first, math.floor(high / step + 1e-9) + 1)]


class Still:
    """An SVG picture on a white card, in pixels from the top left corner."""

    def __init__(self, width: int = 720, height: int = 340) -> None:
        self.width, self.height = width, height
        self._parts: list[str] = []

    def line(
        self, points: Iterable[tuple[float, float]], color: str = INK, width: float = 1,
        dash: str = "", fill: str = "none", opacity: float = 1,
    ) -> None:
        """Draw a polyline through ``points``; with ``fill`` it is closed into an area."""
        path = " ".join(f"{_number(x)},{_number(y)}" for x, y in points)
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        fade = f' opacity="{opacity}"' if opacity < 1 else ""
        self._parts.append(
            f'<polyline points="{path}" fill="{fill}" stroke="{color}" '
            f'stroke-width="{width}"{dashes}{fade}/>'
        )

    def circle(
        self, x: float, y: float, radius: float, color: str, edge: str = "none"
    ) -> None:
        """Draw a filled disc."""
        self._parts.append(
            f'<circle cx="{_number(x)}" cy="{_number(y)}" r="{radius}" fill="{color}" '
            f'stroke="{edge}"/>'
        )

    def rectangle(
        self, x: float, y: float, width: float, height: float, color: str, opacity: float = 1
    ) -> None:
        """Draw a filled rectangle from its top left corner."""
        fade = f' opacity="{opacity}"' if opacity < 1 else ""
        self._parts.append(
            f'<rect x="{_number(x)}" y="{_number(y)}" width="{_number(width)}" '
            f'height="{_number(height)}" fill="{color}"{fade}/>'
        )

    def text(
        self, x: float, y: float, words: str, color: str = INK, anchor: str = "start",
        size: int = 13,
    ) -> None:
        """Write ``words`` with their baseline at ``y``; ``anchor`` is start, middle or end."""
        self._parts.append(
            f'<text x="{_number(x)}" y="{_number(y)}" fill="{color}" font-size="{size}" '
            f'text-anchor="{anchor}">{html.escape(words)}</text>'
        )

    def pixels(self, x: float, y: float, side: float, brightness: Sequence[Sequence[int]]) -> None:
        """Draw a square picture, rows of 0 (black) to 255 (white), in sixteen steps of grey."""
        self.rectangle(x, y, side, side, "#000000")
        runs: dict[int, list[str]] = {}
        for row, line in enumerate(brightness):
            start = 0
            for column in range(1, len(line) + 1):
                level = line[start] // 16
                if column == len(line) or line[column] // 16 != level:
                    runs.setdefault(level, []).append(
                        f"M{start} {row}h{column - start}v1H{start}z"
                    )
                    start = column
        paths = "".join(
            f'<path fill="#{f"{level:x}" * 3}" d="{"".join(parts)}"/>'
            for level, parts in sorted(runs.items()) if level
        )
        scale = _number(x), _number(y), round(side / len(brightness), 4)
        self._parts.append(
            '<g transform="translate({} {}) scale({})" shape-rendering="crispEdges">'.format(*scale)
            + f"{paths}</g>"
        )

    def svg(self) -> str:
        """Return the whole picture."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}" '
            f'width="{self.width}" height="{self.height}" font-family="sans-serif">'
            f'<rect width="100%" height="100%" rx="8" fill="#ffffff"/>{"".join(self._parts)}</svg>'
        )


class Axes:
    """A frame in a `Still` with units: ``axes.x(value)`` and ``axes.y(value)`` are pixels."""

    def __init__(
        self, still: Still, box: tuple[float, float, float, float],
        x_range: tuple[float, float], y_range: tuple[float, float],
    ) -> None:
        self.still = still
        self.left, self.top, self.width, self.height = box
        self.x_range, self.y_range = x_range, y_range

    def x(self, value: float) -> float:
        """Pixels from the left for a horizontal value."""
        low, high = self.x_range
        return self.left + (value - low) / (high - low) * self.width

    def y(self, value: float) -> float:
        """Pixels from the top for a vertical value."""
        low, high = self.y_range
        return self.top + (high - value) / (high - low) * self.height

    def frame(self, x_label: str = "", y_label: str = "") -> None:
        """Draw ticks with numbers, the zero lines and the names of the axes."""
        bottom, right = self.top + self.height, self.left + self.width
        for value in ticks(*self.x_range):
            dark = INK if abs(value) < 1e-9 else FAINT
            self.still.line([(self.x(value), self.top), (self.x(value), bottom)], dark, 0.5)
            self.still.text(self.x(value), bottom + 15, f"{value:g}", anchor="middle", size=11)
        for value in ticks(*self.y_range):
            dark = INK if abs(value) < 1e-9 else FAINT
            self.still.line([(self.left, self.y(value)), (right, self.y(value))], dark, 0.5)
            self.still.text(self.left - 6, self.y(value) + 4, f"{value:g}", anchor="end", size=11)
        self.still.text((self.left + right) / 2, bottom + 32, x_label, anchor="middle", size=12)
        self.still.text(self.left, self.top - 6, y_label, size=12)

    def curve(
        self, xs: Sequence[float], ys: Sequence[float], color: str, width: float = 2.5,
        dash: str = "",
    ) -> None:
        """Draw a curve in the axes' units, cut at the frame."""
        low, high = self.y_range
        run: list[tuple[float, float]] = []
        for x, y in zip(xs, ys, strict=True):
            if low <= y <= high and self.x_range[0] <= x <= self.x_range[1]:
                run.append((self.x(x), self.y(y)))
            else:
                run = self._finish(run, color, width, dash)
        self._finish(run, color, width, dash)

    def _finish(self, run: list, color: str, width: float, dash: str) -> list:
        if len(run) > 1:
            self.still.line(run, color, width, dash)
        return []
