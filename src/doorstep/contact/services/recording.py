"""What became of a message, told to everyone who counts or learns from it."""

from __future__ import annotations

from datetime import datetime

from doorstep.casefile import api as casefile
from doorstep.casefile.types import FactKind
from doorstep.compliance import api as gate
from doorstep.compliance.types import Attempt, AttemptResult
from doorstep.contact.models import Outgoing
from doorstep.contact.types import MessageState
from doorstep.kernel.actions import ActionKind, Role
from doorstep.people.types import SYSTEM
from doorstep.verification import api as verification
from doorstep.verification.types import PointOutcome

BY = "outbox"
_RESULTS = {
    MessageState.SENT: AttemptResult.SENT,
    MessageState.FAILED: AttemptResult.FAILED,
    MessageState.UNKNOWN: AttemptResult.UNKNOWN,
}


def message_done(row: Outgoing, at: datetime, *, began: datetime) -> None:
    """Count it in the gate as of when it `began`, teach the point, put it on the timeline."""
    state = MessageState(row.state)
    count(row, _RESULTS[state], began)
    if state is MessageState.FAILED and row.why.startswith("never"):
        verification.record_outcome(SYSTEM, row.point_id, PointOutcome.BOUNCED, at=at, by=BY)
    message_fact(row, str(state), at, BY)


def count(row: Outgoing, result: AttemptResult, at: datetime) -> None:
    """Tell the gate how the clearance of a message ended; a later word replaces an open one."""
    gate.record_attempt(
        Attempt(
            case_id=row.case_id,
            kind=ActionKind.MESSAGE,
            at=at,
            result=result,
            point_id=str(row.point_id),
            person=row.person,
            role=Role(row.role),
            channel=row.channel,
            by_org_id=row.agency_id or row.lender_id,
            clearance_id=row.clearance_id,
        )
    )


def message_fact(row: Outgoing, result: str, at: datetime, by: str) -> None:
    """The MESSAGE fact; its keys are listed in README.md."""
    casefile.record(
        row.case_id,
        FactKind.MESSAGE,
        at=at,
        by=by,
        data={
            "message": str(row.pk),
            "result": result,
            "channel": row.channel,
            "template": row.template,
            "language": row.language,
            "purpose": row.purpose,
            "point": str(row.point_id),
            "person": row.person,
            "clearance": str(row.clearance_id or ""),
        },
    )
