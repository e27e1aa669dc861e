"""Contact points and persons of cases, always through the viewer's scope."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import fields
from typing import Any
from uuid import UUID

from doorstep.kernel.actions import Role
from doorstep.people.types import Viewer
from doorstep.verification.models import ContactPoint, RelatedPerson
from doorstep.verification.types import (
    PersonView,
    PointKind,
    PointState,
    PointStatus,
    PointUse,
    PointView,
    Precision,
)

_IN = 5000
_COLUMNS = tuple(f.name for f in fields(PointView))
_Row = Any
"""A ContactPoint, or a named row of its columns."""


def points_of(viewer: Viewer, case_ids: Sequence[UUID]) -> dict[UUID, list[PointView]]:
    """Contact points by case, the borrower's first, then by kind and trust; one query per 5,000."""
    found: dict[UUID, list[PointView]] = defaultdict(list)
    for start in range(0, len(case_ids), _IN):
        rows = ContactPoint.objects.seen_by(viewer).filter(
            case_id__in=case_ids[start : start + _IN]
        )
        # named rows, not model instances: a day reads tens of thousands
        for row in rows.values_list(*_COLUMNS, named=True):
            found[row.case_id].append(point_view(row))
    for points in found.values():  # not in SQL: databases disagree on the order of text
        points.sort(key=lambda p: (p.person, p.kind, -p.confidence, p.id))
    return found


def find_point(viewer: Viewer, point_id: UUID) -> PointView | None:
    """One contact point, or None where it does not exist or is not the viewer's to see."""
    row = ContactPoint.objects.seen_by(viewer).defer("value").filter(pk=point_id).first()
    return point_view(row) if row else None


def people_of(viewer: Viewer, case_ids: Sequence[UUID]) -> dict[UUID, list[PersonView]]:
    """Related persons by case, in the order of their id."""
    found: dict[UUID, list[PersonView]] = defaultdict(list)
    for start in range(0, len(case_ids), _IN):
        rows = RelatedPerson.objects.seen_by(viewer).filter(
            case_id__in=case_ids[start : start + _IN]
        )
        for row in rows.defer("name"):
            found[row.case_id].append(_person_view(row))
    for people in found.values():
        people.sort(key=lambda p: p.person)
    return found


def state_of(row: ContactPoint) -> PointState:
    return PointState(PointStatus(row.status), row.confidence, row.confirmed_on, row.rest_until)


def point_view(row: _Row) -> PointView:
    exact = row.precision == Precision.POINT
    return PointView(
        id=row.id,
        case_id=row.case_id,
        person=row.person,
        role=Role(row.role),
        kind=PointKind(row.kind),
        use=PointUse(row.use),
        masked=row.masked,
        status=PointStatus(row.status),
        confidence=row.confidence,
        source=row.source,
        basis=row.basis,
        confirmed_on=row.confirmed_on,
        last_outcome=row.last_outcome,
        last_outcome_at=row.last_outcome_at,
        latitude=row.latitude if exact else None,
        longitude=row.longitude if exact else None,
        precision=Precision(row.precision),
        country=row.country,
        region=row.region,
        zone=row.zone,
        number_key=row.number_key,
        rest_until=row.rest_until,
        right_party_at=row.right_party_at,
    )


def _person_view(row: RelatedPerson) -> PersonView:
    return PersonView(
        case_id=row.case_id,
        person=row.person,
        role=Role(row.role),
        placement_role=row.placement_role,
        masked_name=row.masked_name,
        liable=row.liable,
        stopped_at=row.stopped_at,
    )
