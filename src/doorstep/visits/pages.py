"""A day's plan as plain data for its pages: map, list, tables, sheet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from doorstep.people.types import Viewer
from doorstep.verification import api as verification
from doorstep.visits import words
from doorstep.visits.rules import drawing
from doorstep.visits.types import DayPlan, RouteView, UnvisitedView, VisitStatus, VisitView

COLOURS = 8
_PAGE = 50


@dataclass(frozen=True, slots=True)
class Row:
    """One stop in words: `colour` is the number of its crew's line on the map."""

    visit: VisitView
    crew: int
    colour: int
    address: str
    status: str
    tone: str
    outcome: str


def drawn(routes: Sequence[RouteView], language: str) -> dict[str, Any]:
    """The map of some routes. With a single one its stops carry their order."""
    points = [v_at(v) for r in routes for v in r.visits] + [r.home for r in routes]
    view = drawing.frame(points)
    single = len(routes) == 1
    return {
        "width": drawing.WIDTH,
        "height": drawing.HEIGHT,
        "towns": drawing.towns(view, language),
        "scale": drawing.scale_bar(view),
        "single": single,
        "lines": [
            {
                "colour": colour(r),
                "number": r.number,
                "points": drawing.line(view, [r.home, *(v_at(v) for v in r.visits), r.home]),
                "home": view.xy(r.home),
                "stops": [
                    {"xy": view.xy(v_at(v)), "visit": v, "done": v.status is VisitStatus.DONE}
                    for v in r.visits
                ],
            }
            for r in routes
        ],
    }


def v_at(v: VisitView) -> tuple[float, float]:
    return v.latitude, v.longitude


def colour(route: RouteView) -> int:
    return (route.number - 1) % COLOURS + 1


def rows(viewer: Viewer, routes: Sequence[RouteView]) -> list[Row]:
    """The table that says what the map shows: stops by crew and order, addresses masked."""
    masked = addresses(viewer, [v for r in routes for v in r.visits])
    return [
        Row(
            visit=v,
            crew=r.number,
            colour=colour(r),
            address=masked.get(v.point_id, "") if v.point_id else "",
            status=words.word(words.STATUS, v.status),
            tone=words.TONES[v.status],
            outcome=words.word(words.OUTCOMES, v.outcome) if v.outcome else "",
        )
        for r in routes
        for v in r.visits
    ]


def addresses(viewer: Viewer, visits: Sequence[VisitView]) -> dict[UUID, str]:
    """Masked addresses by point."""
    found = verification.points_of(viewer, [v.case_id for v in visits])
    return {p.id: p.masked for points in found.values() for p in points}


def languages(codes: Sequence[str]) -> str:
    return ", ".join(words.word(words.LANGUAGES, c) for c in codes)


def totals(plan: DayPlan) -> dict[str, Any]:
    """The numbers that lead the page. The gap is to a bound no plan can beat."""
    visits = [v for r in plan.routes for v in r.visits]
    minutes = sum(r.travel for r in plan.routes) // 60
    return {
        "crews": len(plan.routes),
        "planned": len(visits),
        "done": sum(v.status is VisitStatus.DONE for v in visits),
        "driving": f"{minutes // 60}:{minutes % 60:02d}",
        "share": round(100 * plan.value / plan.bound) if plan.routes and plan.bound > 0 else None,
    }


def left_out(
    unvisited: Sequence[UnvisitedView], why: str, page: int
) -> tuple[list[dict[str, Any]], Sequence[Mapping[str, Any]], dict[str, Any]]:
    """(rows of one page, reasons with counts, pager) of those nobody visits."""
    counts = Counter(u.reason for u in unvisited)
    reasons = [
        {"code": str(r), "label": words.word(words.REASONS, r), "count": n}
        for r, n in sorted(counts.items(), key=lambda c: (-c[1], c[0]))
    ]
    chosen = [u for u in unvisited if not why or u.reason == why]
    start = max(0, page - 1) * _PAGE
    shown = [
        {
            "view": u,
            "reason": words.word(words.REASONS, u.reason),
            "remedy": words.word(words.REMEDIES, u.reason),
        }
        for u in chosen[start : start + _PAGE]
    ]
    more = start + _PAGE < len(chosen)
    pager = {
        "before": page - 1 if page > 1 else None,
        "after": page + 1 if more else None,
        "label": f"{start + 1}-{start + len(shown)} / {len(chosen)}" if shown else "",
    }
    return shown, reasons, pager
