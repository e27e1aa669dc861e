"""Plans that fit: what a borrower earns and needs, the offers, and the one they take."""

from __future__ import annotations

from datetime import datetime

from doorstep.casefile.types import CaseView
from doorstep.people.types import Viewer
from doorstep.simulator.play.world import World
from doorstep.simulator.types import Person


def agree_plan(world: World, agent: Viewer, case: CaseView, person: Person, at: datetime) -> bool:
    """Whether a plan was agreed: not before there are offers to agree on."""
    return False
