"""The days on which somebody has money."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice

from doorstep.negotiation.types import Rhythm


def pay_days(after: date, rhythm: Rhythm, pay_day: int, count: int) -> list[date]:
    """The first `count` pay days after a day; the 31st is the last day of a short month.

    >>> pay_days(date(2026, 1, 31), Rhythm.MONTHLY, 31, 2)
    [datetime.date(2026, 2, 28), datetime.date(2026, 3, 31)]
    """
    days = _weekly(after, pay_day) if rhythm is Rhythm.WEEKLY else _monthly(after, pay_day)
    return list(islice(days, count))


def _weekly(after: date, weekday: int) -> Iterator[date]:
    day = after + timedelta(days=(weekday - after.isoweekday() - 1) % 7 + 1)
    while True:
        yield day
        day += timedelta(days=7)


def _monthly(after: date, pay_day: int) -> Iterator[date]:
    year, month = after.year, after.month
    while True:
        day = date(year, month, min(pay_day, calendar.monthrange(year, month)[1]))
        if day > after:
            yield day
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
