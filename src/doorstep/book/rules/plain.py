"""Sorted rows of whole loans straight to the replay: how a book of millions is aged.

Nearly all loans are *plain*: instalments whose due days rise, charges, and payments in the order
of their days. Their columns go to the replay as they are. The others (made or stated schedules,
events, reversals, rows out of order) are *special* and go through `tables.prepare` by themselves,
which may do anything but is slower. Both meet in one array of states.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from doorstep.book.rules import columns as c
from doorstep.book.rules import compiled
from doorstep.book.rules.ageing import STATUS
from doorstep.book.rules.arrow import Flags, Ints
from doorstep.book.rules.buckets import UNAGED
from doorstep.book.rules.columns import Facts
from doorstep.book.rules.tables import Prepared
from doorstep.book.rules.within import too_large

Columns = Mapping[str, Any]
Special = Callable[[Flags], Prepared]
"""Prepares the marked loans of a segment."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a segment's loans in one table: where each loan's start, and columns of numbers."""

    at: Ints
    columns: Columns

    def __len__(self) -> int:
        return int(self.at[-1])


@dataclass(frozen=True, slots=True)
class Segment:
    """Some loans with all their rows: numbers of each loan (those of `columns.PER_LOAN`) and what
    they point at (`columns.SHARED`). `remade`: those whose schedule changes from day to day."""

    loans: int
    each: Columns
    shared: Columns
    rows: Mapping[str, Rows]
    remade: Flags


def age_segment(segment: Segment, special: Special, state: Ints, status: Any) -> int:
    """Fill `state` (loans, STATE) and `status` of a segment; returns how many were special."""
    marked = np.zeros(segment.loans, dtype=np.bool_)
    facts = _facts(segment, marked)
    marked |= too_large(facts)  # what is refused is named there
    compiled.states(facts, state)
    status[:] = 0
    many = int(marked.sum())
    if many:
        ready = special(marked)
        mine = np.zeros((many, c.STATE), dtype=np.int64)
        compiled.states(ready.facts, mine)
        ready.quote(mine)
        state[marked] = mine
        status[marked] = np.searchsorted(STATUS, ready.status.astype(str))
    return many


def _facts(segment: Segment, special: Flags) -> Facts:
    """The facts of all loans as if they were plain, and marks on those that are not."""
    fast = compiled.align()
    day = int(segment.shared["as_of"])
    none = np.zeros(segment.loans + 1, dtype=np.int64)
    plan = segment.rows.get("instalments", Rows(none, _NO_PLAN))
    fast.mark_schedules(plan.at, plan.columns["due"], special)
    charges = _until(segment.rows.get("charges"), "added_on", day)
    money = segment.rows.get("payments")
    if money is not None:
        if "reverses" in money.columns:
            fast.mark_true(money.at, money.columns["reverses"], special)
        fast.mark_falling(money.at, money.columns["on"], special)
    if charges is not None:
        fast.mark_falling(charges.at, charges.columns["due"], special)
    if "events" in segment.rows:
        fast.mark_any(segment.rows["events"].at, special)
    money = _until(money, "on", day) or Rows(none, _NO_MONEY)
    charges = charges or Rows(none, _NO_CHARGES)
    paid = len(money)
    return Facts(
        instalment_at=plan.at,
        due=plan.columns["due"],
        principal=plan.columns["principal"],
        interest=plan.columns["interest"],
        charge_at=charges.at,
        charge_component=charges.columns["kind"],
        charge_due=charges.columns["due"],
        charge_added=charges.columns["added_on"],
        charge_amount=charges.columns["amount"],
        event_at=money.at,
        event_day=money.columns["on"],
        event_kind=_same(paid, c.PAYMENT, "int8"),
        event_component=_same(paid, c.ALL_COMPONENTS, "int8"),
        event_amount=money.columns["amount"],
        event_target=_same(paid, c.ANYWHERE, "int64"),
        **segment.each,
        **segment.shared,
    )


def _same(size: int, value: int, kind: str) -> Any:
    """A frozen column of one number, cut from a longer one that is kept."""
    return _constant(1 << max(size - 1, 0).bit_length(), value, kind)[:size]


@lru_cache(maxsize=64)
def _constant(size: int, value: int, kind: str) -> Any:
    column = np.full(size, value, dtype=kind)
    column.flags.writeable = False
    return column


_DAYS = np.zeros(0, dtype=np.int32)
_AMOUNTS = np.zeros(0, dtype=np.int64)
_NO_PLAN = {"due": _DAYS, "principal": _AMOUNTS, "interest": _AMOUNTS}
_NO_MONEY = {"on": _DAYS, "amount": _AMOUNTS}
_NO_CHARGES = {
    "kind": np.zeros(0, dtype=np.int8),
    "due": _DAYS,
    "added_on": _DAYS,
    "amount": _AMOUNTS,
}


def _until(rows: Rows | None, name: str, day: int) -> Rows | None:
    """The rows not dated after a day: mostly all, and then as they are."""
    if rows is None:
        return None
    fast = compiled.align()
    days = rows.columns[name]
    if not fast.any_after(days, day):
        return rows
    kept = np.empty(len(rows), dtype=np.int64)
    at = np.empty_like(rows.at)
    some = kept[: fast.keep_until(rows.at, days, day, kept, at)]
    return Rows(at, {n: column[some] for n, column in rows.columns.items()})


def rows_of(marked: Flags, rows: Rows) -> Ints:
    """The rows of the marked loans of a segment."""
    found = np.empty(len(rows), dtype=np.int64)
    return found[: compiled.align().spread(marked, rows.at, found)]


def live_loans(segment: Segment, state: Ints, status: Any) -> Flags:
    """Loans that may say something else on another day though nothing happens to them.

    Those with events (a pause ends the counting of days), with rows dated later, with penalties or
    caps while they are late or cut, and those not aged yet. Of all others only the days past due
    change, and they follow from the oldest unpaid due day.
    """
    fast, day = compiled.align(), int(segment.shared["as_of"])
    late = (state[:, c.OLDEST] != 0) | (state[:, c.CUT : c.CUT_INTEREST + 1] != 0).any(axis=1)
    live: Flags = (segment.each["loan_terms"] != 0) & late
    live |= (status == STATUS.index(UNAGED)) | segment.remade
    for name, column in (("payments", "on"), ("charges", "added_on")):
        if name in segment.rows:
            rows = segment.rows[name]
            fast.mark_after(rows.at, rows.columns[column], day, live)
    if "events" in segment.rows:
        fast.mark_any(segment.rows["events"].at, live)
    return live
