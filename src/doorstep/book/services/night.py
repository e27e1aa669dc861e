"""The incremental night: only loans touched by what came in or by a due day are aged anew.

A full run with a state (`age_folder(..., state=…)`) is followed by nights, each with a folder of
the rows that are new: payments, charges, events, instalments, and loans nobody knew. Of every other
loan only the days past due change, and those follow from its oldest unpaid due day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from doorstep.book.rules import compiled
from doorstep.book.rules.ageing import age, bucket_column
from doorstep.book.rules.arrow import Flags, Ints, column, dates, pc
from doorstep.book.rules.loan import day_of
from doorstep.book.services.night_state import State, mapped, plain_words
from doorstep.book.types import BookError


@dataclass(frozen=True, slots=True)
class NightReport:
    """`read` loans had their rows read and `written` a new row written. They are those with new
    rows, those with something falling due, and the `running` ones that change every night."""

    loans: int
    new_rows: int
    due: int
    running: int
    read: int
    written: int

    def as_json(self) -> dict[str, int]:
        return asdict(self)


def age_night(
    state: State, changes: Mapping[str, pa.Table], as_of: date
) -> tuple[pa.Table, NightReport]:
    """Age what is touched up to the end of `as_of`, and add the night to the state.

    Returns the loans aged anew, sorted. Raises BookError for a day that is not after the state's
    last, for a row of no loan and for a loan sent again.
    """
    if as_of <= state.last:
        raise BookError(
            str(state.home), f"knows {state.last} already; give a later day or age the whole book"
        )
    book = _Book(state, changes)
    touched = book.touched(as_of)
    tables = book.rows_of(touched)
    events = tables.pop("events", None)
    aged = plain_words(age(tables, events, as_of))
    live = _live(aged, tables, events, day_of(as_of))
    state.add(as_of, {**changes, "aged": aged}, live)
    report = NightReport(
        loans=len(book.ids),
        new_rows=int(book.changed.sum()),
        due=int(book.due.sum()),
        running=int(book.live.sum()),
        read=tables["loans"].num_rows,
        written=aged.num_rows,
    )
    return aged, report


class _Book:
    """The book as the state and the new rows tell it. Loans are numbered: those of the full run in
    the order of their ids, then those that came on later nights."""

    def __init__(self, state: State, changes: Mapping[str, pa.Table]) -> None:
        self.state = state
        nights = [_night(folder) for folder in state.nights()]
        self.changes = [*[tables for tables, _ in nights], changes]
        base = column(state.tables["loans"], "loan_id")
        self.known = len(base)
        self.ids = self._ids(base)
        self.next_due = self._now(nights, "next_due")
        self.live = np.zeros(len(self.ids), dtype=np.bool_)
        self.live[: self.known] = state.live
        for tables, live in nights:
            self.live[self.places(tables["aged"])] = live
        self.changed = np.zeros(len(self.ids), dtype=np.bool_)
        self.due = self.changed.copy()
        for name, table in changes.items():
            self.changed[self._checked(name, table)] = True

    def _ids(self, base: Any) -> Any:
        """All ids; a loan may not come twice."""
        found = base
        for tables in self.changes:
            if "loans" in tables:
                more = column(tables["loans"], "loan_id").cast(base.type)
                again = pc.index(pc.is_in(more, value_set=found), True).as_py()
                if again >= 0:
                    raise BookError(
                        f"loans:{again + 1}:loan_id",
                        f"{more[again]} is known already; changed loans need a full run",
                    )
                found = pa.concat_arrays([found, more])
        return found

    def _now(self, nights: list[tuple[dict[str, pa.Table], Flags]], name: str) -> Any:
        """A day of each loan as last aged; 0 for none."""
        found = np.zeros(len(self.ids), dtype=np.int32)
        found[: self.known] = _day_numbers(self.state.aged, name)
        for tables, _ in nights:
            found[self.places(tables["aged"])] = _day_numbers(tables["aged"], name)
        return found

    def places(self, table: pa.Table) -> Ints:
        """The number of each row's loan; -1 for none."""
        mine = column(table, "loan_id").cast(self.ids.type)
        if len(self.ids) == self.known and pa.types.is_integer(mine.type):
            ids, wanted = self.ids.to_numpy(), mine.to_numpy()
            at = np.minimum(np.searchsorted(ids, wanted), max(len(ids) - 1, 0))
            return np.where(ids[at] == wanted, at, -1) if len(ids) else np.full(len(wanted), -1)
        found = pc.fill_null(pc.index_in(mine, value_set=self.ids), -1)
        return np.asarray(found.to_numpy(), dtype=np.int64)

    def _checked(self, name: str, table: pa.Table) -> Ints:
        at = self.places(table)
        if len(at) and int(at.min()) < 0:
            row = int(np.argmax(at < 0))
            raise BookError(
                f"{name}:{row + 1}:loan_id",
                f"{table['loan_id'][row]} is not among the loans; add the loan",
            )
        return at

    def touched(self, as_of: date) -> Flags:
        """The loans with new rows, with something falling due since, and the running ones."""
        self.due = (self.next_due != 0) & (self.next_due <= day_of(as_of))
        return self.changed | self.due | self.live

    def rows_of(self, touched: Flags) -> dict[str, pa.Table]:
        """All rows of some loans: those of the full run and those that came since."""
        base = self.state.tables
        found = {"loans": [base["loans"].take(np.flatnonzero(touched[: self.known]))]}
        for name, table in base.items():
            if name != "loans":
                rows = _spread(touched[: self.known], self.state.at(name))
                found[name] = [table.take(rows)]
        for tables in self.changes:
            for name, table in tables.items():
                if name != "aged" and table.num_rows:
                    mine = table.filter(pa.array(touched[self.places(table)]))
                    found.setdefault(name, []).append(mine)
        return {n: pa.concat_tables(t, promote_options="permissive") for n, t in found.items()}


def _night(folder: Path) -> tuple[dict[str, pa.Table], Flags]:
    tables = {p.stem: mapped(p) for p in sorted(folder.glob("*.arrow"))}
    return tables, np.load(folder / "live.npy")


def _day_numbers(table: pa.Table, name: str) -> Any:
    days = column(table, name).cast(pa.int32())
    return pc.fill_null(days, 0).to_numpy()


def _spread(marked: Flags, at: Ints) -> Ints:
    many = int(np.diff(at)[marked].sum()) if len(at) else 0
    rows = np.empty(many, dtype=np.int64)
    compiled.align().spread(marked, at, rows)
    return rows


def _live(
    aged: pa.Table, tables: Mapping[str, pa.Table], events: pa.Table | None, day: int
) -> Flags:
    """`plain.live_loans` of loans aged from tables."""
    ids = column(aged, "loan_id")
    live = pc.equal(column(aged, "status"), "unaged").to_numpy(zero_copy_only=False)
    asked = [] if events is None else [column(events, "loan_id")]
    for name, when in (("payments", "on"), ("charges", "added_on")):
        if name in tables and tables[name].num_rows:
            later = _day_numbers(tables[name], when) > day
            asked.append(column(tables[name], "loan_id").filter(pa.array(later)))
    for loans in asked:
        live = live | pc.is_in(ids, value_set=loans.cast(ids.type)).to_numpy(zero_copy_only=False)
    found: Flags = np.asarray(live, dtype=np.bool_)
    return found


def whole(state: State) -> pa.Table:
    """Every loan at the end of the state's last day, as a full run would say it."""
    aged = state.aged
    for folder in state.nights():
        newer, _ = _night(folder)
        mine = newer["aged"].cast(aged.schema)
        old = pc.is_in(column(aged, "loan_id"), value_set=column(mine, "loan_id"))
        aged = pa.concat_tables([aged.filter(pc.invert(old)), mine]).sort_by("loan_id")
    return _dated(aged, state.last)


def _dated(aged: pa.Table, day: date) -> pa.Table:
    """Loans aged on earlier days as of a later one: the days past due go on, nothing else does."""
    today = day_of(day)
    oldest, was = _day_numbers(aged, "oldest_unpaid"), _day_numbers(aged, "as_of")
    unknown = ~np.asarray(column(aged, "dpd").is_valid().to_numpy(zero_copy_only=False))
    dpd = pc.fill_null(column(aged, "dpd"), 0).to_numpy() + np.where(oldest != 0, today - was, 0)
    new = {
        "as_of": dates(np.full(aged.num_rows, today, dtype=np.int64)),
        "dpd": pa.array(dpd.astype(np.int32), mask=unknown),
        "bucket": bucket_column(dpd, unknown).cast(pa.string()),
    }
    for name, values in new.items():
        aged = aged.set_column(aged.column_names.index(name), name, values)
    return aged
