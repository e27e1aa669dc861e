"""One thing differs, and the wish differs with it."""

from datetime import UTC, datetime, timedelta

import pytest

from doorstep.kernel.actions import ActionKind, Purpose
from doorstep.strategy.rules.next_best import look
from doorstep.strategy.tests.cases import CALM, DAY, EMAIL, HOME, PHONE, SILENT, facts, point
from doorstep.strategy.types import HoldCode, LeftOut, ReasonCode, Tries
from doorstep.verification.types import PointKind, PointStatus, PointUse, Precision


def outlook(**over):
    return look(facts(**over), CALM, DAY)


def first(**over):
    return outlook(**over).choice.ranked[0]


def kinds(**over):
    return [str(c.kind) for c in outlook(**over).choice.ranked]


@pytest.mark.parametrize(
    ("dpd", "segment", "first_kind"),
    [
        (1, "first-days", "message"),
        (3, "first-days", "message"),
        (4, "early", "call"),
        (16, "first-month", "call"),
        (31, "second-month", "call"),
        (61, "third-month", "call"),
        (91, "late", "call"),
    ],
)
def test_lateness_chooses_the_segment_and_lighter_ways_come_first(dpd, segment, first_kind):
    found = outlook(dpd=dpd)
    assert found.segment == segment
    assert str(found.choice.ranked[0].kind) == first_kind
    assert ActionKind.VISIT not in {c.kind for c in found.choice.ranked}


def test_a_visit_is_wished_after_calls_and_messages_stayed_silent():
    assert "visit" not in kinds(dpd=75)
    assert kinds(dpd=75, **SILENT)[0] == "visit"


def test_one_answered_call_takes_the_visit_away():
    spoke = {**SILENT, "calls": Tries(count=4, silent=0, days=4, last="conversation")}
    assert "visit" not in kinds(dpd=75, **spoke)


def test_a_way_they_do_not_have_need_not_be_tried():
    calls = SILENT["calls"]
    assert "visit" not in kinds(dpd=75, calls=calls)
    assert "visit" in kinds(dpd=75, calls=calls, points=(PHONE, HOME))


def test_a_visit_nobody_made_lets_a_lighter_way_go_first():
    assert kinds(dpd=75, **SILENT)[0] == "visit"
    assert kinds(dpd=75, visit_waited=True, **SILENT)[0] == "message"


def test_a_visit_asked_for_needs_no_silence():
    found = outlook(dpd=75, visit_asked=True)
    assert found.choice.ranked[0].kind is ActionKind.VISIT
    assert found.choice.ranked[0].reason.code == ReasonCode.VISIT_ASKED


def test_a_visit_asked_for_needs_no_spacing_and_keeps_the_limit_of_30_days():
    yesterday = Tries(count=1, days=1, last="met")
    assert "visit" in kinds(dpd=75, visit_asked=True, visits=yesterday)
    assert "visit" not in kinds(dpd=75, visits=yesterday, calls=SILENT["calls"])
    often = Tries(count=9, days=1, last="met")
    assert "visit" not in kinds(dpd=75, visit_asked=True, visits=often)


def test_no_visit_before_the_day_they_named():
    assert "visit" in kinds(dpd=75, **SILENT)
    assert "visit" not in kinds(dpd=75, visit_later=True, **SILENT)


def test_an_address_that_is_not_located_gives_no_visit_but_says_so():
    town = point(PointKind.ADDRESS, 13, latitude=None, longitude=None, precision=Precision.TOWN)
    found = outlook(dpd=75, points=(PHONE, EMAIL, town), **SILENT)
    assert "visit" not in [c.kind for c in found.choice.ranked]
    assert found.left_out == LeftOut.ADDRESS_NOT_LOCATED
    assert outlook(dpd=75, points=(PHONE, EMAIL), **SILENT).left_out == LeftOut.NO_ADDRESS
    assert outlook(dpd=75, **SILENT).left_out == ""
    assert outlook(dpd=5, points=(PHONE, EMAIL, town)).left_out == ""


def test_a_workplace_is_never_used():
    work = point(PointKind.ADDRESS, 13, use=PointUse.WORK)
    office = point(PointKind.PHONE, 11, use=PointUse.WORK)
    assert kinds(dpd=75, points=(office, EMAIL, work), **SILENT) == ["message"]


@pytest.mark.parametrize("status", [PointStatus.RESTING, PointStatus.WRONG])
def test_a_resting_or_wrong_number_is_not_wished(status):
    assert kinds(points=(point(PointKind.PHONE, 11, status), EMAIL)) == ["message"]


def test_what_is_unverified_may_only_be_verified():
    shaky = tuple(point(p.kind, p.id.int, PointStatus.UNVERIFIED) for p in (PHONE, EMAIL, HOME))
    found = outlook(points=shaky)
    assert found.segment == "unverified"
    assert {c.purpose for c in found.choice.ranked} == {Purpose.VERIFY}
    assert {c.template for c in found.choice.ranked} == {"verify"}


def test_an_unverified_number_beside_a_verified_address_is_only_verified():
    points = (point(PointKind.PHONE, 11, PointStatus.UNVERIFIED), EMAIL)
    by_kind = {c.kind: c for c in outlook(points=points).choice.ranked}
    assert by_kind[ActionKind.CALL].purpose is Purpose.VERIFY
    assert by_kind[ActionKind.MESSAGE].purpose is Purpose.COLLECT


def test_nothing_is_wished_while_a_promise_is_open_and_not_due():
    found = outlook(promise_due=DAY + timedelta(days=1))
    assert found.choice.ranked == ()
    assert found.hold.code == HoldCode.PROMISE_OPEN
    assert found.review_on == DAY + timedelta(days=2)


def test_on_the_day_itself_a_reminder_is_wished_and_nothing_else():
    found = outlook(promise_due=DAY)
    assert [(c.kind, c.template) for c in found.choice.ranked] == [
        (ActionKind.MESSAGE, "promise_reminder")
    ]


def test_a_promise_past_its_day_waits_for_the_money_to_be_counted():
    assert outlook(promise_due=DAY - timedelta(days=1)).hold.code == HoldCode.PROMISE_GRACE


def test_a_broken_promise_changes_the_treatment_and_a_kept_one_does_not():
    assert outlook(last_promise="broken").treatment == "broken-promise"
    assert outlook(last_promise="partly").treatment == "broken-promise"
    assert outlook(last_promise="kept").treatment == outlook().treatment


def test_a_call_back_agreed_for_later_silences_everything_until_then():
    later = datetime(2026, 11, 26, 7, 0, tzinfo=UTC)
    found = outlook(call_back_at=later)
    assert (found.choice.ranked, found.hold.code) == ((), HoldCode.CALL_BACK)
    assert found.review_on == later.date()


def test_on_the_agreed_day_only_that_call_is_wished():
    found = outlook(call_back_at=datetime(2026, 11, 24, 7, 0, tzinfo=UTC))
    assert [(c.kind, c.reason.code) for c in found.choice.ranked] == [
        (ActionKind.CALL, ReasonCode.CALL_BACK_AGREED)
    ]


def test_a_missed_call_back_is_still_owed_and_not_for_ever():
    missed = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
    assert [c.reason.code for c in outlook(call_back_at=missed).choice.ranked] == [
        ReasonCode.CALL_BACK_MISSED
    ]
    assert len(outlook(call_back_at=missed - timedelta(days=30)).choice.ranked) > 1


def test_the_worked_case_of_the_documentation():
    def scores(**over):
        ranked = outlook(dpd=75, **SILENT, **over).choice.ranked
        return [(str(c.kind), c.score) for c in ranked]

    assert scores() == [("visit", 70), ("message", 65), ("call", 45)]
    assert scores(reason="illness") == [("call", 60), ("message", 60)]


def test_the_agreed_day_is_the_borrowers_own():
    """23:30 UTC on the 24th is the 25th in Yanji."""
    found = outlook(call_back_at=datetime(2026, 11, 24, 23, 30, tzinfo=UTC))
    assert found.hold.code == HoldCode.CALL_BACK


@pytest.mark.parametrize("stop", ["complaint", "dispute", "hardship", "police_order"])
def test_a_stop_silences_everything(stop):
    found = outlook(stops=(stop,))
    assert (found.choice.ranked, found.hold.code) == ((), HoldCode.STOP)


def test_a_stop_wins_over_an_agreed_call_back_and_a_promise_due_today():
    agreed = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
    assert outlook(stops=("no_contact",), promise_due=DAY, call_back_at=agreed).choice.ranked == ()


def test_the_reason_for_arrears_changes_the_wish():
    assert outlook(reason="lost_job").treatment == "supportive-plan"
    assert first(reason="forgot").kind is ActionKind.MESSAGE
    assert first(reason="").kind is ActionKind.CALL
    assert first(reason="unwilling").kind is ActionKind.CALL


def test_illness_keeps_us_from_the_door():
    assert "visit" in kinds(dpd=75, **SILENT)
    assert "visit" not in kinds(dpd=75, reason="illness", **SILENT)


def test_the_right_party_result_changes_the_wish():
    assert first(right_party="right_party").kind is ActionKind.CALL
    assert first(right_party="wrong_party").kind is ActionKind.MESSAGE
    by_kind = {c.kind: c for c in outlook(right_party="refused").choice.ranked}
    assert by_kind[ActionKind.MESSAGE].score > 45


def test_the_last_outcomes_change_the_wish():
    silent = Tries(count=3, silent=3, days=4, last="no_answer")
    assert first(calls=Tries(count=1, silent=1, days=4, last="no_answer")).kind is ActionKind.CALL
    assert first(calls=silent).kind is ActionKind.MESSAGE
    assert first(calls=silent).reason.code == ReasonCode.OTHER_CHANNEL


def test_who_refused_at_the_door_is_not_visited_again():
    refused = Tries(count=1, silent=0, days=20, last="refused")
    assert "visit" not in kinds(dpd=75, visits=refused, **SILENT)
    nobody = Tries(count=1, silent=1, days=20, last="nobody_home")
    assert "visit" in kinds(dpd=75, visits=nobody, **SILENT)


def test_spacing_leaves_people_in_peace():
    today = Tries(count=1, silent=1, days=0, last="no_answer")
    found = outlook(points=(PHONE,), calls=today)
    assert (found.choice.ranked, found.hold.code) == ((), HoldCode.SPACING)


def test_without_any_usable_point_the_case_says_so():
    assert outlook(points=()).hold.code == HoldCode.NO_POINT


def test_a_borrower_not_told_of_the_agency_is_told_before_anything_else():
    found = outlook(notified=False)
    assert [(c.template, c.purpose) for c in found.choice.ranked] == [
        ("notice_agency", Purpose.NOTICE)
    ]


def test_a_borrower_who_cannot_be_told_in_writing_is_left_to_the_gate():
    assert kinds(notified=False, points=(PHONE,)) == ["call"]


def test_at_most_three_wishes_and_each_of_another_kind():
    found = kinds(dpd=75, **SILENT)
    assert len(found) == len(set(found)) <= 3
