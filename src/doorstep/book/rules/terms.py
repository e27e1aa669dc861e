"""The terms of a loan, as the reference cases spell them: read strictly, refused where unusable."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from doorstep.book.types import BookError

INTEREST = ("flat", "declining_balance")
PERIOD = ("repayment_period", "daily")
AMORTIZATION = (
    "equal_installments",
    "equal_principal_payments",
    "interest_only",
    "single_payment",
)
UNITS = {"days": 365, "weeks": 52, "months": 12, "years": 1}
DAY_COUNT = {
    "actual/365": 365,
    "actual/364": 364,
    "actual/360": 360,
    "actual/actual": 365,
    "30/360": 360,
}
"""Days of the year by which a period is measured for the equal instalment."""
FREQUENCY = ("daily", "same_as_repayment_period")
COMPOUNDING = ("none", "interest", "monthly")
EARLY = ("smaller_instalments", "fewer_instalments", "next_instalments")
LATE = ("when_paid", "every_day", "never")
DRAWDOWN = ("keep_instalment", "new_instalment")

MOST_INSTALMENTS = 10_000
"""Twenty-seven years of days; more is a slip of the pen that would fill the memory."""
MOST_RATE_PERCENT = 10_000
"""A year. Thirty per cent a day; more is a rate written in another unit."""
_FINEST = 20
"""Decimals of a rate; an exponent out of hand would make a fraction that fills the memory."""
LARGEST_PRINCIPAL = 10**13
"""In minor units, as everywhere in the book."""


@dataclass(frozen=True, slots=True)
class Recalculate:
    """How interest follows the day money really arrived.

    `frequency`: money counts on its day, or on the due day that follows. `compounding`: late
    interest bears interest too (`interest`; `monthly` is another word for it), or not.
    `early_payment`: what more than the instalment does to the ones to come. `late_interest`: late
    principal costs interest in the period in which money comes, on every day, or never.
    """

    frequency: str = "daily"
    compounding: str = "none"
    early_payment: str = "smaller_instalments"
    late_interest: str = "when_paid"


@dataclass(frozen=True, slots=True)
class Terms:
    """`rate_percent` a year; `every` `unit` an instalment; `grace_principal` and `grace_interest`
    instalments without principal or interest to pay (the interest is paid after them);
    `interest_free` instalments without interest at all; `balloon` minor units of the principal
    left to the last instalment; `due_day` of the month (31: its last day); `drawdown`: what money
    paid out later does to the instalments of a line."""

    rate_percent: Fraction
    instalments: int
    interest: str = "declining_balance"
    interest_period: str = "repayment_period"
    amortization: str = "equal_installments"
    every: int = 1
    unit: str = "months"
    first_due: date | None = None
    due_day: int = 0
    balloon: int = 0
    grace_principal: int = 0
    grace_interest: int = 0
    interest_free: int = 0
    day_count: str = "actual/365"
    instalment_multiple_of: int = 1
    drawdown: str = "keep_instalment"
    recalculate: Recalculate | None = None


def parse_terms(data: Any, where: str = "terms") -> Terms:
    """Terms from JSON, TOML or a row. Raises BookError naming the key that is unusable."""
    given = _given(data, where)
    rate = f"{where}.rate_percent"
    values: dict[str, Any] = {**given, "rate_percent": parse_rate(given["rate_percent"], rate)}
    for key, (default, least, most) in _WHOLE.items():
        values[key] = whole(given.get(key, default), f"{where}.{key}", least, most)
    for key, choices in _CHOICES.items():
        if key in given:
            values[key] = one_of(given[key], f"{where}.{key}", choices)
    for key, read in (("first_due", a_day), ("recalculate", _recalculate)):
        if key in given:
            values[key] = read(given[key], f"{where}.{key}")
    terms = Terms(**values)
    sensible(terms, where)
    return terms


def _given(data: Any, where: str) -> dict[str, Any]:
    """The values that are there; every key known, the two without a default among them."""
    if not isinstance(data, Mapping):
        raise BookError(where, "give an object with named values")
    known = {f.name for f in fields(Terms)}
    for key in data:
        if key not in known:
            raise BookError(f"{where}.{key}", f"unknown key; use {', '.join(sorted(known))}")
    given = {k: v for k, v in data.items() if v is not None}
    for key in ("rate_percent", "instalments"):
        if key not in given:
            raise BookError(f"{where}.{key}", "missing; give a number")
    return given


_WHOLE = {
    "instalments": (1, 1, MOST_INSTALMENTS),
    "every": (1, 1, 10**12),
    "due_day": (0, 0, 31),
    "balloon": (0, 0, LARGEST_PRINCIPAL),
    "grace_principal": (0, 0, MOST_INSTALMENTS),
    "grace_interest": (0, 0, MOST_INSTALMENTS),
    "interest_free": (0, 0, MOST_INSTALMENTS),
    "instalment_multiple_of": (1, 1, LARGEST_PRINCIPAL),
}
"""Default, least and most of the whole numbers."""

_CHOICES: Mapping[str, tuple[str, ...]] = {
    "interest": INTEREST,
    "interest_period": PERIOD,
    "amortization": AMORTIZATION,
    "unit": tuple(UNITS),
    "day_count": tuple(DAY_COUNT),
    "drawdown": DRAWDOWN,
}


def sensible(terms: Terms, where: str) -> None:
    """Raises BookError for values that are each possible and together are not."""
    if max(terms.grace_principal, terms.grace_interest, terms.interest_free) >= terms.instalments:
        raise BookError(where, "grace must be shorter than the number of instalments")
    if terms.due_day and terms.unit not in {"months", "years"}:
        raise BookError(f"{where}.due_day", f"{terms.unit} have no day of the month; leave it out")
    if terms.due_day and terms.first_due and not _falls_on(terms.first_due, terms.due_day):
        raise BookError(
            f"{where}.first_due", f"{terms.first_due} is not day {terms.due_day} of its month"
        )
    if terms.interest == "flat" and terms.recalculate is not None:
        raise BookError(
            f"{where}.recalculate", "flat interest does not follow the money; use declining_balance"
        )
    if terms.balloon and terms.amortization in {"interest_only", "single_payment"}:
        raise BookError(
            f"{where}.balloon",
            f"{terms.amortization} leaves all principal to the end; leave it out",
        )


def _falls_on(day: date, due_day: int) -> bool:
    last = calendar.monthrange(day.year, day.month)[1]
    return day.day == min(due_day, last)


def parse_rate(value: Any, where: str) -> Fraction:
    """Per cent a year, 0 to MOST_RATE_PERCENT, exactly as written. Raises BookError."""
    try:
        rate = Decimal(str(value))
    except InvalidOperation:
        rate = Decimal("NaN")
    if isinstance(value, bool) or not rate.is_finite() or rate < 0:
        raise BookError(where, f"{str(value)[:40]!r} is no rate; give percent a year")
    if rate > MOST_RATE_PERCENT:
        raise BookError(
            where, f"{str(rate)[:40]} is too high; give at most {MOST_RATE_PERCENT} a year"
        )
    if rate.as_tuple().exponent < -_FINEST:  # type: ignore[operator]
        raise BookError(where, f"{str(value)[:40]!r} is too fine; give at most {_FINEST} decimals")
    return Fraction(rate)


def whole(value: Any, where: str, least: int, most: int) -> int:
    """A whole number between `least` and `most`. Raises BookError naming `where`."""
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise BookError(where, f"{value!r}: give a whole number, at least {least}")
    if value > most:
        much = "too much" if most == LARGEST_PRINCIPAL else "too many"
        raise BookError(where, f"{much}; give at most {most}")
    return value


def one_of(value: Any, where: str, choices: tuple[str, ...]) -> str:
    """One of the words. Raises BookError naming `where` and them."""
    if value not in choices:
        raise BookError(where, f"unknown value {value!r}; use {', '.join(choices)}")
    return str(value)


def a_day(value: Any, where: str) -> date:
    """A day, from a date or ISO text. Raises BookError."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise BookError(where, f"{value!r} is no day; write it like 2026-11-24") from None


def _recalculate(data: Any, where: str) -> Recalculate:
    if isinstance(data, str):
        return Recalculate(early_payment=one_of(data, where, EARLY))
    if not isinstance(data, Mapping):
        raise BookError(
            where, "give an object with frequency, compounding, early_payment, late_interest"
        )
    choices = {
        "frequency": FREQUENCY,
        "compounding": COMPOUNDING,
        "early_payment": EARLY,
        "late_interest": LATE,
    }
    for key, value in data.items():
        if key not in choices:
            raise BookError(f"{where}.{key}", f"unknown key; use {', '.join(choices)}")
        one_of(value, f"{where}.{key}", choices[key])
    return Recalculate(**data)
