"""What an outcome of a call, or a word of theirs unasked, changes for everybody."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests import cast as the

from doorstep.care import api as care
from doorstep.care.types import StopKind
from doorstep.casefile import api as casefile
from doorstep.casefile.types import ArrearsReason, FactKind, PromiseSaid, PromiseStatus
from doorstep.compliance.models import LedgerEntry
from doorstep.contact import api as contact
from doorstep.contact.models import CallRecord, CallTask
from doorstep.contact.types import CallOutcome, CallResult, CallState, InboundKind
from doorstep.kernel.actions import Role
from doorstep.kernel.money import Money
from doorstep.people.types import SYSTEM
from doorstep.verification import api as verification
from doorstep.verification.models import RelatedPerson
from doorstep.verification.types import NewPoint, PointKind, PointStatus, RightParty

from .conftest import wish
from .scenes import TALK, TEN, call, facts, plan, taken

pytestmark = pytest.mark.django_db


def test_one_outcome_tells_everybody(scene, dan):
    plan(call(scene.case, scene.phone))
    task = taken(dan)
    contact.open_call(dan, task, TEN)
    contact.confirm_party(dan, task, RightParty.RIGHT_PARTY, at=TEN)
    said = CallOutcome(
        CallResult.CONVERSATION,
        reason=ArrearsReason.ILLNESS,
        promise=PromiseSaid(Money(50_000, "CNY"), the.DAY + timedelta(days=3)),
        note="Better after six.",
    )
    contact.record_call(dan, task, said, TEN + timedelta(minutes=6))
    [promise] = casefile.promises_of(SYSTEM, [scene.case])[scene.case]
    assert (promise.amount, promise.status, promise.source) == (50_000, PromiseStatus.OPEN, "call")
    [told] = facts(scene, FactKind.CALL)
    assert (told["result"], told["right_party"], told["flagged"]) == (
        "conversation",
        "right_party",
        "",
    )
    assert told["promise"] == str(promise.id)
    assert [f["reason"] for f in facts(scene, FactKind.REASON)] == ["illness"]
    assert len(facts(scene, FactKind.RIGHT_PARTY)) == 1
    [note] = facts(scene, FactKind.NOTE)
    assert "six" not in str(note), "the words are sealed"
    [record] = contact.calls_of(dan, scene.case)
    assert record.note == "Better after six."
    assert b"six" not in bytes(CallRecord.objects.get().note)
    entry = LedgerEntry.objects.get(kind="call")
    assert (entry.result, entry.flag, entry.by_agent) == (
        "conversation",
        "",
        str(scene.cast.dan),
    )


def test_a_wrong_number_is_never_dialled_again(scene, dan):
    plan(call(scene.case, scene.phone))
    task = taken(dan)
    contact.open_call(dan, task, TEN)
    contact.record_call(dan, task, CallOutcome(CallResult.WRONG_NUMBER), TEN)
    assert verification.find_point(SYSTEM, scene.phone).status is PointStatus.WRONG


def test_a_number_found_wrong_after_an_unsure_check_is_wrong(scene, dan):
    plan(call(scene.case, scene.phone))
    task = taken(dan)
    contact.open_call(dan, task, TEN)
    contact.confirm_party(dan, task, RightParty.NOT_SURE, at=TEN)
    contact.record_call(dan, task, CallOutcome(CallResult.WRONG_NUMBER), TEN)
    assert verification.find_point(SYSTEM, scene.phone).status is PointStatus.WRONG


@pytest.fixture
def brother(scene):
    """A contact person of Li Na's with a telephone."""
    RelatedPerson.objects.create(
        case_id=scene.case,
        lender_id=scene.cast.bluebay,
        agency_id=scene.cast.doorway,
        mandate_id=scene.cast.mandate,
        person="P-1",
        placement_role="contact_person",
        role=Role.CONTACT,
    )
    new = NewPoint(kind=PointKind.PHONE, value="+8613700001111", source="lender", person="P-1")
    return verification.add_point(SYSTEM, scene.case, new, at=the.NINE, by="t")


def test_a_contact_person_who_says_stop_is_left_alone_for_good_and_the_case_goes_on(
    scene, dan, brother
):
    task = contact.hand_dial(dan, scene.case, brother, at=TEN)
    said = CallOutcome(CallResult.ANSWERED, "wrong_party", stop="no_contact")
    contact.record_call(dan, task, said, TEN)
    [person] = verification.people_of(SYSTEM, [scene.case])[scene.case]
    assert person.stopped_at == TEN
    assert care.stops_of(SYSTEM, [scene.case]) == {}
    again = contact.hand_dial(dan, scene.case, brother, at=TEN + timedelta(days=30))
    assert not contact.open_call(dan, again, TEN + timedelta(days=30)).permitted


def test_a_contact_person_who_writes_stop_is_left_alone_for_good(scene, dan, brother):
    contact.record_inbound(
        dan,
        scene.case,
        InboundKind.OPT_OUT,
        at=TEN,
        by="dan",
        channel="phone",
        point_id=brother,
    )
    [person] = verification.people_of(SYSTEM, [scene.case])[scene.case]
    assert person.stopped_at == TEN
    assert care.stops_of(SYSTEM, [scene.case]) == {}


def test_hardship_heard_on_the_phone_stops_every_channel_at_once(scene, dan, mailbox):
    contact.queue_messages([wish(scene.case, scene.email)], as_of=the.DAY, at=TEN)
    plan(call(scene.case, scene.phone))
    task = taken(dan)
    contact.open_call(dan, task, TEN)
    contact.record_call(dan, task, replace(TALK, stop="hardship", note="lost the job"), TEN)
    [stop] = care.stops_of(SYSTEM, [scene.case])[scene.case]
    assert stop.kind is StopKind.HARDSHIP
    assert contact.send_due(TEN + timedelta(minutes=1)).held == 1
    assert mailbox.mails == []


def test_a_call_back_today_is_in_the_queue_at_its_time(scene, dan):
    plan(call(scene.case, scene.phone))
    task = taken(dan)
    contact.open_call(dan, task, TEN)
    contact.record_call(dan, task, replace(TALK, call_back_at=the.at(15)), TEN)
    assert contact.next_call(dan, the.at(14, 59)) is None
    back = contact.next_call(dan, the.at(15))
    assert (back.why, back.rank, back.case_id) == ("call_back", 0, scene.case)
    assert [f["at"] for f in facts(scene, FactKind.CALL_BACK)] == [the.at(15).isoformat()]


def test_a_call_back_on_another_day_is_for_tomorrow_to_wish(scene, dan):
    plan(call(scene.case, scene.phone))
    task = taken(dan)
    when = the.at(15) + timedelta(days=2)
    contact.record_call(dan, task, replace(TALK, call_back_at=when), TEN)
    assert CallTask.objects.filter(state=CallState.OPEN).count() == 0


def test_a_call_made_without_asking_counts_all_the_same_and_is_flagged(scene, dan):
    plan(call(scene.case, scene.phone))
    contact.record_call(dan, taken(dan), CallOutcome(CallResult.NO_ANSWER), TEN)
    [told] = facts(scene, FactKind.CALL)
    assert told["flagged"] == "unreserved"
    entry = LedgerEntry.objects.get(kind="call")
    assert (entry.result, entry.flag) == ("no_answer", "no_clearance")


def test_an_outcome_told_hours_late_counts_and_is_flagged(scene, dan):
    plan(call(scene.case, scene.phone))
    task = taken(dan)
    contact.open_call(dan, task, TEN)
    contact.record_call(dan, task, CallOutcome(CallResult.BUSY), TEN + timedelta(hours=4))
    assert facts(scene, FactKind.CALL)[0]["flagged"] == "late"
    assert LedgerEntry.objects.filter(kind="call").count() == 1


def test_told_twice_it_is_recorded_once(scene, dan):
    plan(call(scene.case, scene.phone))
    task = taken(dan)
    contact.record_call(dan, task, TALK, TEN)
    with pytest.raises(contact.CallTakenError):
        contact.record_call(dan, task, TALK, TEN)
    assert LedgerEntry.objects.filter(kind="call").count() == 1


def test_what_is_refused_leaves_nothing_behind(scene, dan):
    plan(call(scene.case, scene.phone))
    task = taken(dan)
    late = PromiseSaid(Money(100, "CNY"), the.DAY - timedelta(days=1))
    with pytest.raises(contact.CallOutcomeError) as error:
        contact.record_call(dan, task, replace(TALK, promise=late), TEN)
    assert "past" in error.value.fields["promise"]
    assert facts(scene, FactKind.CALL) == facts(scene, FactKind.RIGHT_PARTY) == []
    assert LedgerEntry.objects.filter(kind="call").count() == 0
    assert CallTask.objects.get().state == CallState.TAKEN


def test_stop_to_an_address_rests_that_address_and_no_other(scene, dan):
    contact.record_inbound(
        dan,
        scene.case,
        InboundKind.OPT_OUT,
        at=TEN,
        by="dan",
        channel="email_smtp",
        point_id=scene.email,
    )
    assert verification.find_point(SYSTEM, scene.email).status is PointStatus.RESTING
    assert verification.find_point(SYSTEM, scene.phone).status is PointStatus.VERIFIED
    assert care.stops_of(SYSTEM, [scene.case]) == {}
    [told] = facts(scene, FactKind.MESSAGE_IN)
    assert told["kind"] == "opt_out"


def test_stop_altogether_stops_everything(scene, dan):
    contact.record_inbound(
        dan, scene.case, InboundKind.OPT_OUT, at=TEN, by="dan", channel="other", text="Leave me."
    )
    [stop] = care.stops_of(SYSTEM, [scene.case])[scene.case]
    assert stop.kind is StopKind.NO_CONTACT


def test_a_call_from_them_never_counts_against_us(scene, dan):
    contact.record_inbound(
        dan, scene.case, InboundKind.CALLED_US, at=TEN, by="dan", channel="phone"
    )
    assert LedgerEntry.objects.get().direction == "them"
    plan(call(scene.case, scene.phone))
    assert contact.open_call(dan, taken(dan), TEN).permitted
