"""The playground's still: network, pictures of its units, boundary and data, as a small SVG."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np

from course_utils.explorers.playground.frame import pictures
from course_utils.explorers.playground.network import REACH, network_functions
from course_utils.explorers.playground.training import Run, Settings
from course_utils.explorers.shared.stills import BLUE, FAINT, GREY, INK, ORANGE, Still

STEPS, COARSE, FINE, SHOWN_POINTS = 600, 10, 20, 110
RATES = (0.1, 0.03, 0.01, 0.001)


@lru_cache(maxsize=8)
def draw(settings: Settings) -> str:
    """Train the course's own network for a moment and draw it as SVG text."""
    run = _trained(settings)
    picture = Still(720, 330)
    units, _ = pictures(run, COARSE if sum(run.sizes) < 12 else COARSE // 2)
    output = pictures(run, FINE)[1]
    places = _places(run.sizes)
    for layer in range(1, len(run.sizes)):
        _edges(picture, run.moment.parameters[f"weights_{layer}"], places[layer - 1], places[layer])
    index = 0
    for layer in places[:-1]:
        for x, y in layer:
            _plane(picture, x - 15, y - 15, 30, units[index] / 255)
            index += 1
    _plane(picture, 452, 44, 250, output / 255)
    _points(picture, run)
    picture.text(452, 32, f"{settings.dataset} after {STEPS} steps", INK, size=14)
    for name, (_, y) in zip(settings.features, places[0], strict=True):
        picture.text(8, y + 5, name, INK)
    picture.text(20, 318, "edges: orange solid = positive, blue dashed = negative weight", GREY)
    return picture.svg()


def _trained(settings: Settings) -> Run:
    """Train with the first rate that does not explode; squares as inputs need a small one."""
    for rate in RATES:
        gentle = replace(settings, learning_rate=rate, batch_size=10, regularisation="none")
        run = Run(gentle, network_functions(settings.activation))
        try:
            with np.errstate(all="ignore"):
                run.train(STEPS)
        except FloatingPointError:
            continue
        break
    return run


def _places(sizes: tuple[int, ...]) -> list[list[tuple[float, float]]]:
    """Centres of the units, column by column."""
    columns = np.linspace(66, 430, len(sizes))
    return [
        [(float(x), 168 + (i - (size - 1) / 2) * min(62, 264 / size)) for i in range(size)]
        for x, size in zip(columns, sizes, strict=True)
    ]


def _edges(picture: Still, weights: np.ndarray, left: list, right: list) -> None:
    for i, start in enumerate(left):
        for j, end in enumerate(right):
            weight = weights[i, j]
            color, dash = (ORANGE, "") if weight > 0 else (BLUE, "6 4")
            picture.line([start, end], color, round(0.5 + min(abs(weight), 3) * 1.5, 1), dash)


def _plane(picture: Still, left: float, top: float, size: float, values: np.ndarray) -> None:
    """Paint values from 0 (blue) to 1 (orange) in five steps, equal neighbours as one bar."""
    picture.rectangle(left, top, size, size, "#ffffff")
    levels, cell = np.rint(values * 4 - 2).astype(int), size / len(values)
    for row, line in enumerate(levels):
        start = 0
        for column in range(1, len(line) + 1):
            if column < len(line) and line[column] == line[start]:
                continue
            level = int(line[start])
            if level:
                picture.rectangle(left + start * cell, round(top + row * cell, 1),
                                  round((column - start) * cell, 1), cell,
                                  ORANGE if level > 0 else BLUE, 0.3 * abs(level))
            start = column
    corners = [(left, top), (left + size, top), (left + size, top + size), (left, top + size),
               (left, top)]
    picture.line(corners, FAINT)


def _points(picture: Still, run: Run) -> None:
    for (x, y), target in list(zip(run.points, run.targets, strict=True))[:SHOWN_POINTS]:
        if max(abs(x), abs(y)) < REACH:
            picture.circle(452 + (x + REACH) / (2 * REACH) * 250,
                           44 + (REACH - y) / (2 * REACH) * 250, 3,
                           ORANGE if target[0] else BLUE, "#ffffff")
