"""Desk agents at work: take the next call, ask whether they may, dial, say what came of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from doorstep.casefile import api as casefile
from doorstep.casefile.types import PromiseSaid
from doorstep.contact import api as contact
from doorstep.contact.types import CallOutcome, CallResult, OpenCall
from doorstep.kernel.actions import Purpose, Role
from doorstep.people.types import Viewer
from doorstep.simulator.play.talk import talk
from doorstep.simulator.play.world import World
from doorstep.simulator.rules.behaviour import Pickup, picks_up
from doorstep.simulator.types import Person
from doorstep.verification.types import RightParty

UNANSWERED, SPOKEN = timedelta(minutes=2), timedelta(minutes=6)
_SILENT = {
    Pickup.NO_ANSWER: CallResult.NO_ANSWER,
    Pickup.BUSY: CallResult.BUSY,
    Pickup.DEAD: CallResult.FAILED,
}


def work_the_queue(world: World, agent: Viewer, start: datetime, end: datetime) -> None:
    """Call after call from `start`, until the queue is empty or the shift ends."""
    now = start
    while now < end:
        card = contact.next_call(agent, now)
        if card is None:
            return
        call = contact.open_call(agent, card.id, now)
        now += _make(world, agent, call, now)


def _make(world: World, agent: Viewer, call: OpenCall, now: datetime) -> timedelta:
    """Dial if permitted and record the outcome; returns how long it took."""
    if not call.permitted:
        return timedelta(minutes=1)
    world.sums["calls"] += 1
    person, point = world.points[call.number]
    pickup = picks_up(world.seed, person, point.truth, call.number, now)
    if pickup in _SILENT:
        contact.record_call(agent, call.card.id, CallOutcome(_SILENT[pickup]), now + UNANSWERED)
        return UNANSWERED
    after = now + SPOKEN
    if pickup is Pickup.WRONG:
        wrong = CallOutcome(CallResult.WRONG_NUMBER, right_party=RightParty.WRONG_PARTY)
        contact.record_call(agent, call.card.id, wrong, after)
        return SPOKEN
    contact.confirm_party(agent, call.card.id, RightParty.RIGHT_PARTY, at=now)
    outcome = _talk(world, agent, call, person, after)
    contact.record_call(agent, call.card.id, outcome, after)
    return SPOKEN


def _talk(
    world: World, agent: Viewer, call: OpenCall, person: Person, after: datetime
) -> CallOutcome:
    proven = RightParty.RIGHT_PARTY
    case = casefile.find_case(agent, call.card.case_id)
    verify = call.card.purpose == Purpose.VERIFY or call.card.role != Role.DEBTOR
    if case is None or verify:
        return CallOutcome(CallResult.CONVERSATION, right_party=proven)
    said = talk(world, agent, case, person, after)
    if said.refused:
        return CallOutcome(CallResult.REFUSED, right_party=proven)
    return CallOutcome(
        CallResult.CONVERSATION,
        right_party=proven,
        reason=said.reason,
        promise=PromiseSaid(*said.promise) if said.promise else None,
        call_back_at=said.call_back_at,
        stop=said.stop,
    )
