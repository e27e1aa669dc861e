"""One loan as a change of it needs it: its account, and what somebody wants to change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from doorstep.book.ageing import tables_of
from doorstep.book.loans import open_loan
from doorstep.book.models import BookEvent, EventKind
from doorstep.book.models_changes import ProposedChange
from doorstep.book.one_loan import has_schedule, loan_from
from doorstep.book.products import products_of
from doorstep.book.types import Charge, Event, Loan
from doorstep.people.api import zones_of
from doorstep.people.types import Viewer

KINDS = (
    *("pause", "resume", "dispute", "dispute_end", "waiver", "charge", "reversal", "use_credit"),
    *("re_age", "write_off"),
)
"""What people may change, in the order of the page."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change as somebody wants it; `change_id` is theirs and names it for ever.

    `kind` is one of KINDS. `amount` in minor units, None for everything, where the kind has one.
    `component`, `instalment` (counted from 1 by due day) and `charge_id` narrow it. A charge has
    the id `change_id` and may be `due` after its day. A reversal takes away the charge `charge_id`
    or the change `reverses`.
    """

    change_id: str
    kind: str
    on: date
    amount: int | None = None
    component: str = ""
    instalment: int | None = None
    charge_id: str = ""
    reverses: str = ""
    due: date | None = None
    reason: str = ""

    @property
    def data(self) -> dict[str, Any]:
        """What an event keeps beside its columns; empty fields are left out."""
        due = self.due.isoformat() if self.due else ""
        kept: dict[str, Any] = {
            "component": self.component,
            "instalment": self.instalment,
            "charge_id": self.charge_id,
            "undoes": self.reverses,
            "due": due,
            "reason": self.reason.strip(),
        }
        return {k: v for k, v in kept.items() if v not in ("", None)}

    @staticmethod
    def of(p: ProposedChange) -> Change:
        """What a proposal wants."""
        data = p.data
        due = data.get("due")
        return Change(
            p.external_id,
            p.kind,
            p.on,
            p.amount or None,
            data.get("component", ""),
            data.get("instalment"),
            data.get("charge_id", ""),
            data.get("undoes", ""),
            date.fromisoformat(due) if due else None,
            data.get("reason", ""),
        )

    def on_loan(self, loan: Loan) -> Loan:
        """The loan with this change among what happened to it."""
        if self.kind == "charge":
            due = self.due or self.on
            new = Charge(self.component, due, self.on, self.amount or 0, self.change_id)
            return replace(loan, charges=(*loan.charges, new))
        event = Event(
            self.on,
            self.kind,
            component=self.component,
            amount=self.amount,
            event_id=self.change_id,
            instalment=self.instalment,
            charge_id=self.charge_id,
            reverses=self.reverses,
        )
        return replace(loan, events=(*loan.events, event))


@dataclass(frozen=True, slots=True)
class Account:
    """A loan the viewer may see. `today` is the lender's day; `stated_on` is set for a summary
    loan, whose figures of that day hold what came before. `aged` is False where nobody can say
    what it owes."""

    lender_id: int
    lender: str
    loan_id: str
    borrower_id: str
    product: str
    currency: str
    disbursed_on: date
    today: date
    stated_on: date | None
    loan: Loan

    @property
    def aged(self) -> bool:
        return bool(self.loan.instalments)

    @property
    def charge_ids(self) -> set[str]:
        return {str(c.charge_id) for c in self.loan.charges}


def account_of(viewer: Viewer, lender: str, loan_id: str, at: datetime) -> Account:
    """One loan with all that happened to it. Raises UnknownLoanError."""
    owner, manifest, currency = open_loan(viewer, lender, loan_id, at.date())
    today = at.astimezone(ZoneInfo(zones_of({owner})[owner])).date()
    tables, events = tables_of(owner, manifest, [loan_id])
    row = tables["loans"].to_pylist()[0]
    loan = loan_from(tables, events, today, products_of(owner).get(row["product"]))
    return Account(
        lender_id=owner,
        lender=lender,
        loan_id=loan_id,
        borrower_id=row["borrower_id"],
        product=row["product"],
        currency=currency,
        disbursed_on=row["disbursed_on"],
        today=today,
        stated_on=None if has_schedule(tables) else row["stated_on"],
        loan=loan,
    )


def alive(events: Iterable[BookEvent]) -> list[BookEvent]:
    """The changes that no later reversal undid; reversals themselves left out."""
    found, dead = [], set()
    for e in sorted(events, key=lambda e: (e.on, e.external_id), reverse=True):
        if e.external_id in dead:
            continue
        if e.kind == "reversal" and e.data.get("undoes"):
            dead.add(e.data["undoes"])
        found.append(e)
    return found


def is_change(e: BookEvent) -> bool:
    """Whether an event is a change people decide, not money."""
    if e.kind == EventKind.REVERSAL:
        return not e.data.get("reverses")
    return e.kind in KINDS
