"""`doorstep-visits/1` as JSON: read into a Week with every wrong key named, and a plan out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from doorstep.visits.types import (
    Candidate,
    CrewDay,
    Detour,
    Lunch,
    Plan,
    PlannedRoute,
    Point,
    Span,
    Week,
    WindowEnd,
)

FORMAT = "doorstep-visits/1"
_TOP = {"format", "days", "agents", "candidates", "travel"}
_AGENT = {"id", "home", "languages", "shift", "max_visits", "lunch"}
_CANDIDATE = {"id", "at", "language", "days", "window", "service", "worth"}
_TRAVEL = {"kind", "factor", "speed_kmh", "parking", "cost_per_second"}


MOST = 10**9
MOST_WORTH = 10**12
MOST_DAYS = 366
"""What the search adds and multiplies in 64 bits, and a year of days."""


class WeekError(ValueError):
    """The week is not `doorstep-visits/1`; `where` is the path inside the JSON."""

    def __init__(self, where: str, what: str) -> None:
        super().__init__(f"{where}: {what}")
        self.where, self.what = where, what


def read_week(raw: object) -> Week:
    """A week from parsed JSON. Raises WeekError at the first thing that is wrong."""
    top = _keys(raw, "week", _TOP, {"window_end_means"})
    if top["format"] != FORMAT:
        raise WeekError("format", f"is {top['format']!r}; only {FORMAT!r} can be planned")
    days = _whole(top["days"], "days", least=1, most=MOST_DAYS)
    agents = tuple(_agent(a, f"agents[{k}]") for k, a in enumerate(_list(top["agents"], "agents")))
    people = tuple(
        _candidate(c, f"candidates[{k}]", days)
        for k, c in enumerate(_list(top["candidates"], "candidates"))
    )
    _unique([a.id for a in agents], "agents")
    _unique([c.id for c in people], "candidates")
    end = top.get("window_end_means", "start")
    if end not in set(WindowEnd):
        raise WeekError("window_end_means", f"is {end!r}; use start or finish")
    return Week(days, agents, people, _travel(top["travel"]), WindowEnd(end))


def read_routes(raw: object) -> tuple[PlannedRoute, ...]:
    """The routes of a plan from parsed JSON; further keys of a plan are left alone."""
    if not isinstance(raw, dict) or "routes" not in raw:
        raise WeekError("routes", "is missing; a plan is {routes: [{agent, day, stops}]}")
    out = []
    for k, one in enumerate(_list(raw["routes"], "routes")):
        at = f"routes[{k}]"
        row = _keys(one, at, {"agent", "day", "stops"}, set())
        stops = tuple(_text(s, f"{at}.stops") for s in _list(row["stops"], f"{at}.stops"))
        out.append(PlannedRoute(_text(row["agent"], at), _whole(row["day"], f"{at}.day"), stops))
    return tuple(out)


def write_plan(plan: Plan, *, bound: float, seconds: float, seed: int) -> dict[str, Any]:
    """The plan as the contract's JSON. The gap is to the bound, in percent of it."""
    gap = 100 * (1 - plan.value / bound) if bound > 0 else 0.0
    return {
        "routes": [{"agent": r.agent, "day": r.day, "stops": list(r.stops)} for r in plan.routes],
        "value": plan.value,
        "bound": round(bound),
        "gap_percent": round(gap, 2),
        "seconds": round(seconds, 2),
        "seed": seed,
        "unvisited": {k: str(v) for k, v in sorted(plan.unvisited.items())},
    }


def _agent(raw: object, at: str) -> CrewDay:
    row = _keys(raw, at, _AGENT, set())
    lunch = _keys(row["lunch"], f"{at}.lunch", {"length", "window"}, set())
    return CrewDay(
        id=_text(row["id"], f"{at}.id"),
        home=_point(row["home"], f"{at}.home"),
        languages=tuple(
            _text(w, f"{at}.languages") for w in _list(row["languages"], f"{at}.languages")
        ),
        shift=_span(row["shift"], f"{at}.shift"),
        max_visits=_whole(row["max_visits"], f"{at}.max_visits"),
        lunch=Lunch(
            _whole(lunch["length"], f"{at}.lunch.length"),
            _span(lunch["window"], f"{at}.lunch.window"),
        ),
    )


def _candidate(raw: object, at: str, days: int) -> Candidate:
    row = _keys(raw, at, _CANDIDATE, set())
    open_days = tuple(_whole(d, f"{at}.days") for d in _list(row["days"], f"{at}.days"))
    if any(d >= days for d in open_days):
        raise WeekError(f"{at}.days", f"has a day past the last, {days - 1}; days count from 0")
    return Candidate(
        id=_text(row["id"], f"{at}.id"),
        at=_point(row["at"], f"{at}.at"),
        language=_text(row["language"], f"{at}.language"),
        days=open_days,
        window=_span(row["window"], f"{at}.window"),
        service=_whole(row["service"], f"{at}.service"),
        worth=_whole(row["worth"], f"{at}.worth", least=None, most=MOST_WORTH),
    )


def _travel(raw: object) -> Detour:
    row = _keys(raw, "travel", _TRAVEL, set())
    if row["kind"] != "detour":
        raise WeekError("travel.kind", f"is {row['kind']!r}; only 'detour' can be planned")
    return Detour(
        factor=_positive(row["factor"], "travel.factor"),
        speed_kmh=_positive(row["speed_kmh"], "travel.speed_kmh"),
        parking=_whole(row["parking"], "travel.parking"),
        cost_per_second=_whole(row["cost_per_second"], "travel.cost_per_second"),
    )


def _keys(raw: object, at: str, needed: set[str], optional: set[str]) -> Mapping[str, Any]:
    if not isinstance(raw, dict):
        raise WeekError(at, "is no object; write {…}")
    unknown = sorted(set(raw) - needed - optional)
    if unknown:
        raise WeekError(f"{at}.{unknown[0]}", "is not a known key; remove it")
    missing = sorted(needed - set(raw))
    if missing:
        raise WeekError(f"{at}.{missing[0]}", "is missing; add it")
    return raw


def _list(raw: object, at: str) -> Sequence[object]:
    if not isinstance(raw, list):
        raise WeekError(at, "is no list; write […]")
    return raw


def _text(raw: object, at: str) -> str:
    if not isinstance(raw, str) or not raw:
        raise WeekError(at, "is no text; write it in quotes")
    return raw


def _whole(raw: object, at: str, least: int | None = 0, most: int = MOST) -> int:
    if not isinstance(raw, int) or isinstance(raw, bool) or (least is not None and raw < least):
        raise WeekError(
            at,
            f"is {raw!r}; give a whole number" + ("" if least is None else f" from {least} on"),
        )
    if abs(raw) > most:
        raise WeekError(at, f"is too large; give at most {most}")
    return raw


def _positive(raw: object, at: str) -> float:
    if not isinstance(raw, int | float) or isinstance(raw, bool) or not 0 < raw < 1e6:
        raise WeekError(at, f"is {raw!r}; give a number above 0")
    return float(raw)


def _span(raw: object, at: str) -> Span:
    pair = _list(raw, at)
    if len(pair) != 2:
        raise WeekError(at, "is no window; write [from, to] in seconds since midnight")
    first, last = _whole(pair[0], at), _whole(pair[1], at)
    if last < first:
        raise WeekError(at, f"ends at {last} before it starts at {first}; swap them")
    return first, last


def _point(raw: object, at: str) -> Point:
    pair = _list(raw, at)
    if len(pair) != 2 or not all(isinstance(v, int | float) for v in pair):
        raise WeekError(at, "is no place; write [latitude, longitude]")
    lat, lon = (float(cast(float, v)) for v in pair)
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise WeekError(at, f"{lat}, {lon} is not on the globe; write [latitude, longitude]")
    return lat, lon


def _unique(ids: Sequence[str], at: str) -> None:
    if len(set(ids)) != len(ids):
        twice = next(i for i in ids if ids.count(i) > 1)
        raise WeekError(at, f"have the id {twice!r} twice; give each its own")
