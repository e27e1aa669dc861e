"""Import runs as the page shows them, always through the viewer's scope."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import Q, QuerySet

from doorstep.book.models import ImportFile, ImportReject, ImportRun
from doorstep.book.scope import lenders_of
from doorstep.people.api import lender_names, mandates_in_force
from doorstep.people.types import OrganisationKind, Viewer

Runs = QuerySet[ImportRun]


def runs_of(viewer: Viewer, on: date) -> Runs:
    """Runs the viewer may see, newest first: an agency's own, and those of lenders whose whole
    book it works."""
    rows = ImportRun.objects.select_related("lender").order_by("-at", "-id")
    if viewer.organisation_kind is OrganisationKind.AGENCY:
        whole = [
            m.lender_id
            for m in mandates_in_force(on)
            if m.agency_id == viewer.organisation_id and not m.scope.get("products")
        ]
        return rows.filter(Q(agency_id=viewer.organisation_id) | Q(lender_id__in=whole))
    return rows.seen_by(viewer)


def files_of(run: ImportRun) -> list[ImportFile]:
    return list(ImportFile.objects.filter(run=run).order_by("path", "table"))


def rejects_of(run: ImportRun, limit: int | None = None) -> Iterator[ImportReject]:
    """Rejected rows in the order of file and row."""
    rows = ImportReject.objects.filter(run=run).order_by("file", "row", "column", "id")
    return (rows[:limit] if limit else rows).iterator(chunk_size=2000)


def lender_choices(viewer: Viewer, on: date) -> list[tuple[str, str]]:
    """(code, name) of the lenders the viewer may import for."""
    allowed = lenders_of(viewer, on)
    return [
        (code, name)
        for pk, (code, name) in lender_names().items()
        if allowed is None or pk in allowed
    ]
