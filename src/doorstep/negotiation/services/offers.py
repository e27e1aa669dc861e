"""Offers for a case: what is owed from the case file, what is affordable from the budget."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from doorstep.book import api as book
from doorstep.care import api as care
from doorstep.care.types import StopKind
from doorstep.casefile import api as casefile
from doorstep.casefile.types import CaseStatus, CaseView
from doorstep.negotiation.rules import ladder
from doorstep.negotiation.rules.affordability import assess
from doorstep.negotiation.types import Budget, NegotiationError, Offer
from doorstep.people.types import Permission, Viewer

FORBIDS = frozenset(
    {
        StopKind.DISPUTE,
        StopKind.BEREAVEMENT,
        StopKind.INSOLVENCY,
        StopKind.REPRESENTATIVE,
        StopKind.POLICE_ORDER,
    }
)
"""Stops under which the borrower is asked to agree nothing: the debt is questioned, or somebody
else speaks for it. Hardship and vulnerability soften contact, and a plan that fits helps them."""


def stop_against(viewer: Viewer, case_id: UUID, at: datetime) -> StopKind | None:
    """The stop that forbids a plan at an instant, or None."""
    stops = care.stops_of(viewer, [case_id]).get(case_id, [])
    return next((s.kind for s in stops if s.kind in FORBIDS and s.holds(at)), None)


def offers(viewer: Viewer, case_id: UUID, budget: Budget, as_of: date) -> list[Offer]:
    """Plans for the case's arrears that fit the budget, the one most likely kept first.

    Raises NegotiationError for a case that is closed or not the viewer's, or a budget that cannot
    be.
    """
    case = open_case(viewer, case_id)
    if budget.currency != case.currency:
        raise NegotiationError(f"currency: the case is in {case.currency}, not {budget.currency}")
    return ladder.offers(case.arrears, budget, assess(budget, as_of), as_of)


def open_case(viewer: Viewer, case_id: UUID) -> CaseView:
    """The open case, if the viewer may agree a plan on it."""
    case = casefile.find_case(viewer, case_id)
    if case is None or not viewer.may(Permission.NEGOTIATE):
        raise NegotiationError("case: there is no such case for you; ask who works it", "not_yours")
    if case.status is not CaseStatus.OPEN:
        raise NegotiationError("case: it is closed; nothing is overdue", "closed")
    return case


def regular_of(viewer: Viewer, case: CaseView) -> int:
    """What still falls due each month on the borrower's loans, by the next instalment of each."""
    loans = book.loans_of(viewer, case.lender_id, case.borrower_id)
    return sum(x.next_amount for x in loans if x.currency == case.currency)


def blank(viewer: Viewer, case: CaseView) -> Budget:
    """A budget to start from: the place and the coming instalments are known, the rest is asked."""
    empty = Budget(currency=case.currency, country=case.country, income=0)
    return replace(empty, regular=regular_of(viewer, case))
