"""What the tests of this folder do again and again."""

from tests import cast as the

from doorstep.casefile import api as casefile
from doorstep.contact import api as contact
from doorstep.contact.models import Outgoing
from doorstep.contact.types import CallOutcome, CallResult, MessageState
from doorstep.kernel.actions import ActionKind
from doorstep.people.types import SYSTEM

from .conftest import wish

TEN = the.at(10)
TALK = CallOutcome(CallResult.CONVERSATION, "right_party")


def call(case, to, **more):
    return wish(case, to, ActionKind.CALL, **more)


def plan(*wishes, at=TEN, day=the.DAY):
    return contact.plan_calls(wishes, as_of=day, at=at)


def taken(dan, at=TEN):
    card = contact.next_call(dan, at)
    assert card is not None
    return card.id


def facts(scene, kind):
    found = casefile.facts_of(SYSTEM, [scene.case], [kind]).get(scene.case, [])
    return [f.data for f in found]


def queue(*wishes, at=TEN):
    return contact.queue_messages(wishes, as_of=the.DAY, at=at)


def states():
    rows = Outgoing.objects.order_by("rank", "id").values_list("state", "why")
    return [(MessageState(state), why) for state, why in rows]
