"""What a text may say of a case: read in bulk, formatted in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from doorstep.book import api as book
from doorstep.casefile import api as casefile
from doorstep.casefile.types import CaseView, FactKind, FactView, PromiseStatus, PromiseView
from doorstep.contact.rules.readers import TextInfo
from doorstep.kernel import sealed, show
from doorstep.kernel.money import Money
from doorstep.people.api import organisation_of
from doorstep.people.types import SYSTEM, Viewer
from doorstep.verification import api as verification
from doorstep.verification.types import PointView

_RECENT = 10
"""Days in which a payment is still news."""
_NEUTRAL = ("name", "writer", "phone", "reference", "agent")
"""The only values a text without debt is given: the rest does not exist for it."""


@dataclass(frozen=True, slots=True)
class Organisation:
    id: int
    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class About:
    """All that may be said of one case; points by their id."""

    case: CaseView
    name: str
    lender: Organisation
    agency: Organisation | None
    points: dict[UUID, PointView]
    promise: PromiseView | None
    payment: FactView | None

    @property
    def writer(self) -> Organisation:
        return self.agency or self.lender


Key = tuple[int, str]


def gather(
    cases: Sequence[CaseView], at: datetime, names: Mapping[Key, str] | None = None
) -> dict[UUID, About]:
    """What is known of cases at an instant, with a fixed number of queries; `names` saves a look
    into the book where the borrowers' names are at hand."""
    ids = [c.id for c in cases]
    since = at - timedelta(days=_RECENT)
    points = verification.points_of(SYSTEM, ids)
    promises = casefile.promises_of(SYSTEM, ids, PromiseStatus.OPEN)
    payments = casefile.facts_of(SYSTEM, ids, [FactKind.PAYMENT], since)
    if names is None:
        names = borrower_names([(c.lender_id, c.borrower_id) for c in cases])
    houses = organisations({i for c in cases for i in (c.lender_id, c.agency_id) if i})
    return {
        c.id: About(
            case=c,
            name=names.get((c.lender_id, c.borrower_id), ""),
            lender=houses[c.lender_id],
            agency=houses[c.agency_id] if c.agency_id else None,
            points={p.id: p for p in points.get(c.id, ())},
            promise=next(iter(promises.get(c.id, ())), None),
            payment=next(reversed(payments.get(c.id, [])), None),
        )
        for c in cases
    }


def borrower_names(keys: Sequence[Key]) -> dict[Key, str]:
    """The borrowers' names in the clear, for texts that are sealed or shown at once."""
    return {key: sealed.open_(view.name_sealed) for key, view in book.borrowers(keys).items()}


def organisations(ids: set[int]) -> dict[int, Organisation]:
    found = {}
    for key in sorted(ids):
        row = organisation_of(Viewer(organisation_id=key))
        found[key] = Organisation(key, row.name if row else "", row.phone if row else "")
    return found


def values(about: About, language: str, on: date, info: TextInfo | None = None) -> dict[str, str]:
    """The values of a text in `language` on a local day. A neutral text gets only neutral ones."""
    found = {
        "name": about.name,
        "writer": about.writer.name,
        "phone": about.writer.phone,
        "reference": about.case.reference,
    }
    if info is None or info.mentions_debt:
        found |= _of_the_debt(about, language, on)
    return {k: v for k, v in found.items() if info is None or info.mentions_debt or k in _NEUTRAL}


def _of_the_debt(about: About, language: str, on: date) -> dict[str, str]:
    case, promise, payment = about.case, about.promise, about.payment
    found = {
        "lender": about.lender.name,
        "agency": about.agency.name if about.agency else "",
        "today": day(on, language),
    }
    if case.arrears > 0:
        found["amount"] = money(Money(case.arrears, case.currency), language)
        found["due_on"] = day(on - timedelta(days=case.dpd), language)
    if promise is not None:
        found["promise_amount"] = money(Money(promise.amount, promise.currency), language)
        found["promise_date"] = day(promise.due_on, language)
    if payment is not None:
        paid = Money(int(payment.data["amount"]), str(payment.data["currency"]))
        found["paid_amount"] = money(paid, language)
        found["paid_on"] = day(date.fromisoformat(str(payment.data["on"])), language)
    return found


def money(amount: Money, language: str) -> str:
    return show.money(amount, language)


def day(on: date, language: str) -> str:
    return show.day(on, language, "long")
