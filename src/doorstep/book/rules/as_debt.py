"""One loan as a debt: what plenty of money would meet, and how heavy it weighs. Pure.

The replay itself is asked: whatever it would not let money meet (what is in dispute, what a cap
forbids, what was written off) is no part of the debt, and what it counts as paid ahead is not due.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from doorstep.book.rules.debts import Debt
from doorstep.book.types import Loan, LoanState

_YEAR = 365


def debt_of(loan_id: str, state: LoanState, trial: str, on: date, burden: Fraction | None) -> Debt:
    """The debt that the payment `trial` of the day `on`, surely enough, met in this state.

    A loan is one debt however many instalments it has; it fell due with the oldest of them that is
    unpaid. No loan of the book has security of its own: guarantors stand for the borrower.
    """
    paid = next(p for p in state.payments if p.payment_id == trial)
    days = {i.number: i.due for i in state.instalments}
    ahead = [p for p in paid.parts if p.ahead]
    later = sum(p.amount for p in ahead)
    met = [min(days[p.number], on) for p in paid.parts if not p.ahead]
    return Debt(
        loan_id,
        due=sum(paid.split.values()) - later,
        later=later,
        due_on=min(met, default=date.max),
        later_on=min((days[p.number] for p in ahead), default=date.max),
        burden=burden,
    )


def burden_of(row: Mapping[str, Any], loan: Loan) -> Fraction | None:
    """What a loan costs its debtor a year as a share of what is owed; None where nobody knows.

    The rate of the contract, or where only the schedule is known (or interest is flat, so that
    the rate says too little) the interest of the schedule on what is lent day by day, to a whole
    per cent; and the penalty of a year.
    """
    stated = row["rate_percent"]
    if stated is not None and row["interest"] != "flat":
        rate: Fraction | None = Fraction(str(stated)) / 100
    else:
        rate = _rate_of_schedule(loan)
    if rate is None:
        return None
    return rate + (loan.penalty.daily_rate * _YEAR if loan.penalty else 0)


def _rate_of_schedule(loan: Loan) -> Fraction | None:
    if loan.disbursed_on is None:
        return None
    lent = sum(i.principal for i in loan.instalments)
    weight, day = 0, loan.disbursed_on
    for i in sorted(loan.instalments, key=lambda i: i.due):
        weight += lent * max(0, (i.due - day).days)
        day, lent = max(day, i.due), lent - i.principal
    if weight <= 0:
        return None
    return Fraction(round(Fraction(sum(i.interest for i in loan.instalments) * _YEAR, weight), 2))
