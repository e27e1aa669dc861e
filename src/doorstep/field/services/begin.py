"""May we knock? The gate is asked at the door, whatever it said in the morning."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from doorstep.care import api as care
from doorstep.casefile.api import find_case
from doorstep.compliance import api as gate
from doorstep.compliance.types import Carrier, Cleared
from doorstep.field.models import VisitRecord
from doorstep.kernel.actions import Action
from doorstep.kernel.ids import named_id
from doorstep.people.types import SYSTEM, Viewer
from doorstep.verification import api as verification
from doorstep.verification.types import RightParty
from doorstep.visits import api as visits
from doorstep.visits.types import VisitStatus, VisitView

MINUTES = 60
"""How long one permission to knock and to talk at the door holds."""


class VisitClosedError(Exception):
    """The visit is over (`why`: its status), or planned for another day (`why`: other_day)."""

    def __init__(self, why: str) -> None:
        super().__init__(f"this visit cannot be begun: {why}; choose the next stop of today")
        self.why = why


def begin(
    viewer: Viewer, visit_id: UUID, at: datetime, *, recording: str = "on"
) -> Cleared[Action]:
    """Ask the gate at the door and use its yes up at once: crew, place and time are real now.

    `recording` is on or failed. Asked again while the clearance holds, the same is given. Raises
    compliance's Denied (the verdict is kept), UnknownVisitError or VisitClosedError.
    """
    visit = todays(viewer, visit_id, at)
    record = VisitRecord.objects.filter(visit_id=visit.id).first()
    if record and (held := _held(viewer, record, visit, at)):
        return held
    carrier = Carrier(agents=tuple(str(a) for a in visit.crew), recording=recording)
    cleared = gate.clear(viewer, visit.action, at=at, minutes=MINUTES, carrier=carrier, use=True)
    with transaction.atomic():
        row = record_of(visit)
        row.begun_at, row.clearance_id = row.begun_at or at, cleared.clearance_id
        row.cleared_until, row.by = cleared.expires_at, viewer.name
        row.save()
    return cleared


def todays(viewer: Viewer, visit_id: UUID, at: datetime) -> VisitView:
    """The planned visit of this day. Raises UnknownVisitError or VisitClosedError."""
    visit = visits.find_visit(viewer, visit_id)
    if visit is None:
        raise visits.UnknownVisitError(str(visit_id))
    if visit.status is not VisitStatus.PLANNED:
        raise VisitClosedError(str(visit.status))
    if at.astimezone(ZoneInfo(visit.zone or "UTC")).date() != visit.day:
        raise VisitClosedError("other_day")
    return visit


def confirm_party(viewer: Viewer, visit_id: UUID, result: RightParty, *, at: datetime) -> None:
    """Note who opened; only the right person opens the subject of debt, and shows the amount.

    Raises UnknownVisitError or VisitClosedError (not begun, or the permission ran out).
    """
    visit = todays(viewer, visit_id, at)
    with transaction.atomic():
        row = VisitRecord.objects.select_for_update().filter(visit_id=visit.id).first()
        if row is None or not open_at(row, at):
            raise VisitClosedError("not_begun")
        if row.party == result:
            return
        verification.record_right_party(
            viewer, visit.case_id, visit.point_id, result, at=at, by=viewer.name
        )
        row.party = result
        row.save(update_fields=["party"])


def open_at(record: VisitRecord, at: datetime) -> bool:
    """Whether the gate's yes still holds: begun, not over, nothing recorded, nothing stopped."""
    if record.outcome or record.begun_at is None or record.cleared_until is None:
        return False
    if not record.begun_at <= at < record.cleared_until:
        return False
    stops = care.stops_of(SYSTEM, [record.case_id]).get(record.case_id, [])
    return not any(s.raised_at >= record.begun_at and s.holds(at) for s in stops)


def record_of(visit: VisitView) -> VisitRecord:
    """The record of a visit, locked; made on first use. Inside a transaction."""
    found = VisitRecord.objects.select_for_update().filter(visit_id=visit.id).first()
    if found is not None:
        return found
    case = find_case(SYSTEM, visit.case_id)
    assert case is not None
    return VisitRecord.objects.create(
        id=named_id("visit-record", visit.id),
        visit_id=visit.id,
        case_id=visit.case_id,
        lender_id=case.lender_id,
        agency_id=case.agency_id,
        mandate_id=case.mandate_id,
    )


def _held(
    viewer: Viewer, record: VisitRecord, visit: VisitView, at: datetime
) -> Cleared[Action] | None:
    """The clearance given before, while it holds."""
    if not open_at(record, at) or record.clearance_id is None:
        return None
    return gate.find_clearance(viewer, record.clearance_id, visit.action)
