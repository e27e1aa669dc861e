"""The day's step that leaves silent contact points alone, and wakes those that rested enough."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from doorstep.casefile.api import facts_of
from doorstep.casefile.types import FactKind, FactView
from doorstep.people.types import SYSTEM
from doorstep.verification.models import ContactPoint
from doorstep.verification.queries import state_of
from doorstep.verification.rules.confidence import first
from doorstep.verification.rules.resting import DEAD_REST_DAYS, rest_until, rested, woken
from doorstep.verification.services.outcomes import local_day, put
from doorstep.verification.types import PointOutcome, PointState, PointStatus

_READ_BACK = timedelta(days=DEAD_REST_DAYS)


@transaction.atomic
def rest_points(as_of: date, at: datetime) -> int:
    """Rest the points of open cases that stayed silent, wake those whose rest is over.

    Set-based: one read of points, one of their recent outcomes, one write per 500 changed.
    Running it again on the same day changes nothing. Returns how many points changed.
    """
    rows = list(
        ContactPoint.objects.filter(case__status="open", last_outcome_at__isnull=False)
        .exclude(status=PointStatus.WRONG)
        .defer("value", "masked")
        .order_by("id")
    )
    heard = _outcomes(sorted({r.case_id for r in rows}), at)
    changed = [row for row in rows if _changed(row, heard.get(row.pk, []), as_of)]
    ContactPoint.objects.bulk_update(changed, ["status", "rest_until"], batch_size=500)
    return len(changed)


def _changed(row: ContactPoint, facts: list[FactView], as_of: date) -> bool:
    before = state_of(row)
    state = woken(before, as_of, proven=_proven(row, as_of))
    if state.status is not PointStatus.RESTING:
        state = _rest_if_silent(row, state, facts, as_of)
    put(row, state)
    return state != before


def _rest_if_silent(
    row: ContactPoint, state: PointState, facts: list[FactView], as_of: date
) -> PointState:
    outcomes = [(local_day(f.at, row.zone).date(), PointOutcome(f.data["outcome"])) for f in facts]
    until = rest_until(outcomes, as_of)
    return rested(state, until) if until is not None and until > as_of else state


def _proven(row: ContactPoint, as_of: date) -> bool:
    fresh = first(row.confirmed_on, row.basis, as_of).status is PointStatus.VERIFIED
    return fresh or row.right_party_at is not None


def _outcomes(case_ids: list[UUID], at: datetime) -> dict[UUID, list[FactView]]:
    found: dict[UUID, list[FactView]] = defaultdict(list)
    facts = facts_of(SYSTEM, case_ids, [FactKind.POINT_OUTCOME], since=at - _READ_BACK)
    for of_case in facts.values():
        for fact in of_case:
            if fact.at <= at:
                found[UUID(fact.data["point"])].append(fact)
    return found
