"""Raising and lifting stops. The gate reads them at every judgement, so one raised now holds now,
also for what is queued, cleared or already handed out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from django.db import transaction

from doorstep.care.models import Stop
from doorstep.care.types import StopKind
from doorstep.casefile.api import NewFact, cases_of, record, record_many
from doorstep.casefile.types import CaseView, FactKind
from doorstep.kernel.sealed import seal
from doorstep.people.types import SYSTEM

_BATCH = 2000
_OPEN_END: Mapping[UUID, datetime] = MappingProxyType({})


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
    ends = {case_id: until} if until else {}
    return raise_stops([case_id], kind, at=at, by=by, note=note, until=ends)[case_id]


@transaction.atomic
def raise_stops(
    case_ids: Sequence[UUID],
    kind: StopKind,
    *,
    at: datetime,
    by: str,
    note: str = "",
    until: Mapping[UUID, datetime] = _OPEN_END,
) -> dict[UUID, int]:
    """The same stop on many cases, all or none, with a fixed number of queries per 2,000; returns
    the stop's id by case. `until` is the end by case, because a day ends where a borrower lives; a
    case without one stays stopped until somebody lifts it. Otherwise as `raise_stop`.
    """
    cases = cases_of(SYSTEM, case_ids)
    if unknown := [key for key in case_ids if key not in cases]:
        raise StopError(f"case {unknown[0]} is not known; check the number")
    if any(end <= at for end in until.values()):
        raise StopError("until: the end lies before the start; choose a later day or leave it open")
    held = _held(case_ids, kind, at)
    for case_id, stop in held.items():
        _widen(stop, until.get(case_id))
    new = [
        _row(cases[key], kind, at, by, note, until.get(key))
        for key in dict.fromkeys(case_ids)
        if key not in held
    ]
    Stop.objects.bulk_create(new, batch_size=_BATCH)
    record_many(
        NewFact(
            s.case_id,
            FactKind.STOP_RAISED,
            at,
            by,
            {"stop": s.pk, "kind": str(kind), "until": s.until.isoformat() if s.until else ""},
        )
        for s in new
    )
    return {key: int(stop.pk) for key, stop in (held | {s.case_id: s for s in new}).items()}


def _held(case_ids: Sequence[UUID], kind: StopKind, at: datetime) -> dict[UUID, Stop]:
    """The newest stop of a kind that holds at `at`, by case."""
    held: dict[UUID, Stop] = {}
    for start in range(0, len(case_ids), _BATCH):
        rows = Stop.objects.select_for_update().filter(
            case_id__in=case_ids[start : start + _BATCH],
            kind=kind,
            lifted_at__isnull=True,
            raised_at__lte=at,
        )
        held.update((s.case_id, s) for s in rows.order_by("id"))
    return {key: s for key, s in held.items() if s.until is None or s.until > at}


def _widen(stop: Stop, until: datetime | None) -> None:
    if stop.until is not None and (until is None or until > stop.until):
        Stop.objects.filter(pk=stop.pk).update(until=until)


def _row(
    case: CaseView, kind: StopKind, at: datetime, by: str, note: str, until: datetime | None
) -> Stop:
    return Stop(
        case_id=case.id,
        kind=kind,
        note=seal(note),
        raised_at=at,
        raised_by=by,
        until=until,
        lender_id=case.lender_id,
        agency_id=case.agency_id,
        mandate_id=case.mandate_id,
    )


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
