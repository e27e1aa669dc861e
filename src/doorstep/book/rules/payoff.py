"""What a payment must be that closes a loan on a day, interest to that day and no further."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from doorstep.book.rules.changes import unmade
from doorstep.book.rules.loan import state_of
from doorstep.book.types import Instalment, Payment

if TYPE_CHECKING:
    from doorstep.book.rules.case import Case

PLENTY = 10**16
"""More than any loan; what of it stays over says what was needed."""


def needed(over: Any, left: Any) -> Any:
    """What of PLENTY was needed where `over` of it stayed over or went to what is written off;
    `left` is owed and no money may meet it (a dispute)."""
    return PLENTY - over + left


def payoff_on(case: Case, schedule: Callable[[Case], tuple[Instalment, ...]], day: date) -> int:
    """The payoff at the end of `day`: tried out with money that is surely enough.

    `schedule` makes the instalments of a case; the same one answers for the loan itself, so what
    is quoted is what a payment of it would do.
    """
    key = f"{max((str(p.payment_id) for p in case.loan.payments), default='')}+"
    trial = Payment(day, PLENTY, key)
    loan = replace(case.loan, payments=(*case.loan.payments, trial))
    paid = replace(case, loan=loan, as_of=day)
    heard, _ = unmade(loan, case.changes, day)
    state = state_of(replace(heard, instalments=schedule(paid)), day)
    paid_last = next(p for p in state.payments if p.payment_id == key)
    return int(needed(paid_last.credit + paid_last.recovered, state.payoff))
