"""Clearances: who gets one, what it holds for, and when it no longer does."""

from datetime import timedelta

import pytest
from tests.cast import at, case_of, manager, people_of_the_cast, stranger

from doorstep.care.api import lift_stop, raise_stop, stops_of
from doorstep.care.types import StopKind
from doorstep.compliance import api
from doorstep.compliance.models import Clearance, LedgerEntry, StoredVerdict
from doorstep.compliance.types import (
    Answer,
    Attempt,
    AttemptResult,
    Carrier,
    ClearanceError,
    Cleared,
    Denied,
)
from doorstep.kernel.actions import Action, ActionKind, Recipient
from doorstep.people.types import SYSTEM
from doorstep.verification import api as verification
from doorstep.verification.types import NewPoint, PointKind, PointOutcome, PointUse

CALL = ActionKind.CALL


@pytest.fixture
def cast(db):
    return people_of_the_cast()


@pytest.fixture
def case(cast):
    return case_of(cast)


def point(
    case, value="+8613904330001", kind=PointKind.PHONE, proven=True, use=PointUse.SELF, **more
):
    key = verification.add_point(
        SYSTEM, case, NewPoint(kind, value, "desk", use, **more), at=at(8), by="dan"
    )
    key = getattr(key, "id", key)
    if proven:
        verification.record_outcome(SYSTEM, key, PointOutcome.RIGHT_PARTY, at=at(8), by="dan")
    return str(key)


def call(case, to, **more):
    return Action(CALL, case, Recipient(point=to), channel="phone", **more)


def counted(case, to, results, hour=9):
    for i, result in enumerate(results):
        api.record_attempt(Attempt(case, CALL, at(hour, i), result, to))


def test_a_permitted_call_is_cleared_redeemed_once_and_counted(cast, case):
    phone = point(case)
    action = call(case, phone)
    cleared = api.clear(manager(cast), action, at=at(10))
    assert cleared.verdict.answer is Answer.ALLOW
    api.redeem(cleared, action, at=at(10, 1))
    with pytest.raises(ClearanceError, match="used"):
        api.redeem(cleared, action, at=at(10, 2))
    api.record_attempt(
        Attempt(
            case,
            CALL,
            at(10, 1),
            AttemptResult.CONVERSATION,
            phone,
            clearance_id=cleared.clearance_id,
        )
    )
    entry = LedgerEntry.objects.get()
    assert (entry.flag, entry.number_key != "") == ("", True)


def test_nobody_makes_a_clearance_but_the_gate(cast, case):
    action = call(case, point(case))
    genuine = api.clear(manager(cast), action, at=at(10))
    with pytest.raises(TypeError, match="only the gate"):
        Cleared(action, genuine.clearance_id, genuine.verdict, genuine.expires_at, object())


@pytest.mark.parametrize(
    ("other", "minute", "reason"),
    [
        (lambda a, p: a, 11, "expired"),
        (lambda a, p: Action(CALL, a.case, a.to, channel="phone", content="x"), 1, "content"),
        (lambda a, p: Action(CALL, a.case, Recipient(point=p), channel="phone"), 1, "recipient"),
        (lambda a, p: Action(CALL, a.case, a.to, channel="sms"), 1, "content"),
    ],
)
def test_a_clearance_holds_for_exactly_one_action_and_ten_minutes(
    cast, case, other, minute, reason
):
    phone, second = point(case), point(case, "+8613904330002")
    action = call(case, phone)
    cleared = api.clear(manager(cast), action, at=at(10))
    with pytest.raises(ClearanceError) as error:
        api.redeem(cleared, other(action, second), at=at(10, minute))
    assert error.value.reason == reason


def test_a_stop_blocks_what_was_already_cleared_and_lifting_it_opens_again(cast, case):
    action = call(case, point(case))
    cleared = api.clear(manager(cast), action, at=at(10))
    stop = raise_stop(case, StopKind.HARDSHIP, at=at(10, 1), by="dan")
    with pytest.raises(ClearanceError) as error:
        api.redeem(cleared, action, at=at(10, 2))
    assert error.value.reason == "denied"
    assert "HOUSE-STOP-01" in error.value.verdict.deciding
    assert Clearance.objects.get().revoked_at == at(10, 2)
    with pytest.raises(Denied):
        api.clear(manager(cast), action, at=at(10, 3))
    lift_stop(stop, at=at(10, 4), by="chen", why="settled with the borrower")
    assert stops_of(SYSTEM, [case]) == {}
    api.clear(manager(cast), action, at=at(10, 5))


def test_three_conversations_are_the_last_of_the_day_and_a_new_day_begins_at_midnight(cast, case):
    phone = point(case)
    counted(case, phone, [AttemptResult.CONVERSATION] * 3)
    action = call(case, phone)
    with pytest.raises(Denied) as error:
        api.clear(manager(cast), action, at=at(15))
    assert error.value.verdict.answer is Answer.DEFER
    assert error.value.verdict.defer_until == at(8) + timedelta(days=1)
    assert "CN-FREQ-01" in error.value.verdict.deciding
    api.clear(manager(cast), action, at=at(8) + timedelta(days=1))


def test_a_live_clearance_takes_the_last_place_until_it_expires(cast, case):
    phone = point(case)
    counted(case, phone, [AttemptResult.CONVERSATION] * 2)
    action = call(case, phone)
    api.clear(manager(cast), action, at=at(15))
    with pytest.raises(Denied):
        api.clear(manager(cast), action, at=at(15, 5))
    api.clear(manager(cast), action, at=at(15, 10))


def test_a_used_clearance_nobody_told_of_counts_for_the_day(cast, case):
    phone = point(case)
    counted(case, phone, [AttemptResult.CONVERSATION] * 2)
    action = call(case, phone)
    cleared = api.clear(manager(cast), action, at=at(15))
    api.redeem(cleared, action, at=at(15, 1))
    with pytest.raises(Denied):
        api.clear(manager(cast), action, at=at(17))


def test_an_attempt_without_a_clearance_counts_and_is_flagged(cast, case):
    phone = point(case)
    counted(case, phone, [AttemptResult.CONVERSATION] * 3)
    assert set(LedgerEntry.objects.values_list("flag", flat=True)) == {"no_clearance"}


def test_what_they_begin_is_no_contact_of_ours(cast, case):
    phone = point(case)
    for minute in range(4):
        api.record_attempt(
            Attempt(case, CALL, at(9, minute), AttemptResult.CONVERSATION, phone, direction="them")
        )
    assert api.clear(manager(cast), call(case, phone), at=at(10)).verdict.permitted


def test_an_unproven_number_is_only_verified(cast, case):
    from doorstep.kernel.actions import Purpose

    phone = point(case, proven=False)
    with pytest.raises(Denied) as error:
        api.clear(manager(cast), call(case, phone), at=at(10))
    assert "HOUSE-READER-01" in error.value.verdict.deciding
    api.clear(manager(cast), call(case, phone, purpose=Purpose.VERIFY), at=at(10))


def test_a_stranger_can_neither_ask_nor_clear(cast, case):
    action = call(case, point(case))
    for door in (api.ask, api.clear):
        with pytest.raises(api.UnknownCaseError):
            door(stranger(cast), action, at=at(10))
    assert api.verdicts_of(stranger(cast), case) == []


def test_revoked_clearances_do_not_hold_and_free_their_place(cast, case):
    action = call(case, point(case))
    cleared = api.clear(manager(cast), action, at=at(10))
    assert api.revoke(case, at=at(10, 1), by="chen", why="complaint on the phone") == 1
    with pytest.raises(ClearanceError) as error:
        api.redeem(cleared, action, at=at(10, 2))
    assert error.value.reason == "revoked"


def test_a_visit_needs_two_certified_people_at_the_door(cast, case):
    door = point(
        case,
        "吉林省延吉市光明街12号",
        PointKind.ADDRESS,
        use=PointUse.HOME,
        latitude=42.9,
        longitude=129.5,
    )
    phone = point(case)
    for days, kind in ((5, CALL), (4, ActionKind.MESSAGE)):
        api.record_attempt(
            Attempt(case, kind, at(10) - timedelta(days=days), AttemptResult.NO_ANSWER, phone)
        )
    visit = Action(ActionKind.VISIT, case, Recipient(point=door))
    [planned] = api.forecast([visit], at=at(11))
    assert planned.answer is Answer.ALLOW_WITH_DUTIES
    assert "crew" in {d.code for d in planned.duties}
    with pytest.raises(Denied, match="CN-VIS-01"):
        api.clear(manager(cast), visit, at=at(11), carrier=Carrier(agents=(str(cast.fei),)))
    two = Carrier(agents=(str(cast.fei), str(cast.feng)), recording="ready")
    assert api.clear(manager(cast), visit, at=at(11), carrier=two).verdict.permitted
    uncertified = Carrier(agents=(str(cast.fei), "somebody"))
    with pytest.raises(Denied, match="HOUSE-CREW-01"):
        api.clear(manager(cast), visit, at=at(11, 30), carrier=uncertified)


def test_windows_close_at_sunset_for_a_first_visit(cast, case):
    point(
        case,
        "吉林省延吉市光明街12号",
        PointKind.ADDRESS,
        use=PointUse.HOME,
        latitude=42.9,
        longitude=129.5,
    )
    phone = point(case)
    for days, kind in ((5, CALL), (4, ActionKind.MESSAGE)):
        api.record_attempt(
            Attempt(case, kind, at(10) - timedelta(days=days), AttemptResult.NO_ANSWER, phone)
        )
    [(start, end)] = api.permitted_windows([case], at(10).date(), ActionKind.VISIT)[case]
    assert start == at(8)
    assert at(15, 30) < end < at(16, 15)
    [(start, end)] = api.permitted_windows([case], at(10).date(), CALL)[case]
    assert (start, end) == (at(8), at(21, 45))


def test_a_door_that_may_only_be_verified_has_its_hours_too(cast, case):
    where = {"use": PointUse.HOME, "latitude": 42.9, "longitude": 129.5, "proven": False}
    point(case, "吉林省延吉市光明街12号", PointKind.ADDRESS, **where)
    for days in (5, 4):
        api.record_attempt(
            Attempt(case, CALL, at(10) - timedelta(days=days), AttemptResult.NO_ANSWER, "")
        )
    assert api.permitted_windows([case], at(10).date(), ActionKind.VISIT)[case]


def test_forecasts_are_light_and_the_same_twice(cast, case):
    action = call(case, point(case))
    first = api.forecast([action], at=at(10))
    again = api.forecast([action], at=at(10))
    assert first == again
    assert StoredVerdict.objects.count() == 1
    assert api.verdict_of(SYSTEM, first[0].id).answer is Answer.ALLOW
