"""Promises: made by a call, a visit or an arrangement; settled by follow-up from verified money."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from doorstep.casefile.models import Case, Promise
from doorstep.casefile.services.bulk import batched, write_rows
from doorstep.casefile.services.facts import NewFact, record, record_many
from doorstep.casefile.types import FactKind, PromiseStatus, PromiseView
from doorstep.kernel.ids import named_id
from doorstep.kernel.money import Money
from doorstep.people.api import scope_of


@dataclass(frozen=True, slots=True)
class Settlement:
    """How a promise ended: `received` in minor units, `why` only where the status does not say."""

    promise_id: UUID
    status: PromiseStatus
    received: int
    why: str = ""


class PromiseError(ValueError):
    """The promise cannot be taken as said: the message names what is wrong and what to do."""


@transaction.atomic
def make_promise(
    case_id: UUID,
    *,
    amount: Money,
    due_on: date,
    at: datetime,
    by: str,
    source: str,
    arrangement_id: UUID | None = None,
    number: int = 1,
) -> UUID:
    """Record a promise and its fact. `source` is call, visit, message, arrangement or portal.

    A later promise outside an arrangement replaces the open one of the same case: a person has
    one word at a time. Raises PromiseError for a non-positive amount, another currency than the
    case's, or a date before the day it is made.
    """
    case = Case.objects.select_for_update().get(pk=case_id)
    if amount.minor <= 0:
        raise PromiseError("amount: must be more than zero; enter what the borrower will pay")
    if amount.currency != case.currency:
        raise PromiseError(f"currency: the case is in {case.currency}, not {amount.currency}")
    today = at.astimezone(ZoneInfo(case.zone or "UTC")).date()
    if due_on < today:
        raise PromiseError(f"due_on: {due_on} is in the past; choose a day from {today} on")
    if arrangement_id is None:
        withdraw_promises(case_id, at=at, by=by, why="replaced", arrangement_id=None)
    key = named_id("promise", case.pk, at.isoformat(), due_on, amount.minor, number)
    promise = Promise.objects.create(
        id=key,
        case=case,
        amount=amount.minor,
        currency=amount.currency,
        due_on=due_on,
        made_at=at,
        source=source,
        arrangement_id=arrangement_id,
        number=number,
        **scope_of(case),
    )
    record(
        case_id,
        FactKind.PROMISE,
        at=at,
        by=by,
        data={
            "promise": str(promise.pk),
            "amount": amount.minor,
            "currency": amount.currency,
            "due_on": due_on.isoformat(),
            "source": source,
            "number": number,
        },
    )
    return key


def withdraw_promises(
    case_id: UUID, *, at: datetime, by: str, why: str, arrangement_id: UUID | None
) -> int:
    """Withdraw the open promises of a case that belong to `arrangement_id` (None: to none)."""
    count = 0
    for promise in Promise.objects.filter(
        case_id=case_id, status=PromiseStatus.OPEN, arrangement_id=arrangement_id
    ).order_by("due_on", "number"):
        settle_promise(
            promise.pk,
            status=PromiseStatus.WITHDRAWN,
            received=promise.received,
            at=at,
            by=by,
            why=why,
        )
        count += 1
    return count


def settle_promise(
    promise_id: UUID, *, status: PromiseStatus, received: int, at: datetime, by: str, why: str = ""
) -> None:
    """Close a promise as kept, partly, broken or withdrawn; once. `received` in minor units."""
    settle_promises([Settlement(promise_id, status, received, why)], at=at, by=by)


@transaction.atomic
def settle_promises(settlements: Sequence[Settlement], *, at: datetime, by: str) -> int:
    """Close many promises, each once, with their facts; returns how many were still open."""
    wanted = {s.promise_id: s for s in settlements}
    rows = [
        promise
        for part in batched(list(wanted))
        for promise in Promise.objects.select_for_update()
        .filter(pk__in=part, status=PromiseStatus.OPEN)
        .order_by("due_on", "number", "id")
    ]
    for row in rows:
        end = wanted[row.pk]
        row.status, row.received, row.settled_at = end.status, end.received, at
    write_rows(rows, ("status", "received", "settled_at"))
    return record_many(_result(row, wanted[row.pk].why, at=at, by=by) for row in rows)


def _result(promise: Promise, why: str, *, at: datetime, by: str) -> NewFact:
    return NewFact(
        promise.case_id,
        FactKind.PROMISE_RESULT,
        at,
        by,
        {
            "promise": str(promise.pk),
            "status": str(promise.status),
            "amount": promise.amount,
            "received": promise.received,
            "currency": promise.currency,
            "due_on": promise.due_on.isoformat(),
            "why": why,
        },
    )


def view(promise: Promise) -> PromiseView:
    return PromiseView(
        id=promise.pk,
        case_id=promise.case_id,
        amount=promise.amount,
        currency=promise.currency,
        due_on=promise.due_on,
        made_at=promise.made_at,
        status=PromiseStatus(promise.status),
        source=promise.source,
        arrangement_id=promise.arrangement_id,
        number=promise.number,
        received=promise.received,
    )
