"""Travel time where no road map is at hand: estimated, and to be shown as such.

Great circle × detour factor ÷ speed, whole seconds, plus parking at the end of each leg. A leg
inside one zone (a town) takes the zone's speed, any other the open road's. Checked against
`visits.py` of the contract: same formula, same order of operations, so the same whole second.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from doorstep.visits.types import Detour, Point

EARTH = 6_371_008.8
"""Mean radius in metres (IUGG)."""
_ROWS = 512


def seconds(points: Sequence[Point], detour: Detour) -> NDArray[np.int32]:
    """Seconds from every point to every other, (n, n), 0 on the diagonal, made in row chunks."""
    place = np.radians(np.asarray(points, dtype=np.float64).reshape(-1, 2))
    town = _zone_of(place, detour)
    speed = np.array([z.speed_kmh for z in detour.zones] + [detour.speed_kmh])
    out = np.empty((len(place), len(place)), dtype=np.int32)
    for start in range(0, len(place), _ROWS):
        part = slice(start, start + _ROWS)
        metres = _metres(place[part], place)
        if detour.zones:
            same = town[part, None] == town[None, :]
            kmh = speed[np.where(same, town[part, None], len(detour.zones))]
            out[part] = np.floor(metres * detour.factor / (kmh / 3.6)) + detour.parking
        else:
            out[part] = np.floor(metres * detour.factor / (detour.speed_kmh / 3.6)) + detour.parking
    np.fill_diagonal(out, 0)
    return out


def _metres(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    lat, lon = a[:, :1], a[:, 1:]
    to_lat, to_lon = b[:, :1].T, b[:, 1:].T
    h = (
        np.sin((lat - to_lat) / 2) ** 2
        + np.cos(lat) * np.cos(to_lat) * np.sin((lon - to_lon) / 2) ** 2
    )
    return np.asarray(2 * EARTH * np.arcsin(np.sqrt(h)), dtype=np.float64)


def _zone_of(place: NDArray[np.float64], detour: Detour) -> NDArray[np.int64]:
    """The first zone each point lies in; one past the last for the open road."""
    found = np.full(len(place), len(detour.zones), dtype=np.int64)
    for number in reversed(range(len(detour.zones))):
        zone = detour.zones[number]
        centre = np.radians(np.asarray([zone.at], dtype=np.float64))
        found[_metres(place, centre)[:, 0] <= zone.radius] = number
    return found
