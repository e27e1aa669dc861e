"""Rank by rank: the first permitted wish of each case, judged at the instant it would happen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid5

import pytest

from doorstep.compliance.types import Answer, Verdict
from doorstep.cycle.services import permitting
from doorstep.kernel.actions import Action, ActionKind, Recipient
from doorstep.strategy.types import Reason, Wish

DAY = date(2026, 11, 24)
SEVEN = datetime(2026, 11, 23, 23, 0, tzinfo=UTC)
"""07:00 in Yanji."""
LI, KIM = UUID(int=1), UUID(int=2)
YANJI = {LI: "Asia/Shanghai", KIM: "Asia/Shanghai"}


def wish(case: UUID, rank: int, kind: ActionKind, not_before: datetime | None = None) -> Wish:
    return Wish(
        case_id=case,
        rank=rank,
        action=Action(kind, case, Recipient()),
        reason=Reason("talk_helps"),
        propensity=0.9,
        treatment="t",
        segment="s",
        decision_id=uuid5(case, "decision"),
        not_before=not_before,
    )


class Gate:
    """A gate that denies some kinds and remembers what it was asked, and for when."""

    def __init__(self, denies: Sequence[ActionKind] = ()) -> None:
        self.denies = denies
        self.asked: list[tuple[Action, datetime]] = []
        self.spans: list[tuple[datetime, datetime]] = []

    def forecast(self, actions, *, at, when):
        self.asked += zip(actions, when, strict=True)
        return [
            Verdict(
                Answer.DENY if a.kind in self.denies else Answer.ALLOW,
                (),
                (),
                (),
                {},
                id=uuid5(a.case, a.kind),
            )
            for a in actions
        ]

    def permitted_windows(self, ids, day, kind):
        return dict.fromkeys(ids, self.spans)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Gate:
    gate = Gate()
    monkeypatch.setattr(permitting, "gate", gate)
    return gate


def test_the_second_wish_is_asked_only_where_the_first_was_denied(gate: Gate) -> None:
    gate.denies = (ActionKind.CALL,)
    wishes = [
        wish(LI, 1, ActionKind.CALL),
        wish(LI, 2, ActionKind.MESSAGE),
        wish(KIM, 1, ActionKind.MESSAGE),
        wish(KIM, 2, ActionKind.CALL),
    ]
    chosen, answers = permitting.permit(wishes, YANJI, day=DAY, at=SEVEN)
    assert {(p.case_id, p.rank, p.action.kind) for p in chosen} == {
        (LI, 2, ActionKind.MESSAGE),
        (KIM, 1, ActionKind.MESSAGE),
    }
    assert answers == {"deny": 1, "allow": 2}


def test_a_case_whose_every_wish_is_denied_plans_nothing(gate: Gate) -> None:
    gate.denies = (ActionKind.CALL, ActionKind.MESSAGE)
    wishes = [wish(LI, 1, ActionKind.CALL), wish(LI, 2, ActionKind.MESSAGE)]
    assert permitting.permit(wishes, YANJI, day=DAY, at=SEVEN) == ([], {"deny": 2})


def test_judged_at_the_hour_where_the_borrower_lives(gate: Gate) -> None:
    permitting.permit(
        [wish(LI, 1, ActionKind.VISIT), wish(KIM, 1, ActionKind.CALL)],
        {LI: "Asia/Tokyo", KIM: ""},
        day=DAY,
        at=SEVEN,
    )
    hours = {a.kind: at.astimezone(UTC).hour for a, at in gate.asked}
    assert hours == {ActionKind.VISIT: 6, ActionKind.CALL: 2}


def test_never_judged_in_the_past(gate: Gate) -> None:
    evening = SEVEN + timedelta(hours=11)
    permitting.permit([wish(LI, 1, ActionKind.CALL)], YANJI, day=DAY, at=evening)
    assert gate.asked[0][1] == evening


def test_an_agreed_hour_is_kept_inside_what_is_permitted(gate: Gate) -> None:
    agreed = SEVEN + timedelta(hours=9)
    gate.spans = [(SEVEN + timedelta(hours=1), SEVEN + timedelta(hours=15))]
    chosen, _ = permitting.permit(
        [wish(LI, 1, ActionKind.CALL, agreed), wish(KIM, 1, ActionKind.CALL)],
        YANJI,
        day=DAY,
        at=SEVEN,
    )
    spans = {p.case_id: (p.not_before, p.not_after) for p in chosen}
    assert spans[LI] == (agreed, SEVEN + timedelta(hours=15))
    assert spans[KIM] == (SEVEN + timedelta(hours=1), SEVEN + timedelta(hours=15))
