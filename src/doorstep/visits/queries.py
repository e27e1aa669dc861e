"""Plans and visits as plain data, always through the viewer's scope."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from doorstep.people.api import ScopedQuerySet
from doorstep.people.types import UserRole, Viewer
from doorstep.visits.asked import unpack
from doorstep.visits.models import CrewMember, Route, Unvisited, Visit, VisitPlan
from doorstep.visits.types import (
    DayPlan,
    Reason,
    RouteView,
    UnvisitedView,
    VisitStatus,
    VisitView,
)

_IN = 5000


def seen(viewer: Viewer) -> ScopedQuerySet[Visit]:
    """The visits a viewer may see: of their organisation; a field agent's: of their own crew."""
    rows: ScopedQuerySet[Visit] = Visit.objects.seen_by(viewer)
    if viewer.role is UserRole.FIELD:
        own = CrewMember.objects.filter(route=OuterRef("route"), agent=viewer.agent_id)
        rows = rows.filter(Exists(own))
    return rows


def find_visit(viewer: Viewer, visit_id: UUID) -> VisitView | None:
    """One visit, or None where it does not exist or is not the viewer's to see."""
    return next(iter(_views(seen(viewer).filter(pk=visit_id))), None)


def visits_of(viewer: Viewer, case_ids: Sequence[UUID]) -> dict[UUID, list[VisitView]]:
    """Visits by case, planned and past, the latest day first."""
    found: dict[UUID, list[VisitView]] = defaultdict(list)
    for start in range(0, len(case_ids), _IN):
        part = case_ids[start : start + _IN]
        for view in _views(seen(viewer).filter(case_id__in=part).order_by("-day")):
            found[view.case_id].append(view)
    return found


def visits_on(viewer: Viewer, day: date) -> list[VisitView]:
    """All visits of a day the viewer may see, by route and order."""
    rows = seen(viewer).filter(day=day).order_by("route__plan", "route__number", "order")
    return _views(rows)


def plan_of(viewer: Viewer, day: date) -> list[DayPlan]:
    """The plan of a day of the viewer's organisation (the system: of all), by organisation."""
    plans = VisitPlan.objects.select_related("organisation").filter(day=day)
    if not viewer.is_system:
        plans = plans.filter(organisation_id=viewer.organisation_id or 0)
    return [_plan(viewer, p) for p in plans.order_by("organisation_id")]


def days_planned(viewer: Viewer, limit: int = 14) -> list[date]:
    """The latest days the viewer's organisation has a plan for, newest first."""
    rows = VisitPlan.objects.all()
    if not viewer.is_system:
        rows = rows.filter(organisation_id=viewer.organisation_id or 0)
    return list(rows.order_by("-day").values_list("day", flat=True).distinct()[:limit])


def route_of(viewer: Viewer, route_id: UUID) -> RouteView | None:
    """One crew's day; a field agent sees only a route they are on."""
    rows = Route.objects.filter(pk=route_id)
    if not viewer.is_system:
        rows = rows.filter(plan__organisation_id=viewer.organisation_id or 0)
    return _own(viewer, rows)


def route_on(viewer: Viewer, day: date) -> RouteView | None:
    """The route of the viewer, an agent, on a day; None where they have none."""
    if viewer.agent_id is None:
        return None
    own = CrewMember.objects.filter(route=OuterRef("pk"), agent=viewer.agent_id)
    return _own(viewer, Route.objects.filter(Exists(own), plan__day=day).order_by("pk"))


def _own(viewer: Viewer, rows: QuerySet[Route]) -> RouteView | None:
    found = _routes(viewer, rows)
    route = found[0] if found else None
    if route and viewer.role is UserRole.FIELD and viewer.agent_id not in route.crew:
        return None
    return route


def _plan(viewer: Viewer, plan: VisitPlan) -> DayPlan:
    left = Unvisited.objects.seen_by(viewer).filter(plan=plan).select_related("case")
    return DayPlan(
        day=plan.day,
        organisation_id=plan.organisation_id,
        organisation=plan.organisation.name,
        zone=plan.organisation.zone,
        made_at=plan.made_at,
        value=plan.value,
        bound=plan.bound,
        currency=plan.currency,
        routes=tuple(_routes(viewer, Route.objects.filter(plan=plan).order_by("number"))),
        unvisited=tuple(
            UnvisitedView(
                u.case_id, u.case.reference, Reason(u.reason), u.worth, u.case.currency, u.data
            )
            for u in left.order_by("-worth", "case_id")
        ),
    )


def _routes(viewer: Viewer, rows: QuerySet[Route]) -> list[RouteView]:
    routes = list(rows.select_related("plan"))
    crews: dict[UUID, list[CrewMember]] = defaultdict(list)
    for m in CrewMember.objects.filter(route__in=routes).select_related("agent").order_by("seat"):
        crews[m.route_id].append(m)
    visits: dict[UUID, list[VisitView]] = defaultdict(list)
    for v in _views(seen(viewer).filter(route__in=routes).order_by("order")):
        visits[v.route_id].append(v)
    return [
        RouteView(
            id=r.pk,
            number=r.number,
            day=r.plan.day,
            crew=tuple(m.agent_id for m in crews[r.pk]),
            names=tuple(m.agent.name for m in crews[r.pk]),
            languages=tuple(r.languages),
            home=(r.latitude, r.longitude),
            starts_at=r.starts_at,
            ends_at=r.ends_at,
            travel=r.travel_seconds,
            value=r.value,
            visits=tuple(visits[r.pk]),
        )
        for r in routes
    ]


def _views(rows: ScopedQuerySet[Visit]) -> list[VisitView]:
    found = list(rows.select_related("case"))
    crews: dict[UUID, list[UUID]] = defaultdict(list)
    members = CrewMember.objects.filter(route_id__in={v.route_id for v in found})
    for route_id, agent_id in members.order_by("seat").values_list("route_id", "agent_id"):
        crews[route_id].append(agent_id)
    return [_view(v, tuple(crews[v.route_id])) for v in found]


def _view(v: Visit, crew: tuple[UUID, ...]) -> VisitView:
    return VisitView(
        id=v.pk,
        case_id=v.case_id,
        reference=v.case.reference,
        route_id=v.route_id,
        day=v.day,
        order=v.order,
        point_id=v.point_id,
        latitude=v.latitude,
        longitude=v.longitude,
        eta=v.eta,
        leave_at=v.leave_at,
        window=(v.window_from, v.window_to),
        drive=v.drive_seconds,
        worth=v.worth,
        currency=v.case.currency,
        language=v.case.language,
        zone=v.case.zone,
        status=VisitStatus(v.status),
        outcome=v.outcome,
        done_at=v.done_at,
        crew=crew,
        action=unpack(v.case_id, v.action, crew),
        decision_id=v.decision_id,
        verdict_id=v.verdict_id,
    )
