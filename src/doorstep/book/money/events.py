"""Many payments and reversals in few statements: the same rules as for one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import pyarrow as pa

from doorstep.book.columns import pc, values
from doorstep.book.models import BookEvent, EventKind
from doorstep.book.money.facts import chunks
from doorstep.book.scope import current
from doorstep.book.services.payments import PaymentConflictError
from doorstep.book.store import among, read

_BATCH = 500


@dataclass(frozen=True, slots=True)
class Part:
    """Money for one loan: the loan has been looked up, the amount checked."""

    loan_id: str
    payment_id: str
    on: date
    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose rows are written, when and by whom."""

    lender_id: int
    agency_id: int | None
    at: datetime
    by: str


def record_many(scope: Scope, parts: Sequence[Part], *, channel: str) -> int:
    """Append payments that are not there yet; returns how many were.

    The same id with the same values is counted once; with other values PaymentConflictError is
    raised and, in the caller's transaction, nothing stays. A payment that came in a file already
    is not written again.
    """
    known = _known(scope.lender_id, [p.payment_id for p in parts])
    fresh = []
    for part in parts:
        there = known.get(part.payment_id)
        if there is None:
            fresh.append(part)
        elif there != (part.loan_id, part.on, part.amount):
            raise PaymentConflictError(f"payment {part.payment_id} is known with other values")
    BookEvent.objects.bulk_create(
        [_event(scope, EventKind.PAYMENT, p, p.payment_id, channel) for p in fresh],
        batch_size=_BATCH,
    )
    return len(fresh)


def reverse_many(
    scope: Scope, undone: Sequence[Part], on: Mapping[str, date], *, channel: str, why: str
) -> int:
    """Take payments back whole, each once; `on` gives the day by payment id."""
    gone = reversed_ids(scope.lender_id, {p.loan_id for p in undone})
    rows = []
    for part in undone:
        if part.payment_id in gone:
            continue
        back = Part(part.loan_id, part.payment_id, on[part.payment_id], part.amount, part.currency)
        row = _event(scope, EventKind.REVERSAL, back, f"{part.payment_id}:back", channel)
        row.data = {"reverses": part.payment_id, "why": why}
        rows.append(row)
    BookEvent.objects.bulk_create(rows, batch_size=_BATCH)
    return len(rows)


def reversed_ids(lender: int, loans: Collection[str]) -> set[str]:
    """Payments of some loans that were taken back already, live or in a file."""
    found: set[str] = set()
    for part in chunks(loans):
        rows = BookEvent.objects.filter(
            lender_id=lender, kind=EventKind.REVERSAL, loan_id__in=part
        ).values_list("data", flat=True)
        found |= {str(data["reverses"]) for data in rows}
    table = read(current(lender), "payments", columns=["loan_id", "reverses"])
    mine = among(table, "loan_id", sorted(loans)).column("reverses").drop_null()
    return found | {str(v) for v in mine.to_pylist()}


def _known(lender: int, ids: Sequence[str]) -> dict[str, tuple[str, date, int]]:
    """Loan, day and amount of the payments that are there, live or imported."""
    columns = ["payment_id", "loan_id", "on", "amount"]
    table = read(current(lender), "payments", columns=columns)
    wanted = pa.array(sorted(ids), pa.string())
    rows = table.filter(pc.is_in(table.column("payment_id"), value_set=wanted))
    lists = [values(rows, c) for c in columns]
    found = {i: (loan, on, amount) for i, loan, on, amount in zip(*lists, strict=True)}
    for part in chunks(ids):
        events = BookEvent.objects.filter(
            lender_id=lender, kind=EventKind.PAYMENT, external_id__in=part
        ).values_list("external_id", "loan_id", "on", "amount")
        found |= {i: (loan, on, amount) for i, loan, on, amount in events}
    return found


def _event(scope: Scope, kind: EventKind, part: Part, key: str, channel: str) -> BookEvent:
    return BookEvent(
        lender_id=scope.lender_id,
        agency_id=scope.agency_id,
        kind=kind,
        external_id=key,
        loan_id=part.loan_id,
        on=part.on,
        amount=part.amount,
        currency=part.currency,
        received_at=scope.at,
        by=scope.by,
        verified=True,
        channel=channel,
    )
