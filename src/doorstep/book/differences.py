"""Standing differences between our figure and the lender's, as pages and other folders see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, QuerySet

from doorstep.book.models import LenderDifference, Loan
from doorstep.people.types import OrganisationKind, Viewer


@dataclass(frozen=True, slots=True)
class Difference:
    """One standing difference. `ours` and `theirs` are what was due and unpaid at the end of
    `stated_on` by component; `gap` is ours less theirs, `held_back` what is not demanded."""

    lender_id: int
    loan_id: str
    borrower_id: str
    currency: str
    stated_on: date
    ours: Mapping[str, int]
    theirs: Mapping[str, int]
    gap: int
    held_back: int
    cause: str
    since: date

    @property
    def our_total(self) -> int:
        return sum(self.ours.values())

    @property
    def their_total(self) -> int:
        return sum(self.theirs.values())


def held_back() -> dict[tuple[int, str], int]:
    """What is not demanded while figures differ, by (lender id, loan id); only amounts above 0."""
    rows = LenderDifference.objects.filter(ended_on__isnull=True, held_back__gt=0)
    return {
        (lender, loan): amount
        for lender, loan, amount in rows.values_list("lender_id", "loan_id", "held_back")
    }


def differences_of(viewer: Viewer, lender: int, borrower_id: str) -> dict[str, Difference]:
    """The standing differences of a borrower's loans, by loan id."""
    rows = _seen(viewer).filter(lender_id=lender, borrower_id=borrower_id)
    return {d.loan_id: _view(d) for d in rows}


def difference_of(viewer: Viewer, lender: int, loan_id: str) -> Difference | None:
    """The standing difference of one loan, or None."""
    row = _seen(viewer).filter(lender_id=lender, loan_id=loan_id).first()
    return _view(row) if row else None


def list_differences(viewer: Viewer, *, offset: int = 0, limit: int = 100) -> list[Difference]:
    """Standing differences, the largest first."""
    rows = _seen(viewer).order_by("-held_back", "-since", "lender_id", "loan_id")
    return [_view(d) for d in rows[offset : offset + limit]]


def count_differences(viewer: Viewer) -> int:
    """How many differences stand."""
    return _seen(viewer).count()


def _seen(viewer: Viewer) -> QuerySet[LenderDifference]:
    """Those of the lender's own book; an agency's are those of loans it works."""
    if viewer.is_system or viewer.organisation_kind is OrganisationKind.LENDER:
        return LenderDifference.objects.seen_by(viewer).filter(ended_on__isnull=True)
    mine = Loan.objects.seen_by(viewer).filter(
        lender=OuterRef("lender"), loan_id=OuterRef("loan_id")
    )
    return LenderDifference.objects.filter(Exists(mine), ended_on__isnull=True)


def _view(d: LenderDifference) -> Difference:
    return Difference(
        d.lender_id, d.loan_id, d.borrower_id, d.currency, d.stated_on, d.ours, d.theirs,
        d.gap, d.held_back, d.cause, d.since,
    )  # fmt: skip
