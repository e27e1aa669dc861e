"""What came of a call: one transaction, and tomorrow knows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from doorstep.care import api as care
from doorstep.care.types import StopKind
from doorstep.casefile import api as casefile
from doorstep.casefile.api import PromiseError
from doorstep.casefile.types import FactKind
from doorstep.compliance import api as gate
from doorstep.contact.models import CallRecord, CallTask
from doorstep.contact.rules.outcomes import ATTEMPTS, POINTS, flag, problems, visit_problems
from doorstep.contact.services.call_open import CallTakenError
from doorstep.contact.services.call_queue import attempt_of, call_back, find_task, zone_of
from doorstep.contact.types import CallOutcome, CallResult, CallState
from doorstep.kernel import sealed
from doorstep.kernel.actions import Purpose, Role
from doorstep.kernel.ids import named_id
from doorstep.people.types import Viewer
from doorstep.verification import api as verification
from doorstep.verification.types import RightParty


class CallOutcomeError(ValueError):
    """The outcome cannot be recorded as said; `fields` maps each field to a code or a message."""

    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__(", ".join(f"{k}: {v}" for k, v in fields.items()))
        self.fields = fields


@transaction.atomic
def record_call(viewer: Viewer, task_id: UUID, outcome: CallOutcome, at: datetime) -> UUID:
    """Record what came of a call; returns the record's id.

    It counts in the gate whether or not the gate had been asked, and however late: then it is
    flagged. Everything else follows in the same transaction: the contact point learns, promise,
    reason, call-back and stop are written. Raises NoSuchCallError, CallTakenError (told twice, or
    another agent's) or CallOutcomeError; then nothing is written.
    """
    task = find_task(viewer, task_id, lock=True)
    if task.state == CallState.DONE or (
        task.state == CallState.TAKEN and task.taken_by != viewer.name
    ):
        raise CallTakenError(task.taken_by or task.state)
    said = _with_party(task, outcome)
    wrong = problems(said, Purpose(task.purpose), at)
    wrong |= visit_problems(said, _today(task, at), borrower=task.role == Role.DEBTOR)
    if wrong:
        raise CallOutcomeError(wrong)
    promise_id = _promise(task, said, viewer, at)
    row = _record(task, said, viewer, at, promise_id)
    agent = str(viewer.agent_id or "")
    gate.record_attempt(attempt_of(task, ATTEMPTS[said.result], at, agent))
    _teach(task, said, viewer, at)
    _facts(task, row, said, viewer, at)
    if said.call_back_at:
        call_back(task, said.call_back_at)
    _visit(task, row, said, viewer, at)
    _stop(task, said, viewer, at)
    task.state, task.taken_by = CallState.DONE, viewer.name
    task.party = said.right_party
    task.save()
    return row.pk


def _with_party(task: CallTask, outcome: CallOutcome) -> CallOutcome:
    """The right-party answer given during the call stands where the form says nothing else."""
    return outcome if outcome.right_party else replace(outcome, right_party=task.party)


def _promise(task: CallTask, said: CallOutcome, viewer: Viewer, at: datetime) -> UUID | None:
    if said.promise is None:
        return None
    try:
        return casefile.make_promise(
            task.case_id,
            amount=said.promise.amount,
            due_on=said.promise.due_on,
            at=at,
            by=viewer.name,
            source="call",
        )
    except PromiseError as error:
        raise CallOutcomeError({"promise": str(error)}) from error


def _record(
    task: CallTask, said: CallOutcome, viewer: Viewer, at: datetime, promise_id: UUID | None
) -> CallRecord:
    return CallRecord.objects.create(
        id=named_id("call-record", task.pk),
        lender_id=task.lender_id,
        agency_id=task.agency_id,
        mandate_id=task.mandate_id,
        task=task,
        case_id=task.case_id,
        at=at,
        by=viewer.name,
        result=said.result,
        party=said.right_party,
        reason=said.reason or "",
        promise_id=promise_id,
        call_back_at=said.call_back_at,
        note=sealed.seal(said.note),
        flagged=flag(task.cleared_until, at),
    )


def _teach(task: CallTask, said: CallOutcome, viewer: Viewer, at: datetime) -> None:
    """The number learns, from the right-party check if there was one, else from the result."""
    wrong = said.result is CallResult.WRONG_NUMBER
    if wrong or not said.right_party:
        verification.record_outcome(
            viewer, task.point_id, POINTS[said.result], at=at, by=viewer.name
        )
    elif said.right_party != task.party:
        verification.record_right_party(
            viewer, task.case_id, task.point_id, RightParty(said.right_party), at=at, by=viewer.name
        )


def _facts(
    task: CallTask, row: CallRecord, said: CallOutcome, viewer: Viewer, at: datetime
) -> None:
    def note(kind: FactKind, data: dict[str, Any]) -> None:
        casefile.record(task.case_id, kind, at=at, by=viewer.name, data=data)

    origin = {"source": "call", "call": str(row.pk), "point": str(task.point_id)}
    note(
        FactKind.CALL,
        {
            "call": str(row.pk),
            "task": str(task.pk),
            "result": str(said.result),
            "right_party": said.right_party,
            "reason": str(said.reason or ""),
            "purpose": task.purpose,
            "point": str(task.point_id),
            "person": task.person,
            "agent": str(viewer.agent_id or ""),
            "clearance": str(task.clearance_id or ""),
            "flagged": row.flagged,
            "hand_dialled": task.hand_dialled,
            "promise": str(row.promise_id or ""),
            "visit_asked": said.visit.told() if said.visit else "",
            "stop": said.stop,
        },
    )
    if said.reason is not None:
        note(FactKind.REASON, {**origin, "reason": str(said.reason)})
    if said.call_back_at is not None:
        note(FactKind.CALL_BACK, {**origin, "at": said.call_back_at.isoformat()})
    if said.note:
        note(FactKind.NOTE, origin)


def _today(task: CallTask, at: datetime) -> date:
    return at.astimezone(ZoneInfo(zone_of(task))).date()


def _visit(
    task: CallTask, row: CallRecord, said: CallOutcome, viewer: Viewer, at: datetime
) -> None:
    """They asked us to come: the gate keeps it, so that no lighter way need be tried before."""
    if said.visit is not None:
        evidence = f"call record {row.pk}"
        gate.record_visit_asked(task.case_id, said.visit, at=at, by=viewer.name, evidence=evidence)


def _stop(task: CallTask, said: CallOutcome, viewer: Viewer, at: datetime) -> None:
    """A stop holds from this instant for every channel, also for what is already queued.

    Somebody who does not owe and does not want to be called is left alone for good (CN-TP-02); the
    borrower's own case goes on.
    """
    third = bool(task.person) and task.role != Role.DEBTOR
    if third and (said.stop == StopKind.NO_CONTACT or said.result is CallResult.REFUSED):
        verification.stop_person(viewer, task.case_id, task.person, at=at, by=viewer.name)
    if said.stop and not (third and said.stop == StopKind.NO_CONTACT):
        care.raise_stop(task.case_id, StopKind(said.stop), at=at, by=viewer.name, note=said.note)
        gate.revoke(task.case_id, at=at, by=viewer.name, why=said.stop)
