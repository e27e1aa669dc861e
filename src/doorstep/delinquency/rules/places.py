"""The time zone of a place, as far as it is certain. An unknown place has none: the gate denies."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from importlib.resources import files

# China keeps one legal time in all regions (State Council, 1949), whatever the map of zones lists.
_ONE_ZONE = {"CN": "Asia/Shanghai"}


def zone_of(country: str, region: str) -> str:
    """The IANA zone of a country with one; with several, a region that is itself a zone's name.

    Empty where it cannot be told.

    >>> zone_of("CN", "Yanji"), zone_of("KR", ""), zone_of("US", "Boston"), zone_of("", "Yanji")
    ('Asia/Shanghai', 'Asia/Seoul', '', '')
    """
    if country in _ONE_ZONE:
        return _ONE_ZONE[country]
    zones = _zones().get(country, ())
    if len(zones) == 1:
        return zones[0]
    return region if region in zones else ""


@cache
def _zones() -> dict[str, tuple[str, ...]]:
    """Zones by country from the time-zone database's own table."""
    found = defaultdict(list)
    for line in files("tzdata.zoneinfo").joinpath("zone.tab").read_text().splitlines():
        if line and not line.startswith("#"):
            country, _, zone, *_rest = line.split("\t")
            found[country].append(zone)
    return {country: tuple(zones) for country, zones in found.items()}
