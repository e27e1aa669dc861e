"""What came of a visit: one transaction, judged at the time it happened; and tomorrow knows."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from doorstep.care import api as care
from doorstep.care.types import StopKind
from doorstep.casefile import api as casefile
from doorstep.casefile.api import PromiseError
from doorstep.casefile.types import FactKind
from doorstep.compliance import api as gate
from doorstep.compliance.types import Attempt, Carrier
from doorstep.field.models import VisitRecord
from doorstep.field.rules.outcomes import ATTEMPTS, POINTS, flag, party_said, problems
from doorstep.field.services.begin import record_of
from doorstep.field.types import VisitOutcome
from doorstep.kernel import sealed
from doorstep.kernel.actions import ActionKind
from doorstep.kernel.ids import digest
from doorstep.people.types import Viewer
from doorstep.verification import api as verification
from doorstep.verification.types import RightParty
from doorstep.visits import api as visits
from doorstep.visits.types import VisitStatus, VisitView


class VisitOutcomeError(ValueError):
    """The outcome cannot be recorded as said; `fields` maps each field to a code or a message."""

    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__(", ".join(f"{k}: {v}" for k, v in fields.items()))
        self.fields = fields


class VisitConflictError(Exception):
    """This visit was recorded before with another outcome; the first stands."""


def record_visit(viewer: Viewer, visit_id: UUID, outcome: VisitOutcome, at: datetime) -> UUID:
    """Record what came of a visit; returns the record's id.

    Everything is dated `outcome.happened_at`; `at` is when it reaches us, which may be hours later.
    A visit nobody asked the gate about is recorded too, judged for the time it happened, and
    flagged. The same outcome told twice is one; another one raises VisitConflictError. Also raises
    UnknownVisitError and VisitOutcomeError; then nothing is written.
    """
    visit = visits.find_visit(viewer, visit_id)
    if visit is None:
        raise visits.UnknownVisitError(str(visit_id))
    told = digest(asdict(outcome))
    with transaction.atomic():
        row = record_of(visit)
        if row.outcome:
            if row.said != told:
                raise VisitConflictError(str(visit_id))
            return row.pk
        if visit.status is VisitStatus.CANCELLED:
            raise VisitOutcomeError({"outcome": "cancelled"})
        _check(visit, outcome, at)
        _write(viewer, visit, row, outcome, told, at)
    return row.pk


def _check(visit: VisitView, said: VisitOutcome, at: datetime) -> None:
    wrong = problems(said, visit.action.purpose, visit.day.isoformat(), visit.zone, at)
    if wrong:
        raise VisitOutcomeError(wrong)


def _write(
    viewer: Viewer,
    visit: VisitView,
    row: VisitRecord,
    said: VisitOutcome,
    told: str,
    at: datetime,
) -> None:
    then = said.happened_at
    confirmed = row.party
    row.flagged = _judged(viewer, visit, row, said)
    row.promise_id = _promise(viewer, visit, said)
    row.outcome, row.happened_at, row.recorded_at = said.outcome, then, at
    row.party, row.reason, row.stop = said.right_party, str(said.reason or ""), said.stop
    row.note, row.said, row.by = sealed.seal(said.note), told, viewer.name
    row.save()
    gate.record_attempt(_attempt(viewer, visit, row, said))
    _teach(viewer, visit, said, confirmed)
    _facts(viewer, visit, row, said)
    visits.set_result(viewer, visit.id, VisitStatus.DONE, str(said.outcome), at=then)
    if said.visit is not None:
        evidence = f"visit record {row.pk}"
        gate.record_visit_asked(
            visit.case_id, said.visit, at=then, by=viewer.name, evidence=evidence
        )
    if said.stop:
        care.raise_stop(visit.case_id, StopKind(said.stop), at=then, by=viewer.name, note=said.note)
        gate.revoke(visit.case_id, at=at, by=viewer.name, why=said.stop)


def _judged(viewer: Viewer, visit: VisitView, row: VisitRecord, said: VisitOutcome) -> str:
    """Flag what the gate was not asked at the door; then it is asked for the time of the visit."""
    found = flag(row.cleared_until, said.happened_at)
    if found != "not_begun":
        return found
    carrier = Carrier(agents=tuple(str(a) for a in visit.crew))
    verdict = gate.ask(viewer, visit.action, at=said.happened_at, carrier=carrier)
    return found if verdict.permitted else "not_permitted"


def _promise(viewer: Viewer, visit: VisitView, said: VisitOutcome) -> UUID | None:
    if said.promise is None:
        return None
    try:
        return casefile.make_promise(
            visit.case_id,
            amount=said.promise.amount,
            due_on=said.promise.due_on,
            at=said.happened_at,
            by=viewer.name,
            source="visit",
        )
    except PromiseError as error:
        raise VisitOutcomeError({"promise": str(error)}) from error


def _attempt(viewer: Viewer, visit: VisitView, row: VisitRecord, said: VisitOutcome) -> Attempt:
    return Attempt(
        case_id=visit.case_id,
        kind=ActionKind.VISIT,
        at=said.happened_at,
        result=ATTEMPTS[said.outcome],
        point_id=str(visit.point_id or ""),
        person=visit.action.to.person,
        role=visit.action.to.role,
        by_org_id=viewer.organisation_id,
        by_agent=str(viewer.agent_id or (visit.crew[0] if visit.crew else "")),
        clearance_id=row.clearance_id,
    )


def _teach(viewer: Viewer, visit: VisitView, said: VisitOutcome, confirmed: str) -> None:
    """The address learns, from the right-party check if there was one, else from the outcome."""
    if visit.point_id is None:
        return
    then, by = said.happened_at, viewer.name
    if said.right_party:
        if said.right_party != confirmed:
            verification.record_right_party(
                viewer, visit.case_id, visit.point_id, RightParty(said.right_party), at=then, by=by
            )
    elif said.outcome in POINTS:
        verification.record_outcome(viewer, visit.point_id, POINTS[said.outcome], at=then, by=by)


def _facts(viewer: Viewer, visit: VisitView, row: VisitRecord, said: VisitOutcome) -> None:
    def note(kind: FactKind, data: dict[str, Any]) -> None:
        casefile.record(visit.case_id, kind, at=said.happened_at, by=viewer.name, data=data)

    origin = {"source": "visit", "visit": str(visit.id), "point": str(visit.point_id or "")}
    note(
        FactKind.VISIT,
        {
            **origin,
            "outcome": str(said.outcome),
            "result": str(ATTEMPTS[said.outcome]),
            "right_party": party_said(said),
            "reason": str(said.reason or ""),
            "purpose": str(visit.action.purpose),
            "person": visit.action.to.person,
            "crew": [str(a) for a in visit.crew],
            "agent": str(viewer.agent_id or ""),
            "clearance": str(row.clearance_id or ""),
            "flagged": row.flagged,
            "promise": str(row.promise_id or ""),
            "visit_asked": said.visit.told() if said.visit else "",
            "stop": said.stop,
        },
    )
    if said.reason is not None:
        note(FactKind.REASON, {**origin, "reason": str(said.reason)})
    if said.note:
        note(FactKind.NOTE, origin)
