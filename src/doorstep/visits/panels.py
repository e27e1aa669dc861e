"""Fragments for the case page."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from doorstep.people.types import Permission, Viewer
from doorstep.visits import queries, words


def visits(viewer: Viewer, case_id: UUID, as_of: date) -> SafeString | None:
    """Visits planned and made, the latest first; nothing where there was none."""
    found = queries.visits_of(viewer, [case_id]).get(case_id, [])
    if not found:
        return None
    rows = [
        {
            "visit": v,
            "status": words.word(words.STATUS, v.status),
            "tone": words.TONES[v.status],
            "outcome": words.word(words.OUTCOMES, v.outcome) if v.outcome else "",
        }
        for v in found[:10]
    ]
    plans = viewer.may(Permission.VISIT_PLAN)
    return render_to_string("visits/_visits.html", {"rows": rows, "plans": plans})
