"""The outbox against a real SMTP server and the real gate."""

from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from tests import cast as the

from doorstep.care import api as care
from doorstep.care.types import StopKind
from doorstep.casefile import api as casefile
from doorstep.casefile.types import FactKind
from doorstep.channels.email_smtp import open_channel
from doorstep.compliance import api as gate
from doorstep.compliance.models import LedgerEntry
from doorstep.compliance.types import ClearanceError
from doorstep.contact import api as contact
from doorstep.contact.models import Outgoing
from doorstep.contact.services import sending
from doorstep.contact.types import Envelope, Message, MessageState, Resolution, join_content
from doorstep.kernel import sealed
from doorstep.kernel.actions import Action, ActionKind, Place, Purpose, Recipient, Role
from doorstep.people.types import SYSTEM
from doorstep.verification import api as verification
from doorstep.verification.types import PointStatus, RightParty

from .conftest import scene_of, wish

pytestmark = pytest.mark.django_db
TEN = the.at(10)


def queue(*wishes, at=TEN):
    return contact.queue_messages(wishes, as_of=the.DAY, at=at)


def states():
    rows = Outgoing.objects.order_by("rank", "id").values_list("state", "why")
    return [(MessageState(state), why) for state, why in rows]


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


def test_a_mailbox_that_does_not_exist_is_never_tried_again(scene, mailbox):
    mailbox.rcpt["b-lina@example.org"] = "550 5.1.1 no such user"
    queue(wish(scene.case, scene.email))
    assert contact.send_due(TEN).failed == 1
    point = verification.find_point(SYSTEM, scene.email)
    assert point.status is PointStatus.WRONG
    assert contact.send_due(TEN + timedelta(hours=1)).sent == 0


def test_what_is_our_own_fault_does_not_mark_the_address(scene, mailbox):
    mailbox.rcpt["b-lina@example.org"] = "554 5.7.1 relay access denied"
    queue(wish(scene.case, scene.email))
    assert contact.send_due(TEN).retried == 1
    assert verification.find_point(SYSTEM, scene.email).status is PointStatus.VERIFIED


def test_a_server_that_says_later_is_tried_later_inside_legal_hours(scene, mailbox):
    mailbox.data["b-lina@example.org"] = "451 4.7.1 greylisted"
    queue(wish(scene.case, scene.email))
    assert contact.send_due(TEN).retried == 1
    assert contact.send_due(TEN + timedelta(minutes=4)).retried == 0, "not before its time"
    mailbox.data.clear()
    assert contact.send_due(TEN + timedelta(minutes=5)).sent == 1
    assert len(mailbox.mails) == 1


def test_no_server_at_all_is_later_not_unknown(scene, mailbox, settings):
    queue(wish(scene.case, scene.email))
    settings.EMAIL_PORT = 1
    assert contact.send_due(TEN).retried == 1
    assert states()[0][0] is MessageState.QUEUED


def test_after_the_last_try_it_failed(scene, mailbox):
    mailbox.data["b-lina@example.org"] = "451 4.7.1 greylisted"
    queue(wish(scene.case, scene.email))
    moment = TEN
    for _ in range(5):
        contact.send_due(moment)
        moment += timedelta(hours=3, minutes=1)
    assert states()[0][0] in {MessageState.FAILED, MessageState.HELD}
    assert mailbox.mails == []


def test_a_line_that_breaks_after_the_text_was_given_leaves_it_unknown(scene, mailbox):
    mailbox.hang_up_after.add("b-lina@example.org")
    queue(wish(scene.case, scene.email))
    report = contact.send_due(TEN)
    assert report.unknown == 1
    assert len(mailbox.mails) == 1
    for hour in range(11, 21):
        contact.send_due(the.at(hour))
    assert len(mailbox.mails) == 1, "never sent again by itself"


def test_a_line_that_broke_between_two_mails_is_opened_anew(db, mailbox):
    cast = the.people_of_the_cast()
    first, second = scene_of(cast, "B-ONE"), scene_of(cast, "B-TWO")
    mailbox.hang_up_after.add("b-one@example.org")
    queue(wish(first.case, first.email), wish(second.case, second.email, rank=2))
    report = contact.send_due(TEN)
    assert (report.unknown, report.sent) == (1, 1)
    assert len(mailbox.mails) == 2


def cut_off(scene):
    """A message whose process died after `sending` was committed."""
    queue(wish(scene.case, scene.email))
    row = Outgoing.objects.get()
    assert sending._Batch(lambda: TEN, keys=[row.pk])._claim(row.pk) is not None
    return Outgoing.objects.get()


def test_what_a_crash_left_becomes_unknown_and_waits_for_a_person(scene, mailbox):
    row = cut_off(scene)
    assert contact.recover_unknown(TEN + timedelta(minutes=1)) == 0, "it may still be at work"
    assert contact.recover_unknown(TEN + timedelta(minutes=6)) == 1
    assert states() == [(MessageState.UNKNOWN, "cut_off")]
    [entry] = LedgerEntry.objects.filter(kind="message")
    assert (entry.result, entry.at) == ("unknown", TEN), "it counts, as of when it may have left"
    manager = the.manager(scene.cast)
    with pytest.raises(contact.NoSuchMessageError):
        contact.resolve_unknown(
            the.stranger(scene.cast), row.pk, Resolution.ARRIVED, at=TEN, by="pia"
        )
    contact.resolve_unknown(manager, row.pk, Resolution.ARRIVED, at=TEN, by="min")
    assert states()[0][0] is MessageState.SENT
    with pytest.raises(contact.ResolutionError):
        contact.resolve_unknown(manager, row.pk, Resolution.NOT_SENT, at=TEN, by="min")


def test_a_person_may_have_it_sent_once_more_and_only_then(scene, mailbox):
    row = cut_off(scene)
    later = TEN + timedelta(minutes=6)
    contact.recover_unknown(later)
    contact.resolve_unknown(
        the.manager(scene.cast), row.pk, Resolution.SEND_AGAIN, at=later, by="min"
    )
    assert contact.send_due(later).sent == 1
    assert len(mailbox.mails) == 1
    contact.recover_unknown(later)
    assert states()[0][0] is MessageState.SENT


def test_sending_again_is_refused_when_the_day_is_over(scene, mailbox):
    row = cut_off(scene)
    contact.recover_unknown(TEN + timedelta(hours=1))
    with pytest.raises(contact.ResolutionError):
        contact.resolve_unknown(
            the.manager(scene.cast), row.pk, Resolution.SEND_AGAIN, at=the.at(23), by="min"
        )


def test_a_slow_sender_still_tells_what_it_knows(scene, mailbox):
    row = cut_off(scene)
    contact.recover_unknown(TEN + timedelta(minutes=6))
    assert sending._finish(row.pk, MessageState.SENT, "", TEN + timedelta(minutes=7))
    assert states()[0][0] is MessageState.SENT


def test_a_bounce_that_comes_later_marks_message_and_address(scene, mailbox):
    queue(wish(scene.case, scene.email))
    contact.send_due(TEN)
    channel = open_channel(lambda cleared: None)
    reference = mailbox.ids()[0]
    raw = BOUNCE.replace("REFERENCE", reference).encode()
    delivery = channel.read_receipt({"raw": raw})
    assert contact.record_delivery(delivery, at=TEN + timedelta(minutes=1))
    assert states()[0][0] is MessageState.FAILED
    assert verification.find_point(SYSTEM, scene.email).status is PointStatus.WRONG
    assert channel.read_receipt({"raw": b"Subject: hello\r\n\r\nhi"}) is None


BOUNCE = """\
From: MAILER-DAEMON@example.org
Subject: Undelivered
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

It did not work.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; b-lina@example.org
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 no such user

--b
Content-Type: message/rfc822

Message-ID: REFERENCE
Subject: x

y

--b--
"""


class Desk:
    """The part of the outbox that a channel sees, with a clearance made for a message."""

    def __init__(self, scene, template="arrears"):
        self.action = Action(
            kind=ActionKind.MESSAGE,
            case=scene.case,
            to=Recipient(role=Role.DEBTOR, point=str(scene.email)),
            place=Place("CN", the.ZONE, region="Yanji"),
            channel="email_smtp",
            template=template,
            content=join_content("Subject", "Body\n"),
        )
        self.at = TEN
        self.cleared = gate.clear(SYSTEM, Message(self.action, "one@doorstep", "en"), at=TEN)

    def redeem(self, cleared):
        gate.redeem(cleared, cleared.it, at=self.at)
        return Envelope("b-lina@example.org", "Doorway Services")


def test_a_channel_sends_what_was_cleared(scene, mailbox):
    desk = Desk(scene)
    receipt = open_channel(desk.redeem).send(desk.cleared)
    assert receipt.reference == "<one@doorstep>"
    assert len(mailbox.mails) == 1


def test_a_channel_refuses_a_used_clearance(scene, mailbox):
    desk = Desk(scene)
    open_channel(desk.redeem).send(desk.cleared)
    with pytest.raises(ClearanceError, match="used"):
        open_channel(desk.redeem).send(desk.cleared)
    assert len(mailbox.mails) == 1


def test_a_channel_refuses_an_expired_or_revoked_clearance(scene, mailbox):
    desk = Desk(scene)
    desk.at = TEN + timedelta(minutes=11)
    with pytest.raises(ClearanceError, match="expired"):
        open_channel(desk.redeem).send(desk.cleared)
    desk.at = TEN
    gate.revoke(scene.case, at=TEN, by="min", why="test")
    with pytest.raises(ClearanceError, match="revoked"):
        open_channel(desk.redeem).send(desk.cleared)
    assert mailbox.mails == []


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda a, s: {"content": join_content("Subject", "Pay at once\n")}, "content"),
        (lambda a, s: {"to": Recipient(role=Role.DEBTOR, point=str(s.new_email))}, "recipient"),
    ],
)
def test_a_channel_refuses_other_content_and_another_recipient(scene, mailbox, change, reason):
    desk = Desk(scene)
    other = replace(desk.action, **change(desk.action, scene))
    forged = replace(desk.cleared, it=Message(other, "two@doorstep", "en"))
    with pytest.raises(ClearanceError, match=reason):
        open_channel(desk.redeem).send(forged)
    assert mailbox.mails == []


def test_a_clearance_cannot_be_made_by_hand(scene):
    from doorstep.compliance.types import Cleared

    with pytest.raises(TypeError):
        Cleared(scene, scene.case, None, TEN, object())


def test_another_organisation_sees_no_message(scene, mailbox):
    queue(wish(scene.case, scene.email))
    row = Outgoing.objects.get()
    stranger = the.stranger(scene.cast)
    assert contact.messages(stranger) == []
    assert contact.message_detail(stranger, row.pk) is None
    assert sum(contact.message_counts(stranger).values()) == 0
    assert contact.messages_of(stranger, scene.case) == []
    assert len(contact.messages(the.manager(scene.cast))) == 1
