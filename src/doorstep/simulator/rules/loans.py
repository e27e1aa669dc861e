"""Inventing loans: what was lent, what falls due, what is paid unasked and what late costs."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import date, timedelta

from doorstep.simulator.rules.draws import between, draw, pick, weighted
from doorstep.simulator.types import Charge, Instalment, Loan, Payment, Person, Temper

MONTHLY, WEEKLY, PURCHASE = "月供贷", "周供贷", "分期购"
"""Monthly loan, weekly loan, purchase by instalments."""
PRODUCTS: tuple[tuple[str, float], ...] = ((MONTHLY, 0.62), (WEEKLY, 0.20), (PURCHASE, 0.18))
"""Generic product names, as these lenders write them, and how common each is."""
GRACE = 3
"""Days after the due date before the lender adds a late fee."""


def make_loan(seed: int, key: str, person: Person, disbursed_on: date) -> Loan:
    """A loan of 1,000 to 20,000 yuan in 3 to 12 monthly, or 8 to 16 weekly, equal instalments."""
    product = weighted(PRODUCTS, seed, "product", key)
    if product == WEEKLY:
        principal = between(10, 40, seed, "principal", key) * 10_000
        count, rate = pick((8, 12, 16), seed, "count", key), 45
    else:
        low, top = (20, 120) if product == PURCHASE else (40, 200)
        principal = between(low, top, seed, "principal", key) * 10_000
        count, rate = pick((3, 6, 6, 9, 12, 12), seed, "count", key), _rate(seed, key)
    return Loan(
        id=key,
        lender=person.lender,
        borrower=person.id,
        product=product,
        principal=principal,
        disbursed_on=disbursed_on,
        instalments=tuple(_schedule(principal, count, rate, disbursed_on, product == WEEKLY)),
    )


def _rate(seed: int, key: str) -> int:
    """Interest per month in hundredths of a percent: 12 to 23.4 % a year, under the 24 % cap."""
    return between(100, 195, seed, "rate", key)


def _schedule(
    principal: int, count: int, rate: int, start: date, weekly: bool
) -> Iterator[Instalment]:
    """Equal principal, interest on what is left; the last instalment takes the odd fen."""
    left, part = principal, principal // count
    for number in range(1, count + 1):
        due = start + timedelta(weeks=number) if weekly else add_months(start, number)
        interest = left * rate // 10_000
        share = part if number < count else left
        yield Instalment(number, due, share, interest)
        left -= share


def add_months(day: date, months: int) -> date:
    """The same day `months` later, or the month's last.

    >>> add_months(date(2026, 1, 31), 1)
    datetime.date(2026, 2, 28)
    """
    year, month = divmod(day.month - 1 + months, 12)
    last = calendar.monthrange(day.year + year, month + 1)[1]
    return date(day.year + year, month + 1, min(day.day, last))


def delay(seed: int, person: Person, loan: Loan, number: int, due: date) -> int | None:
    """Days after the due date at which this instalment is paid unasked; None: not unasked."""
    chance = draw(seed, "delay", loan.id, number)
    late = between(2, 14, seed, "late", loan.id, number)
    if person.temper is Temper.STEADY:
        return late // 2 if chance < 0.012 else 0
    if person.temper is Temper.FORGETFUL:
        return 0 if chance < 0.66 else late if chance < 0.84 else late + 12
    if person.temper is Temper.STRETCHED:
        return 0 if chance < 0.52 else late * 2 if chance < 0.78 else None
    assert person.changed_on is not None
    return 0 if due < person.changed_on else None


def unasked(seed: int, person: Person, loan: Loan) -> Iterator[Payment]:
    """What is paid without anybody asking: whole instalments, late ones with their fee."""
    for part in loan.instalments:
        after = delay(seed, person, loan, part.number, part.due)
        if after is not None:
            on = part.due + timedelta(days=after)
            fee = late_fee(loan, part, on, on)
            amount = part.amount + (fee.amount if fee else 0)
            yield Payment(loan.id, f"{loan.id}-P{part.number:02d}", on, amount)


def late_fee(loan: Loan, part: Instalment, paid_on: date | None, until: date) -> Charge | None:
    """One percent of the instalment, at least two yuan, once, four days after the due date."""
    on = part.due + timedelta(days=GRACE + 1)
    if on > until or (paid_on is not None and paid_on < on):
        return None
    amount = max(200, part.amount // 100)
    return Charge(loan.id, f"{loan.id}-F{part.number:02d}", "fee", on, amount)
