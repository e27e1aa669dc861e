"""The crew's day and its packets, the least of them at a time."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from doorstep.casefile.api import find_case
from doorstep.compliance import api as gate
from doorstep.compliance.types import Verdict
from doorstep.field.models import VisitRecord
from doorstep.field.services.begin import open_at
from doorstep.field.services.photos import photos
from doorstep.field.types import Packet, Question, Reason, Today
from doorstep.kernel.actions import Purpose, Role
from doorstep.kernel.money import Money
from doorstep.people.types import SYSTEM, Viewer
from doorstep.verification import api as verification
from doorstep.verification.types import RightParty
from doorstep.visits import api as visits
from doorstep.visits.types import VisitStatus, VisitView


def today(viewer: Viewer, day: date) -> Today:
    """The viewer's own route of a day with masked addresses; no route where they have none."""
    route = visits.route_on(viewer, day)
    return Today(day, route, _masked(viewer, list(route.visits)) if route else {})


def packet(viewer: Viewer, visit_id: UUID, at: datetime) -> Packet:
    """What the crew may know of a stop at this instant. Raises UnknownVisitError.

    Asks nobody and shows no address: `begin` asks the gate, `address` shows and logs.
    """
    visit = visits.find_visit(viewer, visit_id)
    if visit is None:
        raise visits.UnknownVisitError(str(visit_id))
    row = VisitRecord.objects.filter(visit_id=visit.id).first()
    held = row is not None and visit.status is VisitStatus.PLANNED and open_at(row, at)
    proven = row is not None and row.party == RightParty.RIGHT_PARTY
    return Packet(
        visit=visit,
        masked_address=_masked(viewer, [visit]).get(visit.id, ""),
        begun_at=row.begun_at if row else None,
        until=row.cleared_until if row else None,
        open=held,
        duties=_duties(viewer, visit, row) if row and held else (),
        questions=_questions(viewer, visit) if held and not proven else (),
        party=row.party if row else "",
        amount=_amount(visit) if held and proven else None,
        earlier=_earlier(viewer, visit),
        photos=photos(visit.id),
        person=bool(visit.action.to.person),
    )


def address(viewer: Viewer, visit_id: UUID, at: datetime) -> str:
    """The address in full, for the crew on its way; who saw it when becomes a fact."""
    visit = visits.find_visit(viewer, visit_id)
    if visit is None or visit.point_id is None:
        raise visits.UnknownVisitError(str(visit_id))
    return verification.reveal(viewer, visit.point_id, at=at, by=viewer.name, why="visit")


def refusal(verdict: Verdict) -> list[Reason]:
    """The rules that said no, in words."""
    return [
        Reason(r.rule, r.why, r.citation)
        for r in gate.explain(verdict)
        if r.rule in verdict.deciding
    ]


def duties(verdict: Verdict) -> list[Reason]:
    """What the gate asks of the crew, in words, each once."""
    seen: dict[str, Reason] = {}
    for duty in verdict.duties:
        seen.setdefault(duty.code, Reason(duty.rule, gate.duty_text(duty.code)))
    return list(seen.values())


def _duties(viewer: Viewer, visit: VisitView, row: VisitRecord) -> list[Reason]:
    if row.clearance_id is None:
        return []
    cleared = gate.find_clearance(viewer, row.clearance_id, visit.action)
    return duties(cleared.verdict) if cleared else []


def _questions(viewer: Viewer, visit: VisitView) -> list[Question]:
    asked = verification.right_party_questions(viewer, visit.case_id, visit.action.to.person)
    return [Question(q.code, q.expected) for q in asked]


def _amount(visit: VisitView) -> Money | None:
    """Arrears, only for the debtor and never on a visit that only verifies."""
    case = find_case(SYSTEM, visit.case_id)
    told = visit.action.to.role is Role.DEBTOR and visit.action.purpose is not Purpose.VERIFY
    return Money(case.arrears, case.currency) if case and told else None


def _earlier(viewer: Viewer, visit: VisitView) -> list[tuple[date, str]]:
    """The last three visits that anybody of the organisation made to the case: day and outcome."""
    everyone = Viewer(
        organisation_id=viewer.organisation_id, organisation_kind=viewer.organisation_kind
    )
    past = visits.visits_of(everyone, [visit.case_id]).get(visit.case_id, [])
    made = [v for v in past if v.day < visit.day and v.status is VisitStatus.DONE]
    return [(v.day, v.outcome) for v in made][:3]


def _masked(viewer: Viewer, stops: list[VisitView]) -> dict[UUID, str]:
    points = verification.points_of(viewer, [v.case_id for v in stops])
    by_point = {p.id: p.masked for found in points.values() for p in found}
    return {v.id: by_point.get(v.point_id, "") for v in stops if v.point_id}
