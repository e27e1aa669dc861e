"""Contact points and related persons of open cases, from the lenders' current snapshots.

What we learned ourselves is never overwritten by a file: a lender's row makes a new point, brings
coordinates to an address without any, or confirms a point that is still unverified. A borrower's
new case starts with what the earlier one taught.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from doorstep.book.api import ContactRow, contact_rows
from doorstep.casefile.api import open_cases
from doorstep.casefile.types import CaseView
from doorstep.kernel import sealed
from doorstep.kernel.actions import Role
from doorstep.kernel.ids import named_id
from doorstep.people.types import SYSTEM
from doorstep.verification.models import ContactPoint
from doorstep.verification.queries import state_of
from doorstep.verification.rules.confidence import first
from doorstep.verification.rules.locating import Located, locate
from doorstep.verification.services.outcomes import put
from doorstep.verification.services.persons import sync_persons
from doorstep.verification.types import PointKind, PointStatus, Precision

_IN = 5000
_LEARNED = ("status", "confidence", "confirmed_on", "rest_until", "last_outcome",
            "last_outcome_at", "right_party_at")  # fmt: skip
_FROM_FILE = ["confidence", "confirmed_on", "status", "latitude", "longitude", "precision"]
_Same = tuple[str, str, str]
"""Person, kind and blind index: one point within a case."""


@dataclass(slots=True)
class _Case:
    """One case's points: those there, and the borrower's of earlier cases (newest wins)."""

    view: CaseView
    there: dict[_Same, ContactPoint]
    earlier: dict[_Same, ContactPoint]
    roles: Mapping[str, Role]


@transaction.atomic
def sync_points(as_of: date, at: datetime) -> int:
    """Bring the points and persons of all open cases up to the lenders' current snapshots.

    Set-based, and doing it twice changes nothing. Returns points made or changed.
    """
    cases = open_cases(SYSTEM)
    roles = sync_persons(cases)
    made: list[ContactPoint] = []
    changed: list[ContactPoint] = []
    for start in range(0, len(cases), _IN):
        part = cases[start : start + _IN]
        rows = contact_rows([(c.lender_id, c.borrower_id) for c in part])
        for case in _known(part, roles):
            key = (case.view.lender_id, case.view.borrower_id)
            _sync(case, rows.get(key, []), as_of, at, made, changed)
    ContactPoint.objects.bulk_create(made, batch_size=1000)
    ContactPoint.objects.bulk_update(changed, _FROM_FILE, batch_size=500)
    return len(made) + len(changed)


def _known(cases: Sequence[CaseView], roles: Mapping[UUID, Mapping[str, Role]]) -> Iterable[_Case]:
    there: dict[UUID, dict[_Same, ContactPoint]] = defaultdict(dict)
    earlier: dict[tuple[int, str], dict[_Same, ContactPoint]] = defaultdict(dict)
    open_ids = {c.id for c in cases}
    rows = ContactPoint.objects.filter(borrower_id__in={c.borrower_id for c in cases})
    for row in rows.order_by("created_at", "id"):
        same = (row.person, row.kind, row.number_key)
        if row.case_id in open_ids:
            there[row.case_id][same] = row
        else:
            earlier[row.lender_id, row.borrower_id][same] = row
    for c in cases:
        yield _Case(
            c, there[c.id], earlier.get((c.lender_id, c.borrower_id), {}), roles.get(c.id, {})
        )


def _sync(
    case: _Case,
    rows: Sequence[ContactRow],
    as_of: date,
    at: datetime,
    made: list[ContactPoint],
    changed: list[ContactPoint],
) -> None:
    new: list[ContactPoint] = []
    for row in rows:
        same = (row.person_id, row.kind, row.number_key)
        if (known := case.there.get(same)) is None:
            new.append(_from_row(case, row, as_of))
        elif _renewed(known, row, as_of):
            changed.append(known)
    if not case.there:
        listed = {(r.person_id, r.kind, r.number_key) for r in rows}
        new += [_again(case, p) for same, p in case.earlier.items() if same not in listed]
    for point in _numbered(case, new):
        point.created_at = at
        made.append(point)


def _from_row(case: _Case, row: ContactRow, as_of: date) -> ContactPoint:
    where = _where(row)
    point = _blank(case, row.person_id)
    point.kind, point.use = row.kind, row.use
    point.value, point.masked, point.number_key = row.value_sealed, row.masked, row.number_key
    point.source, point.basis = row.source, row.basis
    put(point, first(row.confirmed_on, row.basis, as_of))
    point.latitude, point.longitude, point.precision = (
        where.latitude, where.longitude, where.precision,
    )  # fmt: skip
    _remember(point, case.earlier.get((row.person_id, row.kind, row.number_key)))
    return point


def _again(case: _Case, old: ContactPoint) -> ContactPoint:
    """A point of an earlier case that no file lists: somebody told us of it."""
    point = _blank(case, old.person)
    for name in ("kind", "use", "value", "masked", "number_key", "source", "basis", "latitude",
                 "longitude", "precision"):  # fmt: skip
        setattr(point, name, getattr(old, name))
    _remember(point, old)
    return point


def _remember(point: ContactPoint, old: ContactPoint | None) -> None:
    if old is not None:
        for name in _LEARNED:
            setattr(point, name, getattr(old, name))


def _blank(case: _Case, person: str) -> ContactPoint:
    c = case.view
    return ContactPoint(
        case_id=c.id,
        borrower_id=c.borrower_id,
        lender_id=c.lender_id,
        agency_id=c.agency_id,
        mandate_id=c.mandate_id,
        person=person,
        role=Role.DEBTOR if not person else case.roles.get(person, Role.OTHER),
        country=c.country,
        region=c.region,
        zone=c.zone,
    )


def _numbered(case: _Case, new: Sequence[ContactPoint]) -> Iterable[ContactPoint]:
    """Give ids by a running number within person and kind. Ordered by the value itself where
    there are several: the blind index differs from one installation's key to the next."""
    groups: dict[tuple[str, str], list[ContactPoint]] = defaultdict(list)
    for point in new:
        groups[point.person, point.kind].append(point)
    there: dict[tuple[str, str], int] = defaultdict(int)
    for person, kind, _ in case.there:
        there[person, kind] += 1
    for (person, kind), points in sorted(groups.items()):
        if len(points) > 1:
            points.sort(key=lambda p: sealed.open_(p.value))
        for number, point in enumerate(points, there[person, kind] + 1):
            point.id = named_id("point", case.view.id, person, kind, number)
            yield point


def _renewed(point: ContactPoint, row: ContactRow, as_of: date) -> bool:
    """Take from the lender's row what is better than what we have; whether anything was."""
    better = False
    if row.latitude is not None and point.precision != Precision.POINT:
        where = _where(row)
        better = where.precision is Precision.POINT
        if better:
            point.latitude, point.longitude = where.latitude, where.longitude
            point.precision = where.precision
    if row.confirmed_on and row.confirmed_on > (point.confirmed_on or date.min):
        state = first(row.confirmed_on, row.basis, as_of)
        if (
            state.status is PointStatus.VERIFIED
            and state_of(point).status is PointStatus.UNVERIFIED
        ):
            put(point, state)
            better = True
    return better


def _where(row: ContactRow) -> Located:
    if row.kind != PointKind.ADDRESS:
        return Located(Precision.NONE)
    if row.latitude is not None:
        found = locate("", row.latitude, row.longitude)
        if found.precision is Precision.POINT:
            return found
    return locate(sealed.open_(row.value_sealed))
