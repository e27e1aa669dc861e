"""A book of any size aged from sorted Parquet, in memory that does not grow with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pyarrow as pa

from doorstep.book.rules import columns as c
from doorstep.book.rules import compiled
from doorstep.book.rules.ageing import loans_table
from doorstep.book.rules.arrow import Flags, Ints, pc
from doorstep.book.rules.basis import Basis
from doorstep.book.rules.keys import keys_of
from doorstep.book.rules.plain import Rows, Segment, age_segment, live_loans, rows_of
from doorstep.book.rules.quoted import prepare
from doorstep.book.rules.tables import Prepared
from doorstep.book.services.book_files import (
    SORT,
    Piece,
    Stream,
    Table,
    UnsortedError,
    located,
)
from doorstep.book.types import BookError

_LOANS = 131_072


@dataclass(slots=True)
class Counts:
    """Loans read, and those of them that did not take the short way."""

    loans: int = 0
    special: int = 0


class Keep(Protocol):
    """What wants to know more of a run than the aged loans: see `night_state`."""

    def places(self, name: str, first: int, at: Ints) -> None:
        """The rows of loans in a table: loan `first + n` has `at[n]` up to `at[n + 1]`."""

    def loans(self, first: int, aged: pa.Table, live: Flags) -> None:
        """The aged loans from `first` on, and which of them must be looked at every night."""


def age_stream(
    tables: Mapping[str, Table],
    basis: Basis,
    write: Callable[[pa.Table], None],
    keep: Keep | None = None,
) -> Counts:
    """Age the book and hand the aged loans, sorted, to `write` some at a time.

    Raises UnsortedError where a table is not in the order of its loans, BookError naming file, row
    and column for all else. `write` has had a part of the loans by then.
    """
    counts = Counts()
    with ThreadPoolExecutor(1) as ahead, ThreadPoolExecutor(1) as behind:
        run = _Run(tables, basis, ahead, counts)
        run.keep = keep
        written = behind.submit(lambda: None)
        for block in run.aged():
            written.result()
            written = behind.submit(_hand_over, block, basis, write, keep)
        written.result()
    return counts


@dataclass(frozen=True, slots=True)
class _Block:
    """Aged loans from row `first` on."""

    first: int
    ids: Any
    currencies: Any
    status: Any
    state: Ints
    live: Flags


def _hand_over(
    block: _Block, basis: Basis, write: Callable[[pa.Table], None], keep: Keep | None
) -> None:
    aged = loans_table(block.ids, block.currencies, block.status, block.state, basis.as_of)
    if keep is not None:
        keep.loans(block.first, aged, block.live)
    write(aged)


class _Run:
    def __init__(
        self,
        tables: Mapping[str, Table],
        basis: Basis,
        pool: ThreadPoolExecutor,
        counts: Counts,
    ) -> None:
        self.tables, self.basis, self.pool = tables, basis, pool
        self.counts = counts
        self.keep: Keep | None = None

    def aged(self) -> Iterator[_Block]:
        loans = LoansAhead(self.tables["loans"], self.pool)
        streams = [Stream(t, self.pool) for n, t in self.tables.items() if n != "loans" and len(t)]
        for first, keys, batch in loans.blocks():
            state = np.zeros((len(keys), c.STATE), dtype=np.int64)
            status = np.zeros(len(keys), dtype=np.int8)
            live = np.zeros(len(keys), dtype=np.bool_)
            each, remade = self._each(first, batch), self.basis.remade(batch)
            at = 0
            while at < len(keys):
                rest = keys.cut(at, len(keys))
                stop = at + max(1, min([s.whole(rest) for s in streams], default=len(rest)))
                some = _Some(
                    first + at,
                    keys.cut(at, stop),
                    {n: x[at:stop] for n, x in each.items()},
                    remade[at:stop],
                )
                self._segment(some, streams, state[at:stop], status[at:stop], live[at:stop])
                at = stop
            self.counts.loans += len(keys)
            yield _Block(first, keys.values, _currency(batch), status, state, live)
        for stream in streams:
            stream.done()

    def _each(self, first: int, batch: pa.RecordBatch) -> dict[str, Ints]:
        try:
            return self.basis.each(batch)
        except BookError as error:
            rows = first + np.arange(batch.num_rows)
            raise located(error, {"loans": (self.tables["loans"], rows)}) from error

    def _segment(
        self, some: _Some, streams: list[Stream], state: Ints, status: Any, live: Flags
    ) -> None:
        last = some.keys.at(len(some.keys) - 1)
        pieces = {s.table.name: (s, s.take(last)) for s in streams}
        rows = {}
        for name, (stream, piece) in pieces.items():
            found = stream.placed(piece, some.keys)
            if found is not None:
                rows[name] = found
        segment = Segment(len(some.keys), some.each, self.basis.shared, rows, some.remade)

        def special(marked: Flags) -> Prepared:
            return self._special(some, rows, {n: p for n, (_, p) in pieces.items()}, marked)

        self.counts.special += age_segment(segment, special, state, status)
        if self.keep is not None:
            live[:] = live_loans(segment, state, status)
            for name, of in rows.items():
                piece = pieces[name][1]
                assert piece is not None
                self.keep.places(name, some.first, piece.first + of.at)

    def _special(
        self,
        some: _Some,
        rows: Mapping[str, Rows],
        pieces: Mapping[str, Piece | None],
        marked: Flags,
    ) -> Prepared:
        """The marked loans with everything the files say of them."""
        wanted = {"loans": some.first + np.flatnonzero(marked)}
        for name, of in rows.items():
            piece = pieces[name]
            mine = rows_of(marked, of)
            if piece is not None and len(mine):
                wanted[name] = piece.first + mine
        found = {name: self.tables[name].rows(of) for name, of in wanted.items()}
        events = found.pop("events", None)
        try:
            return prepare(found, events, self.basis, compiled.replay)
        except BookError as error:
            raise located(error, {n: (self.tables[n], of) for n, of in wanted.items()}) from error


@dataclass(frozen=True, slots=True)
class _Some:
    """Loans in a row: the row of the first, their ids and their numbers."""

    first: int
    keys: Any
    each: dict[str, Ints]
    remade: Flags


class LoansAhead:
    """The loans, a block at a time, checked to rise."""

    def __init__(self, table: Table, pool: ThreadPoolExecutor) -> None:
        self.table, self._pool = table, pool
        self._source = table.batches(
            ["loan_id", "currency", *Basis.COLUMNS], ["currency", "product"], _LOANS
        )

    def _decode(self) -> Any:
        return next(((row, b) for row, b in self._source if b.num_rows), None)

    def blocks(self) -> Iterator[tuple[int, Any, pa.RecordBatch]]:
        following = self._pool.submit(self._decode)
        before: Any = None
        while (found := following.result()) is not None:
            following = self._pool.submit(self._decode)
            first, batch = found
            ids = batch.column("loan_id")
            if ids.null_count:
                row = pc.index(pc.is_null(ids), True).as_py()
                raise BookError(
                    f"{self.table.where(first + row)}:loan_id",
                    "a loan without an id; give every loan one",
                )
            keys = keys_of(ids)
            self._check(keys, first, before)
            before = keys.at(len(keys) - 1)
            yield first, keys, batch

    def _check(self, keys: Any, first: int, before: Any) -> None:
        wrong = keys.rising()
        if wrong < 0 and before is not None and keys.at(0) <= before:
            wrong = 0
        if wrong < 0:
            return
        loan = keys.at(wrong)
        where = f"{self.table.where(first + wrong)}:loan_id"
        if loan == (keys.at(wrong - 1) if wrong else before):
            raise BookError(where, f"{loan} is there twice; keep one row for each loan")
        raise UnsortedError(where, f"{loan} stands after a later loan; {SORT}")


def check_order(loans: Table) -> None:
    """Raises UnsortedError for loans that do not rise: then one that seems to be missing may stand
    further on."""
    with ThreadPoolExecutor(1) as ahead:
        for _ in LoansAhead(loans, ahead).blocks():
            pass


def _currency(batch: pa.RecordBatch) -> Any:
    if "currency" not in batch.schema.names:
        return pa.nulls(batch.num_rows, pa.string())
    return batch.column("currency")
