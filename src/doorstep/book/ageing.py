"""What one lender's book is made of on a day, ready for the replay. No writing here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import pyarrow as pa

from doorstep.book.columns import pc
from doorstep.book.ledger import live, others, payments
from doorstep.book.models import BookEvent, EventKind
from doorstep.book.remakable import without_lost_schedules
from doorstep.book.store import SCHEMAS, among, read

_TEXT: Any = pa.string()
_DATE: Any = pa.date32()
_INT: Any = pa.int64()
_EVENTS: Any = pa.schema(
    {
        "loan_id": _TEXT,
        "on": _DATE,
        "kind": _TEXT,
        "component": _TEXT,
        "amount": _INT,
        "payment_id": _TEXT,
        "event_id": _TEXT,
        "instalment": _INT,
        "charge_id": _TEXT,
        "reverses": _TEXT,
        "by": _TEXT,
        "reason": _TEXT,
        "rate": _TEXT,
        "rate_percent": _TEXT,
        "first_due": _DATE,
        "unit": _TEXT,
        "arrears": _TEXT,
        **dict.fromkeys(("instalments", "every", "due_day", "holiday"), _INT),
        **dict.fromkeys(("grace_principal", "interest_free"), _INT),
    }
)
_TOLD = ("rate", "rate_percent", "unit", "arrears", "instalments", "every", "due_day", "holiday",
         "grace_principal", "interest_free")  # fmt: skip
"""What a change keeps under the column's own name."""
_CHARGES = {"fees": "fee", "penalties": "penalty", "costs": "cost"}


def tables_of(
    lender_id: int, manifest: UUID | None, loans: Sequence[str] | None = None
) -> tuple[dict[str, pa.Table], pa.Table]:
    """Tables and events of a lender (of some `loans`, None: all) as the replay wants them.

    Loans whose payments are not known lose their schedule here: without a stated balance nobody
    can say what they owe, so they stay unaged.
    """
    one = [("loan_id", "=", loans[0])] if loans is not None and len(loans) == 1 else None
    found = {name: read(manifest, name, filters=one) for name in ("loans", "instalments")}
    found["charges"] = read(manifest, "charges", filters=one)
    if loans is not None:
        found = {name: among(table, "loan_id", loans) for name, table in found.items()}
    events = live(lender_id, loans)
    found["payments"] = payments(manifest, events, loans)
    _forget_unknown(found)
    told = without_lost_schedules(found, _events(events))
    found["charges"] = _with_live_charges(found["charges"], events)
    return found, told


def with_more(
    tables: Mapping[str, pa.Table], told: pa.Table, events: Sequence[BookEvent]
) -> tuple[dict[str, pa.Table], pa.Table]:
    """The same tables and events as if these changes had been recorded too."""
    charges = _with_live_charges(tables["charges"], events)
    return {**tables, "charges": charges}, pa.concat_tables([told, _events(events)])


def _forget_unknown(tables: dict[str, pa.Table]) -> None:
    """Take schedule and terms from the loans whose payments are not known."""
    loans, rows = tables["loans"], tables["instalments"]
    known = pc.fill_null(loans.column("payments_known"), True)
    ids = pc.unique(loans.filter(pc.invert(known)).column("loan_id"))
    tables["instalments"] = rows.filter(pc.invert(pc.is_in(rows.column("loan_id"), value_set=ids)))
    at = loans.column_names.index("rate_percent")
    rates = pc.if_else(known, loans.column("rate_percent"), None)
    tables["loans"] = loans.set_column(at, "rate_percent", rates)


def _with_live_charges(charges: pa.Table, events: Sequence[BookEvent]) -> pa.Table:
    rows = [
        {
            "loan_id": e.loan_id,
            "charge_id": e.external_id,
            "kind": _CHARGES.get(e.data["component"], e.data["component"]),
            "due": e.data.get("due", e.on.isoformat()),
            "added_on": e.on,
            "amount": e.amount,
        }
        for e in events
        if e.kind == EventKind.CHARGE
    ]
    if not rows:
        return charges
    loose = pa.schema([f if f.name != "due" else pa.field("due", pa.string()) for f in
                       SCHEMAS["charges"]])  # fmt: skip
    added = pa.Table.from_pylist(rows, schema=loose).cast(SCHEMAS["charges"])
    return pa.concat_tables([charges, added])


def _events(events: Sequence[BookEvent]) -> pa.Table:
    return pa.Table.from_pylist(
        [
            {
                "loan_id": e.loan_id,
                "on": e.on,
                "kind": e.kind,
                "component": e.data.get("component") or None,
                "amount": e.amount or None,
                "payment_id": e.data.get("payment_id"),
                "event_id": e.external_id,
                "instalment": e.data.get("instalment"),
                "charge_id": e.data.get("charge_id") or None,
                "reverses": e.data.get("undoes") or None,
                "by": e.by,
                "reason": e.data.get("reason", ""),
                "first_due": _day(e.data.get("first_due")),
                **{name: e.data.get(name) for name in _TOLD},
            }
            for e in others(events)
            if e.kind != EventKind.CHARGE
        ],
        schema=_EVENTS,
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
