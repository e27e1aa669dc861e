"""A sorted book on disk, read once from front to back: row groups decoded ahead, rows cut by loan.

Only the columns that every loan needs are decoded for all rows; the rest (numbers of instalments,
ids of payments) is read for the row groups in which a loan asks for it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from doorstep.book.rules.arrow import Ints, days, ints
from doorstep.book.rules.basis import Basis
from doorstep.book.rules.keys import joined, keys_of
from doorstep.book.rules.plain import Rows
from doorstep.book.rules.product_terms import parse_product_terms
from doorstep.book.rules.tables import charge_kinds
from doorstep.book.types import BookError

BATCH = 262_144
_BUFFER = 1 << 20
NUMBERS: Mapping[str, Mapping[str, str]] = {
    "instalments": {"due": "day", "principal": "amount", "interest": "zero"},
    "charges": {"kind": "kind", "due": "day", "added_on": "day", "amount": "amount"},
    "payments": {"on": "day", "amount": "amount", "reverses": "given"},
    "events": {},
}
"""What every loan needs of each table, and how it is read."""


SORT = "sort every table of the book by loan_id: numbers by value, text by its characters"


class UnsortedError(BookError):
    """Rows that are not in the order of their loans."""


class OrphanError(BookError):
    """A row of a loan that has not been there where it should stand."""


@dataclass(slots=True)
class Block:
    """Some rows of one file: their loans, the numbers of them, and where they stand."""

    keys: Any
    columns: dict[str, Any]
    first: int

    def __len__(self) -> int:
        return len(self.keys)


@dataclass(frozen=True, slots=True)
class Piece:
    """The rows of some loans in one table: `first` is the row of the book it starts with."""

    keys: Any
    columns: dict[str, Any]
    first: int


class Table:
    """The parts of one table as a single run of rows."""

    def __init__(self, name: str, paths: Sequence[Path], allowed: frozenset[str]) -> None:
        self.name = name
        self.paths = paths
        self.files = [_opened(path) for path in paths]
        for path, file in zip(paths, self.files, strict=True):
            check_columns(path, file.schema_arrow.names, allowed)
            if "loan_id" not in file.schema_arrow.names:
                raise BookError(f"{path}:1:loan_id", "this column is missing; add it")
        self.starts = np.cumsum([0, *[f.metadata.num_rows for f in self.files]])
        self._groups = [_groups(f) for f in self.files]
        self._kept: tuple[tuple[int, int], pa.Table] | None = None

    def __len__(self) -> int:
        return int(self.starts[-1])

    @property
    def columns(self) -> list[str]:
        """The columns that the parts have, but those that are empty throughout."""
        found: dict[str, bool] = {}
        for file in self.files:
            for at, name in enumerate(file.schema_arrow.names):
                found[name] = found.get(name, False) or not _empty(file.metadata, at)
        return [name for name, filled in found.items() if filled or name == "loan_id"]

    @property
    def schema(self) -> pa.Schema:
        """The columns of all parts together, words and not dictionaries of them."""
        whole = pa.unify_schemas([f.schema_arrow for f in self.files], promote_options="permissive")
        return pa.schema(
            [(f.name, f.type.value_type if pa.types.is_dictionary(f.type) else f.type)
             for f in whole]
        )  # fmt: skip

    def kinds_of_id(self) -> set[str]:
        """`number` or `text`, or both where the parts differ."""
        return {
            "number" if pa.types.is_integer(f.schema_arrow.field("loan_id").type) else "text"
            for f in self.files
        }

    def where(self, row: int) -> str:
        """The file and row (from 1) of a row of the table."""
        part = int(np.searchsorted(self.starts, row, "right")) - 1
        return f"{self.paths[part]}:{row - int(self.starts[part]) + 1}"

    def batches(self, columns: Sequence[str], texts: Sequence[str], size: int) -> Iterator[Any]:
        """(first row, batch) of all parts, of the columns that each part has."""
        for path, start, schema in zip(
            self.paths, self.starts, [f.schema_arrow for f in self.files], strict=False
        ):
            mine = [name for name in columns if name in schema.names]
            words = [t for t in texts if t in mine and _is_text(schema.field(t).type)]
            file = pq.ParquetFile(path, read_dictionary=words, buffer_size=_BUFFER)
            row = int(start)
            try:
                for batch in file.iter_batches(size, columns=mine, use_threads=False):
                    yield row, batch
                    row += batch.num_rows
            except (pa.ArrowException, OSError) as error:
                raise _unreadable(path, error) from error

    def rows(self, rows: Ints) -> pa.Table:
        """Whole rows by number, in rising order."""
        found = []
        part = np.searchsorted(self.starts, rows, "right") - 1
        for p in np.unique(part):
            inside = rows[part == p] - self.starts[p]
            group = np.searchsorted(self._groups[p], inside, "right") - 1
            for g in np.unique(group):
                whole = self._group(int(p), int(g))
                found.append(whole.take(pa.array(inside[group == g] - self._groups[p][g])))
        return pa.concat_tables(found, promote_options="permissive")

    def _group(self, part: int, group: int) -> pa.Table:
        if self._kept is None or self._kept[0] != (part, group):
            try:
                read = self.files[part].read_row_group(group, use_threads=False)
            except (pa.ArrowException, OSError) as error:
                raise _unreadable(self.paths[part], error) from error
            self._kept = ((part, group), read)
        return self._kept[1]


def check_columns(path: Path, names: Sequence[str], allowed: frozenset[str]) -> None:
    """Raise BookError for a column that the table may not have."""
    for name in names:
        if name not in allowed:
            raise BookError(f"{path}:1:{name}", f"unknown column; use {', '.join(sorted(allowed))}")


def _opened(path: Path) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(path)
    except (pa.ArrowException, OSError) as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: Exception) -> BookError:
    return BookError(str(path), f"cannot be read ({error}); correct the file")


def _groups(file: pq.ParquetFile) -> Ints:
    """Where each row group starts, and the end."""
    meta = file.metadata
    sizes = [meta.row_group(g).num_rows for g in range(meta.num_row_groups)]
    return np.cumsum([0, *sizes])


def _empty(meta: pq.FileMetaData, column: int) -> bool:
    """Whether the file's own statistics say that a column has no value at all."""
    if meta.num_columns <= column:
        return False
    for g in range(meta.num_row_groups):
        chunk = meta.row_group(g).column(column)
        told: Any = chunk.statistics
        if told is None or not told.has_null_count or told.null_count < chunk.num_values:
            return False
    return True


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_dictionary(kind))


class Stream:
    """One table's rows, taken loan by loan. A part of a loan at the end of a block waits there for
    the rest of it in the next ones."""

    def __init__(self, table: Table, pool: ThreadPoolExecutor) -> None:
        self.table = table
        self._pool = pool
        self._wanted = wanted_of(table.name, table.columns)
        self._source = table.batches(["loan_id", *self._wanted], ["loan_id"], BATCH)
        self._next: Future[Block | None] = pool.submit(self._decode)
        self._front: Block | None = None
        self._at = 0
        self._before: Any = None

    def _decode(self) -> Block | None:
        for first, batch in self._source:
            if batch.num_rows:
                return _block(self.table, self._wanted, first, batch)
        return None

    def _ready(self) -> Block | None:
        """The block with the next row; None at the end."""
        while self._front is None or self._at == len(self._front):
            block = self._next.result()
            if block is None:
                self._next = Future()
                self._next.set_result(None)
                return None
            self._next = self._pool.submit(self._decode)
            self._front, self._at = block, 0
        return self._front

    def whole(self, keys: Any) -> int:
        """Of how many of some loans (from the first on) all rows are surely in the front block."""
        front = self._ready()
        if front is None:
            return len(keys)
        return int(keys.below(front.keys.at(len(front) - 1)))

    def take(self, last: Any) -> Piece | None:
        """The rows up to and including those of the loan `last`."""
        pieces = []
        while (front := self._ready()) is not None:
            start = self._at
            stop = front.keys.upto(last, start)
            if stop > start:
                pieces.append(_cut(front, start, stop))
                self._at = stop
            if stop < len(front):
                break
        return _joined(pieces)

    def placed(self, piece: Piece | None, loans: Any) -> Rows | None:
        """A piece's rows by loan. Raises BookError for a row of no loan, UnsortedError for one
        that stands in the wrong place."""
        if piece is None:
            return None
        at = np.zeros(len(loans) + 1, dtype=np.int64)
        row = piece.keys.place(loans, at)
        if row < len(piece.keys):
            before = piece.keys.at(row - 1) if row else self._before
            raise self._astray(piece, row, before, loans.at(len(loans) - 1))
        self._before = piece.keys.at(row - 1)
        return Rows(at, piece.columns)

    def done(self) -> None:
        """Raise as `placed` does for a row that no loan has asked for."""
        front = self._ready()
        if front is not None:
            piece = _cut(front, self._at, self._at + 1)
            raise self._astray(piece, 0, self._before, piece.keys.at(0))

    def _astray(self, piece: Piece, row: int, before: Any, last: Any) -> BookError:
        loan = piece.keys.at(row)
        where = f"{self.table.where(piece.first + row)}:loan_id"
        if loan > last or (before is not None and loan < before):
            return UnsortedError(where, f"{loan} stands in the wrong place; {SORT}")
        return OrphanError(
            where, f"{loan} is not among the loans; add the loan or take the row out"
        )


def _cut(block: Block, start: int, stop: int) -> Piece:
    columns = {n: x[start:stop] for n, x in block.columns.items()}
    return Piece(block.keys.cut(start, stop), columns, block.first + start)


def _joined(pieces: list[Piece]) -> Piece | None:
    if len(pieces) < 2:
        return pieces[0] if pieces else None
    return Piece(
        joined([p.keys for p in pieces]),
        {n: np.concatenate([p.columns[n] for p in pieces]) for n in pieces[0].columns},
        pieces[0].first,
    )


def _block(table: Table, wanted: Sequence[str], first: int, batch: pa.RecordBatch) -> Block:
    """A batch as numbers. Raises BookError naming file, row and column."""
    rows = pa.Table.from_batches([batch])
    ids = batch.column("loan_id")
    try:
        if ids.null_count:
            row = pa.compute.index(pa.compute.is_null(ids), True).as_py()
            raise BookError(f"{table.name}:{row + 1}:loan_id", "empty; give a value")
        columns = numbers_of(rows, table.name, wanted)
    except BookError as error:
        raise located(error, {table.name: (table, first + np.arange(batch.num_rows))}) from error
    return Block(keys_of(ids), columns, first)


def wanted_of(name: str, filled: Sequence[str]) -> list[str]:
    """The numbers that every loan needs of a table; `filled` are its columns that hold anything."""
    return [n for n, how in NUMBERS[name].items() if how != "given" or n in filled]


def numbers_of(rows: pa.Table, name: str, wanted: Sequence[str]) -> dict[str, Any]:
    """Columns of a table as frozen numbers. Raises BookError naming table, row and column."""
    return {column: _numbers(rows, column, NUMBERS[name][column], name) for column in wanted}


def _numbers(rows: pa.Table, name: str, how: str, where: str) -> Any:
    """A column as frozen numbers, as it is in memory wherever that will do."""
    kind = {"day": np.int32, "kind": np.int8, "given": np.bool_}.get(how, np.int64)
    values: Any = _as_it_is(rows, name, how)
    if values is None and how == "day":
        values = days(rows, name, where)
    elif values is None and how == "kind":
        values = charge_kinds(rows, where)
    elif values is None and how == "given":
        values = rows.column(name).is_valid().to_numpy()
    elif values is None:
        values = ints(rows, name, where, 0 if how == "zero" else None)
    frozen: Any = np.asarray(values, dtype=kind).view()
    frozen.flags.writeable = False
    return frozen


def _as_it_is(rows: pa.Table, name: str, how: str) -> Any:
    """A column of the very type that is wanted, without a copy; else None."""
    if name not in rows.column_names or how in {"kind", "given"}:
        return None
    values: Any = rows.column(name)
    wanted = pa.date32() if how == "day" else pa.int64()
    if values.type != wanted or values.null_count or values.num_chunks != 1:
        return None
    return values.chunk(0).view(pa.int32() if how == "day" else pa.int64()).to_numpy()


def located(error: BookError, rows: Mapping[str, tuple[Table, Ints]]) -> BookError:
    """An error of a table's row as one of the file and the row in it."""
    name, row, *column = error.where.split(":")
    if name not in rows or not row.isdigit() or not column:
        return error
    table, numbers = rows[name]
    if row == "0" or int(row) > len(numbers):
        return BookError(":".join([str(table.paths[0]), "1", *column]), error.reason)
    return BookError(":".join([table.where(int(numbers[int(row) - 1])), *column]), error.reason)


PRODUCTS = "products.json"


def read_basis(folder: Path, as_of: date) -> Basis:
    """The terms of products in `products.json` of a book's folder, if there is one: product code to
    what `parse_product_terms` takes. Raises BookError naming file, product and key."""
    path = folder / PRODUCTS
    if not path.exists():
        return Basis(as_of)
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BookError(str(path), f"cannot be read ({error}); correct the file") from error
    if not isinstance(told, dict):
        raise BookError(str(path), "give an object: product codes and their terms")
    products = {n: parse_product_terms(terms, f"{path}:{n}") for n, terms in told.items()}
    return Basis(as_of, products=products)
