"""Cases and facts as lists, sums and days: what the desk and the board ask for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import BigIntegerField, Count, Exists, OuterRef, Q, QuerySet, Sum
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, TruncDate

from doorstep.casefile.models import Case, Fact, Promise
from doorstep.casefile.queries import case_view, fact_view
from doorstep.casefile.services.promises import view as promise_view
from doorstep.casefile.types import CaseView, FactKind, FactView, PromiseStatus, PromiseView
from doorstep.people.types import Viewer

_MONEY = (FactKind.PAYMENT, FactKind.PAYMENT_REVERSED)
SORTS = {
    "-dpd": ("-dpd", "id"),
    "dpd": ("dpd", "id"),
    "-arrears": ("-arrears", "id"),
    "arrears": ("arrears", "id"),
    "reference": ("reference", "id"),
    "-reference": ("-reference", "id"),
    "-opened": ("-opened_on", "id"),
    "opened": ("opened_on", "id"),
    "id": ("id",),
    "region": ("region", "-dpd", "id"),
    "-region": ("-region", "-dpd", "id"),
}
"""Every order a case list can have; each ends in the id, so that pages never overlap."""


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What a case list shows; empty fields ask for nothing.

    `text` is the start of a reference or a whole borrower id; `borrowers` further borrower ids
    that match it (a name found by its blind index); `assigned` an agent's id or "nobody";
    `promise` open, broken, kept, partly or "none"; `only` and `without` sets of case ids that
    another folder found (stops); `within` case ids as a query of another folder (segments), for
    sets that may hold half of the cases; `after` the cases whose id is greater, for a reader that
    goes through all of them by `sort="id"`.
    """

    text: str = ""
    borrowers: tuple[tuple[int, str], ...] = ()
    status: str = "open"
    bucket: str = ""
    region: str = ""
    assigned: str = ""
    promise: str = ""
    only: frozenset[UUID] | None = None
    without: frozenset[UUID] | None = None
    within: QuerySet[Any, Any] | None = None
    after: UUID | None = None


def list_cases(
    viewer: Viewer, wanted: CaseFilter, *, sort: str = "-dpd", offset: int = 0, limit: int = 50
) -> list[CaseView]:
    """At most `limit` cases in one query; ask for one more than shown to know of a next page."""
    rows = _filtered(viewer, wanted).order_by(*SORTS.get(sort, SORTS["-dpd"]))
    return [case_view(c) for c in rows[offset : offset + limit]]


def case_sums(viewer: Viewer, wanted: CaseFilter) -> list[dict[str, Any]]:
    """All cases of a filter by currency: `currency, cases, arrears`, one query."""
    rows: Iterable[Any] = (
        _filtered(viewer, wanted)
        .values("currency")
        .annotate(cases=Count("pk"), arrears=Sum("arrears"))
        .order_by("currency")
    )
    return list(rows)


def _filtered(viewer: Viewer, wanted: CaseFilter) -> QuerySet[Case]:
    rows: QuerySet[Case] = Case.objects.seen_by(viewer)
    for column in ("status", "bucket", "region"):
        if value := getattr(wanted, column):
            rows = rows.filter(**{column: value})
    if wanted.text:
        rows = rows.filter(_matching(wanted))
    if wanted.assigned == "nobody":
        rows = rows.filter(assigned_to__isnull=True)
    elif wanted.assigned:
        rows = rows.filter(assigned_to_id=UUID(wanted.assigned))
    if wanted.promise:
        rows = _promised(rows, wanted.promise)
    return _among(rows, wanted)


def _among(rows: QuerySet[Case], wanted: CaseFilter) -> QuerySet[Case]:
    """Those of the sets and the range of ids that were asked for."""
    for ids in (wanted.only, wanted.within):
        if ids is not None:
            rows = rows.filter(pk__in=ids)
    if wanted.without is not None:
        rows = rows.exclude(pk__in=wanted.without)
    if wanted.after is not None:
        rows = rows.filter(pk__gt=wanted.after)
    return rows


def _matching(wanted: CaseFilter) -> Q:
    match = Q(reference__istartswith=wanted.text) | Q(borrower_id=wanted.text)
    for lender, borrower in wanted.borrowers:
        match |= Q(lender_id=lender, borrower_id=borrower)
    return match


def _promised(rows: QuerySet[Case], promise: str) -> QuerySet[Case]:
    of_case = Promise.objects.filter(case=OuterRef("pk"))
    if promise == "none":
        return rows.filter(~Exists(of_case.filter(status=PromiseStatus.OPEN)))
    return rows.filter(Exists(of_case.filter(status=promise)))


def buckets(viewer: Viewer) -> list[dict[str, Any]]:
    """Open cases by bucket and currency: `bucket, currency, cases, arrears`, one query."""
    rows: Iterable[Any] = (
        Case.objects.seen_by(viewer)
        .filter(status="open")
        .values("bucket", "currency")
        .annotate(cases=Count("pk"), arrears=Sum("arrears"))
        .order_by("currency", "bucket")
    )
    return list(rows)


def regions(viewer: Viewer) -> list[str]:
    """The regions of the open cases, by name."""
    rows = Case.objects.seen_by(viewer).filter(status="open").exclude(region="")
    return list(rows.values_list("region", flat=True).distinct().order_by("region"))


def tally(viewer: Viewer, since: datetime, until: datetime) -> dict[tuple[FactKind, str], int]:
    """How many facts of each kind and result happened in [since, until), one query.

    The result is what calls, messages and visits say of themselves; empty for other kinds.
    """
    rows = (
        Fact.objects.seen_by(viewer)
        .filter(at__gte=since, at__lt=until)
        .values("kind", result=KT("data__result"), outcome=KT("data__outcome"))
        .annotate(n=Count("pk"))
        .order_by("kind", "result", "outcome")
    )
    found: dict[tuple[FactKind, str], int] = defaultdict(int)
    for r in rows:
        found[FactKind(r["kind"]), r["result"] or r["outcome"] or ""] += r["n"]
    return dict(found)


def money_by_day(
    viewer: Viewer, since: datetime, until: datetime, zone: str
) -> list[tuple[date, str, int]]:
    """Money in by day of `zone` and currency, reversals taken off; (day, currency, minor units)."""
    rows: Iterable[Any] = (
        Fact.objects.seen_by(viewer)
        .filter(kind__in=_MONEY, at__gte=since, at__lt=until)
        .annotate(on=TruncDate("at", tzinfo=ZoneInfo(zone)))
        .values("on", "kind", currency=KT("data__currency"))
        .annotate(total=Sum(Cast(KT("data__amount"), BigIntegerField())))
        .order_by("on", "currency", "kind")
    )
    found: dict[tuple[date, str], int] = defaultdict(int)
    for r in rows:
        sign = -1 if r["kind"] == FactKind.PAYMENT_REVERSED else 1
        found[r["on"], r["currency"] or ""] += sign * (r["total"] or 0)
    return [(on, currency, total) for (on, currency), total in sorted(found.items())]


def facts_between(
    viewer: Viewer, kinds: Sequence[FactKind], since: datetime, until: datetime, limit: int
) -> list[FactView]:
    """Facts of some kinds in [since, until), oldest first."""
    rows = Fact.objects.seen_by(viewer).filter(
        kind__in=[str(k) for k in kinds], at__gte=since, at__lt=until
    )
    return [fact_view(f) for f in rows.order_by("at", "id")[:limit]]


def promise_sums(viewer: Viewer, since: date, until: date) -> list[dict[str, Any]]:
    """Promises due in [since, until] by status and currency: `status, currency, n, amount,
    received`."""
    rows: Iterable[Any] = (
        Promise.objects.seen_by(viewer)
        .filter(due_on__gte=since, due_on__lte=until)
        .values("status", "currency")
        .annotate(n=Count("pk"), amount=Sum("amount"), received=Sum("received"))
        .order_by("currency", "status")
    )
    return list(rows)


def references(viewer: Viewer, case_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The reference people know a case by."""
    rows = Case.objects.seen_by(viewer).filter(pk__in=case_ids)
    return dict(rows.values_list("pk", "reference"))


def promises_between(viewer: Viewer, since: date, until: date, limit: int) -> list[PromiseView]:
    """Promises due in [since, until], earliest first."""
    rows = Promise.objects.seen_by(viewer).filter(due_on__gte=since, due_on__lte=until)
    return [promise_view(p) for p in rows.order_by("due_on", "number", "id")[:limit]]
