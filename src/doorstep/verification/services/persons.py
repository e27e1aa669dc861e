"""Related persons of open cases, as the lender's file names them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from doorstep.book.api import RelatedPerson as Placed
from doorstep.book.api import related_persons
from doorstep.casefile.types import CaseView
from doorstep.kernel.actions import Role
from doorstep.verification.models import RelatedPerson
from doorstep.verification.rules.roles import role_of

_IN = 5000
_CHANGING = ["placement_role", "role", "liable", "name", "masked_name"]
_Person = tuple[int, str, str]
"""Lender, borrower and person: the same somebody in every case of one borrower."""


def sync_persons(cases: Sequence[CaseView]) -> dict[UUID, dict[str, Role]]:
    """Make or correct the related persons of cases; returns their roles by case and person.

    Somebody who asked not to be contacted in an earlier case of the same borrower stays so.
    """
    roles: dict[UUID, dict[str, Role]] = defaultdict(dict)
    made: list[RelatedPerson] = []
    changed: list[RelatedPerson] = []
    for start in range(0, len(cases), _IN):
        part = cases[start : start + _IN]
        for case, placed, row in _rows(part):
            roles[case.id][placed.person_id] = role_of(placed.role)
            new = row._state.adding
            if _put(row, placed):
                (made if new else changed).append(row)
    RelatedPerson.objects.bulk_create(made, batch_size=1000)
    RelatedPerson.objects.bulk_update(changed, _CHANGING, batch_size=500)
    return roles


def _rows(cases: Sequence[CaseView]) -> Iterable[tuple[CaseView, Placed, RelatedPerson]]:
    """Each person the lenders' files name, with our row of them: there already, or new."""
    placed = related_persons([(c.lender_id, c.borrower_id) for c in cases])
    there = {
        (r.case_id, r.person): r
        for r in RelatedPerson.objects.filter(case_id__in=[c.id for c in cases])
    }
    stopped = _stopped(cases)
    for case in cases:
        for person in placed.get((case.lender_id, case.borrower_id), ()):
            row = there.get((case.id, person.person_id)) or _new(case, person.person_id)
            if row._state.adding:
                row.stopped_at = stopped.get((case.lender_id, case.borrower_id, row.person))
            yield case, person, row


def _new(case: CaseView, person: str) -> RelatedPerson:
    return RelatedPerson(
        case_id=case.id,
        lender_id=case.lender_id,
        agency_id=case.agency_id,
        mandate_id=case.mandate_id,
        person=person,
    )


def _put(row: RelatedPerson, placed: Placed) -> bool:
    """Write what the file says into the row; whether that changed anything (or it is new)."""
    values = (placed.role, role_of(placed.role), placed.liable, placed.name_sealed, placed.name)
    same = [_plain(getattr(row, f)) for f in _CHANGING] == list(values)
    for name, value in zip(_CHANGING, values, strict=True):
        setattr(row, name, value)
    return row._state.adding or not same


def _stopped(cases: Sequence[CaseView]) -> dict[_Person, datetime]:
    rows = RelatedPerson.objects.filter(
        stopped_at__isnull=False, case__borrower_id__in={c.borrower_id for c in cases}
    )
    found = rows.values_list("lender_id", "case__borrower_id", "person", "stopped_at")
    return {
        (lender, borrower, person): at for lender, borrower, person, at in found if at is not None
    }


def _plain(value: object) -> object:
    """PostgreSQL answers a memoryview where SQLite answers bytes."""
    return bytes(value) if isinstance(value, memoryview) else value
