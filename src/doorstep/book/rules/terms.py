"""The terms of a loan, as the reference cases spell them, and the arithmetic they share.

Rates are exact fractions: no float touches money. Halves round up.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from doorstep.book.types import BookError

INTEREST = ("flat", "declining_balance")
PERIOD = ("repayment_period", "daily")
AMORTIZATION = ("equal_installments", "equal_principal_payments")
UNITS = {"days": 365, "weeks": 52, "months": 12, "years": 1}
DAY_COUNT = {"actual/365": 365, "actual/364": 364, "actual/360": 360, "30/360": 360}
FREQUENCY = ("daily", "same_as_repayment_period")
EARLY = ("smaller_instalments", "fewer_instalments", "next_instalments")


@dataclass(frozen=True, slots=True)
class Recalculate:
    """How interest follows the day money really arrived. Compounding is `none`, the one built."""

    frequency: str = "daily"
    compounding: str = "none"
    early_payment: str = "smaller_instalments"


@dataclass(frozen=True, slots=True)
class Terms:
    """`rate_percent` a year; `every` `unit` an instalment; `grace_principal` and `grace_interest`
    instalments without principal or interest to pay (the interest is paid after them);
    `interest_free` instalments without interest at all."""

    rate_percent: Fraction
    instalments: int
    interest: str = "declining_balance"
    interest_period: str = "repayment_period"
    amortization: str = "equal_installments"
    every: int = 1
    unit: str = "months"
    grace_principal: int = 0
    grace_interest: int = 0
    interest_free: int = 0
    day_count: str = "actual/365"
    instalment_multiple_of: int = 1
    recalculate: Recalculate | None = None


def parse_terms(data: Mapping[str, Any], where: str = "terms") -> Terms:
    """Terms from JSON or TOML. Raises BookError naming the key that is unknown or unusable."""
    known = {f.name for f in fields(Terms)}
    for key in data:
        if key not in known:
            raise BookError(f"{where}.{key}", f"unknown key; use {', '.join(sorted(known))}")
    given = {k: v for k, v in data.items() if v is not None}
    for key in ("rate_percent", "instalments"):
        if key not in given:
            raise BookError(f"{where}.{key}", "missing; give a number")
    values: dict[str, Any] = {**given, "rate_percent": _rate(given["rate_percent"], where)}
    for key, least in _WHOLE.items():
        values[key] = _whole(given, key, least, where)
    for key, choices in _CHOICES.items():
        if key in given and given[key] not in choices:
            raise BookError(
                f"{where}.{key}", f"unknown value {given[key]!r}; use {', '.join(choices)}"
            )
    if "recalculate" in given:
        values["recalculate"] = _recalculate(given["recalculate"], f"{where}.recalculate")
    terms = Terms(**values)
    _sensible(terms, where)
    return terms


MOST_INSTALMENTS = 10_000
"""Twenty-seven years of days; more is a slip of the pen that would fill the memory."""

_WHOLE = {
    "instalments": 1,
    "every": 1,
    "grace_principal": 0,
    "grace_interest": 0,
    "interest_free": 0,
    "instalment_multiple_of": 1,
}
_DEFAULT = {"every": 1, "instalment_multiple_of": 1}


def _sensible(terms: Terms, where: str) -> None:
    if terms.instalments > MOST_INSTALMENTS:
        raise BookError(f"{where}.instalments", f"too many; give at most {MOST_INSTALMENTS}")
    if max(terms.grace_principal, terms.grace_interest, terms.interest_free) >= terms.instalments:
        raise BookError(where, "grace must be shorter than the number of instalments")


_CHOICES: Mapping[str, Any] = {
    "interest": INTEREST,
    "interest_period": PERIOD,
    "amortization": AMORTIZATION,
    "unit": UNITS,
    "day_count": DAY_COUNT,
}


def _rate(value: Any, where: str) -> Fraction:
    try:
        rate = Fraction(Decimal(str(value)))
    except (InvalidOperation, ValueError):
        rate = Fraction(-1)
    if isinstance(value, bool) or rate < 0:
        raise BookError(f"{where}.rate_percent", f"{value!r} is no rate; give percent a year")
    return rate


def _whole(given: Mapping[str, Any], key: str, least: int, where: str) -> int:
    value = given.get(key, _DEFAULT.get(key, 0))
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise BookError(f"{where}.{key}", f"{value!r}: give a whole number, at least {least}")
    return value


def _recalculate(data: Any, where: str) -> Recalculate:
    if not isinstance(data, Mapping):
        raise BookError(where, "give an object with frequency, compounding, early_payment")
    choices = {"frequency": FREQUENCY, "compounding": ("none",), "early_payment": EARLY}
    for key, value in data.items():
        if key not in choices:
            raise BookError(f"{where}.{key}", f"unknown key; use {', '.join(choices)}")
        if value not in choices[key]:
            raise BookError(
                f"{where}.{key}", f"unknown value {value!r}; use {', '.join(choices[key])}"
            )
    return Recalculate(**data)


def half_up(amount: Fraction) -> int:
    """The nearest whole number; halves go up.

    >>> half_up(Fraction(5, 2)), half_up(Fraction(7, 3))
    (3, 2)
    """
    return (2 * amount.numerator + amount.denominator) // (2 * amount.denominator)


def to_multiple(amount: Fraction, multiple: int) -> int:
    """`amount` rounded to the nearest multiple, halves up."""
    return half_up(amount / multiple) * multiple


def due_dates(disbursed_on: date, terms: Terms) -> list[date]:
    """Due days counted from the disbursement, so that a 31st comes back after a short month.
    Raises BookError where the last of them lies beyond the calendar."""
    in_the_calendar(disbursed_on, terms)
    steps = range(terms.every, terms.every * (terms.instalments + 1), terms.every)
    return [_later(disbursed_on, n, terms.unit) for n in steps]


def in_the_calendar(disbursed_on: date, terms: Terms) -> None:
    """Raises BookError where the last due day lies beyond the calendar."""
    try:
        _later(disbursed_on, terms.every * terms.instalments, terms.unit)
    except (ValueError, OverflowError):
        raise BookError(
            "terms.instalments", "the last is due after the year 9999; give fewer, or shorter steps"
        ) from None


def _later(start: date, n: int, unit: str) -> date:
    if unit in {"days", "weeks"}:
        return start + timedelta(days=n * (7 if unit == "weeks" else 1))
    months = start.year * 12 + start.month - 1 + n * (12 if unit == "years" else 1)
    year, month = divmod(months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(start.day, last))


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


def interest_between(balance: int, start: date, end: date, terms: Terms) -> int:
    """Interest on a balance by days, rounded: what one stretch of one period costs."""
    days = (end - start).days
    if terms.day_count == "30/360":
        days = _thirty(end) - _thirty(start)
    share = terms.rate_percent / 100 * days / DAY_COUNT[terms.day_count]
    return half_up(balance * share)


def _thirty(day: date) -> int:
    return day.year * 360 + day.month * 30 + min(day.day, 30)


def equal_instalment(balance: int, periods: int, terms: Terms) -> int:
    """The equal instalment of an annuity, rounded to the terms' multiple."""
    rate = period_rate(terms)
    if rate == 0:
        exact = Fraction(balance, periods)
    else:
        exact = balance * rate / (1 - 1 / (1 + rate) ** periods)
    return to_multiple(exact, terms.instalment_multiple_of)
