"""When the sun sets at a place: astral, wrapped so that the rule itself only sees an instant."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from astral import Observer
from astral.sun import sun


def sunset(latitude: float, longitude: float, zone: str, at: datetime) -> datetime | None:
    """Sunset on the local date of `at`; None where the zone is unknown or the sun does not set.

    Coordinates are rounded to a tenth of a degree (half a minute of time).
    """
    try:
        day = at.astimezone(ZoneInfo(zone)).date()
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
    return _sunset(round(latitude, 1), round(longitude, 1), zone, day)


@lru_cache(maxsize=8192)
def _sunset(latitude: float, longitude: float, zone: str, day: date) -> datetime | None:
    try:
        found = sun(Observer(latitude, longitude), date=day, tzinfo=ZoneInfo(zone))["sunset"]
    except ValueError:  # polar day or night
        return None
    return found if isinstance(found, datetime) else None
