"""Adding a contact point by hand, and leaving a person alone for good."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from doorstep.casefile.api import find_case, record
from doorstep.casefile.types import CaseView, FactKind
from doorstep.kernel import sealed
from doorstep.kernel.actions import Role
from doorstep.kernel.ids import named_id
from doorstep.people.types import Viewer
from doorstep.verification.models import ContactPoint, RelatedPerson
from doorstep.verification.rules.locating import locate
from doorstep.verification.rules.normal import PointValueError, masked, normal, number_key
from doorstep.verification.services.outcomes import UnknownPointError
from doorstep.verification.types import NewPoint, PointKind, PointStatus

HAND_CONFIDENCE = 40


@transaction.atomic
def add_point(viewer: Viewer, case_id: UUID, new: NewPoint, *, at: datetime, by: str) -> UUID:
    """Add a point that we learned ourselves; it starts unverified. Returns its id.

    A value already there is returned as it is. Raises PointValueError for a value its kind cannot
    be or a person the case does not know, UnknownPointError for a case the viewer may not see.
    """
    case = find_case(viewer, case_id)
    if case is None:
        raise UnknownPointError(str(case_id))
    role = _role(case_id, new.person)
    text = normal(new.kind, new.value, case.country)
    same = ContactPoint.objects.filter(case_id=case_id, person=new.person, kind=new.kind)
    known = same.filter(number_key=number_key(new.kind, text)).values_list("pk", flat=True)
    if (found := known.first()) is not None:
        return found
    row = new_row(case, role, new, text, same.count() + 1)
    row.confidence, row.created_at = HAND_CONFIDENCE, at
    row.save(force_insert=True)
    data = {"point": str(row.pk), "kind": row.kind, "masked": row.masked, "source": row.source}
    record(case_id, FactKind.POINT_ADDED, at=at, by=by, data=data)
    return row.pk


@transaction.atomic
def stop_person(viewer: Viewer, case_id: UUID, person: str, *, at: datetime, by: str) -> None:
    """A related person asked not to be contacted again: it holds for good (GB/T 45251, CN-TP-02).

    Their points rest without an end. Raises UnknownPointError for a person not of this case.
    """
    people = RelatedPerson.objects.seen_by(viewer).filter(case_id=case_id, person=person)
    if not people.exists():
        raise UnknownPointError(person)
    if not people.filter(stopped_at__isnull=True).update(stopped_at=at):
        return
    ContactPoint.objects.filter(case_id=case_id, person=person).exclude(
        status=PointStatus.WRONG
    ).update(status=PointStatus.RESTING, rest_until=None)
    record(case_id, FactKind.NOTE, at=at, by=by, data={"code": "person_stopped", "person": person})


def new_row(case: CaseView, role: Role, new: NewPoint, text: str, number: int) -> ContactPoint:
    """An unsaved point of a case; `text` is the normal value. The id is made of a running number
    and not of the value: an id that anybody may see must not be a way to try numbers."""
    address = text if new.kind is PointKind.ADDRESS else ""
    where = locate(address, new.latitude, new.longitude) if address else locate("")
    return ContactPoint(
        id=named_id("point", case.id, new.person, new.kind, number),
        case_id=case.id,
        borrower_id=case.borrower_id,
        lender_id=case.lender_id,
        agency_id=case.agency_id,
        mandate_id=case.mandate_id,
        person=new.person,
        role=role,
        kind=new.kind,
        use=new.use,
        value=sealed.seal(text),
        masked=masked(new.kind, text),
        number_key=number_key(new.kind, text),
        source=new.source,
        basis=new.basis,
        country=case.country,
        region=case.region,
        zone=case.zone,
        latitude=where.latitude,
        longitude=where.longitude,
        precision=where.precision,
    )


def _role(case_id: UUID, person: str) -> Role:
    if not person:
        return Role.DEBTOR
    known = RelatedPerson.objects.filter(case_id=case_id, person=person).first()
    if known is None:
        raise PointValueError("person: not a related person of this case; choose one of the list")
    return Role(known.role)
