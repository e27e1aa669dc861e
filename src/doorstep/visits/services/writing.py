"""A plan into rows and facts, with a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from doorstep.casefile.api import NewFact, record_many
from doorstep.casefile.types import CaseView, FactKind
from doorstep.kernel.ids import named_id
from doorstep.visits.asked import pack
from doorstep.visits.models import CrewMember, Route, Unvisited, Visit, VisitPlan
from doorstep.visits.rules.timetable import timetable
from doorstep.visits.services.doors import Door
from doorstep.visits.types import PlannedRoute, Stop

if TYPE_CHECKING:
    from doorstep.visits.services.planning import Ready

BY = "day"


def write(one: Ready, day: date, *, at: datetime) -> None:
    """Write one organisation's plan; the caller holds the transaction."""
    plan = VisitPlan.objects.create(
        id=named_id("visit-plan", one.organisation_id, day),
        organisation_id=one.organisation_id,
        day=day,
        made_at=at,
        value=one.plan.value,
        bound=one.bound,
        currency=one.currency,
    )
    routes, members, visits = [], [], []
    for planned in one.plan.routes:
        number = int(planned.agent)
        route, stops = _route(one, plan, planned)
        routes.append(route)
        members += [
            CrewMember(route=route, agent_id=m.id, seat=k)
            for k, m in enumerate(one.crews[number].members)
        ]
        visits += list(_visits(one, route, stops, day))
    Route.objects.bulk_create(routes, batch_size=500)
    CrewMember.objects.bulk_create(members, batch_size=500)
    Visit.objects.bulk_create(visits, batch_size=500)
    Unvisited.objects.bulk_create(list(_left_out(one, plan)), batch_size=500)
    record_many(_facts(one, visits, at))


def _route(one: Ready, plan: VisitPlan, planned: PlannedRoute) -> tuple[Route, list[Stop]]:
    number = int(planned.agent)
    crew = one.week.agents[number]
    doors = {c.id: c for c in one.week.candidates}
    chosen = [doors[s] for s in planned.stops]
    stops, travel = timetable(one.week, crew, chosen)
    cost = one.week.travel.cost_per_second
    home = stops[-1].leave + travel - sum(s.drive for s in stops)
    route = Route(
        id=named_id("route", plan.pk, number),
        plan=plan,
        number=number + 1,
        languages=[w for w in crew.languages if w != "any"],
        latitude=crew.home[0],
        longitude=crew.home[1],
        starts_at=one.midnight + timedelta(seconds=stops[0].start - stops[0].drive),
        ends_at=one.midnight + timedelta(seconds=home),
        travel_seconds=travel,
        value=sum(c.worth for c in chosen) - cost * travel,
    )
    return route, stops


def _visits(one: Ready, route: Route, stops: list[Stop], day: date) -> Iterator[Visit]:
    places = {c.id: c.at for c in one.week.candidates}
    for order, stop in enumerate(stops, start=1):
        door = one.doors[UUID(stop.id)]
        latitude, longitude = places[stop.id]
        assert door.point is not None
        assert door.window is not None
        yield Visit(
            id=named_id("visit", door.case.id, day),
            route=route,
            case_id=door.case.id,
            point_id=door.point.id,
            day=day,
            order=order,
            latitude=latitude,
            longitude=longitude,
            eta=one.midnight + timedelta(seconds=stop.start),
            leave_at=one.midnight + timedelta(seconds=stop.leave),
            window_from=door.window[0],
            window_to=door.window[1],
            drive_seconds=stop.drive,
            worth=door.worth,
            action=pack(door.planned.action),
            decision_id=door.planned.decision_id,
            verdict_id=door.planned.verdict_id,
            **_scope(door.case),
        )


def _left_out(one: Ready, plan: VisitPlan) -> Iterator[Unvisited]:
    from doorstep.visits.services.planning import reasons

    for case_id, why in sorted(reasons(one).items(), key=lambda r: str(r[0])):
        door = one.doors[case_id]
        yield Unvisited(
            plan=plan,
            case_id=case_id,
            reason=why,
            worth=door.worth,
            data={**door.data, **_more(door)},
            **_scope(door.case),
        )


def _more(door: Door) -> dict[str, str]:
    found = {"language": door.case.language}
    if door.window:
        found |= {"from": door.window[0].isoformat(), "to": door.window[1].isoformat()}
    return found


def _facts(one: Ready, visits: list[Visit], at: datetime) -> Iterator[NewFact]:
    crews = {k + 1: [str(m.id) for m in c.members] for k, c in enumerate(one.crews)}
    for v in visits:
        data = {
            "visit": str(v.pk),
            "day": v.day.isoformat(),
            "crew": crews[v.route.number],
            "eta": v.eta.isoformat(),
            "point": str(v.point_id),
            "order": v.order,
        }
        yield NewFact(v.case_id, FactKind.VISIT_PLANNED, at, BY, data)


def _scope(case: CaseView) -> dict[str, int | None]:
    return {
        "lender_id": case.lender_id,
        "agency_id": case.agency_id,
        "mandate_id": case.mandate_id,
    }
