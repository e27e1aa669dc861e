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
from doorstep.book.rules.order import DEFAULT
from doorstep.book.rules.replay import replay
from doorstep.book.rules.stream import by_id, live_events
from doorstep.book.types import (
    Charge,
    Event,
    Instalment,
    Loan,
    LoanState,
    Payment,
    PaymentState,
)


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


_QUIET = ("pause", "resume", "re_age")
"""Changes of the clock alone: they move money only where penalties run by it."""


def _undoes_money(e: Event) -> bool:
    return e.kind == "reversal" and e.payment_id != ""


def _by_due(i: Instalment) -> tuple[date, int]:
    return i.due, i.number


def _charge_by_due(x: Charge) -> tuple[date, tuple[bool, str | int]]:
    return x.due, by_id(x.charge_id)


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

    @cached_property
    def simple(self) -> bool:
        """Nothing but money, charges and what moves no money: then what is left of each instalment
        says all about the past."""
        loan, order = self.loan, self.loan.order or DEFAULT
        quiet = all(e.kind in _QUIET or _undoes_money(e) for e in loan.events)
        return quiet and not (loan.caps or loan.penalty) and order.by == "instalment"

    def carried(
        self, rows: Sequence[Instalment], day: date
    ) -> tuple[list[Instalment], Ledger] | None:
        """What is left of the instalments and charges at the end of a day, and the ledger of what
        comes later: a long loan then does not cost the square of its payments.

        None where the past still matters: it is not `simple`, or money is left over, which an
        instalment that is not made yet would take. Rows fall due in their order, and money goes to
        the oldest first, so what an instalment still to come gets is never taken from these.
        """
        if not self.simple:
            return None
        past = tuple(p for p in self._live if p.on <= day)
        seen = tuple(
            replace(x, added_on=x.due)
            for x in self.loan.charges
            if x.added_on <= self.as_of and x.due <= day
        )
        found: list[tuple[Any, Any]] = []

        def watched(facts: Facts) -> Results:
            results = replay(facts)
            cells = c.cells_of_instalments(facts, results), c.cells_of_charges(facts, results)
            found.append(cells)
            return results

        asked = Loan(tuple(rows), seen, past, order=self.loan.order)
        if state_of(asked, day, engine=watched).credit:
            return None
        left = [
            replace(
                row,
                principal=row.principal - int(cells[c.PRINCIPAL_PAID]),
                interest=row.interest - int(cells[c.INTEREST_PAID]),
            )
            for row, cells in zip(sorted(rows, key=_by_due), found[0][0], strict=False)
        ]
        owed = [
            replace(x, amount=x.amount - int(cells[c.CHARGE_PAID]))
            for x, cells in zip(sorted(seen, key=_charge_by_due), found[0][1], strict=True)
        ]
        return self._rest(left, [x for x in owed if x.amount], day)

    def _rest(
        self, left: list[Instalment], owed: list[Charge], day: date
    ) -> tuple[list[Instalment], Ledger]:
        """Rows from the first on of which, or of whose charges, anything is left."""
        since = min((x.due for x in owed), default=date.max)
        first = next(
            (n for n, x in enumerate(left) if x.principal or x.interest or x.due >= since),
            len(left),
        )
        loan = Loan(
            (),
            charges=(*owed, *(x for x in self.loan.charges if x.due > day)),
            payments=tuple(p for p in self._live if p.on > day),
            order=self.loan.order,
        )
        return left[first:], Ledger(loan, self.as_of, self.until)

    @cached_property
    def _live(self) -> tuple[Payment, ...]:
        """The payments that no reversal takes away by `as_of`."""
        names = {p.payment_id for p in self.payments}
        known = self.loan.payments
        return tuple(p for p in known if p.reverses is None and p.payment_id in names)

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
            for row, cells in zip(sorted(rows, key=_by_due), found, strict=False)
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
