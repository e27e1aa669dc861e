"""Loans of a book whose schedule depends on what happened: made before the replay reads them.

Nearly all schedules are known from the terms alone. Those of loans whose interest follows the
money, or that were changed (drawdown, rate change, re-amortisation, rescheduling), are made loan
by loan with the rules of one loan, so a night says of them what a page does.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pyarrow as pa

from doorstep.book.rules.arrow import Array, column, pc
from doorstep.book.rules.changes import CHANGE_KEYS, CHANGES, Change, parse_change, schedule_at
from doorstep.book.rules.order import DEFAULT
from doorstep.book.rules.termed import needed, terms_of_row
from doorstep.book.types import (
    AllocationOrder,
    BookError,
    Charge,
    Event,
    Loan,
    Payment,
    PenaltyTerms,
)

Tables = Mapping[str, pa.Table]
_COMPONENT = {"cost": "costs", "fee": "fees", "penalty": "penalties"}


def remade(
    tables: Tables,
    events: pa.Table | None,
    as_of: date,
    order: AllocationOrder = DEFAULT,
    orders: Mapping[str, AllocationOrder] | None = None,
    penalties: Mapping[str, PenaltyTerms] | None = None,
) -> tuple[Tables, pa.Table | None]:
    """The tables with the instalments of such loans as they stand at the end of `as_of`, and the
    events that are left for the replay. `orders` and `penalties` are those of products.

    Raises BookError for a change of a loan whose instalments were given and not made from terms.
    """
    changes, left = _parted(events)
    ids = _concerned(tables["loans"], changes)
    if not len(ids):
        return tables, left
    heard = _heard(left, changes)
    loans = tables["loans"]
    rows = {r["loan_id"]: r for r in _of(loans, ids)}
    places = {key: n for n, key in enumerate(column(loans, "loan_id").to_pylist(), 1)}
    given = _given(tables, ids)
    told = {name: _by_loan(tables.get(name), ids) for name in ("charges", "payments")}
    told["events"] = _by_loan(left, ids)
    made: list[dict[str, Any]] = []
    for key, row in rows.items():
        if key in given:
            _refuse_given(changes.get(key, ()))
            continue
        where = f"loans:{places[key]}"
        needed(row, where)
        loan = Loan(
            (),
            tuple(_charge(c) for c in told["charges"].get(key, ())),
            tuple(_payment(p) for p in told["payments"].get(key, ())),
            tuple(_event(e) for e in told["events"].get(key, ())),
            (orders or {}).get(str(row.get("product")), order),
            (penalties or {}).get(str(row.get("product"))),
        )
        schedule = schedule_at(
            int(row["principal"]),
            row["disbursed_on"],
            terms_of_row(row, where),
            loan,
            changes.get(key, ()),
            as_of,
        )
        made += [
            {"loan_id": key, "number": n, "due": i.due, "principal": i.principal,
             "interest": i.interest}
            for n, i in enumerate(schedule, 1)
        ]  # fmt: skip
    return {**tables, "instalments": _put(tables, made)}, heard


def _parted(events: pa.Table | None) -> tuple[dict[Any, list[Change]], pa.Table | None]:
    """The changes of schedules by loan, and the events without them."""
    if events is None or not events.num_rows:
        return {}, events
    mine = pc.is_in(column(events, "kind"), value_set=pa.array(CHANGES))
    if not pc.any(mine).as_py():
        return {}, events
    found: dict[Any, list[Change]] = {}
    for n, row in enumerate(events.to_pylist(), 1):
        if row["kind"] in CHANGES:
            event = {k: v for k, v in row.items() if k in CHANGE_KEYS and v is not None}
            found.setdefault(row["loan_id"], []).append(parse_change(event, f"events:{n}"))
    return found, events.filter(pc.invert(mine))


def _heard(left: pa.Table | None, changes: Mapping[Any, list[Change]]) -> pa.Table | None:
    """The events without reversals of changes of schedules, which are done with here."""
    if left is None or not changes or "reverses" not in left.column_names:
        return left
    ids = {(loan, c.event_id) for loan, made in changes.items() for c in made}
    names = zip(left["loan_id"].to_pylist(), left["reverses"].to_pylist(), strict=True)
    return left.filter(pa.array([name not in ids for name in names], pa.bool_()))


def _concerned(loans: pa.Table, changes: Mapping[Any, list[Change]]) -> Array:
    ids = column(loans, "loan_id")
    mask: Any = pc.is_in(ids, value_set=pa.array(list(changes), ids.type))
    if {"recalculate", "rate_percent"} <= set(loans.column_names):
        follows = pc.and_(
            column(loans, "recalculate").is_valid(), column(loans, "rate_percent").is_valid()
        )
        mask = pc.or_(mask, follows)
    return ids.filter(mask)


def follows_money(tables: Tables) -> Array:
    """The loans whose schedule is made from terms and follows the money."""
    ids = _concerned(tables["loans"], {})
    given = _given(tables, ids) if len(ids) else set()
    return ids.filter(pa.array([key not in given for key in ids.to_pylist()], pa.bool_()))


def _of(table: pa.Table, ids: Array) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = table.filter(_mine(table, ids)).to_pylist()
    return found


def _mine(table: pa.Table, ids: Array) -> Array:
    return pc.is_in(column(table, "loan_id").cast(ids.type), value_set=ids)


def _by_loan(table: pa.Table | None, ids: Array) -> dict[Any, list[dict[str, Any]]]:
    found: dict[Any, list[dict[str, Any]]] = {}
    if table is not None and table.num_rows:
        for row in _of(table, ids):
            found.setdefault(row["loan_id"], []).append(row)
    return found


def _given(tables: Tables, ids: Array) -> set[Any]:
    """Loans whose instalments were given; those marked as made from terms may be made anew."""
    table = tables.get("instalments")
    if table is None or not table.num_rows:
        return set()
    rows = table.filter(_mine(table, ids))
    if "made" in rows.column_names:
        rows = rows.filter(pc.invert(pc.fill_null(column(rows, "made"), False)))
    return set(column(rows, "loan_id").unique().to_pylist())


def _refuse_given(changes: list[Change] | tuple[Change, ...]) -> None:
    for change in changes:
        raise BookError(
            f"{change.where}:kind", "a schedule is made anew from terms; this one was given"
        )


def _put(tables: Tables, made: list[dict[str, Any]]) -> pa.Table:
    """The instalments with those made in the place of what the same loans had."""
    old = tables.get("instalments")
    kind = column(tables["loans"], "loan_id").type
    schema = pa.schema(
        [
            ("loan_id", kind),
            ("number", pa.int64()),
            ("due", pa.date32()),
            ("principal", pa.int64()),
            ("interest", pa.int64()),
        ]
    )
    new = pa.Table.from_pylist(made, schema=schema)
    if old is None or not old.num_rows:
        return new
    mine = _mine(old, new.column("loan_id").combine_chunks().unique())
    return pa.concat_tables([old.filter(pc.invert(mine)), new], promote_options="permissive")


def _charge(row: Mapping[str, Any]) -> Charge:
    kind = row["kind"]
    return Charge(
        _COMPONENT.get(kind, kind),
        row["due"],
        row["added_on"],
        row["amount"],
        row.get("charge_id") or "",
    )


def _payment(row: Mapping[str, Any]) -> Payment:
    return Payment(row["on"], row["amount"], row.get("payment_id") or "", row.get("reverses"))


def _event(row: Mapping[str, Any]) -> Event:
    return Event(
        row["on"],
        row["kind"],
        component=row.get("component") or "",
        amount=row.get("amount"),
        payment_id=row.get("payment_id") or "",
        event_id=row.get("event_id") or "",
        instalment=row.get("instalment"),
        charge_id=row.get("charge_id") or "",
        reverses=row.get("reverses") or "",
    )
