"""One loan as a change of it needs it: its account, and what somebody wants to change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from doorstep.book.ageing import tables_of, with_more
from doorstep.book.loans import open_loan
from doorstep.book.models import BookEvent, EventKind
from doorstep.book.models_changes import ProposedChange
from doorstep.book.one_loan import has_schedule, loan_from, payoff_on
from doorstep.book.products import products_of
from doorstep.book.rules.loan import state_of
from doorstep.book.rules.product_terms import ProductTerms
from doorstep.book.types import Loan, LoanState
from doorstep.people.api import zones_of
from doorstep.people.types import Viewer

KINDS = (
    *("pause", "resume", "dispute", "dispute_end", "waiver", "charge", "reversal", "use_credit"),
    *("re_age", "write_off", "reschedule", "reamortise", "rate_change", "penalty_rate"),
    "disbursement",
)
"""What people may change, in the order of the page."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change as somebody wants it; `change_id` is theirs and names it for ever.

    `kind` is one of KINDS. `amount` in minor units, None for everything, where the kind has one.
    `component`, `instalment` (counted from 1 by due day) and `charge_id` narrow it. A charge has
    the id `change_id` and may be `due` after its day. A reversal takes away the charge `charge_id`
    or the change `reverses`.

    What makes the instalments anew (`rules.change_kinds`): `first_due` and after it `instalments`
    of them, one `every` so many `unit`, on `due_day` of the month; or the old ones `holiday`
    instalments later; `rate_percent` a year; `grace_principal` and `interest_free` instalments;
    whether `arrears` are moved or kept. `rate` is a new penalty rate a day. Rates are exact texts.
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
    first_due: date | None = None
    holiday: int | None = None
    instalments: int | None = None
    every: int | None = None
    unit: str = ""
    due_day: int | None = None
    rate_percent: str = ""
    grace_principal: int | None = None
    interest_free: int | None = None
    arrears: str = ""
    rate: str = ""

    @property
    def data(self) -> dict[str, Any]:
        """What an event keeps beside its columns; empty fields are left out."""
        kept = {_KEPT.get(f.name, f.name): getattr(self, f.name) for f in fields(self)[4:]}
        kept["reason"] = self.reason.strip()
        return {
            k: v.isoformat() if isinstance(v, date) else v
            for k, v in kept.items()
            if v not in ("", None)
        }

    @staticmethod
    def of(p: ProposedChange) -> Change:
        """What a proposal wants."""
        given = {f.name: p.data.get(_KEPT.get(f.name, f.name)) for f in fields(Change)[4:]}
        told = {k: v for k, v in given.items() if v is not None}
        for name in ("due", "first_due"):
            if name in told:
                told[name] = date.fromisoformat(told[name])
        return Change(p.external_id, p.kind, p.on, p.amount or None, **told)

    def event(self, account: Account) -> BookEvent:
        """The change as the book would keep it; not saved."""
        return BookEvent(
            lender_id=account.lender_id,
            kind=self.kind,
            external_id=self.change_id,
            loan_id=account.loan_id,
            on=self.on,
            amount=self.amount or 0,
            currency=account.currency,
            data=self.data,
        )


TERMS = tuple(f.name for f in fields(Change))[10:]
"""Fields of a change of schedule or rate."""
_KEPT = {"reverses": "undoes"}
"""Fields of a change that an event keeps under another name."""


@dataclass(frozen=True, slots=True)
class Account:
    """A loan the viewer may see. `today` is the lender's day; `stated_on` is set for a summary
    loan, whose figures of that day hold what came before. `aged` is False where nobody can say
    what it owes. `row`, `tables` and `events` are what the book knows, `loan` is what that makes
    today."""

    lender_id: int
    lender: str
    loan_id: str
    borrower_id: str
    product: str
    currency: str
    disbursed_on: date
    today: date
    zone: str
    stated_on: date | None
    loan: Loan
    row: Mapping[str, Any]
    tables: Mapping[str, pa.Table]
    events: pa.Table
    terms: ProductTerms | None

    @property
    def aged(self) -> bool:
        return bool(self.loan.instalments)

    @property
    def charge_ids(self) -> set[str]:
        return {str(c.charge_id) for c in self.loan.charges}

    @property
    def daily_rate(self) -> Fraction:
        """The penalty rate a day of the product."""
        return self.loan.penalty.daily_rate if self.loan.penalty else Fraction(0)

    def claim_on(self, day: date, change: Change | None = None) -> tuple[LoanState, int]:
        """The loan at the end of a day, with a change among what happened to it, as the replay sees
        it (its payoff is all that is claimed), and what settles it on that day."""
        tables, events = self.tables, self.events
        if change is not None:
            tables, events = with_more(tables, events, [change.event(self)])
        state = state_of(loan_from(tables, events, day, self.terms), day)
        return state, payoff_on(tables, events, state, self.terms)


def account_of(viewer: Viewer, lender: str, loan_id: str, at: datetime) -> Account:
    """One loan with all that happened to it. Raises UnknownLoanError."""
    owner, manifest, currency = open_loan(viewer, lender, loan_id, at.date())
    zone = zones_of({owner})[owner]
    today = at.astimezone(ZoneInfo(zone)).date()
    tables, events = tables_of(owner, manifest, [loan_id])
    row = tables["loans"].to_pylist()[0]
    terms = products_of(owner).get(row["product"])
    return Account(
        lender_id=owner,
        lender=lender,
        loan_id=loan_id,
        borrower_id=row["borrower_id"],
        product=row["product"],
        currency=currency,
        disbursed_on=row["disbursed_on"],
        today=today,
        zone=zone,
        stated_on=None if has_schedule(tables) else row["stated_on"],
        loan=loan_from(tables, events, today, terms),
        row=row,
        tables=tables,
        events=events,
        terms=terms,
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
