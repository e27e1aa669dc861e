"""A repayment schedule from terms alone: dates, principal and interest of every instalment."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from doorstep.book.rules.terms import (
    DAY_COUNT,
    Terms,
    due_dates,
    equal_instalment,
    half_up,
    interest_between,
    period_rate,
    to_multiple,
)
from doorstep.book.types import Instalment


def make_schedule(principal: int, disbursed_on: date, terms: Terms) -> tuple[Instalment, ...]:
    """The instalments of `principal` (minor units) by `terms`; the principal parts add up to it.

    Equal instalments are rounded to the multiple and the last one takes the rest; equal principal
    is not rounded to it. See docs/algorithms/ledger.md for worked numbers.
    """
    dues = due_dates(disbursed_on, terms)
    if terms.interest == "flat":
        interest = _flat_interest(principal, disbursed_on, dues, terms)
        parts = _flat_principal(principal, interest, terms)
    else:
        parts, interest = _declining(principal, disbursed_on, dues, terms)
    paid = _after_grace(interest, terms)
    return tuple(
        Instalment(due, part, cost, n)
        for n, (due, part, cost) in enumerate(zip(dues, parts, paid, strict=True), start=1)
    )


def _after_grace(interest: list[int], terms: Terms) -> list[int]:
    """Interest of grace instalments is paid with the first one after them."""
    grace = terms.grace_interest
    carried = sum(interest[:grace])
    rest = interest[grace:]
    return [0] * grace + [rest[0] + carried, *rest[1:]] if grace else interest


def _flat_interest(principal: int, start: date, dues: list[date], terms: Terms) -> list[int]:
    """The same interest each time, on the whole principal; the last takes what rounding left."""
    count = terms.instalments
    if terms.interest_period == "daily":
        share = terms.rate_percent / 100 * (dues[-1] - start).days / DAY_COUNT[terms.day_count]
        total = principal * share
    else:
        total = principal * period_rate(terms) * count
    each = half_up(total / count)
    left = half_up(total) - each * terms.interest_free
    parts = [0] * terms.interest_free
    for _ in range(count - terms.interest_free - 1):
        parts.append(min(each, left))
        left -= parts[-1]
    return [*parts, max(0, left)]


def _flat_principal(principal: int, interest: list[int], terms: Terms) -> list[int]:
    paying = terms.instalments - terms.grace_principal
    exact = Fraction(principal, paying)
    parts: list[int] = []
    for n in range(terms.instalments):
        left = principal - sum(parts)
        if n < terms.grace_principal:
            part = 0
        elif n == terms.instalments - 1:
            part = left
        elif terms.amortization == "equal_principal_payments":
            part = half_up(exact)
        else:
            part = to_multiple(exact + interest[n], terms.instalment_multiple_of) - interest[n]
        parts.append(max(0, min(part, left)))
    return parts


def _declining(
    principal: int, start: date, dues: list[date], terms: Terms
) -> tuple[list[int], list[int]]:
    paying = terms.instalments - terms.grace_principal
    instalment = equal_instalment(principal, paying, terms)
    each = half_up(Fraction(principal, paying))
    parts: list[int] = []
    interest: list[int] = []
    balance = principal
    for n, due in enumerate(dues):
        cost = 0 if n < terms.interest_free else _cost(balance, start, due, terms)
        if n < terms.grace_principal:
            part = 0
        elif n == len(dues) - 1:
            part = balance
        elif terms.amortization == "equal_principal_payments":
            part = each
        else:
            part = instalment - cost
        part = max(0, min(part, balance))
        parts.append(part)
        interest.append(cost)
        balance, start = balance - part, due
    return parts, interest


def _cost(balance: int, start: date, due: date, terms: Terms) -> int:
    if terms.interest_period == "daily":
        return interest_between(balance, start, due, terms)
    return half_up(balance * period_rate(terms))
