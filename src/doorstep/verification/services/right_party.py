"""The questions of a right-party check for one case."""

from __future__ import annotations

from uuid import UUID

from doorstep.book.api import borrowers
from doorstep.casefile.api import find_case
from doorstep.casefile.types import CaseView
from doorstep.kernel import sealed
from doorstep.kernel.actions import Role
from doorstep.people.types import Viewer
from doorstep.verification.models import ContactPoint, RelatedPerson
from doorstep.verification.rules.locating import locate
from doorstep.verification.rules.right_party import Known, questions
from doorstep.verification.services.outcomes import UnknownPointError
from doorstep.verification.types import PointKind, PointStatus, Question


def right_party_questions(viewer: Viewer, case_id: UUID, person: str = "") -> list[Question]:
    """What to ask before a word of debt, with what our records hold, for the agent's eyes alone.

    `person` is a related person's id, empty for the borrower. Raises UnknownPointError for a case
    the viewer may not see or a person it does not know.
    """
    case = find_case(viewer, case_id)
    if case is None:
        raise UnknownPointError(str(case_id))
    if person:
        return _of_person(case_id, person)
    found = borrowers([(case.lender_id, case.borrower_id)]).get((case.lender_id, case.borrower_id))
    known = Known(
        name=sealed.open_(found.name_sealed) if found else "",
        born=found.born if found else None,
        town=_town(case),
    )
    return questions(known, Role.DEBTOR)


def _of_person(case_id: UUID, person: str) -> list[Question]:
    row = RelatedPerson.objects.filter(case_id=case_id, person=person).first()
    if row is None:
        raise UnknownPointError(person)
    return questions(Known(name=sealed.open_(row.name)), Role(row.role))


def _town(case: CaseView) -> str:
    """The town of the borrower's own address, as our gazetteer names it."""
    row = (
        ContactPoint.objects.filter(case_id=case.id, person="", kind=PointKind.ADDRESS)
        .exclude(status=PointStatus.WRONG)
        .order_by("-confidence", "id")
        .first()
    )
    return locate(sealed.open_(row.value)).town if row else ""
