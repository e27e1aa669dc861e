"""Day after day: the lenders' files, the product's own day, and then people work it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from doorstep.casefile import api as casefile
from doorstep.cycle import api as cycle
from doorstep.people.types import SYSTEM
from doorstep.simulator.play.desk import work_the_queue
from doorstep.simulator.play.doors import knock_on_doors
from doorstep.simulator.play.letters import letters_go_out
from doorstep.simulator.play.money import hand_over, money_arrives
from doorstep.simulator.play.post import PostOffice
from doorstep.simulator.play.staff import Staff
from doorstep.simulator.play.world import World, at
from doorstep.simulator.types import CURRENCY

Tell = Callable[[date, int], None]
"""Told after each day: the day, and how many are done."""
MORNING_ENDS = (9, 0)
"""When the last day stops, a quarter of an hour after the first call: the rest is left to do."""

TRAINING = 4
"""Days before the last on which the crews are away, at the yearly training that the rules ask for:
so doors are waiting on the day that is left open."""


def play(
    world: World,
    staff: Staff,
    post: PostOffice,
    inbox: Path,
    start: date,
    days: int,
    tell: Tell | None = None,
) -> dict[str, object]:
    """Play `days` days from `start` and return the summary; the last day is left half done."""
    steps: Counter[str] = Counter()
    for number in range(days):
        day = start + timedelta(days=number)
        hand_over(world, inbox, day, first=number == 0)
        report = cycle.run_day(day, at=cycle.opening(day))
        for step in report.steps:
            steps.update(step.counts)
        _people_work(world, staff, post, day, left=days - 1 - number)
        if tell is not None:
            tell(day, number + 1)
    return _summary(world, steps, start, days)


def _people_work(world: World, staff: Staff, post: PostOffice, day: date, *, left: int) -> None:
    """Letters, calls, doors and money of a day, in the order of the clock where it matters.

    `left` is how many days are still to come; on the last one only the first quarter of an hour
    is worked, and the calls of the sample desk agent and all the doors are left to the visitor.
    """
    letters_go_out(world, post, at(day, 9, 0))
    if left == 0:
        for agent in staff.desk[1:]:
            work_the_queue(world, agent, at(day, 8, 45), at(day, *MORNING_ENDS))
        return
    for agent in staff.desk:
        work_the_queue(world, agent, at(day, 8, 45), at(day, 10, 30))
    if left > TRAINING:
        knock_on_doors(world, staff, day)
    letters_go_out(world, post, at(day, 13, 0))
    for agent in staff.desk:
        work_the_queue(world, agent, at(day, 17, 30), at(day, 19))
    money_arrives(world, staff, day)


def _summary(world: World, steps: Counter[str], start: date, days: int) -> dict[str, object]:
    """The demo's answer, as published; amounts in minor units."""
    last = start + timedelta(days=days - 1)
    digest, _ = cycle.state_digest()
    answers = ("allow", "allow_with_duties", "deny", "defer", "escalate")
    return {
        "from": start.isoformat(),
        "until": last.isoformat(),
        "loans": len(world.book.loans),
        "cases": {"opened": steps["opened"], "closed": steps["closed"]},
        "messages": world.sums["messages"],
        "calls": world.sums["calls"],
        "visits": {"planned": steps["visits_planned"], "done": world.sums["visits"]},
        "promises": {
            "kept": steps["kept"],
            "partly": steps["partly"],
            "broken": steps["broken"],
            "open": len(casefile.promises_due(SYSTEM, date.max)),
        },
        "paid": {CURRENCY: world.sums["paid"]},
        "verdicts": {answer: steps[answer] for answer in answers},
        "digest": digest,
    }
