"""Doors of Bluebay borrowers in Yanji that the gate would permit, worked by Doorway's crew."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
from tests import cast

from doorstep.compliance import api as gate
from doorstep.compliance.types import Attempt, AttemptResult, Planned
from doorstep.kernel.actions import Action, ActionKind, Place, Recipient
from doorstep.kernel.ids import named_id
from doorstep.people.types import SYSTEM
from doorstep.verification import api as verification
from doorstep.verification.types import NewPoint, PointKind, PointOutcome, PointUse

DAY = cast.DAY
SEVEN = cast.at(7)
YANJI = (42.895, 129.508)


@dataclass(frozen=True)
class Door:
    case: UUID
    point: UUID
    planned: Planned


def make_door(who, borrower, at=YANJI, *, rank=1, verified=True, **case):
    """A case with an address (located unless `at` is None) and two lighter tries behind it."""
    case_id = cast.case_of(who, borrower, **{"dpd": 60, "arrears": 900_000, **case})
    latitude, longitude = at or (None, None)
    point = verification.add_point(
        SYSTEM,
        case_id,
        NewPoint(
            PointKind.ADDRESS,
            f"吉林省延边州延吉市河南街道光明街{borrower}号" if at else f"某地{borrower}号",
            source="placement",
            use=PointUse.HOME,
            latitude=latitude,
            longitude=longitude,
        ),
        at=cast.NINE - timedelta(days=30),
        by="test",
    )
    if verified:
        verification.record_outcome(
            SYSTEM, point, PointOutcome.CONFIRMED, at=cast.NINE - timedelta(days=10), by="test"
        )
    for kind, days, result in (
        (ActionKind.CALL, 6, AttemptResult.NO_ANSWER),
        (ActionKind.MESSAGE, 5, AttemptResult.DELIVERED),
    ):
        gate.record_attempt(Attempt(case_id, kind, cast.NINE - timedelta(days=days), result))
    action = Action(
        ActionKind.VISIT,
        case_id,
        Recipient(point=str(point)),
        Place("CN", cast.ZONE, "home", "Jilin"),
    )
    planned = Planned(
        case_id,
        action,
        named_id("verdict", case_id),
        named_id("decision", case_id),
        rank,
        cast.at(8),
        cast.at(20),
    )
    return Door(case_id, point, planned)


@pytest.fixture
def who(db):
    return cast.people_of_the_cast()


@pytest.fixture
def door(who):
    def make(borrower="B-LINA", at=YANJI, **more):
        return make_door(who, borrower, at, **more)

    return make
