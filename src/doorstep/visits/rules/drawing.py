"""A plan as the numbers of an SVG: a flat projection fitted to what is shown. No map service."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians

from doorstep.visits.rules.places import TOWNS
from doorstep.visits.types import Point

WIDTH, HEIGHT = 800, 560
_MARGIN = 44
_LEAST_DEGREES = 0.03
_KM = 111.195
_LETTER, _LINE = 13, 18


@dataclass(frozen=True, slots=True)
class Frame:
    """Which part of the world the drawing shows: pixels = (degrees - origin) x scale."""

    south: float
    west: float
    scale: float
    squeeze: float

    def xy(self, at: Point) -> tuple[float, float]:
        x = (at[1] - self.west) * self.squeeze * self.scale
        return round(x, 1), round(HEIGHT - (at[0] - self.south) * self.scale, 1)

    def shows(self, at: Point) -> bool:
        x, y = self.xy(at)
        return 0 <= x <= WIDTH and 0 <= y <= HEIGHT


@dataclass(frozen=True, slots=True)
class Label:
    """A town: a dot, and a name where there is room for one."""

    x: float
    y: float
    name: str
    seat: bool


@dataclass(frozen=True, slots=True)
class Scale:
    """The scale bar: so many kilometres are so many pixels."""

    km: float
    pixels: float


def frame(points: Sequence[Point]) -> Frame:
    """The smallest frame that shows all points with a margin; the county seats if there are none.

    >>> f = frame([(42.9, 129.5), (42.8, 129.4)])
    >>> all(f.shows(p) for p in [(42.9, 129.5), (42.8, 129.4)]), f.shows((44.0, 129.5))
    (True, False)
    """
    shown = list(points) or [t.at for t in TOWNS if t.seat]
    lats, lons = [p[0] for p in shown], [p[1] for p in shown]
    middle = (min(lats) + max(lats)) / 2
    squeeze = cos(radians(middle))
    high = max(max(lats) - min(lats), _LEAST_DEGREES)
    wide = max((max(lons) - min(lons)) * squeeze, _LEAST_DEGREES)
    scale = min((HEIGHT - 2 * _MARGIN) / high, (WIDTH - 2 * _MARGIN) / wide)
    south = middle - HEIGHT / scale / 2
    west = (min(lons) + max(lons)) / 2 - WIDTH / (scale * squeeze) / 2
    return Frame(south, west, scale, squeeze)


def towns(view: Frame, language: str) -> list[Label]:
    """The towns inside a frame, the seats first; names that would overlap are left empty."""
    which = {"zh-hans": 1, "zh-hant": 2}.get(language, 0)
    taken: list[tuple[float, float, float, float]] = []
    found = []
    for town in sorted(TOWNS, key=lambda t: not t.seat):
        if not view.shows(town.at):
            continue
        x, y = view.xy(town.at)
        name = town.names[which]
        box = (x, y - _LINE, x + len(name) * _LETTER * (1.0 if which else 0.62) + 10, y + 4)
        free = box[2] < WIDTH and not any(_meet(box, other) for other in taken)
        if free:
            taken.append(box)
        found.append(Label(x, y, name if free else "", town.seat))
    return found


def scale_bar(view: Frame) -> Scale:
    """The largest round length that is at most a fifth of the width."""
    km_per_pixel = _KM / view.scale
    longest = WIDTH / 5 * km_per_pixel
    steps = [s * 10.0**e for e in range(-1, 4) for s in (1, 2, 5)]
    km = max(s for s in steps if s <= max(longest, steps[0]))
    return Scale(km, round(km / km_per_pixel, 1))


def line(view: Frame, points: Sequence[Point]) -> str:
    """The `points` attribute of a polyline."""
    return " ".join(f"{x},{y}" for x, y in map(view.xy, points))


def _meet(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
