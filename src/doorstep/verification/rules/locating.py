"""Where an address is: exactly, only by its town, or not at all.

No address leaves this machine to be located. Exact coordinates come with the placement or from a
crew that stood at the door; otherwise a small gazetteer knows the town, which is enough for a
rough look and not enough to send anybody.
"""

from __future__ import annotations

from dataclasses import dataclass

from doorstep.verification.rules.gazetteer import COUNTIES, PREFECTURE, TOWNS, Town
from doorstep.verification.types import Precision

_NAMES = {c.names[0]: c.names for c in COUNTIES}


@dataclass(frozen=True, slots=True)
class Located:
    """WGS 84 degrees; `town` is the gazetteer's name where only the town is known."""

    precision: Precision
    latitude: float | None = None
    longitude: float | None = None
    town: str = ""


def locate(text: str, latitude: float | None = None, longitude: float | None = None) -> Located:
    """The place of an address, given coordinates first.

    Half a pair, or one outside the globe (or the 0, 0 of an empty form), is no coordinate. A
    township wins over its county, and counts only beside its county or prefecture: many of their
    names exist in other provinces too.

    >>> locate("吉林省延边州延吉市朝阳川镇太阳村3组").town
    '朝阳川镇'
    >>> locate("广东省东莞市长安镇").precision
    <Precision.NONE: ''>
    """
    if latitude is not None and longitude is not None and _real(latitude, longitude):
        return Located(Precision.POINT, latitude, longitude)
    town = next((t for t in TOWNS if _names(text, t.names) and _in_county(text, t)), None)
    town = town or next((c for c in COUNTIES if _names(text, c.names)), None)
    if town is None:
        return Located(Precision.NONE)
    return Located(Precision.TOWN, town.latitude, town.longitude, town.names[0])


def _names(text: str, names: tuple[str, ...]) -> bool:
    return any(name in text for name in names)


def _in_county(text: str, town: Town) -> bool:
    return _names(text, _NAMES[town.county]) or _names(text, PREFECTURE)


def _real(latitude: float, longitude: float) -> bool:
    return (
        -90 <= latitude <= 90 and -180 <= longitude <= 180 and (latitude, longitude) != (0.0, 0.0)
    )
