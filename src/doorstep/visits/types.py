"""A week to plan, the plan of it, and what a day's plan looks like from outside. Pure.

Times are seconds since local midnight, money is in minor units, positions are WGS-84.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

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
