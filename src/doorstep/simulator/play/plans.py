"""Plans that fit: what a borrower earns and needs, the offers, and the one they take."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from doorstep.casefile.types import CaseView
from doorstep.negotiation import api as negotiation
from doorstep.negotiation.types import Budget, NegotiationError, Offer
from doorstep.people.types import Viewer
from doorstep.simulator.play.world import World
from doorstep.simulator.rules.behaviour import keeps_word
from doorstep.simulator.rules.draws import between, draw
from doorstep.simulator.types import Person


def agree_plan(world: World, agent: Viewer, case: CaseView, person: Person, at: datetime) -> bool:
    """Ask for income and costs, and agree the first offer that fits. False: none fits."""
    budget = _budget(world, agent, case, person)
    try:
        offers = negotiation.offers(agent, case.id, budget, at.date())
        plans = [o for o in offers if len(o.payments) > 1]
        if not plans:
            return False
        negotiation.agree(agent, case.id, plans[0], budget, at=at, by=agent.name)
    except NegotiationError:
        return False
    _keep(world, person, plans[0])
    return True


def _budget(world: World, agent: Viewer, case: CaseView, person: Person) -> Budget:
    alone = draw(world.seed, "alone", person.id) < 0.6
    return replace(
        negotiation.blank(agent, case),
        income=person.income,
        adults=1 if alone else 2,
        other_income=0 if alone else person.income * 2 // 3,
        children=0 if alone else between(0, 2, world.seed, "children", person.id),
        housing=person.costs // 5,
        living=person.costs * 3 // 5,
        health=person.costs // 20,
        pay_day=between(1, 28, world.seed, "pay day", person.id),
    )


def _keep(world: World, person: Person, plan: Offer) -> None:
    """Each payment of the plan on its day, or part of it, or not."""
    for payment in plan.payments:
        share = keeps_word(world.seed, person, payment.due_on, payment.amount, plan=True)
        world.will_pay(person.id, payment.due_on, payment.amount * share // 100)
