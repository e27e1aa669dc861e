"""Desk agents at work: take the next call, ask whether they may, dial, say what came of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from doorstep.casefile import api as casefile
from doorstep.casefile.types import ArrearsReason, CaseView
from doorstep.contact import api as contact
from doorstep.contact.types import CallOutcome, CallResult, OpenCall, PromiseSaid
from doorstep.kernel.actions import Purpose, Role
from doorstep.kernel.money import Money
from doorstep.people.types import Viewer
from doorstep.simulator.play.plans import agree_plan
from doorstep.simulator.play.world import World
from doorstep.simulator.rules.behaviour import Answer, Pickup, Reply, answers, keeps_word, picks_up
from doorstep.simulator.types import Person
from doorstep.verification.types import RightParty

UNANSWERED, SPOKEN = timedelta(minutes=2), timedelta(minutes=6)
_SILENT = {
    Pickup.NO_ANSWER: CallResult.NO_ANSWER,
    Pickup.BUSY: CallResult.BUSY,
    Pickup.DEAD: CallResult.FAILED,
}
_STOPS = {Reply.HARDSHIP: "hardship", Reply.DISPUTE: "dispute", Reply.STOP: "no_contact"}


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
    said = RightParty.RIGHT_PARTY
    if call.card.purpose == Purpose.VERIFY or call.card.role != Role.DEBTOR:
        return CallOutcome(CallResult.CONVERSATION, right_party=said)
    case = casefile.find_case(agent, call.card.case_id)
    assert case is not None
    world.talks[person.id] += 1
    answer = answers(world.seed, person, after.date(), world.talks[person.id])
    reason = ArrearsReason(answer.reason)
    if answer.reply in _STOPS:
        return CallOutcome(
            CallResult.CONVERSATION, right_party=said, reason=reason, stop=_STOPS[answer.reply]
        )
    if answer.reply is Reply.CALL_BACK:
        later = after + timedelta(days=1)
        return CallOutcome(CallResult.CONVERSATION, right_party=said, call_back_at=later)
    if answer.reply is Reply.PLAN and agree_plan(world, agent, case, person, after):
        return CallOutcome(CallResult.CONVERSATION, right_party=said, reason=reason)
    promise = promised(world, case, person, answer, after)
    result = CallResult.CONVERSATION if promise else CallResult.REFUSED
    return CallOutcome(
        result, right_party=said, reason=reason if promise else None, promise=promise
    )


def promised(
    world: World, case: CaseView, person: Person, answer: Answer, at: datetime
) -> PromiseSaid | None:
    """What the borrower gives their word for, and what they will then do about it."""
    if answer.reply not in {Reply.PROMISE, Reply.PLAN} or case.arrears <= 0:
        return None
    amount = max(100, case.arrears * answer.share // 100)
    due = at.date() + timedelta(days=answer.days)
    kept = keeps_word(world.seed, person, due, amount)
    world.will_pay(person.id, due, amount * kept // 100)
    return PromiseSaid(Money(amount, case.currency), due)
