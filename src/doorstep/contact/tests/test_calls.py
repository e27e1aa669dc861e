"""The call queue, and the gate before the number."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests import cast as the

from doorstep.care import api as care
from doorstep.care.types import StopKind
from doorstep.casefile import api as casefile
from doorstep.casefile.types import FactKind, PromiseSaid
from doorstep.compliance.models import LedgerEntry
from doorstep.contact import api as contact
from doorstep.contact.models import CallTask
from doorstep.contact.types import CallOutcome, CallResult, CallState, InboundKind
from doorstep.kernel.actions import Purpose, Role
from doorstep.kernel.money import Money
from doorstep.people.types import SYSTEM
from doorstep.verification import api as verification
from doorstep.verification.types import PointStatus, RightParty

from .conftest import desk, scene_of
from .scenes import TALK, TEN, call, facts, plan, taken

pytestmark = pytest.mark.django_db


def test_a_call_planned_twice_is_there_once(scene, dan):
    assert plan(call(scene.case, scene.phone)) == 1
    assert plan(call(scene.case, scene.phone)) == 0


def test_the_number_is_shown_only_inside_the_clearance(scene, dan):
    plan(call(scene.case, scene.phone))
    task = taken(dan)
    assert contact.view_call(dan, task, TEN).number == "", "nobody asked the gate yet"
    opened = contact.open_call(dan, task, TEN)
    assert opened.permitted
    assert opened.number.startswith("+86138")
    assert opened.until == TEN + timedelta(minutes=10)
    assert contact.view_call(dan, task, TEN + timedelta(minutes=9)).number == opened.number
    after = contact.view_call(dan, task, TEN + timedelta(minutes=10))
    assert (after.permitted, after.number) == (False, "")


def test_a_page_read_again_inside_one_clearance_is_one_look_and_asking_again_another(scene, dan):
    plan(call(scene.case, scene.phone))
    task = taken(dan)
    contact.view_call(dan, task, TEN)
    assert facts(scene, FactKind.POINT_REVEALED) == [], "only the masked number was there"
    for minute in (0, 1, 4, 9):
        contact.open_call(dan, task, TEN + timedelta(minutes=minute))
        contact.view_call(dan, task, TEN + timedelta(minutes=minute))
    [once] = facts(scene, FactKind.POINT_REVEALED)
    assert (once["why"], once["point"]) == ("call", str(scene.phone))
    contact.open_call(dan, task, TEN + timedelta(minutes=20))
    assert len(facts(scene, FactKind.POINT_REVEALED)) == 2


def test_no_amount_and_no_word_of_debt_before_the_right_party(scene, dan):
    plan(call(scene.case, scene.phone))
    task = taken(dan)
    before = contact.open_call(dan, task, TEN)
    assert before.amount is None
    assert "Bluebay" not in " ".join(line.say for line in before.script)
    contact.confirm_party(dan, task, RightParty.REFUSED, at=TEN)
    assert contact.view_call(dan, task, TEN).amount is None
    contact.confirm_party(dan, task, RightParty.RIGHT_PARTY, at=TEN)
    after = contact.view_call(dan, task, TEN)
    assert after.amount == Money(120_000, "CNY")
    assert "Bluebay" in after.script[0].say


def test_a_call_to_verify_never_speaks_of_the_debt(scene, dan):
    plan(call(scene.case, scene.new_phone, purpose=Purpose.VERIFY))
    task = taken(dan)
    contact.open_call(dan, task, TEN)
    contact.confirm_party(dan, task, RightParty.RIGHT_PARTY, at=TEN)
    shown = contact.view_call(dan, task, TEN)
    assert shown.amount is None
    assert "Bluebay" not in " ".join(line.say for line in shown.script)
    promise = PromiseSaid(Money(100, "CNY"), the.DAY)
    with pytest.raises(contact.CallOutcomeError, match="promise"):
        contact.record_call(dan, task, replace(TALK, promise=promise), TEN)
    contact.record_call(dan, task, TALK, TEN)
    assert verification.find_point(SYSTEM, scene.new_phone).status is PointStatus.VERIFIED


def test_an_unproven_number_may_not_be_dunned(scene, dan):
    plan(call(scene.case, scene.new_phone, purpose=Purpose.COLLECT))
    opened = contact.open_call(dan, taken(dan), TEN)
    assert not opened.permitted
    assert opened.number == ""
    assert opened.reasons


def test_at_night_the_gate_says_no_with_its_reasons_and_the_number_stays_hidden(scene, dan):
    plan(replace(call(scene.case, scene.phone), not_after=the.at(23, 59)))
    night = the.at(22, 1)
    opened = contact.open_call(dan, taken(dan, night), night)
    assert (opened.permitted, opened.number) == (False, "")
    assert {r.rule for r in opened.reasons} & {"CN-TIME-01", "CN-TIME-02"}
    assert all(r.why and r.citation for r in opened.reasons)
    again = contact.view_call(dan, CallTask.objects.get().pk, night)
    assert again.reasons == opened.reasons


def test_a_stop_raised_while_the_number_is_shown_hides_it(scene, dan):
    plan(call(scene.case, scene.phone))
    task = taken(dan)
    contact.open_call(dan, task, TEN)
    care.raise_stop(scene.case, StopKind.DISPUTE, at=TEN + timedelta(minutes=1), by="min")
    later = TEN + timedelta(minutes=2)
    assert contact.view_call(dan, task, later).number == ""
    assert not contact.open_call(dan, task, later).permitted


def test_two_agents_never_get_the_same_call(db):
    cast = the.people_of_the_cast()
    one, two = scene_of(cast, "B-ONE"), scene_of(cast, "B-TWO")
    plan(call(one.case, one.phone, rank=1), call(two.case, two.phone, rank=2))
    dan, eve = desk(cast), desk(cast, "eve", "")
    first, second = contact.next_call(dan, TEN), contact.next_call(eve, TEN)
    assert {first.case_id, second.case_id} == {one.case, two.case}
    assert first.rank == 1
    assert contact.next_call(dan, TEN).id == first.id, "the unfinished one first"
    with pytest.raises(contact.CallTakenError):
        contact.open_call(eve, first.id, TEN)
    with pytest.raises(contact.CallTakenError):
        contact.record_call(eve, first.id, TALK, TEN)


def test_my_own_cases_come_first_then_a_language_i_speak(db):
    cast = the.people_of_the_cast()
    korean = scene_of(cast, "B-KO", language="ko")
    chinese = scene_of(cast, "B-ZH")
    mine = scene_of(cast, "B-MINE", language="mn")
    casefile.assign([mine.case], cast.feng, at=TEN, by="min")
    plan(
        call(korean.case, korean.phone, rank=1),
        call(chinese.case, chinese.phone, rank=2),
        call(mine.case, mine.phone, rank=3),
    )
    feng = desk(cast, "feng", "feng")
    order = []
    while (card := contact.next_call(feng, TEN)) is not None:
        order.append(card.case_reference)
        contact.record_call(feng, card.id, CallOutcome(CallResult.BUSY), TEN)
    assert order == ["C-B-MINE", "C-B-ZH", "C-B-KO"]


def test_the_page_says_how_many_wait_who_has_them_and_what_comes_next(db):
    cast = the.people_of_the_cast()
    scene, other = scene_of(cast), scene_of(cast, "B-MIRAN")
    casefile.assign([other.case], scene.cast.dan, at=the.NINE, by="min")
    plan(call(scene.case, scene.phone), call(other.case, other.phone))
    dan, eva = desk(scene.cast), desk(scene.cast, "eva", None)
    now = contact.calls_today(dan, the.DAY, TEN)
    assert (now.waiting, now.later, now.earliest) == (2, 0, None)
    assert [c.case_id for c in now.ahead] == [other.case, scene.case], "one's own case first"
    assert [(h.agent, h.taken, h.calls) for h in now.holding] == [
        ("", False, 1),
        ("Dan", False, 1),
    ]
    taken(eva)
    seen = contact.calls_today(dan, the.DAY, TEN)
    assert [(h.agent, h.taken, h.calls, h.since) for h in seen.holding][1:] == [
        ("eva", True, 1, TEN)
    ]
    early = contact.calls_today(dan, the.DAY, the.at(1))
    assert early.waiting == 0
    assert early.earliest is not None


def test_a_call_left_lying_goes_back_to_the_queue(scene, dan):
    plan(call(scene.case, scene.phone))
    taken(dan)
    eve = desk(scene.cast, "eve", "")
    assert contact.next_call(eve, TEN + timedelta(minutes=10)) is None
    assert contact.next_call(eve, TEN + timedelta(minutes=31)) is not None


def test_six_unanswered_dials_of_one_number_are_enough_for_a_day(scene, dan):
    """CN-FREQ-03, through the hand-dialled way: no door around the gate."""
    moment = TEN
    for _ in range(12):
        task = contact.hand_dial(dan, scene.case, scene.phone, at=moment)
        opened = contact.open_call(dan, task, moment)
        if not opened.permitted:
            break
        contact.record_call(dan, task, CallOutcome(CallResult.NO_ANSWER), moment)
        moment += timedelta(minutes=15)
    assert not opened.permitted
    assert LedgerEntry.objects.filter(kind="call").count() <= 6


def test_dialled_by_hand_goes_through_the_same_gate(scene, dan):
    task = contact.hand_dial(dan, scene.case, scene.phone, at=TEN)
    assert contact.open_call(dan, task, TEN).permitted
    unproven = contact.hand_dial(dan, scene.case, scene.new_phone, at=TEN)
    opened = contact.open_call(dan, unproven, TEN)
    assert opened.card.purpose == Purpose.VERIFY
    with pytest.raises(contact.NotCallableError):
        contact.hand_dial(dan, scene.case, scene.email, at=TEN)


def test_calls_nobody_made_expire_with_their_day(scene, dan):
    plan(call(scene.case, scene.phone))
    tomorrow = the.DAY + timedelta(days=1)
    plan(call(scene.case, scene.phone), day=tomorrow, at=TEN + timedelta(days=1))
    old = CallTask.objects.get(day=the.DAY)
    assert (old.state, old.why) == (CallState.EXPIRED, "not_made")
    assert LedgerEntry.objects.count() == 0


def test_a_number_that_was_shown_and_never_reported_counts_as_tried(scene, dan):
    plan(call(scene.case, scene.phone))
    contact.open_call(dan, taken(dan), TEN)
    contact.expire_calls(the.DAY + timedelta(days=1), TEN + timedelta(days=1))
    assert CallTask.objects.get().why == "no_outcome"
    assert LedgerEntry.objects.get(kind="call").result == "unknown"


def test_another_organisation_gets_nothing(scene, dan):
    plan(call(scene.case, scene.phone))
    task = CallTask.objects.get().pk
    stranger = the.stranger(scene.cast)
    assert contact.next_call(stranger, TEN) is None
    assert contact.calls_of(stranger, scene.case) == []
    assert contact.calls_today(stranger, the.DAY, TEN).waiting == 0
    for door in (
        lambda: contact.open_call(stranger, task, TEN),
        lambda: contact.view_call(stranger, task, TEN),
        lambda: contact.record_call(stranger, task, TALK, TEN),
        lambda: contact.confirm_party(stranger, task, RightParty.RIGHT_PARTY, at=TEN),
        lambda: contact.hand_dial(stranger, scene.case, scene.phone, at=TEN),
    ):
        with pytest.raises(contact.NoSuchCallError):
            door()
    with pytest.raises(LookupError):
        contact.record_inbound(
            stranger, scene.case, InboundKind.REPLY, at=TEN, by="pia", channel="email_smtp"
        )


def test_a_contact_person_is_not_called_while_the_borrower_can_be_reached(scene, dan):
    plan(call(scene.case, scene.phone, role=Role.CONTACT))
    assert not contact.open_call(dan, taken(dan), TEN).permitted
