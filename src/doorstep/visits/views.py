"""The plan of a day: a map and the table that says the same, who is left out, a sheet for paper."""

from __future__ import annotations

from datetime import date, timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_http_methods

from doorstep.kernel import clock
from doorstep.people.api import organisation_of
from doorstep.people.guard import needs, viewer
from doorstep.people.types import Permission, Viewer
from doorstep.verification import api as verification
from doorstep.visits import pages, queries
from doorstep.visits.types import DayPlan, RouteView


@require_GET
@needs(Permission.VISIT_PLAN)
def plan(request: HttpRequest) -> HttpResponse:
    who = viewer(request)
    days = queries.days_planned(who)
    day = _day(who, request.GET.get("day"), days)
    found = next(iter(queries.plan_of(who, day)), None)
    context: dict[str, object] = _left(request, pages.nobody_goes(who, day, found)) | {
        "day": day,
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1),
        "plan": found,
        "days": days,
    }
    if found is not None:
        context |= _shown(request, who, found)
    return render(request, "visits/plan.html", context)


def _shown(request: HttpRequest, who: Viewer, found: DayPlan) -> dict[str, object]:
    focus = next((r for r in found.routes if str(r.number) == request.GET.get("crew")), None)
    routes = [focus] if focus else list(found.routes)
    return {
        "totals": pages.totals(found),
        "focus": focus,
        "map": pages.drawn(routes, get_language() or "en"),
        "rows": pages.rows(who, routes),
        "crews": [_crew(r) for r in found.routes],
    }


def _left(request: HttpRequest, unvisited: list[pages.Left]) -> dict[str, object]:
    """One page of those whom nobody visits, and the reasons to choose from."""
    why, page = request.GET.get("why", ""), request.GET.get("page", "1")
    left, reasons, pager = pages.left_out(unvisited, why, int(page) if page.isdigit() else 1)
    return {
        "left": left,
        "left_count": len(unvisited),
        "reasons": reasons,
        "why": why,
        "page": pager,
    }


def _crew(route: RouteView) -> dict[str, object]:
    return {
        "route": route,
        "colour": pages.colour(route),
        "names": " · ".join(route.names),
        "languages": pages.languages(route.languages),
        "done": sum(v.done_at is not None for v in route.visits),
    }


@require_http_methods(["GET", "POST"])
@needs(Permission.VISIT_PLAN)
def sheet(request: HttpRequest, day: date, number: int) -> HttpResponse:
    """A crew's day on paper. Addresses are masked until asked for; each one shown is logged."""
    who = viewer(request)
    found = next(iter(queries.plan_of(who, day)), None)
    route = next((r for r in found.routes if r.number == number), None) if found else None
    if route is None:
        raise Http404
    rows = pages.rows(who, [route])
    full = {}
    if request.method == "POST":
        at = clock.now()
        full = {
            v.point_id: verification.reveal(who, v.point_id, at=at, by=who.name, why="day_sheet")
            for v in route.visits
            if v.point_id
        }
    return render(
        request,
        "visits/sheet.html",
        {
            "route": route,
            "crew": _crew(route),
            "rows": rows,
            "full": full,
            "map": pages.drawn([route], get_language() or "en"),
            "organisation": found.organisation if found else "",
        },
    )


def _day(who: Viewer, asked: str | None, days: list[date]) -> date:
    """The day asked for, else the latest planned one, else today where the organisation is."""
    try:
        return date.fromisoformat(asked or "")
    except ValueError:
        home = organisation_of(who)
        return days[0] if days else clock.today(home.zone if home else "UTC")
