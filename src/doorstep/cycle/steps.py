"""The collecting day, in order: the product on one screen.

Each step is a few lines that call one door and count what it did. Steps of one `group` are
committed together, because the later ones need what the earlier ones hold in hand; every other
step is its own transaction. `keeps_books` steps are also done for days that were missed: nobody
can call or knock on a day that is gone, but what is owed and promised on it must be known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from doorstep.verification import api as verification

OPENING = time(7, 0)
"""When the day is made, by the clock at home: early enough for crews to set out at eight."""
BY = "day"
Counts = Mapping[str, int]


@dataclass(slots=True)
class Day:
    """What a step may know: which day, at which instant."""

    day: date
    at: datetime


@dataclass(frozen=True, slots=True)
class Step:
    name: str
    label: str | Promise
    run: Callable[[Day], Counts]
    group: str = ""
    keeps_books: bool = False

    @property
    def transaction(self) -> str:
        return self.group or self.name


def rest_points(day: Day) -> Counts:
    """Numbers and addresses that keep failing rest; those rested enough wake."""
    return {"rested": verification.rest_points(day.day, day.at)}


STEPS: tuple[Step, ...] = (
    Step("rest contact points", _("Rest numbers that keep failing"), rest_points),
)
LABELS = {step.name: step.label for step in STEPS}
