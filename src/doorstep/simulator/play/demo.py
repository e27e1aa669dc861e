"""The demo from its arguments to its summary."""

from __future__ import annotations

import shutil
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from doorstep.simulator.play.days import Tell, play
from doorstep.simulator.play.mark import begin, finish, played
from doorstep.simulator.play.post import PostOffice
from doorstep.simulator.play.staff import hire
from doorstep.simulator.play.world import make_world
from doorstep.simulator.rules.portfolio import make_portfolio
from doorstep.simulator.types import Truth

TROUBLED = 0.85
"""Some seven borrowers in a hundred late."""


@dataclass(frozen=True, slots=True)
class Demo:
    """The same arguments give the same history, on any machine and either database."""

    loans: int
    days: int
    seed: int
    until: date

    @property
    def start(self) -> date:
        return self.until - timedelta(days=self.days - 1)


def play_demo(
    demo: Demo, post: PostOffice, inbox: Path, password: str, tell: Tell | None = None
) -> dict[str, Any]:
    """Play a demo into this database and return its summary; one already played is not played
    again. Raises NotADemoError for a database that is not a demo's."""
    arguments = {**asdict(demo), "until": demo.until.isoformat()}
    known = played(arguments)
    if known is not None:
        return known
    shutil.rmtree(inbox, ignore_errors=True)
    inbox.mkdir(parents=True)
    begin(arguments)
    staff = hire(demo.start, demo.until, password)
    world = make_world(
        make_portfolio(demo.seed, demo.loans, demo.until, troubled=TROUBLED), demo.start
    )
    post.dead = {
        value
        for value, (_, point) in world.points.items()
        if point.kind == "email" and point.truth is Truth.DEAD
    }
    summary = play(world, staff, post, inbox, demo.start, demo.days, tell)
    finish(summary)
    return summary
