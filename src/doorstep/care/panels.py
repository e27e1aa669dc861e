"""Fragments other pages show."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from doorstep.care import words
from doorstep.care.queries import stops_of
from doorstep.care.types import StopView, may_raise
from doorstep.people.types import Viewer


def stops(viewer: Viewer, case_id: UUID, as_of: date) -> SafeString | None:
    """What stops contact on a case, with the way to raise or lift one."""
    end = datetime.combine(as_of + timedelta(days=1), time(), ZoneInfo(settings.HOME_ZONE))
    found = stops_of(viewer, [case_id]).get(case_id, [])
    holding = [s for s in shown(found, end) if s["holds"]]
    may = may_raise(viewer)
    if not holding and not may:
        return None
    return render_to_string(
        "care/_stops.html", {"stops": holding, "case_id": case_id, "may_raise": may}
    )


def shown(found: list[StopView], at: datetime) -> list[dict[str, Any]]:
    """Stops as plain words for a template, the newest first."""
    return [
        {
            "id": s.id,
            "name": words.name(s.kind),
            "holds": s.holds(at),
            "raised_at": s.raised_at,
            "raised_by": s.raised_by,
            "until": s.until,
            "lifted_at": s.lifted_at,
            "lifted_by": s.lifted_by,
            "why": s.why,
            "note": s.note,
        }
        for s in reversed(found)
    ]
