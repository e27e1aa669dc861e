"""Numbers as shapes: the geometry of the board's pictures, in units of their own view box."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

TONES = ("c1", "c2", "c3", "c4", "c5", "c6")
"""From calm to loud; buckets take them in their order."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a chart: left edge, top, width, height (y grows downwards)."""

    x: float
    y: float
    width: float
    height: float
    index: int


def per_mille(parts: Sequence[int]) -> list[int]:
    """Each part of the whole in per mille, rounded down; all 0 for an empty whole.

    >>> per_mille([1, 1, 2])
    [250, 250, 500]
    >>> per_mille([0, 0])
    [0, 0]
    """
    whole = sum(parts)
    return [p * 1000 // whole if whole else 0 for p in parts]


def tone(number: int, of: int) -> str:
    """The fill of the `number`-th of `of` steps from calm to loud.

    >>> tone(0, 3), tone(2, 3), tone(0, 1)
    ('c1', 'c6', 'c1')
    """
    if of <= 1:
        return TONES[0]
    return TONES[number * (len(TONES) - 1) // (of - 1)]


def columns(values: Sequence[int], *, width: float, height: float) -> list[Column]:
    """Columns side by side, the highest as high as the chart; a small gap between them.

    Values below zero (more taken back than paid) have no height: the table beside says them.

    >>> [(c.x, c.y, c.height) for c in columns([1, 2], width=20, height=10)]
    [(0.0, 5.0, 5.0), (10.0, 0.0, 10.0)]
    """
    if not values:
        return []
    top = max(1, *values)
    step = width / len(values)
    shapes = []
    for index, value in enumerate(values):
        tall = height * max(value, 0) / top
        shapes.append(
            Column(round(index * step, 2), round(height - tall, 2), round(step * 0.8, 2),
                   round(tall, 2), index)
        )  # fmt: skip
    return shapes


def stacked(shares: Sequence[int], *, width: float) -> list[tuple[float, float]]:
    """Left edge and width of each share (per mille) on one bar.

    >>> stacked([500, 250, 0], width=100)
    [(0.0, 50.0), (50.0, 25.0), (75.0, 0.0)]
    """
    edges = []
    left = 0
    for share in shares:
        edges.append((round(left * width / 1000, 2), round(share * width / 1000, 2)))
        left += share
    return edges


@dataclass(frozen=True, slots=True)
class Block:
    """One part of a column: `index` is the column's place, `part` the part's, from below."""

    x: float
    y: float
    width: float
    height: float
    index: int
    part: int


def blocks(columns_of: Sequence[Sequence[int]], *, width: float, height: float) -> list[Block]:
    """Columns of parts on top of one another, the highest as high as the chart.

    >>> [(b.y, b.height, b.part) for b in blocks([[1, 3], [2, 0]], width=20, height=8)]
    [(6.0, 2.0, 0), (0.0, 6.0, 1), (4.0, 4.0, 0), (4.0, 0.0, 1)]
    """
    top = max(1, *(sum(parts) for parts in columns_of)) if columns_of else 1
    step = width / max(len(columns_of), 1)
    found = []
    for index, parts in enumerate(columns_of):
        floor = 0
        for part, value in enumerate(parts):
            tall = round(height * value / top, 2)
            y = round(height - height * floor / top - tall, 2)
            found.append(Block(round(index * step, 2), y, round(step * 0.8, 2), tall, index, part))
            floor += value
    return found


def strokes(
    values: Sequence[float | None], *, top: float, width: float, height: float
) -> list[list[tuple[float, float]]]:
    """A line through values at even steps, broken where one is missing: a gap is not a slope.

    A value between two gaps is a line of no length, which a round pen shows as a dot.

    >>> strokes([0, 2, None, 1], top=2, width=30, height=10)
    [[(0.0, 10.0), (10.0, 0.0)], [(30.0, 5.0), (30.0, 5.0)]]
    """
    step = width / max(len(values) - 1, 1)
    lines: list[list[tuple[float, float]]] = [[]]
    for at, value in enumerate(values):
        if value is None:
            lines.append([])
        else:
            y = height - height * value / (top or 1)
            lines[-1].append((round(at * step, 2), round(y, 2)))
    return [line if len(line) > 1 else line * 2 for line in lines if line]
