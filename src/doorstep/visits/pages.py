"""A day's plan as plain data for its pages: map, list, tables, sheet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from doorstep.casefile import api as casefile
from doorstep.casefile.types import CaseStatus
from doorstep.people.types import Viewer
from doorstep.strategy import api as strategy
from doorstep.strategy.types import LeftOut
from doorstep.verification import api as verification
from doorstep.visits import words
from doorstep.visits.rules import drawing
from doorstep.visits.types import DayPlan, Reason, RouteView, VisitStatus, VisitView

COLOURS = 8
_PAGE = 50
SHARE_FROM = 12
"""Stops from which the bound says something: it charges every door the way from its nearest
neighbour only, which for a handful of doors far apart is far from any real route."""
_SAME = {LeftOut.ADDRESS_NOT_LOCATED: Reason.NO_PLACE}
"""What strategy and the planner see alike has one word."""


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


@dataclass(frozen=True, slots=True)
class Left:
    """A case nobody visits that day; `worth` None where no visit was even wished."""

    case_id: UUID
    reference: str
    code: str
    worth: int | None
    currency: str
    data: Mapping[str, Any]


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
    """The numbers that lead the page. `share` is the least the plan can be, in percent of the best
    one there could be: no plan beats the bound. None where there are too few stops to say."""
    visits = [v for r in plan.routes for v in r.visits]
    minutes = sum(r.travel for r in plan.routes) // 60
    return {
        "crews": len(plan.routes),
        "planned": len(visits),
        "done": sum(v.status is VisitStatus.DONE for v in visits),
        "driving": f"{minutes // 60}:{minutes % 60:02d}",
        "share": _share(plan, len(visits)),
    }


def _share(plan: DayPlan, stops: int) -> int | None:
    if stops < SHARE_FROM or plan.bound <= 0 or plan.value <= 0:
        return None
    return min(100, 100 * plan.value // plan.bound)


def nobody_goes(viewer: Viewer, day: date, plan: DayPlan | None) -> list[Left]:
    """Whom nobody visits that day: first those the plan left out, then those whom a treatment would
    have visited but for the address, the highest arrears first."""
    left = [
        Left(u.case_id, u.reference, str(u.reason), u.worth, u.currency, u.data)
        for u in (plan.unvisited if plan else ())
    ]
    why = strategy.visits_left_out(viewer, day)
    known = {one.case_id for one in left}
    cases = casefile.cases_of(viewer, sorted(set(why) - known))
    ours = [
        c
        for c in cases.values()
        if c.status is CaseStatus.OPEN and (c.agency_id or c.lender_id) == viewer.organisation_id
    ]
    for case in sorted(ours, key=lambda c: (-c.arrears, c.id)):
        code = LeftOut(why[case.id])
        left.append(
            Left(case.id, case.reference, str(_SAME.get(code, code)), None, case.currency, {})
        )
    return left


def left_out(
    unvisited: Sequence[Left], why: str, page: int
) -> tuple[list[dict[str, Any]], Sequence[Mapping[str, Any]], dict[str, Any]]:
    """(rows of one page, reasons with counts, pager) of those nobody visits."""
    counts = Counter(u.code for u in unvisited)
    reasons = [
        {"code": r, "label": words.word(words.REASONS, r), "count": n}
        for r, n in sorted(counts.items(), key=lambda c: (-c[1], c[0]))
    ]
    chosen = [u for u in unvisited if not why or u.code == why]
    start = max(0, page - 1) * _PAGE
    shown = [
        {
            "view": u,
            "reason": _reason(u),
            "remedy": words.word(words.REMEDIES, u.code),
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


def _reason(left: Left) -> str:
    """Why, with the language nobody speaks by its name."""
    reason = words.word(words.REASONS, left.code)
    spoken = str(left.data.get("language", "")).partition("-")[0]
    if left.code != Reason.LANGUAGE or not spoken:
        return reason
    return _("%(reason)s: %(language)s") % {"reason": reason, "language": languages([spoken])}
