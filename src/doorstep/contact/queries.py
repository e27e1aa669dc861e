"""Rows of contact as plain facts, always through the viewer's scope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Q

from doorstep.contact.models import CallRecord, CallTask, LanguageGap, Outgoing, OutgoingStep
from doorstep.contact.services.call_queue import card
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
from doorstep.people.types import Viewer


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
class CallsToday:
    """A desk agent's day: what waits, what was agreed for later, what is done."""

    waiting: int
    later: int
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
    counts = waiting.aggregate(
        now=Count("pk", filter=Q(not_before__lte=at, not_after__gt=at)),
        later=Count("pk", filter=Q(not_before__gt=at)),
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
        mine=[card(t) for t in mine[:10]],
        call_backs=[card(t) for t in backs[:20]],
        held=[card(t) for t in held[:20]],
        done=done["all"],
        talked=done["talked"],
        promised=done["promised"],
    )


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
