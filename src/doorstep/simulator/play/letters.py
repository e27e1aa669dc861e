"""Messages leave through the real channel; some are read, and some of those who read pay."""

from __future__ import annotations

from datetime import datetime, timedelta

from doorstep.contact import api as contact
from doorstep.simulator.play.post import PostOffice
from doorstep.simulator.play.world import World
from doorstep.simulator.rules.behaviour import reacts_to_message
from doorstep.simulator.types import Truth

BATCH = 200


def letters_go_out(world: World, post: PostOffice, now: datetime) -> None:
    """Send what is due; whoever finds a letter in their box may react to it in the days after."""
    while True:
        report = contact.send_due(now, BATCH)
        world.sums["messages"] += report.sent
        if report.sent + report.failed + report.held + report.retried < BATCH:
            break
    today = now.date()
    for address, letter in sorted(post.take()):
        person, point = world.points[address]
        days = reacts_to_message(world.seed, person, letter)
        if point.truth is Truth.RIGHT and not point.person and days is not None:
            owed = world.accounts.owed_by(person.id, today)
            world.will_pay(person.id, today + timedelta(days=days), owed)
