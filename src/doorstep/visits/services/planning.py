"""The visits of a day: doors chosen and routed for crews of two; a reason for each left out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from doorstep.compliance.types import Planned
from doorstep.kernel.ids import named_id
from doorstep.people import api as people
from doorstep.people.types import SYSTEM
from doorstep.visits.models import Visit, VisitPlan
from doorstep.visits.rules.crews import pair_up
from doorstep.visits.rules.worth import SECOND_COST
from doorstep.visits.services.doors import Door, doors
from doorstep.visits.services.writing import write
from doorstep.visits.types import (
    Candidate,
    Crew,
    CrewDay,
    Detour,
    Lunch,
    Person,
    Plan,
    PlanSummary,
    Reason,
    Span,
    VisitStatus,
    Week,
    WindowEnd,
    Zone,
)

HOUR = 3600
SHIFT: Span = (9 * HOUR, 18 * HOUR)
LUNCH = Lunch(45 * 60, (12 * HOUR - 1800, 14 * HOUR))
MOST = 14
"""Stops a crew plans: sixteen fit in a day, two are kept for shut doors and talks that last."""
SERVICE = 20 * 60
ROAD = {"factor": 1.35, "speed_kmh": 45.0, "parking": 90}
TOWN_KMH, TOWN_RADIUS = 24.0, 6_000.0
ROUNDS = 6_000
ANY = "any"
"""The language of a case whose language nobody knows: any crew may go."""


@dataclass(frozen=True, slots=True)
class Ready:
    """What was planned for one organisation, not yet written."""

    organisation_id: int
    midnight: datetime
    week: Week
    crews: tuple[Crew, ...]
    doors: dict[UUID, Door]
    plan: Plan
    bound: int
    currency: str


def plan_day(day: date, permitted: Sequence[Planned], *, at: datetime) -> PlanSummary:
    """Choose and route the visits of a day for every organisation with permitted ones.

    `permitted` is what the gate let through. An organisation that has a plan for the day keeps it.
    Visits of earlier days that nobody made become `skipped`. Same input, same plan.
    """
    done = set(VisitPlan.objects.filter(day=day).values_list("organisation_id", flat=True))
    by_organisation: dict[int, list[Door]] = defaultdict(list)
    for door in doors(day, permitted, at=at):
        if door.organisation_id not in done:
            by_organisation[door.organisation_id].append(door)
    crews = _crews(day)
    ready = [
        _ready(day, org, crews.get(org, ()), by_organisation[org])
        for org in sorted(by_organisation)
    ]
    with transaction.atomic():
        Visit.objects.filter(day__lt=day, status=VisitStatus.PLANNED).update(
            status=VisitStatus.SKIPPED, outcome="not_reached"
        )
        for one in ready:
            write(one, day, at=at)
    return _summary(day, ready)


def _crews(day: date) -> dict[int, tuple[Crew, ...]]:
    """Crews of two by organisation, of field agents whose certificate covers the day."""
    able: dict[int, list[Person]] = defaultdict(list)
    for a in people.agents(SYSTEM, does_field=True):
        if a.certified_until and a.certified_until >= day.isoformat():
            home = None
            if a.latitude is not None and a.longitude is not None:
                home = (a.latitude, a.longitude)
            able[a.organisation_id].append(Person(a.id, a.name, a.languages, a.gender, home))
    return {org: tuple(pair_up(persons)) for org, persons in able.items()}


def _ready(day: date, org: int, crews: Sequence[Crew], found: Sequence[Door]) -> Ready:
    from doorstep.visits.rules.bound import bound
    from doorstep.visits.rules.solve import solve

    zone = Counter(d.case.zone for d in found if d.case.zone).most_common(1)
    midnight = datetime.combine(day, time(), ZoneInfo(zone[0][0] if zone else "UTC"))
    currency = Counter(d.case.currency for d in found).most_common(1)[0][0]
    able = [d for d in found if d.reason is None]
    week = Week(
        days=1,
        agents=tuple(_crew_day(k, c) for k, c in enumerate(crews)),
        candidates=tuple(_candidate(d, midnight) for d in able),
        travel=_travel(crews, currency),
        window_end=WindowEnd.START,  # the gate's spans bound the start, and leave time to finish
    )
    seed = int(named_id("visits", org, day).int % 1_000_000)
    plan = solve(week, seed=seed, rounds=min(ROUNDS, 60 * len(able)))
    by_id = {d.case.id: d for d in found}
    return Ready(org, midnight, week, tuple(crews), by_id, plan, round(bound(week)), currency)


def _crew_day(number: int, crew: Crew) -> CrewDay:
    return CrewDay(str(number), crew.home, (*crew.languages, ANY), SHIFT, MOST, LUNCH)


def _candidate(door: Door, midnight: datetime) -> Candidate:
    assert door.point is not None
    assert door.window is not None
    assert door.point.latitude is not None
    assert door.point.longitude is not None
    start, end = (int((w - midnight).total_seconds()) for w in door.window)
    return Candidate(
        id=str(door.case.id),
        at=(door.point.latitude, door.point.longitude),
        language=door.case.language.partition("-")[0] or ANY,
        days=(0,),
        window=(max(0, start), max(0, end - 1)),  # half-open
        service=SERVICE,
        worth=door.worth,
    )


def _travel(crews: Sequence[Crew], currency: str) -> Detour:
    """Slow within a town's circle around where crews start, faster on the open road."""
    zones = tuple(Zone(home, TOWN_RADIUS, TOWN_KMH) for home in sorted({c.home for c in crews}))
    return Detour(
        factor=ROAD["factor"],
        speed_kmh=ROAD["speed_kmh"],
        parking=int(ROAD["parking"]),
        cost_per_second=SECOND_COST.get(currency, 1),
        zones=zones,
    )


def _summary(day: date, ready: Sequence[Ready]) -> PlanSummary:
    why: Counter[str] = Counter()
    for one in ready:
        why.update(str(r) for r in reasons(one).values())
    return PlanSummary(
        day=day,
        crews=sum(len(r.crews) for r in ready),
        candidates=sum(len(r.doors) for r in ready),
        planned=sum(len(route.stops) for r in ready for route in r.plan.routes),
        value=sum(r.plan.value for r in ready),
        unvisited=dict(sorted(why.items())),
    )


def reasons(one: Ready) -> dict[UUID, Reason]:
    """Why each door that is in no route is left out."""
    out = {key: d.reason for key, d in one.doors.items() if d.reason is not None}
    out |= {UUID(key): why for key, why in one.plan.unvisited.items()}
    return out
