"""Opening, projecting and closing cases, in bulk. Delinquency decides; this writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from doorstep.casefile.models import Case
from doorstep.casefile.services.bulk import write_rows
from doorstep.casefile.services.facts import NewFact, record_many
from doorstep.casefile.types import CaseStatus, FactKind

_PROJECTED = ["bucket", "dpd", "arrears", "payoff", "status", "closed_on"]


@dataclass(frozen=True, slots=True)
class NewCase:
    id: UUID
    reference: str
    lender_id: int
    agency_id: int | None
    mandate_id: int | None
    borrower_id: str
    bucket: str
    dpd: int
    arrears: int
    payoff: int
    currency: str
    language: str
    country: str
    region: str
    zone: str


@dataclass(frozen=True, slots=True)
class CaseChange:
    """Today's numbers of an open case, and the fact that says what changed (None: nothing said)."""

    id: UUID
    bucket: str
    dpd: int
    arrears: int
    payoff: int
    close: bool = False
    fact: FactKind | None = None
    data: dict[str, Any] = field(default_factory=dict)


@transaction.atomic
def create_cases(cases: Sequence[NewCase], *, on: date, at: datetime, by: str) -> int:
    """Create cases with their CASE_OPENED facts."""
    Case.objects.bulk_create(
        [
            Case(
                opened_on=on,
                status=CaseStatus.OPEN,
                **{f: getattr(c, f) for f in NewCase.__slots__},
            )
            for c in cases
        ],
        batch_size=1000,
    )
    return record_many(
        NewFact(
            c.id,
            FactKind.CASE_OPENED,
            at,
            by,
            {"bucket": c.bucket, "dpd": c.dpd, "arrears": c.arrears, "currency": c.currency},
        )
        for c in cases
    )


@transaction.atomic
def change_cases(changes: Sequence[CaseChange], *, on: date, at: datetime, by: str) -> int:
    """Write today's numbers; close where said; append the facts. Returns facts written."""
    write_rows([_row(c, on) for c in changes], _PROJECTED)
    return record_many(NewFact(c.id, c.fact, at, by, c.data) for c in changes if c.fact)


def _row(c: CaseChange, on: date) -> Case:
    return Case(
        id=c.id,
        bucket=c.bucket,
        dpd=c.dpd,
        arrears=c.arrears,
        payoff=c.payoff,
        status=CaseStatus.CLOSED if c.close else CaseStatus.OPEN,
        closed_on=on if c.close else None,
    )


def assign(case_ids: Sequence[UUID], agent_id: UUID | None, *, at: datetime, by: str) -> int:
    """Give cases to a desk agent (None: to nobody). Returns how many changed."""
    changed = (
        list(
            Case.objects.filter(pk__in=case_ids)
            .exclude(assigned_to_id=agent_id)
            .values_list("pk", flat=True)
        )
        if agent_id
        else list(
            Case.objects.filter(pk__in=case_ids, assigned_to__isnull=False).values_list(
                "pk", flat=True
            )
        )
    )
    Case.objects.filter(pk__in=changed).update(assigned_to_id=agent_id)
    return record_many(
        NewFact(pk, FactKind.CASE_ASSIGNED, at, by, {"agent": str(agent_id or "")})
        for pk in changed
    )
