"""Loans of a book whose schedule depends on what happened: made before the replay reads them.

Nearly all schedules are known from the terms alone. Those of loans whose interest follows the
money, or that were changed (drawdown, rate change, re-amortisation, rescheduling), are made loan
by loan with the rules of one loan, so a night says of them what a page does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

import pyarrow as pa

from doorstep.book.rules.arrow import Array, column, pc
from doorstep.book.rules.change_kinds import CHANGE_KEYS, CHANGES, Change, parse_change
from doorstep.book.rules.changes import Made, made_at
from doorstep.book.rules.order import DEFAULT
from doorstep.book.rules.rates import rate_of
from doorstep.book.rules.stream import undone_changes
from doorstep.book.rules.termed import needed, terms_of_row
from doorstep.book.types import (
    AllocationOrder,
    BookError,
    Charge,
    Event,
    Instalment,
    Loan,
    Payment,
    PenaltyTerms,
)

Tables = Mapping[str, pa.Table]
_COMPONENT = {"cost": "costs", "fee": "fees", "penalty": "penalties"}


@contextmanager
def _by_column() -> Iterator[None]:
    """Errors of a change name its row and its column, as all errors of tables do."""
    try:
        yield
    except BookError as error:
        where = re.sub(r"^((?:events|loans):\d+)\.", r"\1:", error.where)
        raise BookError(where, error.reason) from error


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

    Raises BookError for a change that the loan's schedule cannot follow.
    """
    return made_of(tables, events, as_of, order, orders, penalties)[:2]


def made_of(
    tables: Tables,
    events: pa.Table | None,
    as_of: date,
    order: AllocationOrder = DEFAULT,
    orders: Mapping[str, AllocationOrder] | None = None,
    penalties: Mapping[str, PenaltyTerms] | None = None,
) -> tuple[Tables, pa.Table | None, Mapping[Any, Made]]:
    """`remade`, and what was made of each loan, by its id."""
    with _by_column():
        return _made_of(tables, events, as_of, order, orders or {}, penalties or {})


def _made_of(
    tables: Tables,
    events: pa.Table | None,
    as_of: date,
    order: AllocationOrder,
    orders: Mapping[str, AllocationOrder],
    penalties: Mapping[str, PenaltyTerms],
) -> tuple[Tables, pa.Table | None, Mapping[Any, Made]]:
    changes, left = _parted(events)
    ids = _concerned(tables["loans"], changes)
    if not len(ids):
        return tables, left, {}
    heard = _heard(left, changes)
    loans = tables["loans"]
    places = {key: n for n, key in enumerate(column(loans, "loan_id").to_pylist(), 1)}
    told = {name: _by_loan(tables.get(name), ids) for name in ("charges", "payments")}
    told["instalments"] = _given(tables, ids)
    told["events"] = _by_loan(left, ids)
    made: dict[Any, Made] = {}
    for row in _of(loans, ids):
        key = row["loan_id"]
        mine = {name: rows.get(key, []) for name, rows in told.items()}
        if mine["instalments"] and key not in changes:
            continue
        product = str(row.get("product"))
        loan = _loan(mine, orders.get(product, order), penalties.get(product))
        made[key] = _made(row, f"loans:{places[key]}", loan, changes.get(key, ()), as_of)
    return {**tables, "instalments": _put(tables, made)}, heard, made


def _loan(
    rows: Mapping[str, list[dict[str, Any]]], order: AllocationOrder, penalty: PenaltyTerms | None
) -> Loan:
    return Loan(
        tuple(_instalment(i) for i in rows["instalments"]),
        tuple(_charge(c) for c in rows["charges"]),
        tuple(_payment(p) for p in rows["payments"]),
        tuple(_event(e) for e in rows["events"]),
        order,
        penalty,
    )


def _made(
    row: Mapping[str, Any], where: str, loan: Loan, changes: Sequence[Change], as_of: date
) -> Made:
    principal = row.get("principal")
    if loan.instalments:
        terms = terms_of_row(row, where) if has_terms(row) else None
        start = row.get("disbursed_on") or min(i.due for i in loan.instalments)
    else:
        needed(row, where)
        terms, start = terms_of_row(row, where), row["disbursed_on"]
    return made_at(int(principal or 0), start, terms, loan, changes, as_of)


def has_terms(row: Mapping[str, Any]) -> bool:
    """Whether a loan's row tells the terms of its instalments."""
    return row.get("rate_percent") is not None and row.get("instalments") is not None


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
    """The events without reversals of changes of schedules, and without reversals of those, which
    are done with here."""
    if left is None or not changes or "reverses" not in left.column_names:
        return left
    told: dict[Any, list[tuple[Any, date, Any]]] = {key: [] for key in changes}
    rows = [(r["loan_id"], r.get("event_id"), r["on"], r["reverses"]) for r in left.to_pylist()]
    for loan, name, on, target in rows:
        if loan in told and target is not None:
            told[loan].append((name, on, target))
    ids = {
        key: undone_changes({c.event_id for c in made}, told[key], date.max)[1]
        for key, made in changes.items()
    }
    keep = [target is None or target not in ids.get(loan, ()) for loan, _, _, target in rows]
    return left.filter(pa.array(keep, pa.bool_()))


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


def _given(tables: Tables, ids: Array) -> dict[Any, list[dict[str, Any]]]:
    """Instalments that were given, by loan; those marked as made from terms may be made anew."""
    table = tables.get("instalments")
    if table is not None and "made" in table.column_names:
        table = table.filter(pc.invert(pc.fill_null(column(table, "made"), False)))
    return _by_loan(table, ids)


def _put(tables: Tables, made: Mapping[Any, Made]) -> pa.Table:
    """The instalments with those made in the place of what the same loans had."""
    rows = [
        {"loan_id": key, "number": n, "due": i.due, "principal": i.principal,
         "interest": i.interest}
        for key, found in made.items()
        for n, i in enumerate(found.rows, 1)
    ]  # fmt: skip
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
    new = pa.Table.from_pylist(rows, schema=schema)
    if old is None or not old.num_rows:
        return new
    mine = _mine(old, new.column("loan_id").combine_chunks().unique())
    return pa.concat_tables([old.filter(pc.invert(mine)), new], promote_options="permissive")


def _instalment(row: Mapping[str, Any]) -> Instalment:
    return Instalment(
        row["due"], row["principal"], row.get("interest") or 0, row.get("number") or 0
    )


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
        rate=rate_of(row),
    )
