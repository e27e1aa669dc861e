"""A week to plan, the plan of it, and what a day's plan looks like from outside. Pure.

Times are seconds since local midnight, money is in minor units, positions are WGS-84.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from doorstep.kernel.actions import Action

Point = tuple[float, float]
Span = tuple[int, int]


class WindowEnd(StrEnum):
    """What a window's end bounds. The law means the visit is over by then; format 1 its start."""

    START = "start"
    FINISH = "finish"


class Reason(StrEnum):
    """Why a candidate is in no route."""

    NO_PLACE = "no_place"
    NOT_PERMITTED = "not_permitted"
    WORTH = "worth"
    LANGUAGE = "language"
    NO_DAY = "no_day"
    WINDOW = "window"
    DAY_FULL = "day_full"
    NO_CREW = "no_crew"


@dataclass(frozen=True, slots=True)
class Lunch:
    """`length` seconds somewhere inside `window`, taken whole."""

    length: int
    window: Span


@dataclass(frozen=True, slots=True)
class CrewDay:
    """Who drives: one agent of format 1, or a crew that works as one. Starts and ends at home."""

    id: str
    home: Point
    languages: tuple[str, ...]
    shift: Span
    max_visits: int
    lunch: Lunch


@dataclass(frozen=True, slots=True)
class Candidate:
    """A door that might be knocked on. `worth` is what one visit is expected to bring."""

    id: str
    at: Point
    language: str
    days: tuple[int, ...]
    window: Span
    service: int
    worth: int


@dataclass(frozen=True, slots=True)
class Zone:
    """A circle in which driving is slower (a town) than on the open road."""

    at: Point
    radius: float
    speed_kmh: float


@dataclass(frozen=True, slots=True)
class Detour:
    """Travel estimated as great circle × factor ÷ speed, plus `parking` seconds a leg."""

    factor: float
    speed_kmh: float
    parking: int
    cost_per_second: int
    zones: tuple[Zone, ...] = ()


@dataclass(frozen=True, slots=True)
class Week:
    days: int
    agents: tuple[CrewDay, ...]
    candidates: tuple[Candidate, ...]
    travel: Detour
    window_end: WindowEnd = WindowEnd.START


@dataclass(frozen=True, slots=True)
class PlannedRoute:
    agent: str
    day: int
    stops: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Routes with their value (Σ worth - cost x travel) and why each other candidate is out."""

    routes: tuple[PlannedRoute, ...]
    value: int
    unvisited: Mapping[str, Reason]


@dataclass(frozen=True, slots=True)
class Found:
    """What a checker found: the value it computed itself and every rule the plan breaks."""

    value: int
    visits: int
    travel_seconds: int
    violations: tuple[str, ...]


# A day of the organisation: what pages and the field see.


class VisitStatus(StrEnum):
    PLANNED = "planned"
    DONE = "done"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Person:
    """An agent as crews are formed from them; `home` None: not known, then a mate's is used."""

    id: UUID
    name: str
    languages: tuple[str, ...]
    gender: str = ""
    home: Point | None = None


@dataclass(frozen=True, slots=True)
class Crew:
    """Two (or three) agents who go together; they speak whatever one of them speaks."""

    members: tuple[Person, ...]
    home: Point
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stop:
    """When a route reaches a door: seconds since midnight, and the drive there."""

    id: str
    drive: int
    start: int
    leave: int


@dataclass(frozen=True, slots=True)
class PlanSummary:
    """What `plan_day` did: over all organisations of the day."""

    day: date
    crews: int = 0
    candidates: int = 0
    planned: int = 0
    value: int = 0
    unvisited: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class VisitView:
    """One planned visit. `eta` is when the crew should knock, inside `window`.

    `action` is what the gate was asked and is asked again at the door; its crew is the route's.
    """

    id: UUID
    case_id: UUID
    reference: str
    route_id: UUID
    day: date
    order: int
    point_id: UUID | None
    latitude: float
    longitude: float
    eta: datetime
    leave_at: datetime
    window: tuple[datetime, datetime]
    drive: int
    worth: int
    currency: str
    language: str
    zone: str
    status: VisitStatus
    outcome: str
    done_at: datetime | None
    crew: tuple[UUID, ...]
    action: Action
    decision_id: UUID | None
    verdict_id: UUID | None


@dataclass(frozen=True, slots=True)
class RouteView:
    """One crew's day. `travel` and `value` are estimates of the plan; `home` is where it starts."""

    id: UUID
    number: int
    day: date
    crew: tuple[UUID, ...]
    names: tuple[str, ...]
    languages: tuple[str, ...]
    home: Point
    starts_at: datetime
    ends_at: datetime
    travel: int
    value: int
    visits: tuple[VisitView, ...]


@dataclass(frozen=True, slots=True)
class UnvisitedView:
    """A permitted case that no crew sees that day, and why. `data` names what would help."""

    case_id: UUID
    reference: str
    reason: Reason
    worth: int
    currency: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class DayPlan:
    """One organisation's plan of one day, with the bound that says how good it can be."""

    day: date
    organisation_id: int
    organisation: str
    zone: str
    made_at: datetime
    value: int
    bound: int
    currency: str
    routes: tuple[RouteView, ...]
    unvisited: tuple[UnvisitedView, ...]
