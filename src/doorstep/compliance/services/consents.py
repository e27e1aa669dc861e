"""What people agreed to, with evidence; withdrawn at once when they say so."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from doorstep.casefile.api import cases_of
from doorstep.casefile.types import VisitAsked
from doorstep.compliance.models import StoredConsent
from doorstep.compliance.types import Consent, ConsentKind
from doorstep.people.types import SYSTEM


class ConsentError(ValueError):
    """The agreement cannot be kept as said: the message names what is missing."""


def record_consent(case_id: UUID, consent: Consent, *, at: datetime, by: str) -> int:
    """Keep an agreement of the borrower. `evidence` names the recording or paper; returns its id.

    Raises ConsentError without evidence or for an unknown case.
    """
    if not consent.evidence.strip():
        raise ConsentError("evidence: name the recording or paper; without it nothing is agreed")
    case = cases_of(SYSTEM, [case_id]).get(case_id)
    if case is None:
        raise ConsentError(f"case {case_id} is not known; check the number")
    row = StoredConsent.objects.create(
        case_id=case_id,
        lender_id=case.lender_id,
        agency_id=case.agency_id,
        mandate_id=case.mandate_id,
        kind=consent.kind,
        given_at=consent.given_at or at,
        until=consent.until,
        start=consent.start,
        end=consent.end,
        channel=consent.channel,
        evidence=consent.evidence.strip(),
        by=by,
    )
    return int(row.pk)


def record_visit_asked(
    case_id: UUID, asked: VisitAsked, *, at: datetime, by: str, evidence: str
) -> int:
    """Keep that the borrower asked for a visit at `at`, until the last day it is for, by their
    clock. `evidence` names the record of the call or visit in which they asked. The day they named
    is the plan's to keep, not the gate's. Raises ConsentError as `record_consent` does."""
    case = cases_of(SYSTEM, [case_id]).get(case_id)
    zone = ZoneInfo((case.zone if case else "") or "UTC")
    after = asked.last_day(at.astimezone(zone).date()) + timedelta(days=1)
    until = datetime.combine(after, time(), zone)
    said = Consent(ConsentKind.VISIT, given_at=at, until=until, evidence=evidence)
    return record_consent(case_id, said, at=at, by=by)


def withdraw_consent(consent_id: int, *, at: datetime) -> None:
    """End an agreement at once; once."""
    StoredConsent.objects.filter(pk=consent_id, withdrawn_at__isnull=True).update(withdrawn_at=at)
