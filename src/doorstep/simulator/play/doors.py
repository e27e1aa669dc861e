"""Crews at the doors: the route of the day, the gate at each door, and what came of it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from doorstep.casefile import api as casefile
from doorstep.casefile.types import PromiseSaid
from doorstep.compliance.types import Denied
from doorstep.field import api as field
from doorstep.field.types import DoorOutcome, VisitOutcome
from doorstep.kernel.actions import Purpose
from doorstep.people.types import SYSTEM, Viewer
from doorstep.simulator.play.staff import Staff
from doorstep.simulator.play.talk import talk
from doorstep.simulator.play.world import World
from doorstep.simulator.rules.behaviour import at_home
from doorstep.simulator.rules.draws import between, draw
from doorstep.simulator.types import Person, Truth
from doorstep.verification.types import RightParty
from doorstep.visits.types import VisitStatus, VisitView

AT_THE_DOOR = timedelta(minutes=9)
_RIGHT = RightParty.RIGHT_PARTY


def knock_on_doors(world: World, staff: Staff, day: date) -> None:
    """Each crew follows its route; one of the two speaks and records."""
    walked: set[UUID] = set()
    for agent in staff.field:
        route = field.today(agent, day).route
        if route is None or route.id in walked:
            continue
        walked.add(route.id)
        for visit in route.visits:
            if visit.status is VisitStatus.PLANNED:
                _knock(world, agent, visit)


def _knock(world: World, agent: Viewer, visit: VisitView) -> None:
    """Ask the gate at the door; without its yes the crew drives on."""
    try:
        field.begin(agent, visit.id, visit.eta)
    except (Denied, field.VisitClosedError):
        return
    world.sums["visits"] += 1
    case = casefile.find_case(SYSTEM, visit.case_id)
    assert case is not None
    person = world.persons[case.borrower_id]
    then = visit.eta + AT_THE_DOOR
    if at_home(world.seed, person, _home(person), visit.eta):
        field.confirm_party(agent, visit.id, _RIGHT, at=visit.eta)
        outcome = _met(world, agent, visit, person, then)
    else:
        outcome = VisitOutcome(_nobody(world, person, visit), then)
    later = timedelta(minutes=between(0, 150, world.seed, "sync", visit.id))
    field.record_visit(agent, visit.id, outcome, then + later)


def _home(person: Person) -> Truth:
    return next(p.truth for p in person.points if p.kind == "address")


def _met(
    world: World, agent: Viewer, visit: VisitView, person: Person, then: datetime
) -> VisitOutcome:
    case = casefile.find_case(agent, visit.case_id)
    if case is None or visit.action.purpose is Purpose.VERIFY or case.arrears <= 0:
        return VisitOutcome(DoorOutcome.MET, then, right_party=_RIGHT)
    said = talk(world, agent, case, person, then)
    if said.refused:
        return VisitOutcome(DoorOutcome.REFUSED, then, right_party=_RIGHT)
    return VisitOutcome(
        DoorOutcome.MET,
        then,
        right_party=_RIGHT,
        reason=said.reason,
        promise=PromiseSaid(*said.promise) if said.promise else None,
        stop=said.stop,
    )


def _nobody(world: World, person: Person, visit: VisitView) -> DoorOutcome:
    """Who or what was there instead of the borrower."""
    chance = draw(world.seed, "door", visit.id)
    if _home(person) is not Truth.RIGHT:
        return DoorOutcome.MOVED if chance < 0.6 else DoorOutcome.NOBODY_HOME
    if chance < 0.22:
        return DoorOutcome.THIRD_PARTY
    return DoorOutcome.MINOR_ONLY if chance < 0.25 else DoorOutcome.NOBODY_HOME
