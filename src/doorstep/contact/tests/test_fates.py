"""What became of a message: a server that says no, later or nothing, and what a crash left."""

from datetime import timedelta

import pytest
from tests import cast as the

from doorstep.channels.email_smtp import open_channel
from doorstep.compliance.models import LedgerEntry
from doorstep.contact import api as contact
from doorstep.contact.models import Outgoing
from doorstep.contact.services import sending
from doorstep.contact.types import MessageState, Resolution
from doorstep.people.types import SYSTEM
from doorstep.verification import api as verification
from doorstep.verification.types import PointStatus

from .conftest import scene_of, wish
from .scenes import TEN, queue, states

pytestmark = pytest.mark.django_db


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
