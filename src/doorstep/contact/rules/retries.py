"""When to try again what a provider could not take."""

from __future__ import annotations

from datetime import datetime, timedelta

WAITS = (timedelta(minutes=5), timedelta(minutes=20), timedelta(hours=1), timedelta(hours=3))


def next_try(tries: int, at: datetime, not_after: datetime) -> datetime | None:
    """The next instant to try after `tries` failures, or None: the legal time would be over or
    it was tried often enough."""
    if tries > len(WAITS):
        return None
    moment = at + WAITS[max(tries, 1) - 1]
    return moment if moment < not_after else None
