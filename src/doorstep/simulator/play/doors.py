"""Crews at the doors: the packet, the gate at the door, and what came of it."""

from __future__ import annotations

from datetime import date, datetime

from doorstep.simulator.play.staff import Staff
from doorstep.simulator.play.world import World


def knock_on_doors(world: World, staff: Staff, day: date, *, until: datetime) -> None:
    """Nobody knocks before the phone page is there to record it."""
