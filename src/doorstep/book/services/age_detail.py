"""A book of any size aged in every detail from sorted Parquet: instalments and payments too.

The rows of as many loans as lie together in memory are taken at a time, with all their columns,
and prepared and replayed as a small book is. What they come to is written before the next are read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pyarrow as pa

from doorstep.book.rules import compiled
from doorstep.book.rules.ageing import AgedTables, detailed
from doorstep.book.rules.basis import Basis
from doorstep.book.rules.quoted import prepare
from doorstep.book.services.age_stream import LoansAhead
from doorstep.book.services.book_files import BATCH, Stream, Table, located
from doorstep.book.types import BookError

Write = Callable[[str, pa.Table], None]


def age_stream_in_detail(tables: Mapping[str, Table], basis: Basis, write: Write) -> None:
    """Age the book and hand loans, instalments and payments, each sorted by loan, to `write`.

    Raises what `age_stream` raises; `write` has had a part of the book by then.
    """
    with ThreadPoolExecutor(1) as ahead, ThreadPoolExecutor(1) as behind:
        kinds = _Kinds(tables)
        written = behind.submit(lambda: None)
        for found in _aged(tables, basis, ahead):
            written.result()
            written = behind.submit(kinds.hand_over, found, write)
        written.result()


def _aged(
    tables: Mapping[str, Table], basis: Basis, pool: ThreadPoolExecutor
) -> Iterator[AgedTables]:
    streams = [Stream(t, pool) for n, t in tables.items() if n != "loans" and len(t)]
    whole = {n: _Whole(t) for n, t in tables.items() if len(t)}
    for first, keys, _ in LoansAhead(tables["loans"], pool).blocks():
        at = 0
        while at < len(keys):
            rest = keys.cut(at, len(keys))
            stop = at + max(1, min([s.whole(rest) for s in streams], default=len(rest)))
            some = keys.cut(at, stop)
            upto = {"loans": first + stop}
            for stream in streams:
                piece = stream.take(some.at(len(some) - 1))
                if piece is not None:
                    stream.placed(piece, some)
                    upto[stream.table.name] = piece.first + len(piece.keys)
            yield _replayed({n: whole[n].upto(row) for n, row in upto.items()}, tables, basis)
            at = stop
    for stream in streams:
        stream.done()


def _replayed(
    taken: Mapping[str, tuple[int, pa.Table]], tables: Mapping[str, Table], basis: Basis
) -> AgedTables:
    rows = {name: table for name, (_, table) in taken.items()}
    events = rows.pop("events", None)
    try:
        ready = prepare(rows, events, basis, compiled.replay)
    except BookError as error:
        where = {
            name: (tables[name], first + np.arange(table.num_rows))
            for name, (first, table) in taken.items()
        }
        raise located(error, where) from error
    return detailed(ready, basis.as_of)


class _Whole:
    """All columns of a table, its rows taken one stretch after the other."""

    def __init__(self, table: Table) -> None:
        self._schema = table.schema
        self._source = table.batches(self._schema.names, (), BATCH)
        self._front: list[pa.Table] = []
        self._first = 0
        self._known = 0

    def upto(self, stop: int) -> tuple[int, pa.Table]:
        """The rows not taken yet up to row `stop` of the table, and the number of the first."""
        while self._known < stop:
            _, batch = next(self._source)
            self._front.append(pa.Table.from_arrays(self._columns(batch), schema=self._schema))
            self._known += batch.num_rows
        first, table = self._first, pa.concat_tables(self._front)
        self._first, self._front = stop, [table.slice(stop - first)]
        return first, table.slice(0, stop - first)

    def _columns(self, batch: pa.RecordBatch) -> list[Any]:
        return [
            batch.column(f.name).cast(f.type)
            if f.name in batch.schema.names
            else pa.nulls(batch.num_rows, f.type)
            for f in self._schema
        ]


class _Kinds:
    """Every part of the answer in the same types, whatever rows the loans of a part have."""

    def __init__(self, tables: Mapping[str, Table]) -> None:
        self._ids = tables["loans"].schema.field("loan_id").type
        paid = tables["payments"].schema if "payments" in tables else pa.schema([])
        shown = [f for f in paid if f.name in {"payment_id", "on", "amount"}]
        self._paid = {f.name: f.type for f in shown} or {"payment_id": pa.string()}

    def hand_over(self, found: AgedTables, write: Write) -> None:
        for name in ("loans", "instalments", "payments"):
            write(name, self._same(getattr(found, name), name))

    def _same(self, table: pa.Table, name: str) -> pa.Table:
        at = table.column_names.index("loan_id")
        table = table.set_column(at, "loan_id", table.column("loan_id").cast(self._ids))
        if name != "payments":
            return table
        rest = [n for n in table.column_names if n != "loan_id" and n not in self._paid]
        columns = {"loan_id": table.column("loan_id")}
        for key, kind in self._paid.items():
            known = key in table.column_names
            columns[key] = table.column(key).cast(kind) if known else pa.nulls(len(table), kind)
        return pa.table(columns | {n: table.column(n) for n in rest})
