"""Rows of the case file as plain facts, always through the viewer's scope."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, OuterRef, Subquery

from doorstep.casefile.models import Case, Fact, Promise
from doorstep.casefile.services.promises import view as promise_view
from doorstep.casefile.types import (
    CaseStatus,
    CaseView,
    FactKind,
    FactView,
    PromiseStatus,
    PromiseView,
)
from doorstep.people.types import Viewer

_IN = 5000


def case_view(case: Case) -> CaseView:
    return CaseView(
        id=case.pk,
        lender_id=case.lender_id,
        agency_id=case.agency_id,
        mandate_id=case.mandate_id,
        borrower_id=case.borrower_id,
        status=CaseStatus(case.status),
        bucket=case.bucket,
        dpd=case.dpd,
        arrears=case.arrears,
        payoff=case.payoff,
        currency=case.currency,
        opened_on=case.opened_on,
        closed_on=case.closed_on,
        language=case.language,
        country=case.country,
        region=case.region,
        zone=case.zone,
        assigned_to=case.assigned_to_id,
        reference=case.reference,
    )


def find_case(viewer: Viewer, case_id: UUID) -> CaseView | None:
    """One case, or None where it does not exist or is not the viewer's to see."""
    case = Case.objects.seen_by(viewer).filter(pk=case_id).first()
    return case_view(case) if case else None


def open_cases(viewer: Viewer) -> list[CaseView]:
    """All open cases the viewer may see, in the order of their id."""
    return [case_view(c) for c in Case.objects.seen_by(viewer).filter(status="open").order_by("id")]


def earlier_cases(viewer: Viewer, case_ids: Sequence[UUID]) -> dict[UUID, int]:
    """How many closed cases each case's borrower had with the same lender before it; a case
    without any is absent."""
    found: dict[UUID, int] = {}
    for start in range(0, len(case_ids), _IN):
        part = Case.objects.seen_by(viewer).filter(pk__in=case_ids[start : start + _IN])
        same = Case.objects.filter(
            status=CaseStatus.CLOSED,
            lender=OuterRef("lender"),
            borrower_id=OuterRef("borrower_id"),
        ).exclude(pk=OuterRef("pk"))
        for pk, earlier in part.annotate(
            earlier=Subquery(
                same.order_by().values("borrower_id").annotate(n=Count("pk")).values("n")
            )
        ).values_list("pk", "earlier"):
            if earlier:
                found[pk] = earlier
    return found


def cases_of(viewer: Viewer, case_ids: Sequence[UUID]) -> dict[UUID, CaseView]:
    """Cases by id, open or closed, with one query per 5,000; those not the viewer's are missing."""
    found: dict[UUID, CaseView] = {}
    for start in range(0, len(case_ids), _IN):
        rows = Case.objects.seen_by(viewer).filter(pk__in=case_ids[start : start + _IN])
        found.update((c.pk, case_view(c)) for c in rows)
    return found


def timeline(viewer: Viewer, case_id: UUID, limit: int = 200) -> list[FactView]:
    """The newest `limit` facts of a case, newest first."""
    rows = Fact.objects.seen_by(viewer).filter(case_id=case_id).order_by("-at", "-id")[:limit]
    return [fact_view(f) for f in rows]


def facts_of(
    viewer: Viewer,
    case_ids: Sequence[UUID],
    kinds: Iterable[FactKind],
    since: datetime | None = None,
) -> dict[UUID, list[FactView]]:
    """Facts of many cases by case, oldest first, with one query per 5,000 cases."""
    found: dict[UUID, list[FactView]] = defaultdict(list)
    wanted = [str(k) for k in kinds]
    for start in range(0, len(case_ids), _IN):
        rows = Fact.objects.seen_by(viewer).filter(
            case_id__in=case_ids[start : start + _IN], kind__in=wanted
        )
        if since is not None:
            rows = rows.filter(at__gte=since)
        for f in rows.order_by("at", "id"):
            found[f.case_id].append(fact_view(f))
    return found


def promises_of(
    viewer: Viewer, case_ids: Sequence[UUID], status: PromiseStatus | None = None
) -> dict[UUID, list[PromiseView]]:
    """Promises by case, earliest due first."""
    found: dict[UUID, list[PromiseView]] = defaultdict(list)
    for start in range(0, len(case_ids), _IN):
        rows = Promise.objects.seen_by(viewer).filter(case_id__in=case_ids[start : start + _IN])
        if status is not None:
            rows = rows.filter(status=status)
        for p in rows.order_by("due_on", "number", "id"):
            found[p.case_id].append(promise_view(p))
    return found


def promises_due(viewer: Viewer, before: date) -> list[PromiseView]:
    """Open promises whose day has passed `before`: due_on < before, earliest first."""
    rows = Promise.objects.seen_by(viewer).filter(status=PromiseStatus.OPEN, due_on__lt=before)
    return [promise_view(p) for p in rows.order_by("due_on", "id")]


def fact_view(f: Fact) -> FactView:
    return FactView(f.pk, f.case_id, FactKind(f.kind), f.at, f.by, f.data)
