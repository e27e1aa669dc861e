"""Penalty terms and caps as the numbers the replay reads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from math import lcm

from doorstep.book.rules import columns as c
from doorstep.book.rules.limits import UNIT, check_amount, check_rate, check_ratio
from doorstep.book.types import BookError, Cap, PenaltyTerms
from doorstep.kernel.money import COMPONENTS

NONE = PenaltyTerms()
CAP_KINDS = ("annual_rate", "total_cost", "in_duplum")
BASES = ("principal", "principal_and_interest")
MOST_DAYS = 3_650
"""The longest grace, and the latest day of a late fee."""


def caps_in_force(caps: Iterable[Cap], contract_on: date | None) -> tuple[Cap, ...]:
    """The caps that bind a contract of that day, in their order.

    A dated cap binds nothing whose contract day is unknown: an unknown day is no ground to demand
    more, so it is refused. Raises BookError.
    """
    found = []
    for cap in caps:
        if cap.since is None and cap.until is None:
            found.append(cap)
        elif contract_on is None:
            raise BookError("contract_on", f"missing; the cap {cap.rule} depends on it")
        elif (cap.since or date.min) <= contract_on <= (cap.until or date.max):
            found.append(cap)
    return tuple(found)


def unit_of(rates: Iterable[Fraction], where: str = "penalty.daily_rate") -> int:
    """The common denominator of daily rates. Raises BookError where it is too large."""
    unit = lcm(1, *(rate.denominator for rate in rates))
    if unit > UNIT:
        raise BookError(where, f"these rates have no common denominator up to {UNIT}")
    return unit


def penalty_numbers(
    penalty: PenaltyTerms | None,
    caps: Sequence[Cap],
    changes: Iterable[Fraction] = (),
    where: str = "penalty",
) -> list[int]:
    """The PENALTY numbers of one kind of terms; `changes` are the rates of later events.

    Raises BookError naming the field that is out of range.
    """
    terms, changes = penalty or NONE, tuple(changes)
    check_rate(terms.daily_rate, f"{where}.daily_rate")
    check_amount(terms.late_fee, f"{where}.late_fee")
    if terms.base not in BASES:
        raise BookError(f"{where}.base", f"{terms.base!r} is unknown; use {', '.join(BASES)}")
    if terms.late_fee_component not in {"fees", "penalties"}:
        raise BookError(f"{where}.late_fee_component", "use fees or penalties")
    if not 0 <= terms.grace_days <= MOST_DAYS or not 1 <= terms.late_fee_after <= MOST_DAYS:
        raise BookError(where, f"days are from 0 (of a late fee 1) to {MOST_DAYS}")
    unit = unit_of((terms.daily_rate, *changes), f"{where}.daily_rate")
    return [
        int(terms.daily_rate * unit),
        unit,
        int(terms.base == "principal_and_interest"),
        terms.grace_days,
        int(terms.from_due),
        terms.late_fee,
        terms.late_fee_after,
        COMPONENTS.index(terms.late_fee_component),
        int(terms == NONE and not caps and not changes),
    ]


def cap_numbers(cap: Cap, where: str = "caps") -> list[int]:
    """The CAP numbers of one cap. Raises BookError naming the field."""
    if cap.kind not in CAP_KINDS:
        raise BookError(f"{where}.kind", f"{cap.kind!r} is unknown; use {', '.join(CAP_KINDS)}")
    ratio = check_ratio(cap.ratio, cap.kind == "annual_rate", f"{where}.ratio")
    if not cap.components or not set(cap.components) <= set(COMPONENTS[:4]):
        raise BookError(f"{where}.components", f"use {', '.join(COMPONENTS[:4])}")
    marks = sum(1 << COMPONENTS.index(name) for name in set(cap.components))
    return [CAP_KINDS.index(cap.kind), ratio.numerator, ratio.denominator, marks]


assert CAP_KINDS.index("in_duplum") == c.IN_DUPLUM
