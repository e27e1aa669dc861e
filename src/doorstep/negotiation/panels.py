"""Fragments other pages show."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from doorstep.casefile import api as casefile
from doorstep.casefile.types import CaseStatus, PromiseStatus
from doorstep.negotiation import words
from doorstep.negotiation.queries import arrangement_of
from doorstep.negotiation.types import ArrangementView
from doorstep.people.types import Permission, Viewer


def arrangement(viewer: Viewer, case_id: UUID, as_of: date) -> SafeString | None:
    """The plan in force, or the way to agree one; nothing where neither concerns the viewer."""
    case = casefile.find_case(viewer, case_id)
    if case is None:
        return None
    found = arrangement_of(viewer, case_id)
    may = viewer.may(Permission.NEGOTIATE) and case.status is CaseStatus.OPEN
    if found is None and not may:
        return None
    shown = {"case": case, "may": may, "plan": _shown(viewer, found) if found else None}
    return render_to_string("negotiation/_arrangement.html", shown)


def _shown(viewer: Viewer, plan: ArrangementView) -> dict[str, object]:
    promises = casefile.promises_of(viewer, [plan.case_id]).get(plan.case_id, [])
    mine = {p.id: p for p in promises if p.arrangement_id == plan.id}
    kept = sum(p.status is PromiseStatus.KEPT for p in mine.values())
    coming = [p for p in plan.payments if mine[p.promise_id].status is PromiseStatus.OPEN]
    fit, tone = words.FITS[plan.fit]
    return {
        "plan": plan,
        "kept": kept,
        "count": len(plan.payments),
        "next": coming[0] if coming else None,
        "rhythm": words.RHYTHMS[plan.rhythm],
        "fit": fit,
        "tone": tone,
        "received": sum(p.received for p in mine.values()),
    }
