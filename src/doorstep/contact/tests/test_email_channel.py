"""The e-mail channel carries what was cleared, once, and nothing else."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests import cast as the

from doorstep.channels.email_smtp import open_channel
from doorstep.compliance import api as gate
from doorstep.compliance.types import ClearanceError
from doorstep.contact.types import Envelope, Message, join_content
from doorstep.kernel.actions import Action, ActionKind, Place, Recipient, Role
from doorstep.people.types import SYSTEM

from .scenes import TEN

pytestmark = pytest.mark.django_db


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
