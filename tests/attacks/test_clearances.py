"""Clearances that were forged, copied, altered, replayed or outlived: none opens anything.

Concurrent use and each rule's refusal are tested in `compliance`; here somebody tries to come by
one in another way than asking the gate: by making the object, by sending one with a form or over
the API, by using a genuine one for something else, or by using it again.
"""

from __future__ import annotations

import copy
import dataclasses
import pickle
from datetime import timedelta
from types import SimpleNamespace
from uuid import UUID

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.test import Client

from doorstep.channels.email_smtp import open_channel
from doorstep.compliance import api as gate
from doorstep.compliance.minting import Seal
from doorstep.compliance.models import Clearance, LedgerEntry
from doorstep.compliance.types import ClearanceError, Cleared
from doorstep.contact import api as contact
from doorstep.contact.models import CallTask, Outgoing
from doorstep.contact.services.sending import _Batch
from doorstep.contact.tests.conftest import mailbox, scene_of, wish
from doorstep.contact.types import Message
from doorstep.kernel.actions import ActionKind, Recipient
from doorstep.people import api as people
from doorstep.people.types import SYSTEM, OrganisationKind, UserRole
from tests import cast
from tests.journeys.days import it_is

__all__ = ["it_is", "mailbox"]
pytestmark = pytest.mark.django_db
TEN = cast.at(10)


@pytest.fixture
def scene(db):
    return scene_of(cast.people_of_the_cast())


@pytest.fixture
def other(scene):
    return scene_of(scene.cast, "B-OTHER")


def call(scene):
    return wish(scene.case, scene.phone, ActionKind.CALL).action


def made_up(genuine, **values):
    """A clearance as somebody with the class, but without the gate, could put one together."""
    forged = object.__new__(Cleared)
    for field in dataclasses.fields(Cleared):
        value = values.get(field.name, getattr(genuine, field.name))
        object.__setattr__(forged, field.name, value)
    return forged


FORGED = {
    "put together without the constructor": lambda c: made_up(c, seal=Seal()),
    "with a seal of nothing": lambda c: made_up(c, seal=None),
    "with a seal from a pickle": lambda c: made_up(c, seal=pickle.loads(pickle.dumps(c.seal))),  # noqa: S301
    "with a copied seal": lambda c: made_up(c, seal=copy.deepcopy(c.seal)),
    "only looks like one": lambda c: SimpleNamespace(
        it=c.it, clearance_id=c.clearance_id, verdict=c.verdict, expires_at=c.expires_at
    ),
    "only its id": lambda c: c.clearance_id,
    "an id nobody gave out": lambda c: dataclasses.replace(c, clearance_id=UUID(int=7)),
}


@pytest.mark.parametrize("how", FORGED)
def test_a_forged_clearance_is_none_and_the_genuine_one_still_holds(scene, how):
    action = call(scene)
    genuine = gate.clear(SYSTEM, action, at=TEN)
    with pytest.raises(ClearanceError) as error:
        gate.redeem(FORGED[how](genuine), action, at=TEN)
    assert error.value.reason == "unknown"
    assert Clearance.objects.get().used_at is None
    gate.redeem(genuine, action, at=TEN)


@pytest.mark.parametrize("seal", [None, Seal(), object(), "SEAL"])
def test_nobody_constructs_one(scene, seal):
    genuine = gate.clear(SYSTEM, call(scene), at=TEN)
    with pytest.raises(TypeError, match="only the gate"):
        dataclasses.replace(genuine, seal=seal)
    with pytest.raises(dataclasses.FrozenInstanceError):
        genuine.expires_at = TEN + timedelta(days=9)


CHANGED = {
    "another case": lambda a, other: {"case": other.case},
    "another number": lambda a, other: {"to": Recipient(point=str(other.phone))},
    "another person": lambda a, other: {"to": dataclasses.replace(a.to, person="spouse-1")},
    "another text": lambda a, other: {"content": "Pay today or else."},
    "another channel": lambda a, other: {"channel": "sms"},
    "a visit instead": lambda a, other: {"kind": ActionKind.VISIT},
    "another crew": lambda a, other: {"crew": ("a", "b")},
}


@pytest.mark.parametrize("what", CHANGED)
def test_a_genuine_one_carries_nothing_but_its_own_action(scene, other, what):
    """Told at redeeming, or put into the clearance beforehand: either way it is refused."""
    action = call(scene)
    genuine = gate.clear(SYSTEM, action, at=TEN)
    changed = dataclasses.replace(action, **CHANGED[what](action, other))
    for carried, told in (
        (genuine, changed),
        (dataclasses.replace(genuine, it=changed), changed),
        (dataclasses.replace(genuine, it=changed), action),
    ):
        with pytest.raises(ClearanceError) as error:
            gate.redeem(carried, told, at=TEN)
        assert error.value.reason in {"content", "recipient"}
    assert Clearance.objects.get().used_at is None


def test_its_end_is_what_the_gate_wrote_and_not_what_it_says(scene):
    action = call(scene)
    genuine = gate.clear(SYSTEM, action, at=TEN)
    longer = dataclasses.replace(genuine, expires_at=TEN + timedelta(days=9))
    for at in (TEN + timedelta(minutes=10), TEN - timedelta(seconds=1)):
        with pytest.raises(ClearanceError, match="expired"):
            gate.redeem(longer, action, at=at)
    for minutes in (0, -1, 24 * 60 + 1):
        with pytest.raises(ValueError, match="minutes"):
            gate.clear(SYSTEM, action, at=TEN, minutes=minutes)


def test_the_channel_sends_nothing_without_the_gates_yes_of_this_instant(scene, mailbox):
    """Straight to the channel, past the outbox: altered, replayed, expired."""
    planned = wish(scene.case, scene.email).action
    message = Message(planned, "1@doorstep", "zh-Hans")
    genuine = gate.clear(SYSTEM, message, at=TEN, minutes=2)
    dunning = dataclasses.replace(message, action=dataclasses.replace(planned, content="Or else."))
    late = open_channel(_Batch(lambda: TEN + timedelta(minutes=2)).redeem)
    now = open_channel(_Batch(lambda: TEN).redeem)
    for channel, carried in (
        (now, dataclasses.replace(genuine, it=dunning)),
        (now, made_up(genuine, seal=Seal())),
        (late, genuine),
    ):
        with pytest.raises(ClearanceError):
            channel.send(carried)
    assert mailbox.mails == []


# --- from outside --------------------------------------------------------------------------------


def signed_in(name):
    client = Client()
    client.force_login(get_user_model().objects.get(username=name))
    return client


def test_a_clearance_sent_with_a_form_is_not_looked_at(scene, it_is):
    """A live clearance of the case is known; the forms of the call are sent with it."""
    it_is(10)
    given = gate.clear(SYSTEM, call(scene), at=TEN)
    contact.plan_calls([wish(scene.case, scene.phone, ActionKind.CALL)], as_of=cast.DAY, at=TEN)
    task, dan = CallTask.objects.get(), signed_in("dan")
    dan.post("/calls/next")
    grabbed = {
        "clearance": str(given.clearance_id),
        "clearance_id": str(given.clearance_id),
        "verdict": "allow",
        "permitted": "true",
        "at": TEN.isoformat(),
        "until": cast.at(23).isoformat(),
    }
    page = dan.get(f"/calls/{task.pk}/", grabbed)
    assert b"+86138" not in page.content.replace(b" ", b"")
    dan.post(f"/calls/{task.pk}/party", grabbed | {"right_party": "right_party"})
    page = dan.get(f"/calls/{task.pk}/", grabbed)
    assert b"data-number" not in page.content
    assert b"1,200" not in page.content
    said = {"result": "conversation", "right_party": "right_party"}
    assert dan.post(f"/calls/{task.pk}/outcome", grabbed | said).status_code == 302
    entry = LedgerEntry.objects.get()
    assert entry.flag == "no_clearance", "a call without a permission of its own counts, flagged"


def test_a_clearance_of_a_call_is_not_prolonged_by_asking_later(scene, it_is):
    it_is(21, 40)
    late = dataclasses.replace(
        wish(scene.case, scene.phone, ActionKind.CALL), not_after=cast.at(23)
    )
    contact.plan_calls([late], as_of=cast.DAY, at=TEN)
    task, dan = CallTask.objects.get(), signed_in("dan")
    dan.post("/calls/next")
    dan.post(f"/calls/{task.pk}/clearance")
    assert b"data-number" in dan.get(f"/calls/{task.pk}/").content
    it_is(21, 55)
    for _ in range(2):
        dan.post(f"/calls/{task.pk}/clearance")
        assert b"data-number" not in dan.get(f"/calls/{task.pk}/").content


def test_the_api_gives_and_takes_no_clearance(scene):
    """A verdict asked over the API permits nothing: no clearance is made, and none is taken."""
    secret = people.create_token(
        people.organisation("doorway"), name="t", role=UserRole.MANAGER, at=TEN
    )
    api = Client(headers={"authorization": f"Bearer {secret}"})
    body = {"case_id": str(scene.case), "kind": "call", "point_id": str(scene.phone)}
    asked = api.post("/api/v1/actions", body | {"at": TEN.isoformat()}, "application/json")
    assert asked.status_code == 201
    assert asked.json()["permitted"] is True
    assert not Clearance.objects.exists()
    given = gate.clear(SYSTEM, call(scene), at=TEN)
    for more in ({"clearance": str(given.clearance_id)}, {"permitted": True}, {"seal": "x"}):
        refused = api.post("/api/v1/actions", body | more, "application/json")
        assert refused.status_code == 422
    text = api.get("/api/v1/openapi.json").content.decode().lower()
    assert "clearance" not in text
    with pytest.raises(ClearanceError, match="unknown"):
        gate.redeem(UUID(asked.json()["id"]), call(scene), at=TEN)


def test_a_clearance_of_one_organisation_is_nothing_to_another(scene):
    given = gate.clear(SYSTEM, call(scene), at=TEN)
    pine = cast.viewer(scene.cast.pine, OrganisationKind.LENDER, UserRole.MANAGER)
    assert gate.find_clearance(pine, given.clearance_id, call(scene)) is None
    assert gate.find_clearance(SYSTEM, given.clearance_id, call(scene)) is not None


def test_the_database_keeps_what_a_message_carries_from_being_exchanged(scene):
    """A row of the outbox that was altered behind its back: the text is written anew and judged
    again, and a message to somebody else's address is not permitted."""
    planned = wish(scene.case, scene.email)
    contact.queue_messages([planned], as_of=cast.DAY, at=cast.NINE)
    row = Outgoing.objects.get()
    stolen = scene_of(scene.cast, "B-OTHER")
    row.action = row.action | {"to": row.action["to"] | {"point": str(stolen.email)}}
    row.save()
    report = contact.send_due(TEN)
    assert report.sent == 0
    assert Outgoing.objects.get().state != "sent"
    with pytest.raises(IntegrityError), transaction.atomic():
        Clearance.objects.create(pk=UUID(int=1), case_id=scene.case, issued_at=TEN)
