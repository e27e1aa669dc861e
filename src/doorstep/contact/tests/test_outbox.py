"""The outbox against a real SMTP server and the real gate: what is sent, and what is held."""

from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from tests import cast as the

from doorstep.care import api as care
from doorstep.care.types import StopKind
from doorstep.casefile import api as casefile
from doorstep.casefile.types import FactKind
from doorstep.contact import api as contact
from doorstep.contact.models import Outgoing
from doorstep.contact.types import MessageState
from doorstep.kernel import sealed
from doorstep.kernel.actions import Purpose
from doorstep.people.types import SYSTEM
from doorstep.verification import api as verification
from doorstep.verification.types import RightParty

from .conftest import scene_of, wish
from .scenes import TEN, queue, states

pytestmark = pytest.mark.django_db


def test_a_permitted_message_is_sent_once_and_everybody_knows(scene, mailbox):
    assert queue(wish(scene.case, scene.email)).queued == 1
    assert contact.send_due(TEN).sent == 1
    assert contact.send_due(TEN + timedelta(minutes=1)).sent == 0
    [(address, raw)] = mailbox.mails
    assert address == "b-lina@example.org"
    mail = message_from_bytes(raw, policy=policy.default)
    assert mail["List-Unsubscribe"].strip().startswith("<mailto:")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["From"].addresses[0].display_name == "Doorway Services"
    assert mail.get_content_type() == "text/plain"
    assert "1,200.00" in mail.get_content()
    [fact] = casefile.facts_of(SYSTEM, [scene.case], [FactKind.MESSAGE])[scene.case]
    assert fact.data["result"] == "sent"
    row = Outgoing.objects.get()
    assert mailbox.ids() == [f"<{row.pk}@doorstep>"]
    assert fact.data["clearance"] == str(row.clearance_id)


def test_queued_twice_it_is_there_once(scene, mailbox):
    queue(wish(scene.case, scene.email))
    assert queue(wish(scene.case, scene.email)).queued == 0
    assert Outgoing.objects.count() == 1


def test_the_text_is_sealed_at_rest_and_the_address_is_nowhere(scene, mailbox):
    queue(wish(scene.case, scene.email))
    row = Outgoing.objects.get()
    assert b"1,200.00" not in bytes(row.content)
    assert "1,200.00" in sealed.open_(row.content)
    everything = str(Outgoing.objects.values().get())
    assert "example.org" not in everything


def test_no_word_of_debt_to_an_unproven_address(scene, mailbox):
    report = queue(
        wish(scene.case, scene.new_email, purpose=Purpose.COLLECT),
        wish(scene.case, scene.new_email, purpose=Purpose.VERIFY, template="arrears", rank=2),
        wish(scene.case, scene.new_email, purpose=Purpose.VERIFY, rank=3),
    )
    assert (report.queued, report.refused) == (1, 2)
    contact.send_due(TEN)
    [(address, raw)] = mailbox.mails
    assert address == "b-lina-new@example.org"
    assert "Bluebay" not in raw.decode()
    why = {r.template: r.why for r in Outgoing.objects.filter(state=MessageState.HELD)}
    assert set(why.values()) == {"unproven", "purpose"}


def test_an_address_that_lost_its_proof_meanwhile_is_not_told(scene, mailbox):
    queue(wish(scene.case, scene.email))
    verification.record_right_party(
        SYSTEM, scene.case, scene.email, RightParty.WRONG_PARTY, at=TEN, by="dan"
    )
    assert contact.send_due(TEN).held == 1
    assert mailbox.mails == []
    assert states() == [(MessageState.HELD, "unproven")]


def test_a_language_we_lack_is_shown_and_nothing_is_sent(db, mailbox):
    scene = scene_of(the.people_of_the_cast(), language="mn")
    report = queue(wish(scene.case, scene.email))
    assert (report.queued, report.gaps) == (0, 1)
    queue(wish(scene.case, scene.email))
    [gap] = contact.language_gaps(the.manager(scene.cast))
    assert (gap.language, gap.template) == ("mn", "arrears")
    assert contact.language_gaps(the.stranger(scene.cast)) == []
    contact.send_due(TEN)
    assert mailbox.mails == []


@pytest.mark.parametrize(
    ("language", "word"),
    [("ko", "안녕하세요"), ("zh-Hant", "您好"), ("en", "Dear"), ("zh", "您好")],
)
def test_a_borrower_is_written_to_in_their_language(db, mailbox, language, word):
    scene = scene_of(the.people_of_the_cast(), language=language)
    queue(wish(scene.case, scene.email))
    assert word in sealed.open_(Outgoing.objects.get().content)


def test_after_its_time_it_is_held(scene, mailbox):
    queue(wish(scene.case, scene.email))
    report = contact.send_due(the.at(22, 30))
    assert (report.sent, report.held) == (0, 1)
    assert states() == [(MessageState.HELD, "too_late")]
    assert mailbox.mails == []


def test_at_night_the_gate_says_no_whatever_the_plan_said(scene, mailbox):
    queue(replace(wish(scene.case, scene.email), not_after=the.at(23, 59)))
    assert contact.send_due(the.at(22, 30)).held == 1
    [(state, why)] = states()
    assert state is MessageState.HELD
    assert "CN-TIME-01" in why
    assert mailbox.mails == []


def test_too_early_it_waits_for_the_morning(scene, mailbox):
    early = the.at(7)
    queue(replace(wish(scene.case, scene.email), not_before=early))
    assert contact.send_due(early).held == 0
    assert states()[0][0] is MessageState.QUEUED
    assert contact.send_due(the.at(7, 59)).sent == 0
    assert contact.send_due(TEN).sent == 1


def test_a_slow_batch_reads_anew_what_it_says(db, mailbox):
    cast = the.people_of_the_cast()
    for number, s in enumerate([scene_of(cast, f"B-{n}") for n in range(3)]):
        queue(wish(s.case, s.email, rank=number))
    moments = iter(TEN + timedelta(seconds=50 * n) for n in range(100))
    assert contact.send_due(TEN, tick=lambda: next(moments)).sent == 3


def test_a_slow_batch_does_not_carry_the_evening_into_the_night(db, mailbox):
    """Each message is judged at its own instant: the second falls after 22:00."""
    cast = the.people_of_the_cast()
    scenes = [scene_of(cast, "B-ONE"), scene_of(cast, "B-TWO")]
    for number, s in enumerate(scenes):
        queue(replace(wish(s.case, s.email, rank=number), not_after=the.at(23, 59)))
    last = the.at(21, 29)

    def tick():
        return last if not mailbox.mails else the.at(22, 1)

    report = contact.send_due(last, tick=tick)
    assert (report.sent, report.held) == (1, 1)
    assert len(mailbox.mails) == 1


def test_a_stop_raised_after_planning_holds_what_is_queued(scene, mailbox):
    queue(wish(scene.case, scene.email))
    care.raise_stop(scene.case, StopKind.HARDSHIP, at=TEN, by="dan")
    assert contact.send_due(TEN + timedelta(minutes=1)).held == 1
    assert mailbox.mails == []


def test_a_payment_before_sending_changes_the_amount_in_the_text(scene, mailbox):
    queue(wish(scene.case, scene.email))
    change = casefile.CaseChange(scene.case, "16-30", 20, 30_000, 60_000)
    casefile.change_cases([change], on=the.DAY, at=TEN, by="test")
    assert contact.send_due(TEN).sent == 1
    text = sealed.open_(Outgoing.objects.get().content)
    assert "300.00" in text
    assert "1,200.00" not in text


def test_a_case_that_was_settled_meanwhile_is_not_written_to(scene, mailbox):
    queue(wish(scene.case, scene.email))
    casefile.change_cases(
        [casefile.CaseChange(scene.case, "0", 0, 0, 0, close=True)], on=the.DAY, at=TEN, by="test"
    )
    assert contact.send_due(TEN).sent == 0
    assert mailbox.mails == []


def test_another_organisation_sees_no_message(scene, mailbox):
    queue(wish(scene.case, scene.email))
    row = Outgoing.objects.get()
    stranger = the.stranger(scene.cast)
    assert contact.messages(stranger) == []
    assert contact.message_detail(stranger, row.pk) is None
    assert sum(contact.message_counts(stranger).values()) == 0
    assert contact.messages_of(stranger, scene.case) == []
    assert len(contact.messages(the.manager(scene.cast))) == 1
