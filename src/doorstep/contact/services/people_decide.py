"""What only a person may decide: the fate of an unknown message, and what a borrower told us."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from doorstep.care import api as care
from doorstep.care.types import StopKind
from doorstep.casefile import api as casefile
from doorstep.casefile.types import FactKind
from doorstep.compliance import api as gate
from doorstep.compliance.types import Attempt, AttemptResult
from doorstep.contact.models import Inbound, Outgoing
from doorstep.contact.services.recording import count, message_fact
from doorstep.contact.services.sending import move
from doorstep.contact.types import Delivery, InboundKind, MessageState, Resolution
from doorstep.kernel import sealed
from doorstep.kernel.actions import ActionKind, Role
from doorstep.kernel.ids import named_id
from doorstep.people.types import SYSTEM, Viewer
from doorstep.verification import api as verification
from doorstep.verification.types import PointOutcome

_STATES = {
    Resolution.ARRIVED: MessageState.SENT,
    Resolution.NOT_SENT: MessageState.FAILED,
    Resolution.SEND_AGAIN: MessageState.QUEUED,
}


class NoSuchMessageError(LookupError):
    """No such message, or not one the viewer may see."""


class ResolutionError(ValueError):
    """The message cannot be resolved like this; `code` says why: not_unknown or too_late."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@transaction.atomic
def resolve_unknown(
    viewer: Viewer, message_id: UUID, resolution: Resolution, *, at: datetime, by: str
) -> None:
    """A person found out what became of a message of unknown fate.

    `arrived` makes it sent, `not_sent` failed; `send_again` puts it back into today's queue, where
    the gate is asked anew. Until now it counted against every cap; from now on as what it was.
    Raises NoSuchMessageError or ResolutionError.
    """
    rows = Outgoing.objects.seen_by(viewer).select_for_update(of=("self",))
    row = rows.filter(pk=message_id).first()
    if row is None:
        raise NoSuchMessageError(str(message_id))
    if row.state != MessageState.UNKNOWN:
        raise ResolutionError("not_unknown")
    state = _STATES[resolution]
    if state is MessageState.QUEUED and at >= row.not_after:
        raise ResolutionError("too_late")
    arrived = resolution is Resolution.ARRIVED
    count(row, AttemptResult.SENT if arrived else AttemptResult.FAILED, row.changed_at)
    if state is MessageState.QUEUED:
        row.try_at, row.clearance_id = at, None
    move(row, state, at, f"resolved: {resolution}", by)
    message_fact(row, str(state), at, by)


@transaction.atomic
def record_delivery(delivery: Delivery, *, at: datetime) -> bool:
    """What a provider told us later. A bounce marks the point and the message; a delivery settles
    an unknown one too. Returns whether it was about a message of ours."""
    key = _key(delivery.reference)
    rows = Outgoing.objects.select_for_update(of=("self",))
    row = rows.filter(pk=key).first() if key else None
    if row is None:
        return False
    if delivery.delivered:
        outcome, state = PointOutcome.DELIVERED, MessageState.SENT
    else:
        outcome, state = PointOutcome.BOUNCED, MessageState.FAILED
    if row.state in {MessageState.SENT, MessageState.UNKNOWN} and row.state != state:
        if row.state == MessageState.UNKNOWN:
            count(row, AttemptResult.SENT, row.changed_at)
        move(row, state, at, f"receipt: {delivery.detail}"[:200])
        message_fact(row, str(state), at, "outbox")
    verification.record_outcome(SYSTEM, row.point_id, outcome, at=at, by="outbox")
    return True


@transaction.atomic
def record_inbound(
    viewer: Viewer,
    case_id: UUID,
    kind: InboundKind,
    *,
    at: datetime,
    by: str,
    channel: str,
    point_id: UUID | None = None,
    text: str = "",
    stop: StopKind | None = None,
) -> UUID:
    """A borrower wrote or called us. It never counts against a cap of ours.

    `opt_out` with a point rests that point for good, without one raises a no-contact stop; any
    other `stop` they asked for is raised too. Raises LookupError for a case the viewer cannot see.
    """
    case = casefile.find_case(viewer, case_id)
    if case is None:
        raise NoSuchMessageError(str(case_id))
    key = named_id("inbound", case_id, kind, channel, at.isoformat())
    Inbound.objects.create(
        id=key,
        lender_id=case.lender_id,
        agency_id=case.agency_id,
        mandate_id=case.mandate_id,
        case_id=case_id,
        kind=kind,
        channel=channel,
        point_id=point_id,
        at=at,
        by=by,
        text=sealed.seal(text),
    )
    data = {"inbound": str(key), "kind": str(kind), "channel": channel, "stop": stop or ""}
    data |= {"point": str(point_id or "")}
    casefile.record(case_id, FactKind.MESSAGE_IN, at=at, by=by, data=data)
    gate.record_attempt(_from_them(case_id, kind, channel, point_id, at))
    if kind is InboundKind.OPT_OUT and point_id is not None:
        _rest(viewer, point_id, at, by)
    elif kind is InboundKind.OPT_OUT:
        stop = stop or StopKind.NO_CONTACT
    if stop is not None:
        care.raise_stop(case_id, stop, at=at, by=by, note=text)
        gate.revoke(case_id, at=at, by=by, why=str(stop))
    return key


def _rest(viewer: Viewer, point_id: UUID, at: datetime, by: str) -> None:
    """The point rests for good; somebody who does not owe is left alone altogether (CN-TP-02)."""
    point = verification.find_point(viewer, point_id)
    if point is not None and point.person and point.role is not Role.DEBTOR:
        verification.stop_person(viewer, point.case_id, point.person, at=at, by=by)
    else:
        verification.record_outcome(viewer, point_id, PointOutcome.ASKED_TO_STOP, at=at, by=by)


def _from_them(
    case_id: UUID, kind: InboundKind, channel: str, point_id: UUID | None, at: datetime
) -> Attempt:
    called = kind is InboundKind.CALLED_US
    return Attempt(
        case_id=case_id,
        kind=ActionKind.CALL if called else ActionKind.MESSAGE,
        at=at,
        result=AttemptResult.CONVERSATION if called else AttemptResult.DELIVERED,
        point_id=str(point_id or ""),
        direction="them",
        channel=channel,
    )


def _key(reference: str) -> UUID | None:
    try:
        return UUID(reference.strip("<>").partition("@")[0])
    except ValueError:
        return None
