"""The lender's own books: what has fallen due and what was paid, loan by loan. No interest games.

The product computes what is owed by replay; this is only so that borrowers know how much to pay
and the lender when to add a late fee. Amounts are fen.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import accumulate

from doorstep.simulator.rules.loans import GRACE, delay, late_fee
from doorstep.simulator.types import Charge, Loan, Payment, Person, Portfolio


class Accounts:
    """Running totals of every loan, moved forward a day at a time."""

    def __init__(self, book: Portfolio, start: date) -> None:
        """As they stand at the end of `start`."""
        self._seed = book.seed
        self.loans = {loan.id: loan for loan in book.loans}
        self.people = {p.id: p for p in book.people}
        self.loans_of: dict[str, list[str]] = defaultdict(list)
        self._dues = {x.id: [i.due for i in x.instalments] for x in book.loans}
        self._sums = {x.id: [0, *accumulate(i.amount for i in x.instalments)] for x in book.loans}
        self.paid: dict[str, int] = defaultdict(int)
        self.fees: dict[str, int] = defaultdict(int)
        for loan in book.loans:
            self.loans_of[loan.borrower].append(loan.id)
        for payment in book.payments:
            if payment.on <= start:
                self.paid[payment.loan] += payment.amount
        for charge in book.charges:
            if charge.due <= start:
                self.fees[charge.loan] += charge.amount
        self._unasked = _by_day(book)
        self._due_on = _due_by_day(book.loans)

    def overdue(self, loan: str, day: date) -> int:
        """What had fallen due by the end of `day` and is not paid; never below zero."""
        fallen = self._sums[loan][bisect_right(self._dues[loan], day)] + self.fees[loan]
        return max(0, fallen - self.paid[loan])

    def owed_by(self, borrower: str, day: date) -> int:
        """The same over all loans of a borrower."""
        return sum(self.overdue(x, day) for x in self.loans_of[borrower])

    def pay(self, loan: str, amount: int) -> None:
        self.paid[loan] += amount

    def unasked(self, day: date) -> Iterator[Payment]:
        """What is paid today without anybody asking; what is settled already is not paid twice.
        Pay each before asking for the next: what is overdue is looked up one by one."""
        for loan, number in self._unasked.get(day, ()):
            part = self.loans[loan].instalments[number - 1]
            amount = min(self.overdue(loan, day), part.amount + self.fees[loan])
            if amount > 0:
                yield Payment(loan, f"{loan}-P{number:02d}", day, amount)

    def late_fees(self, day: date) -> Iterator[Charge]:
        """Fees of instalments that fell due four days ago and are not covered; they add up."""
        for loan, number in self._due_on.get(day - timedelta(days=GRACE + 1), ()):
            if self.paid[loan] < self._sums[loan][number]:
                part = self.loans[loan].instalments[number - 1]
                fee = late_fee(self.loans[loan], part, None, day)
                if fee is not None:
                    self.fees[loan] += fee.amount
                    yield fee

    def person_of(self, loan: str) -> Person:
        return self.people[self.loans[loan].borrower]


def _by_day(book: Portfolio) -> dict[date, list[tuple[str, int]]]:
    people = {p.id: p for p in book.people}
    days: dict[date, list[tuple[str, int]]] = defaultdict(list)
    for loan in book.loans:
        for part in loan.instalments:
            after = delay(book.seed, people[loan.borrower], loan, part.number, part.due)
            if after is not None:
                days[part.due + timedelta(days=after)].append((loan.id, part.number))
    return days


def _due_by_day(loans: Iterable[Loan]) -> dict[date, list[tuple[str, int]]]:
    days: dict[date, list[tuple[str, int]]] = defaultdict(list)
    for loan in loans:
        for part in loan.instalments:
            days[part.due].append((loan.id, part.number))
    return days
