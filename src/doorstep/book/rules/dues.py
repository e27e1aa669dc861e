"""Due days: from the day money was paid out, from a first due day, on a day of the month."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

from doorstep.book.rules.terms import Terms
from doorstep.book.types import BookError

_MONTHS = {"months": 1, "years": 12}


def due_dates(disbursed_on: date, terms: Terms) -> list[date]:
    """The due days of all instalments, ascending.

    They are counted from one day, never from the one before: a 31st comes back after a short
    month. That day is `first_due`, else the disbursement; `due_day` moves them within their month
    (31: its last day). Raises BookError where the last of them lies beyond the calendar.
    """
    in_the_calendar(disbursed_on, terms)
    base, ahead = (terms.first_due, 0) if terms.first_due else (disbursed_on, 1)
    steps = range(ahead, ahead + terms.instalments)
    return [later(base, n * terms.every, terms.unit, _day(base, terms)) for n in steps]


def in_the_calendar(disbursed_on: date, terms: Terms) -> None:
    """Raises BookError where a due day lies beyond the calendar or before the loan."""
    if terms.first_due is not None and terms.first_due < disbursed_on:
        raise BookError(
            "terms.first_due", f"{terms.first_due} is before the disbursement; give a later day"
        )
    base, ahead = (terms.first_due, 0) if terms.first_due else (disbursed_on, 1)
    try:
        later(base, terms.every * (terms.instalments - 1 + ahead), terms.unit)
    except (ValueError, OverflowError):
        raise BookError(
            "terms.instalments", "the last is due after the year 9999; give fewer, or shorter steps"
        ) from None


def later(start: date, n: int, unit: str, day: int = 0) -> date:
    """`start` moved by `n` units (negative: back); `day` is the day of the month to come back to.

    >>> later(date(2026, 1, 31), 1, "months"), later(date(2026, 2, 28), 1, "months", 31)
    (datetime.date(2026, 2, 28), datetime.date(2026, 3, 31))
    """
    if unit not in _MONTHS:
        return start + timedelta(days=n * (7 if unit == "weeks" else 1))
    year, month = divmod(start.year * 12 + start.month - 1 + n * _MONTHS[unit], 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day or start.day, last))


def step_before(due: date, steps: int, terms: Terms, base: date) -> date:
    """The due day `steps` before `due`, in the rhythm that is counted from `base`."""
    return later(due, -steps * terms.every, terms.unit, _day(base, terms))


def _day(base: date, terms: Terms) -> int:
    return terms.due_day or base.day
