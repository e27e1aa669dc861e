"""Stops as plain facts, always through the viewer's scope."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from doorstep.care.models import Stop
from doorstep.care.types import StopKind, StopView
from doorstep.kernel.sealed import open_
from doorstep.people.types import Viewer

_IN = 5000


def stops_of(
    viewer: Viewer, case_ids: Sequence[UUID], *, ever: bool = False
) -> dict[UUID, list[StopView]]:
    """The stops of many cases that are not lifted (`ever`: those too), oldest first; one query
    per 5,000 cases. One with an end in the past is still listed: ask `StopView.holds`."""
    found: dict[UUID, list[StopView]] = defaultdict(list)
    for start in range(0, len(case_ids), _IN):
        rows = Stop.objects.seen_by(viewer).filter(case_id__in=case_ids[start : start + _IN])
        if not ever:
            rows = rows.filter(lifted_at__isnull=True)
        for s in rows.order_by("raised_at", "id"):
            found[s.case_id].append(_view(s))
    return dict(found)


def stopped_cases(viewer: Viewer, at: datetime) -> frozenset[UUID]:
    """The cases with a stop that holds at an instant, one query."""
    rows = Stop.objects.seen_by(viewer).filter(lifted_at__isnull=True)
    rows = rows.filter(Q(until__isnull=True) | Q(until__gt=at))
    return frozenset(rows.values_list("case_id", flat=True))


def find_stop(viewer: Viewer, stop_id: int) -> StopView | None:
    """One stop, or None where it does not exist or is not the viewer's to see."""
    row = Stop.objects.seen_by(viewer).filter(pk=stop_id).first()
    return _view(row) if row else None


def _view(s: Stop) -> StopView:
    return StopView(
        id=s.pk,
        case_id=s.case_id,
        kind=StopKind(s.kind),
        raised_at=s.raised_at,
        raised_by=s.raised_by,
        until=s.until,
        lifted_at=s.lifted_at,
        lifted_by=s.lifted_by,
        why=s.why,
        note=open_(s.note),
    )
