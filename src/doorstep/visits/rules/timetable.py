"""When each door of a planned route is reached, with lunch where it delays the day least."""

from __future__ import annotations

from collections.abc import Sequence

from doorstep.visits.rules.travel import seconds
from doorstep.visits.types import Candidate, CrewDay, Stop, Week, WindowEnd

_Timing = tuple[int, list[Stop]]


def timetable(week: Week, crew: CrewDay, stops: Sequence[Candidate]) -> tuple[list[Stop], int]:
    """The stops in order with their times, and all seconds driven, home and back.

    Raises ValueError for a route that keeps no timing: a solver's plan always has one.
    """
    table = seconds([crew.home, *(c.at for c in stops)], week.travel)
    path = [*range(len(stops) + 1), 0]
    legs = [int(table[path[k], path[k + 1]]) for k in range(len(path) - 1)]
    tries = [
        found
        for lunch in range(len(legs))
        for leaving in (False, True)
        if (found := _drive(week, crew, stops, legs, lunch, leaving)) is not None
    ]
    if not tries:
        raise ValueError(f"{crew.id}: no timing keeps windows, lunch and shift")
    return min(tries, key=lambda t: t[0])[1], sum(legs)


def _drive(
    week: Week,
    crew: CrewDay,
    stops: Sequence[Candidate],
    legs: Sequence[int],
    lunch: int,
    leaving: bool,
) -> _Timing | None:
    now, out = crew.shift[0], []
    for k, leg in enumerate(legs):
        if k == lunch and leaving:
            now = max(now, crew.lunch.window[0]) + crew.lunch.length
        if k == lunch and leaving and now > crew.lunch.window[1]:
            return None
        now += leg
        if k == lunch and not leaving:
            now = max(now, crew.lunch.window[0]) + crew.lunch.length
            if now > crew.lunch.window[1]:
                return None
        if k < len(stops):
            door = stops[k]
            now = max(now, door.window[0])
            if now + _counted(week, door) > door.window[1]:
                return None
            out.append(Stop(door.id, leg, now, now + door.service))
            now += door.service
    return (now, out) if now <= crew.shift[1] else None


def _counted(week: Week, door: Candidate) -> int:
    return door.service if week.window_end is WindowEnd.FINISH else 0
