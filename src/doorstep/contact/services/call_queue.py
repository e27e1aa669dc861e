"""The queue of calls: made by the day or by hand, given to one agent at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from doorstep.casefile import api as casefile
from doorstep.casefile.types import CaseView
from doorstep.compliance import api as gate
from doorstep.compliance.types import Attempt, AttemptResult, Planned
from doorstep.contact.models import CallTask
from doorstep.contact.rules.actions import pack
from doorstep.contact.services.queueing import local_day
from doorstep.contact.types import CallCard, CallState
from doorstep.kernel.actions import Action, ActionKind, Place, Purpose, Recipient, Role
from doorstep.kernel.ids import named_id
from doorstep.people.api import agents
from doorstep.people.types import SYSTEM, Viewer
from doorstep.verification import api as verification
from doorstep.verification.types import PointKind, PointView

_BATCH = 1000
IDLE = timedelta(minutes=30)
"""A task taken this long ago whose number was never shown goes back to the queue."""


class NoSuchCallError(LookupError):
    """No such call, or not one the viewer may see."""


class NotCallableError(ValueError):
    """The contact point cannot be dialled: the message says why."""


@transaction.atomic
def plan_calls(permitted: Sequence[Planned], *, as_of: date, at: datetime) -> int:
    """Queue the day's permitted calls and end the days before. Returns how many are new.

    Planned twice, a call is there once: its id is made of case, day and contact point.
    """
    expire_calls(as_of, at)
    todo = [p for p in permitted if p.action.kind is ActionKind.CALL and p.action.to.point]
    wanted = {p.case_id for p in todo}
    cases = casefile.cases_of(SYSTEM, sorted(wanted))
    masks = {
        p.id: p.masked
        for points in verification.points_of(SYSTEM, sorted(cases)).values()
        for p in points
    }
    rows = {}
    for planned in todo:
        if case := cases.get(planned.case_id):
            row = _task(planned, case, as_of, at)
            row.masked = masks.get(row.point_id, "")
            rows[row.pk] = row
    known: set[UUID] = set()
    for start in range(0, len(rows), _BATCH):
        part = list(rows)[start : start + _BATCH]
        known.update(CallTask.objects.filter(pk__in=part).values_list("pk", flat=True))
    new = [row for key, row in rows.items() if key not in known]
    CallTask.objects.bulk_create(new, batch_size=_BATCH)
    return len(new)


@transaction.atomic
def expire_calls(as_of: date, at: datetime) -> int:
    """Calls of days before `as_of` expire. One whose number was shown and whose outcome nobody
    told may have been made: it counts as an attempt of unknown result. Returns how many."""
    old = CallTask.objects.filter(day__lt=as_of, state__in=[CallState.OPEN, CallState.TAKEN])
    for task in old.filter(clearance_id__isnull=False).order_by("id"):
        gate.record_attempt(attempt_of(task, AttemptResult.UNKNOWN, task.cleared_until or at, ""))
    shown = old.filter(clearance_id__isnull=False).update(state=CallState.EXPIRED, why="no_outcome")
    return shown + old.update(state=CallState.EXPIRED, why="not_made")


@transaction.atomic
def next_call(viewer: Viewer, at: datetime) -> CallCard | None:
    """The viewer's unfinished call, else the most urgent one that may be made now; None: no more.

    Two agents are never given the same call. Calls of the viewer's own cases come first, then those
    in a language the viewer speaks, then by rank.
    """
    seen = CallTask.objects.seen_by(viewer)
    mine = seen.filter(state=CallState.TAKEN, taken_by=viewer.name).order_by("taken_at", "id")
    if (task := mine.first()) is not None:
        return card(task)
    seen.filter(state=CallState.TAKEN, clearance_id__isnull=True, taken_at__lt=at - IDLE).update(
        state=CallState.OPEN, taken_by="", taken_at=None
    )
    task = in_turn(viewer, seen, at).select_for_update(skip_locked=True, of=("self",)).first()
    if task is None:
        return None
    take(task, viewer, at)
    return card(task)


@transaction.atomic
def hand_dial(viewer: Viewer, case_id: UUID, point_id: UUID, *, at: datetime) -> UUID:
    """A call an agent wants to make: a task of their own, for the same gate. Returns its id.

    Raises NoSuchCallError for a case or point that is not the viewer's to see, NotCallableError for
    a closed case or a point that is no phone.
    """
    case = casefile.find_case(viewer, case_id)
    point = verification.find_point(viewer, point_id)
    if case is None or point is None or point.case_id != case_id:
        raise NoSuchCallError(str(point_id))
    if case.closed_on is not None:
        raise NotCallableError("closed")
    if point.kind is not PointKind.PHONE:
        raise NotCallableError("no_phone")
    task = _by_hand(case, point, at)
    task.id = named_id("hand-call", case_id, point_id, at.isoformat(), viewer.name)
    if not CallTask.objects.filter(pk=task.pk).exists():  # pressed twice in one instant
        take(task, viewer, at, new=True)
    return task.pk


def call_back(task: CallTask, when: datetime) -> CallTask | None:
    """A call asked for later today goes into the queue at its time; other days are wished."""
    if when.astimezone(ZoneInfo(zone_of(task))).date() != task.day:
        return None
    again = CallTask(
        **{f.attname: getattr(task, f.attname) for f in CallTask._meta.concrete_fields}
    )
    again.id = named_id("call-back", task.pk, when.isoformat())
    again.rank, again.not_before, again.state, again.why = 0, when, CallState.OPEN, "call_back"
    again.not_after = max(again.not_after, when + timedelta(hours=1))
    again.taken_by, again.taken_at, again.party = "", None, ""
    again.clearance_id = again.cleared_until = None
    again.verdict_id = None
    again.save(force_insert=True)
    return again


def take(task: CallTask, viewer: Viewer, at: datetime, *, new: bool = False) -> None:
    task.state, task.taken_by, task.taken_at = CallState.TAKEN, viewer.name, at
    task.save(force_insert=new)


def find_task(viewer: Viewer, task_id: UUID, *, lock: bool = False) -> CallTask:
    """A task of the viewer's scope. Raises NoSuchCallError."""
    rows = CallTask.objects.seen_by(viewer)
    if lock:
        rows = rows.select_for_update(of=("self",))
    task = rows.filter(pk=task_id).first()
    if task is None:
        raise NoSuchCallError(str(task_id))
    return task


def card(task: CallTask) -> CallCard:
    return CallCard(
        id=task.pk,
        case_id=task.case_id,
        case_reference=task.case_reference,
        day=task.day,
        rank=task.rank,
        purpose=task.purpose,
        language=task.language,
        masked=task.masked,
        person=task.person,
        role=task.role,
        state=CallState(task.state),
        hand_dialled=task.hand_dialled,
        not_before=task.not_before,
        not_after=task.not_after,
        why=task.why,
    )


def attempt_of(task: CallTask, result: AttemptResult, at: datetime, agent: str) -> Attempt:
    """A call of this task as the gate counts it."""
    return Attempt(
        case_id=task.case_id,
        kind=ActionKind.CALL,
        at=at,
        result=result,
        point_id=str(task.point_id),
        person=task.person,
        role=Role(task.role),
        channel="phone",
        by_org_id=task.agency_id or task.lender_id,
        by_agent=agent,
        clearance_id=task.clearance_id,
    )


def in_turn(viewer: Viewer, seen: QuerySet[CallTask], at: datetime) -> QuerySet[CallTask]:
    """Open calls whose time it is, in the order this viewer should make them."""
    me = next(iter(agents(viewer, only=[viewer.agent_id])), None) if viewer.agent_id else None
    spoken = Q(language="")
    for tag in me.languages if me else ():
        spoken |= Q(language__startswith=tag)
    whose = Case(
        When(reserved_for_id=viewer.agent_id, then=Value(0)) if viewer.agent_id else When(pk=None),
        When(reserved_for__isnull=True, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    tongue = Case(When(spoken, then=Value(0)), default=Value(1), output_field=IntegerField())
    return seen.filter(state=CallState.OPEN, not_before__lte=at, not_after__gt=at).order_by(
        whose, tongue, "rank", "id"
    )


def _task(planned: Planned, case: CaseView, as_of: date, at: datetime) -> CallTask:
    to = planned.action.to
    start = planned.not_before or at
    midnight = datetime.combine(as_of + timedelta(days=1), time(), ZoneInfo(case.zone or "UTC"))
    return CallTask(
        id=named_id("call", case.id, as_of, to.point),
        lender_id=case.lender_id,
        agency_id=case.agency_id,
        mandate_id=case.mandate_id,
        case_id=case.id,
        case_reference=case.reference,
        day=as_of,
        rank=planned.rank,
        point_id=UUID(to.point),
        person=to.person,
        role=to.role,
        action=pack(planned.action),
        purpose=planned.action.purpose,
        language=case.language,
        verdict_id=planned.verdict_id,
        decision_id=planned.decision_id,
        not_before=start,
        not_after=planned.not_after or midnight,
        reserved_for_id=case.assigned_to,
    )


def _by_hand(case: CaseView, point: PointView, at: datetime) -> CallTask:
    """The purpose is what the point may be used for: collecting only where it is verified."""
    purpose = Purpose.COLLECT if Purpose.COLLECT in point.purposes else Purpose.VERIFY
    action = Action(
        kind=ActionKind.CALL,
        case=case.id,
        to=Recipient(role=point.role, person=point.person, point=str(point.id)),
        place=Place(point.country or case.country, point.zone or case.zone, region=point.region),
        channel="phone",
        purpose=purpose,
    )
    planned = Planned(case.id, replace(action), UUID(int=0), None, 0)
    task = _task(planned, case, local_day(case, at), at)
    task.verdict_id, task.hand_dialled, task.masked = None, True, point.masked
    return task


def zone_of(task: CallTask) -> str:
    place = task.action.get("place") or {}
    return str(place.get("zone") or "UTC")
