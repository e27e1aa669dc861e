"""Raising and lifting stops. The gate reads them at every judgement, so one raised now holds now,
also for what is queued, cleared or already handed out."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from doorstep.care.models import Stop
from doorstep.care.types import StopKind
from doorstep.casefile.api import find_case, record
from doorstep.casefile.types import FactKind
from doorstep.kernel.sealed import seal
from doorstep.people.types import SYSTEM


class StopError(ValueError):
    """The stop cannot be raised or lifted as asked: the message says what to do."""


@transaction.atomic
def raise_stop(
    case_id: UUID,
    kind: StopKind,
    *,
    at: datetime,
    by: str,
    note: str = "",
    until: datetime | None = None,
) -> int:
    """Stop contact on a case from `at` on; returns the stop's id.

    The same kind twice is one stop: the first stays, its id is returned, a later or open end
    widens it. Raises StopError for an unknown case or an end that is not after its start.
    """
    case = find_case(SYSTEM, case_id)
    if case is None:
        raise StopError(f"case {case_id} is not known; check the number")
    if until is not None and until <= at:
        raise StopError("until: the end lies before the start; choose a later day or leave it open")
    open_one = (
        Stop.objects.select_for_update()
        .filter(case_id=case_id, kind=kind, lifted_at__isnull=True, raised_at__lte=at)
        .order_by("id")
        .last()
    )
    if open_one is not None and (open_one.until is None or open_one.until > at):
        if open_one.until is not None and (until is None or until > open_one.until):
            Stop.objects.filter(pk=open_one.pk).update(until=until)
        return int(open_one.pk)
    stop = Stop.objects.create(
        case_id=case_id,
        kind=kind,
        note=seal(note),
        raised_at=at,
        raised_by=by,
        until=until,
        lender_id=case.lender_id,
        agency_id=case.agency_id,
        mandate_id=case.mandate_id,
    )
    data = {"stop": stop.pk, "kind": str(kind), "until": until.isoformat() if until else ""}
    record(case_id, FactKind.STOP_RAISED, at=at, by=by, data=data)
    return int(stop.pk)


@transaction.atomic
def lift_stop(stop_id: int, *, at: datetime, by: str, why: str) -> None:
    """End a stop with a reason; once. Raises StopError without a reason or for an unknown one."""
    if not why.strip():
        raise StopError("why: say what changed, so that the next reader understands")
    stop = Stop.objects.select_for_update().filter(pk=stop_id).first()
    if stop is None:
        raise StopError(f"stop {stop_id} is not known; open the case again")
    if stop.lifted_at is not None:
        return
    Stop.objects.filter(pk=stop_id).update(lifted_at=at, lifted_by=by, why=why.strip()[:240])
    data = {"stop": stop.pk, "kind": stop.kind, "why": why.strip()[:240]}
    record(stop.case_id, FactKind.STOP_LIFTED, at=at, by=by, data=data)
