"""Fragments other pages show."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from doorstep.people.types import Permission, Viewer
from doorstep.verification import words
from doorstep.verification.queries import people_of, points_of
from doorstep.verification.types import PersonView, PointStatus, PointView


def points(viewer: Viewer, case_id: UUID, as_of: date) -> SafeString | None:
    """How to reach the borrower and who stands beside them: masked, with trust and last outcome."""
    found = points_of(viewer, [case_id]).get(case_id, [])
    people = people_of(viewer, [case_id]).get(case_id, [])
    if not found and not people:
        return None
    return render_to_string(
        "verification/_points.html",
        {
            "case_id": case_id,
            "points": [shown(p, people) for p in found],
            "people": [person(p) for p in people],
            "may_act": viewer.may(Permission.CASE_ACT),
        },
    )


def shown(point: PointView, people: list[PersonView]) -> dict[str, object]:
    """A contact point as words for a template."""
    names = {p.person: p for p in people}
    other = names.get(point.person)
    return {
        "id": point.id,
        "icon": words.ICONS[point.kind],
        "kind": words.word(words.KINDS, point.kind),
        "use": words.word(words.USES, point.use),
        "masked": point.masked,
        "whose": _whose(other) if other else "",
        "status": words.word(words.STATUSES, point.status),
        "tone": words.STATUS_TONES[point.status],
        "rest_until": point.rest_until,
        "confidence": point.confidence,
        "source": words.word(words.SOURCES, point.source),
        "basis": words.word(words.SOURCES, point.basis),
        "confirmed_on": point.confirmed_on,
        "last_outcome": words.word(words.OUTCOMES, point.last_outcome),
        "last_outcome_at": point.last_outcome_at,
        "place": words.word(words.PLACES, point.precision) if point.kind == "address" else "",
        "located": point.located,
        "wrong": point.status is PointStatus.WRONG,
    }


def _whose(person: PersonView) -> str:
    return f"{person.masked_name} · {words.word(words.PERSON_ROLES, person.placement_role)}"


def person(person: PersonView) -> dict[str, object]:
    return {
        "person": person.person,
        "name": person.masked_name,
        "role": words.word(words.PERSON_ROLES, person.placement_role),
        "liable": person.liable,
        "stopped_at": person.stopped_at,
    }
