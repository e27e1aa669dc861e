"""The ledger of attempts: what happened always counts, permitted or not."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from doorstep.casefile.api import cases_of
from doorstep.casefile.types import CaseView
from doorstep.compliance.history import OPEN
from doorstep.compliance.models import Clearance, LedgerEntry
from doorstep.compliance.persons import load_persons
from doorstep.compliance.queries import UnknownCaseError
from doorstep.compliance.types import Attempt, AttemptResult
from doorstep.people.types import SYSTEM
from doorstep.verification.api import points_of


def record_attempt(attempt: Attempt) -> int:
    """Count one contact; never refused. One without a clearance that fits it is flagged.

    A second word on the same clearance replaces an open result (unknown, sent) and otherwise
    counts as another attempt, flagged. Returns the entry's id. Raises UnknownCaseError.
    """
    return record_attempts([attempt])[0]


@transaction.atomic
def record_attempts(attempts: Sequence[Attempt]) -> list[int]:
    """Count many contacts with few queries; ids in their order."""
    ids = sorted({a.case_id for a in attempts})
    cases = cases_of(SYSTEM, ids)
    for missing in (i for i in ids if i not in cases):
        raise UnknownCaseError(f"case {missing} is not known; nothing was recorded")
    persons = load_persons(list(cases.values()))
    numbers = {str(p.id): p.number_key for ps in points_of(SYSTEM, ids).values() for p in ps}
    wanted = [a.clearance_id for a in attempts if a.clearance_id]
    clearances = Clearance.objects.select_for_update().in_bulk(wanted) if wanted else {}
    return [
        _record(
            a,
            cases[a.case_id],
            persons.key(cases[a.case_id]),
            numbers.get(a.point_id, ""),
            clearances.get(a.clearance_id) if a.clearance_id else None,
        )
        for a in attempts
    ]


def _record(
    a: Attempt, case: CaseView, person_key: str, number_key: str, clearance: Clearance | None
) -> int:
    told = LedgerEntry.objects.filter(clearance=clearance).first() if clearance else None
    if told is not None and AttemptResult(told.result) in OPEN:
        LedgerEntry.objects.filter(pk=told.pk).update(result=a.result)
        return int(told.pk)
    entry = LedgerEntry.objects.create(
        case_id=case.id,
        lender_id=case.lender_id,
        agency_id=case.agency_id,
        mandate_id=case.mandate_id,
        person_key=person_key,
        number_key=number_key,
        kind=a.kind,
        channel=a.channel,
        at=a.at,
        role=a.role,
        person=a.person,
        point=a.point_id,
        direction=a.direction,
        result=a.result,
        by_org_id=a.by_org_id or case.agency_id or case.lender_id,
        by_agent=a.by_agent,
        clearance=None if told is not None else clearance,
        flag="again" if told is not None else _flag(a, clearance),
    )
    if clearance is not None and clearance.settled_at is None:
        Clearance.objects.filter(pk=clearance.pk).update(settled_at=a.at)
    return int(entry.pk)


def _flag(a: Attempt, clearance: Clearance | None) -> str:
    """Why an attempt was outside its clearance; empty where it was inside or came from them."""
    if a.direction != "us":
        return ""
    if clearance is None:
        return "no_clearance"
    same = (clearance.case_id, clearance.kind, clearance.point, clearance.person)
    if same != (a.case_id, a.kind, a.point_id, a.person):
        return "mismatch"
    if clearance.revoked_at is not None:
        return "revoked"
    if clearance.used_at is None:
        return "unused"
    return "late" if a.at >= clearance.expires_at else ""
