"""What people agreed to, with evidence; withdrawn at once when they say so."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from doorstep.casefile.api import cases_of
from doorstep.compliance.models import StoredConsent
from doorstep.compliance.types import Consent
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


def withdraw_consent(consent_id: int, *, at: datetime) -> None:
    """End an agreement at once; once."""
    StoredConsent.objects.filter(pk=consent_id, withdrawn_at__isnull=True).update(withdrawn_at=at)
