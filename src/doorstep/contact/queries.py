"""Rows of contact as plain facts, always through the viewer's scope."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Min, Q, QuerySet

from doorstep.contact.models import CallRecord, CallTask, LanguageGap, Outgoing, OutgoingStep
from doorstep.contact.services.call_queue import card, in_turn
from doorstep.contact.types import (
    CallCard,
    CallState,
    GapView,
    MessageDetail,
    MessageState,
    MessageStepView,
    MessageView,
    split_content,
)
from doorstep.kernel import sealed
from doorstep.people.api import agents
from doorstep.people.types import Viewer

AHEAD = 5


@dataclass(frozen=True, slots=True)
class CallView:
    """What came of one call, with its note opened for those who may see the case."""

    id: UUID
    case_id: UUID
    at: datetime
    by: str
    result: str
    party: str
    reason: str
    call_back_at: datetime | None
    promised: bool
    note: str
    flagged: str


@dataclass(frozen=True, slots=True)
class Holding:
    """Whose calls wait: `agent` a name, empty for whoever is free; `taken` already in the hand of
    that user (then `agent` is the name they sign in with). `since`: the earliest may be, or was,
    begun then."""

    agent: str
    taken: bool
    calls: int
    since: datetime


@dataclass(frozen=True, slots=True)
class CallsToday:
    """A desk agent's day: what waits and who has it, what was agreed for later, what is done.

    `earliest` is when the first of those later may be called; `over` those whose permitted time has
    passed: they end with the day and are wished anew; `ahead` the next few for this viewer
    in the order in which they are given out.
    """

    waiting: int
    later: int
    over: int
    earliest: datetime | None
    ahead: Sequence[CallCard]
    holding: Sequence[Holding]
    mine: Sequence[CallCard]
    call_backs: Sequence[CallCard]
    held: Sequence[CallCard]
    done: int
    talked: int
    promised: int


def messages(
    viewer: Viewer, *, state: str = "", search: str = "", limit: int = 50, offset: int = 0
) -> list[MessageView]:
    """The outbox, newest change first. `search` is the start of a case reference."""
    rows = Outgoing.objects.seen_by(viewer).defer("content", "name")
    if state:
        rows = rows.filter(state=state)
    if search:
        rows = rows.filter(case_reference__istartswith=search)
    rows = rows.order_by("-changed_at", "id")[offset : offset + limit]
    return [_message(row) for row in rows]


def message_counts(viewer: Viewer) -> dict[MessageState, int]:
    """How many messages are in each state."""
    found = dict(
        Outgoing.objects.seen_by(viewer).order_by().values_list("state").annotate(Count("pk"))
    )
    return {state: int(found.get(state, 0)) for state in MessageState}


def message_detail(viewer: Viewer, message_id: UUID) -> MessageDetail | None:
    """One message with its text and how it came to its state, or None."""
    row = Outgoing.objects.seen_by(viewer).filter(pk=message_id).first()
    if row is None:
        return None
    steps = OutgoingStep.objects.filter(message=row).order_by("id")
    subject, body = split_content(sealed.open_(row.content))
    return MessageDetail(
        _message(row),
        subject,
        body,
        [MessageStepView(MessageState(s.state), s.at, s.by, s.why) for s in steps],
    )


def messages_of(viewer: Viewer, case_id: UUID, limit: int = 20) -> list[MessageView]:
    """The newest messages of a case."""
    rows = Outgoing.objects.seen_by(viewer).filter(case_id=case_id).defer("content", "name")
    return [_message(row) for row in rows.order_by("-changed_at", "id")[:limit]]


def language_gaps(viewer: Viewer, limit: int = 50) -> list[GapView]:
    """Borrowers we have no text for, the newest first."""
    rows = LanguageGap.objects.seen_by(viewer).order_by("-last_on", "case_reference", "id")
    return [
        GapView(g.pk, g.case_id, g.case_reference, g.language, g.template, g.last_on)
        for g in rows[:limit]
    ]


def calls_of(viewer: Viewer, case_id: UUID, limit: int = 20) -> list[CallView]:
    """The newest calls of a case with what came of them."""
    rows = CallRecord.objects.seen_by(viewer).filter(case_id=case_id)
    return [_call(row) for row in rows.order_by("-at", "id")[:limit]]


def calls_today(viewer: Viewer, day: date, at: datetime) -> CallsToday:
    """The viewer's queue of a day as it stands at an instant, with a fixed number of queries."""
    seen = CallTask.objects.seen_by(viewer).filter(day=day)
    waiting = seen.filter(state=CallState.OPEN)
    later = Q(not_before__gt=at)
    counts = waiting.aggregate(
        now=Count("pk", filter=Q(not_before__lte=at, not_after__gt=at)),
        later=Count("pk", filter=later),
        over=Count("pk", filter=Q(not_after__lte=at)),
        earliest=Min("not_before", filter=later),
    )
    mine = seen.filter(state=CallState.TAKEN, taken_by=viewer.name).order_by("taken_at", "id")
    backs = waiting.filter(why="call_back").order_by("not_before", "id")
    held = seen.filter(state=CallState.HELD).order_by("rank", "id")
    done = (
        CallRecord.objects.seen_by(viewer)
        .filter(task__day=day, by=viewer.name)
        .aggregate(
            all=Count("pk"),
            talked=Count("pk", filter=Q(result="conversation")),
            promised=Count("pk", filter=Q(promise_id__isnull=False)),
        )
    )
    return CallsToday(
        waiting=counts["now"],
        later=counts["later"],
        over=counts["over"],
        earliest=counts["earliest"],
        ahead=[card(t) for t in in_turn(viewer, seen, at)[:AHEAD]],
        holding=[*_reserved(viewer, waiting, at), *_in_hand(viewer, seen)],
        mine=[card(t) for t in mine[:10]],
        call_backs=[card(t) for t in backs[:20]],
        held=[card(t) for t in held[:20]],
        done=done["all"],
        talked=done["talked"],
        promised=done["promised"],
    )


def _reserved(viewer: Viewer, waiting: QuerySet[CallTask], at: datetime) -> list[Holding]:
    """Calls that may be made now, by the agent whose case it is; the free ones first."""
    rows: Iterable[Any] = (
        waiting.filter(not_before__lte=at, not_after__gt=at)
        .values("reserved_for_id")
        .annotate(calls=Count("pk"), since=Min("not_before"))
        .order_by()
    )
    names = {a.id: a.name for a in agents(viewer)}
    found = [
        Holding(names.get(r["reserved_for_id"], ""), False, r["calls"], r["since"]) for r in rows
    ]
    return sorted(found, key=lambda h: (h.agent != "", h.agent))


def _in_hand(viewer: Viewer, seen: QuerySet[CallTask]) -> list[Holding]:
    """Calls that others have taken and not told the end of, by who took them."""
    rows: Iterable[Any] = (
        seen.filter(state=CallState.TAKEN)
        .exclude(taken_by=viewer.name)
        .values("taken_by")
        .annotate(calls=Count("pk"), since=Min("taken_at"))
        .order_by("taken_by")
    )
    return [Holding(r["taken_by"], True, r["calls"], r["since"]) for r in rows]


def _message(row: Outgoing) -> MessageView:
    return MessageView(
        id=row.pk,
        case_id=row.case_id,
        case_reference=row.case_reference,
        channel=row.channel,
        template=row.template,
        language=row.language,
        state=MessageState(row.state),
        why=row.why,
        not_before=row.not_before,
        changed_at=row.changed_at,
        tries=row.tries,
    )


def _call(row: CallRecord) -> CallView:
    return CallView(
        id=row.pk,
        case_id=row.case_id,
        at=row.at,
        by=row.by,
        result=row.result,
        party=row.party,
        reason=row.reason,
        call_back_at=row.call_back_at,
        promised=row.promise_id is not None,
        note=sealed.open_(row.note),
        flagged=row.flagged,
    )
