"""Clearances: one permission for one action, reserved for minutes and used once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction

from doorstep.compliance.minting import SEAL
from doorstep.compliance.models import Clearance
from doorstep.compliance.queries import Situation, keys_of
from doorstep.compliance.reading import plain, read
from doorstep.compliance.services.locks import hold
from doorstep.compliance.services.verdicts import judged, situation_for
from doorstep.compliance.stored import CLEAR, REDEEM, verdict_of_row
from doorstep.compliance.types import (
    CONTACTS,
    Carrier,
    Carries,
    ClearanceError,
    Cleared,
    Denied,
    Verdict,
)
from doorstep.kernel.actions import Action
from doorstep.kernel.ids import named_id
from doorstep.people.types import SYSTEM, Viewer

T = TypeVar("T", bound=Action | Carries)
LONGEST = 24 * 60
"""Minutes: no clearance outlives a day; a visit's ends with its day."""


def clear(
    viewer: Viewer,
    it: T,
    *,
    at: datetime,
    minutes: int = 10,
    carrier: Carrier | None = None,
    use: bool = False,
) -> Cleared[T]:
    """Permit one action, or what is made of one (a message, a visit), for some minutes and
    reserve its place in every cap. `use` uses the clearance up at once, for whoever acts at this
    very instant: judging again on the same facts could only say the same.

    The verdict is stored with all its facts either way. Raises Denied with the verdict, and
    UnknownCaseError where the case is not the viewer's.
    """
    action = _action(it)
    if not 0 < minutes <= LONGEST:
        raise ValueError(f"minutes: must be between 1 and {LONGEST}, not {minutes}")
    carrier = carrier or Carrier()
    with transaction.atomic():
        keys = keys_of(viewer, action)
        hold(keys.person, keys.number)
        s = situation_for(action, keys, at=at, carrier=carrier)
        verdict = judged(s, action, at=at, stage=CLEAR, by=viewer.name)
        row = None
        if verdict.permitted:
            row = _reserve(s, action, verdict, viewer, carrier, at, minutes)
            if use:
                row.used_at = at
                row.save(update_fields=["used_at"])
    if row is None:
        raise Denied(verdict)
    return Cleared(it, row.pk, verdict, row.expires_at, SEAL)


def _action(it: Action | Carries) -> Action:
    return it if isinstance(it, Action) else it.action


def _reserve(
    s: Situation,
    action: Action,
    verdict: Verdict,
    viewer: Viewer,
    carrier: Carrier,
    at: datetime,
    minutes: int,
) -> Clearance:
    digest = action.digest()
    same = Clearance.objects.filter(case_id=action.case, issued_at=at, action_digest=digest).count()
    return Clearance.objects.create(
        id=named_id("clearance", digest, at.isoformat(), same),
        case_id=action.case,
        lender_id=s.case.lender_id,
        agency_id=s.case.agency_id,
        mandate_id=s.case.mandate_id,
        verdict_id=verdict.id or "",
        action_digest=digest,
        kind=action.kind,
        channel=action.channel,
        role=action.to.role,
        person=action.to.person,
        point=action.to.point,
        person_key=s.person_key,
        number_key=s.asked.to.number,
        carrier=plain(carrier),
        by=viewer.name,
        issued_at=at,
        expires_at=at + timedelta(minutes=minutes),
        settled_at=None if action.kind in CONTACTS else at,
    )


def redeem(cleared: Cleared[Any], it: Action | Carries, *, at: datetime) -> None:
    """Use a clearance up for exactly this action (or what was made of it), at the instant of
    acting; once.

    One that was unpickled or put together counts as none, and one that was made over to carry
    something else is refused like any other content. The action is judged again on the facts of
    now, its own reservation left out. Raises ClearanceError with the reason; where the new
    verdict denies, the clearance is revoked and the verdict kept. Commit before you act: what a
    crash leaves is *used* and counts.
    """
    action = _action(it)
    if not isinstance(cleared, Cleared) or cleared.seal is not SEAL:
        raise ClearanceError("unknown")
    with transaction.atomic():
        row = (
            Clearance.objects.select_for_update(of=("self",))
            .filter(pk=cleared.clearance_id)
            .first()
        )
        reason, verdict = _refusal(row, action, at), None
        if not reason and _action(cleared.it).digest() != action.digest():
            reason = "content"
        if row is not None and not reason:
            reason, verdict = _use(row, action, at)
    if reason:
        raise ClearanceError(reason, verdict)


def _refusal(row: Clearance | None, action: Action, at: datetime) -> str:
    if row is None:
        return "unknown"
    to = (action.to.role, action.to.person, action.to.point, action.case)
    if to != (row.role, row.person, row.point, row.case_id):
        return "recipient"
    if action.digest() != row.action_digest:
        return "content"
    if row.used_at is not None:
        return "used"
    if row.revoked_at is not None:
        return "revoked"
    return "" if row.issued_at <= at < row.expires_at else "expired"


def _use(row: Clearance, action: Action, at: datetime) -> tuple[str, Verdict | None]:
    keys = keys_of(SYSTEM, action)
    hold(keys.person, keys.number)
    carrier = read(Carrier, row.carrier)
    s = situation_for(action, keys, at=at, carrier=carrier, without=row.pk)
    verdict = judged(s, action, at=at, stage=REDEEM, by=row.by)
    live = Clearance.objects.filter(pk=row.pk, used_at__isnull=True, revoked_at__isnull=True)
    if not verdict.permitted:
        live.update(revoked_at=at, revoked_by="gate", why=", ".join(verdict.deciding)[:240])
        return "denied", verdict
    return ("", verdict) if live.update(used_at=at) else ("used", None)


def find_clearance(viewer: Viewer, clearance_id: UUID, action: Action) -> Cleared[Action] | None:
    """A clearance given out earlier (a page, a queue) for its action; None where it is not the
    viewer's or was given for another action. Whether it still holds, `redeem` says."""
    row = Clearance.objects.seen_by(viewer).filter(pk=clearance_id).first()
    if row is None or row.action_digest != action.digest():
        return None
    return Cleared(action, row.pk, verdict_of_row(row.verdict), row.expires_at, SEAL)


def revoke(case_id: UUID, *, at: datetime, by: str, why: str) -> int:
    """Take back every live clearance of a case; returns how many."""
    return Clearance.objects.filter(
        case_id=case_id, used_at__isnull=True, revoked_at__isnull=True, expires_at__gt=at
    ).update(revoked_at=at, revoked_by=by, why=why[:240])
