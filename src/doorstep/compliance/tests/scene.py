"""A day with something to show: permitted, refused and deferred wishes, a stop, a proposal."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from tests.cast import Cast, case_of

from doorstep.care.api import raise_stop
from doorstep.care.types import StopKind
from doorstep.compliance import api
from doorstep.compliance.types import Attempt, AttemptResult
from doorstep.kernel.actions import Action, ActionKind, Purpose, Recipient
from doorstep.people.types import SYSTEM
from doorstep.verification import api as verification
from doorstep.verification.types import NewPoint, PointKind, PointOutcome, PointUse


def phone_of(case: UUID, at: datetime, number: str = "+8613904330001", proven: bool = True) -> str:
    new = NewPoint(PointKind.PHONE, number, "desk")
    key = verification.add_point(SYSTEM, case, new, at=at, by="dan")
    if proven:
        verification.record_outcome(SYSTEM, key, PointOutcome.RIGHT_PARTY, at=at, by="dan")
    return str(key)


def door_of(case: UUID, at: datetime) -> str:
    new = NewPoint(
        PointKind.ADDRESS,
        "吉林省延吉市光明街12号",
        "desk",
        PointUse.HOME,
        latitude=42.9,
        longitude=129.5,
    )
    key = verification.add_point(SYSTEM, case, new, at=at, by="dan")
    verification.record_outcome(SYSTEM, key, PointOutcome.FOUND_HOME, at=at, by="fei")
    verification.record_outcome(SYSTEM, key, PointOutcome.RIGHT_PARTY, at=at, by="fei")
    return str(key)


def a_day(cast: Cast, at: datetime) -> UUID:
    """Four cases planned at an instant; returns Li Na's, who has a bit of everything."""
    lina, mira, wei, soo = (case_of(cast, b) for b in ("B-LINA", "B-MIRA", "B-WEI", "B-SOO"))
    before = at - timedelta(days=1)
    phone = phone_of(lina, before)
    actions = [Action(ActionKind.CALL, lina, Recipient(point=phone), channel="phone")]
    actions.append(Action(ActionKind.VISIT, lina, Recipient(point=door_of(lina, before))))
    quiet = phone_of(mira, before, "+8613904330002", proven=False)
    actions.append(Action(ActionKind.CALL, mira, Recipient(point=quiet), channel="phone"))
    actions.append(
        Action(
            ActionKind.CALL, wei, Recipient(point=quiet), channel="phone", purpose=Purpose.VERIFY
        )
    )
    raise_stop(soo, StopKind.HARDSHIP, at=before, by="dan", note="lost the job at the mill")
    calm = phone_of(soo, before, "+8613904330003")
    actions.append(Action(ActionKind.CALL, soo, Recipient(point=calm), channel="phone"))
    for minute in range(3):
        api.record_attempt(
            Attempt(
                lina,
                ActionKind.CALL,
                at + timedelta(minutes=minute),
                AttemptResult.CONVERSATION,
                phone,
            )
        )
    api.forecast(actions, at=at + timedelta(hours=1))
    return lina
