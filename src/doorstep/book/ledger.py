"""Imported and live money put together: what the replay and the promise watch read."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import pyarrow as pa

from doorstep.book.columns import Values, pc
from doorstep.book.models import BookEvent, EventKind
from doorstep.book.store import SCHEMAS, among, read

_MANY = 2_000
_MONEY = (EventKind.PAYMENT, EventKind.REVERSAL, EventKind.VERIFICATION)


def live(lender_id: int, loans: Sequence[str] | None = None) -> list[BookEvent]:
    """A lender's live events in the order they count: day, arrival, id (of `loans`, None: all)."""
    rows = BookEvent.objects.filter(lender_id=lender_id)
    if loans is None or len(loans) > _MANY:
        wanted = None if loans is None else set(loans)
        return [
            e
            for e in rows.order_by("on", "received_at", "kind", "external_id")
            if wanted is None or e.loan_id in wanted
        ]
    return list(rows.filter(loan_id__in=loans).order_by("on", "received_at", "kind", "external_id"))


def payments(
    manifest: UUID | None, events: Sequence[BookEvent], loans: Sequence[str] | None = None
) -> pa.Table:
    """Verified payments and reversals of a lender in the shape of the placement table.

    A payment that came live and again in a file counts once.
    """
    filters = [("loan_id", "=", loans[0])] if loans is not None and len(loans) == 1 else None
    imported = read(manifest, "payments", filters=filters)
    if loans is not None and len(loans) != 1:
        imported = among(imported, "loan_id", loans)
    rows = [_row(e) for e in counted(events)]
    if rows:
        added = pa.Table.from_pylist(rows, schema=SCHEMAS["payments"])
        known = pc.is_in(added.column("payment_id"), value_set=_ids(imported))
        imported = pa.concat_tables([imported, added.filter(pc.invert(known))])
    return _without_idle_reversals(imported)


def _without_idle_reversals(rows: pa.Table) -> pa.Table:
    """Leave out reversals of money that was never counted (unverified, or moved elsewhere)."""
    undoes = pc.is_valid(rows.column("reverses"))
    if not pc.any(undoes).as_py():
        return rows
    paid = pc.binary_join_element_wise(rows.column("loan_id"), rows.column("payment_id"), "\x1f")
    named = pc.binary_join_element_wise(rows.column("loan_id"), rows.column("reverses"), "\x1f")
    known = pc.is_in(named, value_set=pc.unique(paid.filter(pc.invert(undoes))))
    return rows.filter(pc.or_(pc.invert(undoes), known))


def counted(events: Sequence[BookEvent]) -> list[BookEvent]:
    """The payments that are verified and the reversals, without the proofs themselves."""
    proven = {e.external_id for e in events if e.kind == EventKind.VERIFICATION}
    return [
        e
        for e in events
        if (e.kind == EventKind.REVERSAL and e.data.get("reverses"))
        or (e.kind == EventKind.PAYMENT and (e.verified or e.external_id in proven))
    ]


def others(events: Sequence[BookEvent]) -> list[BookEvent]:
    """Live events that are not money in: waivers, charges, pauses, reversals of a charge or of a
    change."""
    return [
        e
        for e in events
        if e.kind not in _MONEY or (e.kind == EventKind.REVERSAL and not e.data.get("reverses"))
    ]


def _row(e: BookEvent) -> dict[str, object]:
    return {
        "loan_id": e.loan_id,
        "payment_id": e.external_id,
        "on": e.on,
        "amount": e.amount,
        "reverses": e.data.get("reverses"),
    }


def _ids(imported: pa.Table) -> Values:
    return pc.unique(imported.column("payment_id"))
