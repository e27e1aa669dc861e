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

from doorstep.book.rules import columns as c
from doorstep.book.rules import compiled
from doorstep.book.rules.ageing import bucket_column, loans_table
from doorstep.book.rules.arrow import Flags, Ints, column, dates, pc
from doorstep.book.rules.basis import Basis
from doorstep.book.rules.loan import day_of
from doorstep.book.rules.plain import Rows, Segment, age_segment, live_loans
from doorstep.book.rules.quoted import prepare
from doorstep.book.rules.tables import Prepared
from doorstep.book.services.book_files import NUMBERS, numbers_of, wanted_of
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
    state: State, changes: Mapping[str, pa.Table], basis: Basis
) -> tuple[pa.Table, NightReport]:
    """Age what is touched up to the end of the day, and add the night to the state.

    Returns the loans aged anew, sorted. Raises BookError for a day that is not after the state's
    last, for a row of no loan and for a loan sent again.
    """
    if basis.as_of <= state.last:
        raise BookError(
            str(state.home), f"knows {state.last} already; give a later day or age the whole book"
        )
    book = _Book(state, changes)
    touched = book.touched(basis.as_of)
    aged, live = _aged(book, touched, basis)
    state.add(basis.as_of, {**changes, "aged": aged}, live)
    report = NightReport(
        loans=len(book.ids),
        new_rows=int(book.changed.sum()),
        due=int(book.due.sum()),
        running=int(book.live.sum()),
        read=int(touched.sum()),
        written=aged.num_rows,
    )
    return aged, report


@dataclass(frozen=True, slots=True)
class _Picked:
    """Some loans, sorted, and their rows sorted by loan: where each one's start, and the rows.
    `places` are the loans' numbers."""

    places: Ints
    loans: pa.Table
    rows: Mapping[str, tuple[Ints, pa.Table]]


def _aged(book: _Book, touched: Flags, basis: Basis) -> tuple[pa.Table, Flags]:
    """The aged loans, and which of them must be looked at every night."""
    picked = book.picked(touched, narrow=True)
    loans = picked.loans
    rows = {
        name: Rows(at, numbers_of(table, name, wanted_of(name, table.column_names)))
        for name, (at, table) in picked.rows.items()
    }
    segment = Segment(loans.num_rows, basis.each(loans), basis.shared, rows, basis.remade(loans))
    state = np.zeros((loans.num_rows, c.STATE), dtype=np.int64)
    status = np.zeros(loans.num_rows, dtype=np.int8)

    def special(marked: Flags) -> Prepared:
        mine = np.zeros_like(touched)
        mine[picked.places[marked]] = True
        whole = book.picked(mine, narrow=False)
        tables = {"loans": whole.loans, **{n: t for n, (_, t) in whole.rows.items()}}
        events = tables.pop("events", None)
        return prepare(tables, events, basis, compiled.replay)

    age_segment(segment, special, state, status)
    ids = column(loans, "loan_id")
    money = column(loans, "currency") if "currency" in loans.column_names else pa.nulls(len(ids))
    aged = loans_table(ids, money.cast(pa.string()), status, state, basis.as_of)
    return plain_words(aged), live_loans(segment, state, status)


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

    def picked(self, touched: Flags, *, narrow: bool) -> _Picked:
        """Some loans with all their rows: those of the full run and those that came since.
        `narrow`: only the columns of numbers that every loan needs."""
        old, base = touched[: self.known], self.state.tables
        loans = [_take(base["loans"], np.flatnonzero(old))]
        parts: dict[str, list[tuple[pa.Table, Ints]]] = {}
        for name, table in base.items():
            if name != "loans" and table.num_rows:
                at = self.state.at(name)
                mine = np.repeat(np.flatnonzero(old), np.diff(at)[old])
                rows = _spread(old, at, len(mine))
                parts[name] = [(_take(_narrow(name, table) if narrow else table, rows), mine)]
        for tables in self.changes:
            for name, table in tables.items():
                at = self.places(table)
                some = _narrow(name, table) if narrow and name in NUMBERS else table
                new = some.filter(pa.array(touched[at])), at[touched[at]]
                if name == "loans":
                    loans.append(new[0])
                elif name != "aged":
                    parts.setdefault(name, []).append(new)
        order, whole = _sorted_loans(loans)
        # Loans are numbered as they came; in the order of their ids they stand elsewhere.
        places = np.flatnonzero(touched)[order]
        rank = np.zeros(len(self.ids), dtype=np.int64)
        rank[places] = np.arange(len(order))
        return _Picked(places, whole, {n: _by_loan(p, rank, len(order)) for n, p in parts.items()})


def _narrow(name: str, table: pa.Table) -> pa.Table:
    """The columns of numbers, or the ids alone where there are none."""
    wanted = [n for n in NUMBERS[name] if n in table.column_names]
    return table.select(wanted or ["loan_id"])


def _sorted_loans(parts: list[pa.Table]) -> tuple[Ints, pa.Table]:
    """The loans in the order of their ids, and the places they had."""
    whole = pa.concat_tables(parts, promote_options="permissive").combine_chunks()
    if len(parts) == 1:
        return np.arange(whole.num_rows), whole
    order = pc.sort_indices(column(whole, "loan_id")).to_numpy().astype(np.int64)
    return order, whole.take(order)


def _by_loan(parts: list[tuple[pa.Table, Ints]], rank: Ints, loans: int) -> tuple[Ints, pa.Table]:
    """Rows of several tables in the order of their loans, the earlier table's first."""
    whole = pa.concat_tables([t for t, _ in parts], promote_options="permissive")
    mine = rank[np.concatenate([at for _, at in parts])]
    if np.any(np.diff(mine) < 0):
        order = np.argsort(mine, kind="stable")
        mine, whole = mine[order], whole.take(order)
    at = np.concatenate([[0], np.cumsum(np.bincount(mine, minlength=loans))]).astype(np.int64)
    return at, whole.combine_chunks()


def _take(table: pa.Table, rows: Ints) -> pa.Table:
    """Rows by rising number. From each batch by itself: to ask for each row which batch it is in
    costs ten times as much."""
    found, start = [], 0
    for batch in table.to_batches():
        low, high = np.searchsorted(rows, [start, start + batch.num_rows])
        if high > low:
            places: Any = pa.array(rows[low:high] - start)
            found.append(batch.take(places))
        start += batch.num_rows
    return pa.Table.from_batches(found, table.schema)


def _night(folder: Path) -> tuple[dict[str, pa.Table], Flags]:
    tables = {p.stem: mapped(p) for p in sorted(folder.glob("*.arrow"))}
    return tables, np.load(folder / "live.npy")


def _day_numbers(table: pa.Table, name: str) -> Any:
    days = column(table, name).cast(pa.int32())
    return pc.fill_null(days, 0).to_numpy()


def _spread(marked: Flags, at: Ints, many: int) -> Ints:
    rows = np.empty(many, dtype=np.int64)
    compiled.align().spread(marked, at, rows)
    return rows


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
