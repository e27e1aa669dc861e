"""How large the numbers of a loan may be. Within these, compiled and undecorated replay are equal.

Compiled integers have 64 bits and wrap silently, so what is larger is refused where it enters.
The largest product of the replay is what a loan owes times the days it may last, or times the
fraction of a rate: `MOST * DAYS` is 3.7e18 and `UNIT ** 2` is 1e18, below 2**63 = 9.2e18.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from doorstep.book.types import BookError, Loan

AMOUNT = 10**13
"""The largest single amount, in minor units (100 billion yuan)."""

MOST = 10**14
"""The largest sum of a loan's instalments and charges, and of its payments."""

DAYS = 36_525
"""A loan's first and last day lie at most so many days apart (100 years)."""

UNIT = 10**9
"""The largest denominator of a daily penalty rate, and of a cap (times 365 if annual)."""

RATE = Fraction(1, 10)
"""The largest penalty rate a day."""

RATIO = 100
"""The largest ratio of a cap."""

ROWS = 100_000
"""The most instalments, charges, and events with payments of one loan, each."""


def check_amount(amount: int, where: str) -> int:
    """The amount, if it may be so large. Raises BookError naming the place."""
    if amount > AMOUNT:
        raise BookError(where, f"{amount} is too large; a single amount is at most {AMOUNT}")
    return amount


def check_rows(count: int, where: str, what: str) -> None:
    """Refuse more rows of one loan than the replay is proved for."""
    if count > ROWS:
        raise BookError(where, f"{count} {what} are too many; a loan has at most {ROWS}")


def check_sum(total: int, where: str, what: str) -> None:
    """Refuse a loan whose amounts sum to more than 64 bits can count."""
    if total > MOST:
        raise BookError(where, f"{what} sum to {total}; a loan has at most {MOST}")


def check_span(first: date, last: date, where: str) -> None:
    """Refuse a loan whose days lie too far apart."""
    if (last - first).days > DAYS:
        raise BookError(
            where, f"the days from {first} to {last} are too many; a loan lasts at most {DAYS} days"
        )


def check_rate(rate: Fraction, where: str) -> Fraction:
    """A daily penalty rate. Raises BookError where it is negative, too large or too fine."""
    if not 0 <= rate <= RATE:
        raise BookError(where, f"{rate} a day; a penalty rate is from 0 to {RATE} a day")
    if rate.denominator > UNIT:
        raise BookError(where, f"{rate} is too fine; its denominator is at most {UNIT}")
    return rate


def check_ratio(ratio: Fraction, annual: bool, where: str) -> Fraction:
    """The ratio of a cap, with the days of a year in the denominator where it is annual."""
    if not 0 <= ratio <= RATIO:
        raise BookError(where, f"{ratio} is no ratio of a cap; it is from 0 to {RATIO}")
    whole = ratio / 365 if annual else ratio
    if whole.denominator > UNIT:
        raise BookError(where, f"{ratio} is too fine; its denominator is at most {UNIT}")
    return whole


def check_loan(loan: Loan, as_of: date, where: str) -> None:
    """Refuse a loan that is larger than the replay is proved for.

    Raises BookError naming the row and field, or the part that is too much.
    """
    for name in ("instalments", "charges", "payments", "events"):
        check_rows(len(getattr(loan, name)), f"{where}.{name}", name)
    for n, instalment in enumerate(loan.instalments):
        check_amount(instalment.principal, f"{where}.instalments[{n}].principal")
        check_amount(instalment.interest, f"{where}.instalments[{n}].interest")
    for name in ("charges", "payments", "events"):
        for n, row in enumerate(getattr(loan, name)):
            check_amount(row.amount or 0, f"{where}.{name}[{n}].amount")
    owed = sum(i.principal + i.interest for i in loan.instalments)
    check_sum(owed + sum(x.amount for x in loan.charges), where, "instalments and charges")
    check_sum(sum(p.amount for p in loan.payments), where, "payments")
    days = [as_of, *(i.due for i in loan.instalments), *(x.due for x in loan.charges)]
    days += [x.on for x in loan.payments] + [x.on for x in loan.events]
    if loan.caps and loan.disbursed_on is not None:
        days.append(loan.disbursed_on)
    check_span(min(days), as_of, where)
    for n, event in enumerate(loan.events):
        if event.rate is not None:
            check_rate(event.rate, f"{where}.events[{n}].rate")
