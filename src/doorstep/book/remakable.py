"""Changes of schedules whose schedule is gone: a lender's later file may take it away.

A loan was rescheduled here, and then its lender sends it with a balance only, or with instalments
and no terms. The change can then not be made any more. A balance stated after it holds it already;
one stated before it does not, so nobody can say what the loan owes: it is unaged, and nobody is
contacted for it, until the lender sends a newer balance or a schedule.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

import pyarrow as pa

from doorstep.book.columns import pc
from doorstep.book.rules.change_kinds import CHANGES, IN_FULL
from doorstep.book.rules.remade import has_terms
from doorstep.book.rules.stream import undone_changes

_SCHEDULE = ("rate_percent", "stated_on")


def without_lost_schedules(tables: dict[str, pa.Table], events: pa.Table) -> pa.Table:
    """The events without changes that can no longer be made; the tables are changed in place."""
    mine = pc.is_in(events.column("kind"), value_set=pa.array(CHANGES))
    changes: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in events.filter(mine).to_pylist():
        changes[row["loan_id"]].append(row)
    if not changes:
        return events
    told = _reversals(events, changes)
    given = _given(tables["instalments"], changes)
    lost: dict[str, Collection[Any]] = {}
    unaged = []
    for loan in _rows(tables["loans"], changes):
        key = loan["loan_id"]
        ids = {c["event_id"] for c in changes[key]}
        gone, all_ = undone_changes(ids, told[key], date.max)
        standing = [c for c in changes[key] if c["event_id"] not in gone]
        can = (possible(loan, key in given, rows) for rows in (changes[key], standing))
        if not all(can):
            lost[key] = all_
            last = max((c["on"] for c in standing), default=date.min)
            if loan["stated_on"] is None or loan["stated_on"] < last:
                unaged.append(key)
    _forget(tables, list(lost), unaged)
    return _without(events, lost)


def possible(loan: Mapping[str, Any], given: bool, changes: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the changes (rows of events) can be made: from the loan's terms, or where its
    instalments were given without terms by a rescheduling first that tells them in full."""
    if not changes:
        return True
    if given and any(c["kind"] == "disbursement" for c in changes):
        return False
    if has_terms(loan):
        return True
    first = min(changes, key=lambda c: c["on"])
    return given and first["kind"] == "reschedule" and all(first[k] is not None for k in IN_FULL)


def _reversals(events: pa.Table, loans: Collection[str]) -> dict[str, list[tuple[Any, date, Any]]]:
    found: dict[str, list[tuple[Any, date, Any]]] = defaultdict(list)
    for row in events.filter(pc.equal(events.column("kind"), "reversal")).to_pylist():
        if row["loan_id"] in loans and row["reverses"]:
            found[row["loan_id"]].append((row["event_id"], row["on"], row["reverses"]))
    return found


def _rows(table: pa.Table, loans: Collection[str]) -> list[dict[str, Any]]:
    wanted = pa.array(list(loans), pa.string())
    found: list[dict[str, Any]] = table.filter(
        pc.is_in(table.column("loan_id"), value_set=wanted)
    ).to_pylist()
    return found


def _given(instalments: pa.Table, loans: Collection[str]) -> set[str]:
    sent = pc.invert(pc.fill_null(instalments.column("made"), False))
    return {row["loan_id"] for row in _rows(instalments.filter(sent), loans)}


def _forget(tables: dict[str, pa.Table], lost: list[str], unaged: list[str]) -> None:
    """Take the schedule and the terms from lost loans, and the balance from those it is too old
    for."""
    if not lost:
        return
    rows, loans = tables["instalments"], tables["loans"]
    gone = pc.is_in(rows.column("loan_id"), value_set=pa.array(lost, pa.string()))
    tables["instalments"] = rows.filter(pc.invert(gone))
    for name, ids in zip(_SCHEDULE, (lost, unaged), strict=True):
        mine = pc.is_in(loans.column("loan_id"), value_set=pa.array(ids, pa.string()))
        at = loans.column_names.index(name)
        loans = loans.set_column(at, name, pc.if_else(mine, None, loans.column(name)))
    tables["loans"] = loans


def _without(events: pa.Table, lost: Mapping[str, Collection[Any]]) -> pa.Table:
    keep = [
        r["event_id"] not in lost.get(r["loan_id"], ()) for r in events.to_pylist()
    ] if lost else []  # fmt: skip
    return events.filter(pa.array(keep, pa.bool_())) if lost else events
