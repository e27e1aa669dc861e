"""What a balance costs over a stretch of days. Exact fractions; halves round up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction

from doorstep.book.rules.dues import step_before
from doorstep.book.rules.terms import DAY_COUNT, UNITS, Terms

Share = Callable[[date, date], Fraction]
"""(from, to) -> the interest of those days as a share of the balance."""


def half_up(amount: Fraction) -> int:
    """The nearest whole number; halves go up.

    >>> half_up(Fraction(5, 2)), half_up(Fraction(7, 3))
    (3, 2)
    """
    return (2 * amount.numerator + amount.denominator) // (2 * amount.denominator)


def to_multiple(amount: Fraction, multiple: int) -> int:
    """`amount` rounded to the nearest multiple, halves up."""
    return half_up(amount / multiple) * multiple


def part_of_a_year(start: date, end: date, day_count: str) -> Fraction:
    """The days from `start` to `end` as part of a year.

    30/360 is the Eurobond rule (30E/360, ISDA 2006 section 4.16(g)): a 31st counts as a 30th at
    both ends, the last of February as it is. actual/actual is ISDA's (section 4.16(b)): days in a
    leap year over 366, the others over 365.

    >>> part_of_a_year(date(2023, 12, 31), date(2024, 1, 2), "actual/actual")
    Fraction(731, 133590)
    """
    if day_count == "30/360":
        return Fraction(_thirty(end) - _thirty(start), 360)
    if day_count == "actual/actual":
        return _isda(start, end)
    return Fraction((end - start).days, DAY_COUNT[day_count])


def _isda(start: date, end: date) -> Fraction:
    total = Fraction(0)
    while start < end:
        turn = min(end, date(start.year + 1, 1, 1)) if start.year < date.max.year else end
        total += Fraction((turn - start).days, _days_of(start.year))
        start = turn
    return total


def _days_of(year: int) -> int:
    return 366 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 365


def _thirty(day: date) -> int:
    return day.year * 360 + day.month * 30 + min(day.day, 30)


def period_rate(terms: Terms) -> Fraction:
    """Interest of one whole instalment period as a share of the balance, for the equal instalment.

    `daily` takes a month as 30 days here: the instalment must not depend on the month it starts.
    """
    year = terms.rate_percent / 100
    if terms.interest_period == "daily":
        days = {"days": 1, "weeks": 7, "months": 30, "years": 365}[terms.unit]
        return year * days * terms.every / DAY_COUNT[terms.day_count]
    in_a_year = DAY_COUNT[terms.day_count] if terms.unit == "days" else UNITS[terms.unit]
    return year * terms.every / in_a_year


def share_of(terms: Terms, due: date, base: date) -> Share:
    """How the interest of the period that ends on `due` spreads over its days.

    `daily`: by the day count. `repayment_period`: a whole step costs the rate of one period
    whatever its length, and a part of a step its share of that step's days. `base` is the day from
    which the rhythm of due days is counted.
    """
    if terms.interest_period == "daily":
        year = terms.rate_percent / 100
        return lambda a, b: year * part_of_a_year(a, b, terms.day_count)
    rate = period_rate(terms)
    return lambda a, b: (
        rate * (steps_between(terms, a, due, base) - steps_between(terms, b, due, base))
    )


def steps_between(terms: Terms, start: date, due: date, base: date) -> Fraction:
    """How many steps lie between two days, counted back from the later one."""
    n, turn = 0, due
    while turn > start:
        earlier = step_before(due, n + 1, terms, base)
        if earlier < start:
            return n + Fraction((turn - start).days, (turn - earlier).days)
        n, turn = n + 1, earlier
    return Fraction(n)


def equal_instalment(balance: int, periods: int, terms: Terms, balloon: int = 0) -> int:
    """The equal instalment of an annuity, rounded to the terms' multiple.

    `balloon` of the balance is not repaid by it: it only bears interest until the last day.
    """
    rate = period_rate(terms)
    falling = balance - balloon
    if rate == 0:
        exact = Fraction(falling, periods)
    else:
        exact = falling * rate / (1 - 1 / (1 + rate) ** periods) + balloon * rate
    return to_multiple(exact, terms.instalment_multiple_of)
