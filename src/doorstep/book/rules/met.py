"""What had been settled of a schedule by a day: asked of the one replay, never worked out anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from doorstep.book.rules import columns as c
from doorstep.book.rules.columns import Facts, Results
from doorstep.book.rules.loan import state_of
from doorstep.book.rules.replay import replay
from doorstep.book.rules.stream import live_events
from doorstep.book.types import Charge, Instalment, Loan, LoanState, PaymentState


@dataclass(frozen=True, slots=True)
class Settled:
    """Principal and interest of one instalment that money or a waiver has met."""

    row: Instalment
    principal: int
    interest: int

    @property
    def closed(self) -> Instalment:
        """The instalment as far as it was met."""
        return replace(self.row, principal=self.principal, interest=self.interest)


@dataclass
class Ledger:
    """The money and charges of a loan as known at the end of `as_of`; the instalments are put in.
    `until` hides money of later days."""

    loan: Loan
    as_of: date
    until: date = date.max

    @cached_property
    def payments(self) -> tuple[PaymentState, ...]:
        """What was paid and not taken back, by day and id."""
        undone = tuple(e for e in self.loan.events if e.kind == "reversal" and e.payment_id != "")
        bare = replace(self.loan, instalments=(), charges=(), events=undone)
        known = state_of(bare, self.as_of).payments
        return tuple(p for p in known if not p.reversed and p.on <= self.until)

    def days(self, after: date, until: date) -> list[date]:
        """The days with money in (after, until]."""
        return sorted({p.on for p in self.payments if after < p.on <= until})

    @property
    def simple(self) -> bool:
        """Nothing but money and charges: then a day on which nothing was owed ends a chapter."""
        loan = self.loan
        undone = any(p.reverses is not None for p in loan.payments)
        return not (loan.events or loan.caps or loan.penalty or undone)

    def after(self, day: date) -> Ledger:
        """The same without what a day on which nothing was owed has done with."""
        loan = replace(
            self.loan,
            payments=tuple(p for p in self.loan.payments if p.on > day),
            charges=tuple(x for x in self.loan.charges if x.due > day),
        )
        return Ledger(loan, self.as_of, self.until)

    def trial(self, rows: Sequence[Instalment], day: date) -> LoanState:
        """The loan at the end of a day if these were all its instalments. A charge counts from its
        due day; the `credit` of a payment is what nothing due had a claim on."""
        seen = tuple(
            replace(x, added_on=x.due)
            for x in self.loan.charges
            if x.added_on <= self.as_of and x.due <= day
        )
        return state_of(self._undone_by_now(rows, seen, day), day)

    def settled(self, rows: Sequence[Instalment], day: date) -> list[Settled]:
        """How far each instalment was met at the end of a day, in order of due day and number."""
        seen = tuple(
            replace(x, added_on=min(x.added_on, max(x.due, day)))
            for x in self.loan.charges
            if x.added_on <= self.as_of and (x.added_on <= day or x.due <= day)
        )
        found: list[Any] = []

        def watched(facts: Facts) -> Results:
            results = replay(facts)
            found.extend(c.cells_of_instalments(facts, results))
            return results

        state_of(self._undone_by_now(rows, seen, day), day, engine=watched)
        return [
            Settled(
                row,
                int(cells[c.PRINCIPAL_PAID] + cells[c.PRINCIPAL_WAIVED]),
                int(cells[c.INTEREST_PAID] + cells[c.INTEREST_WAIVED]),
            )
            for row, cells in zip(
                sorted(rows, key=lambda i: (i.due, i.number)), found, strict=False
            )
        ]

    def _undone_by_now(
        self, rows: Sequence[Instalment], charges: tuple[Charge, ...], day: date
    ) -> Loan:
        """The loan with these instalments. What is known to be reversed is so from the start: a
        reversal works back to the day of what it undoes, whenever it came. What is done to a charge
        or an instalment that is not there yet is not done yet."""
        there = {x.charge_id for x in charges} | {""}
        return replace(
            self.loan,
            instalments=tuple(rows),
            charges=charges,
            payments=tuple(
                p if p.reverses is None else replace(p, on=min(p.on, day))
                for p in self.loan.payments
                if p.reverses is None or p.on <= self.as_of
            ),
            events=tuple(
                e if e.kind != "reversal" else replace(e, on=min(e.on, day))
                for e in live_events(self.loan, self.as_of)
                if e.charge_id in there and (e.instalment or 0) <= len(rows)
            ),
        )
