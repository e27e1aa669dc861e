"""What others may call."""

from doorstep.visits.queries import (
    days_planned,
    find_visit,
    plan_of,
    route_of,
    route_on,
    visits_of,
    visits_on,
)
from doorstep.visits.services.planning import plan_day
from doorstep.visits.services.results import UnknownVisitError, cancel_visits, set_result

__all__ = [
    "UnknownVisitError",
    "cancel_visits",
    "days_planned",
    "find_visit",
    "plan_day",
    "plan_of",
    "route_of",
    "route_on",
    "set_result",
    "visits_of",
    "visits_on",
]
