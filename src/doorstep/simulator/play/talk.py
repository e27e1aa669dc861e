"""A talk with the right person about the debt, on the phone or at the door: what they say and what
they will then do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from doorstep.casefile.types import ArrearsReason, CaseView
from doorstep.kernel.money import Money
from doorstep.people.types import Viewer
from doorstep.simulator.play.plans import agree_plan
from doorstep.simulator.play.world import World
from doorstep.simulator.rules.behaviour import Answer, Reply, answers, keeps_word
from doorstep.simulator.types import Person

_STOPS = {Reply.HARDSHIP: "hardship", Reply.DISPUTE: "dispute", Reply.STOP: "no_contact"}


@dataclass(frozen=True, slots=True)
class Said:
    """`refused`: they would not talk about it; otherwise a reason, and what came of it."""

    reason: ArrearsReason | None = None
    stop: str = ""
    promise: tuple[Money, date] | None = None
    call_back_at: datetime | None = None
    refused: bool = False


def talk(world: World, agent: Viewer, case: CaseView, person: Person, at: datetime) -> Said:
    """Ask about the arrears; a plan that is agreed on is agreed in here."""
    world.talks[person.id] += 1
    answer = answers(world.seed, person, at.date(), world.talks[person.id])
    reason = ArrearsReason(answer.reason)
    if answer.reply in _STOPS:
        return Said(reason, stop=_STOPS[answer.reply])
    if answer.reply is Reply.CALL_BACK:
        return Said(call_back_at=at + timedelta(days=1))
    if answer.reply is Reply.PLAN and agree_plan(world, agent, case, person, at):
        return Said(reason)
    promise = _promise(world, case, person, answer, at)
    return Said(reason, promise=promise) if promise else Said(refused=True)


def _promise(
    world: World, case: CaseView, person: Person, answer: Answer, at: datetime
) -> tuple[Money, date] | None:
    """What the borrower gives their word for, and what they will then bring on the day."""
    if answer.reply not in {Reply.PROMISE, Reply.PLAN} or case.arrears <= 0:
        return None
    amount = max(100, case.arrears * answer.share // 100)
    due = at.date() + timedelta(days=answer.days)
    kept = keeps_word(world.seed, person, due, amount)
    world.will_pay(person.id, due, amount * kept // 100)
    return Money(amount, case.currency), due
