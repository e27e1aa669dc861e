"""The second opinion: drives every route again from the week alone, sharing nothing with the solver
but the travel formula. Slow and plain on purpose.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from doorstep.visits.rules.travel import seconds
from doorstep.visits.types import Candidate, CrewDay, Found, PlannedRoute, Week, WindowEnd


def check(week: Week, routes: Sequence[PlannedRoute]) -> Found:
    """Every rule a plan must keep, and its value computed anew."""
    crews = {c.id: c for c in week.agents}
    people = {c.id: c for c in week.candidates}
    wrong: list[str] = []
    seen: set[str] = set()
    used: set[tuple[str, int]] = set()
    worth = driven = visits = 0
    for one in routes:
        if one.agent not in crews or any(s not in people for s in one.stops):
            wrong.append(f"{one.agent} day {one.day}: unknown crew or candidate")
            continue
        if (one.agent, one.day) in used or not 0 <= one.day < week.days:
            wrong.append(f"{one.agent} day {one.day}: twice or no such day")
        used.add((one.agent, one.day))
        stops = [people[s] for s in one.stops]
        wrong.extend(_stops(crews[one.agent], one.day, stops, seen))
        seconds_driven, holds = _drive(week, crews[one.agent], stops)
        if stops and not holds:
            wrong.append(f"{one.agent} day {one.day}: no timing keeps windows, shift and lunch")
        driven += seconds_driven
        visits += len(stops)
        worth += sum(c.worth for c in stops)
    return Found(worth - week.travel.cost_per_second * driven, visits, driven, tuple(wrong))


def _stops(crew: CrewDay, day: int, stops: Sequence[Candidate], seen: set[str]) -> list[str]:
    wrong = []
    for c in stops:
        if c.id in seen:
            wrong.append(f"{c.id}: visited twice")
        if c.language not in crew.languages:
            wrong.append(f"{c.id}: {crew.id} does not speak {c.language}")
        if day not in c.days:
            wrong.append(f"{c.id}: not on day {day}")
        if c.worth <= 0:
            wrong.append(f"{c.id}: worth nothing, never visited")
        seen.add(c.id)
    if len(stops) > crew.max_visits:
        wrong.append(f"{crew.id} day {day}: more than {crew.max_visits} visits")
    return wrong


def _drive(week: Week, crew: CrewDay, stops: Sequence[Candidate]) -> tuple[int, bool]:
    table = seconds([crew.home, *(c.at for c in stops)], week.travel)
    path = [0, *range(1, len(stops) + 1), 0]
    legs = [int(table[a, b]) for a, b in pairwise(path)]
    holds = any(
        _back_home(week, crew, stops, legs, lunch, on_leaving) <= crew.shift[1]
        for lunch in range(len(legs))
        for on_leaving in (True, False)
    )
    return (sum(legs) if stops else 0), holds


def _back_home(
    week: Week,
    crew: CrewDay,
    stops: Sequence[Candidate],
    legs: Sequence[int],
    lunch_leg: int,
    on_leaving: bool,
) -> float:
    """When the crew is home if it eats on leg `lunch_leg`; infinity if that breaks a window."""
    now: float = crew.shift[0]
    for k, leg in enumerate(legs):
        now = _eat(crew, now) if k == lunch_leg and on_leaving else now
        now += leg
        now = _eat(crew, now) if k == lunch_leg and not on_leaving else now
        if k == len(stops):
            break
        stop = stops[k]
        now = max(now, stop.window[0])
        over = now + stop.service if week.window_end is WindowEnd.FINISH else now
        if over > stop.window[1]:
            return float("inf")
        now += stop.service
    return now


def _eat(crew: CrewDay, now: float) -> float:
    over = max(now, crew.lunch.window[0]) + crew.lunch.length
    return over if over <= crew.lunch.window[1] else float("inf")
