"""Verdicts for pages, always through the viewer's scope."""

from __future__ import annotations

from uuid import UUID

from doorstep.compliance.models import StoredVerdict
from doorstep.compliance.stored import view_of
from doorstep.compliance.types import VerdictView
from doorstep.people.types import Viewer


def verdict_of(viewer: Viewer, verdict_id: UUID) -> VerdictView | None:
    """One verdict, or None where it does not exist or is not the viewer's to see."""
    row = StoredVerdict.objects.seen_by(viewer).filter(pk=verdict_id).first()
    return view_of(row) if row else None


def verdicts_of(viewer: Viewer, case_id: UUID, limit: int = 50) -> list[VerdictView]:
    """The newest verdicts of a case, newest first."""
    rows = StoredVerdict.objects.seen_by(viewer).filter(case_id=case_id)
    return [view_of(r) for r in rows.order_by("-at", "id")[:limit]]
