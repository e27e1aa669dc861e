"""What had been settled of a schedule by a day: asked of the one replay, never worked out anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from doorstep.book.rules.columns import Facts, Results
from doorstep.book.rules.loan import state_of
from doorstep.book.rules.replay import replay
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
        bare = replace(self.loan, instalments=(), charges=())
        known = state_of(bare, self.as_of).payments
        return tuple(p for p in known if not p.reversed and p.on <= self.until)

    def days(self, after: date, until: date) -> list[date]:
        """The days with money in (after, until]."""
        return sorted({p.on for p in self.payments if after < p.on <= until})

    def trial(self, rows: Sequence[Instalment], day: date) -> LoanState:
        """The loan at the end of a day if these were all its instalments. A charge counts from its
        due day; the `credit` of a payment is what nothing due had a claim on."""
        seen = tuple(
            replace(c, added_on=c.due)
            for c in self.loan.charges
            if c.added_on <= self.as_of and c.due <= day
        )
        return state_of(self._undone_by_now(rows, seen, day), day)

    def settled(self, rows: Sequence[Instalment], day: date) -> list[Settled]:
        """How far each instalment was met at the end of a day, in order of due day and number."""
        seen = tuple(
            replace(c, added_on=min(c.added_on, max(c.due, day)))
            for c in self.loan.charges
            if c.added_on <= self.as_of and (c.added_on <= day or c.due <= day)
        )
        found: list[Results] = []

        def watched(facts: Facts) -> Results:
            found.append(replay(facts))
            return found[0]

        state_of(self._undone_by_now(rows, seen, day), day, engine=watched)
        r = found[0]
        return [
            Settled(
                row,
                int(r.principal_paid[n] + r.principal_waived[n]),
                int(r.interest_paid[n] + r.interest_waived[n]),
            )
            for n, row in enumerate(sorted(rows, key=lambda i: (i.due, i.number)))
        ]

    def _undone_by_now(
        self, rows: Sequence[Instalment], charges: tuple[Charge, ...], day: date
    ) -> Loan:
        """The loan with these instalments. What is known to be reversed is so from the start: a
        reversal works back to the day of what it undoes, whenever it came."""
        return replace(
            self.loan,
            instalments=tuple(rows),
            charges=charges,
            payments=tuple(
                p if p.reverses is None else replace(p, on=min(p.on, day))
                for p in self.loan.payments
                if p.on <= self.as_of
            ),
            events=tuple(
                e if e.kind != "reversal" else replace(e, on=min(e.on, day))
                for e in self.loan.events
                if e.on <= self.as_of
            ),
        )
