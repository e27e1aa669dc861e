"""The importer: files and a map in, canonical Arrow tables and located refusals out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa

from doorstep.book.ports import TABLES, BadInputError, Kind, Progress, SourceTable, Table
from doorstep.importers.placement import maps
from doorstep.importers.placement.batch import Source, read_batch
from doorstep.importers.placement.cells import converter
from doorstep.importers.placement.files import Content, open_file

_BATCH = 20_000
_TYPES: dict[Kind, Any] = {
    Kind.DATE: pa.date32(),
    Kind.AMOUNT: pa.int64(),
    Kind.NUMBER: pa.int64(),
    Kind.BOOL: pa.bool_(),
    Kind.DEGREES: pa.float64(),
}


class PlacementSource:
    """`book.ports.LoanSource` for placement tables."""

    def lender(self, map_path: Path) -> str:
        return maps.load(map_path).lender

    def takes(self, file: Path, map_path: Path) -> bool:
        return any(f.takes(file) for f in maps.load(map_path).files)

    def schema(self) -> dict[str, Any]:
        return maps.schema()

    def read(
        self, files: Sequence[Path], map_path: Path, *, progress: Progress | None = None
    ) -> Iterator[SourceTable]:
        plan = maps.load(map_path)
        for path in files:
            wanted = [f for f in plan.files if f.takes(path)]
            if not wanted:
                raise BadInputError(
                    path.name, f"no [[files]] of {map_path.name} matches it; add one"
                )
            for how in wanted:
                yield _read(path, how, progress)


def _read(path: Path, how: maps.FileMap, progress: Progress | None) -> SourceTable:
    content = open_file(path, how)
    table = TABLES[how.table]
    sources = _sources(path, how, table, content.names)
    found = SourceTable(path, _sha256(path), how.table, 0, _arrow(table, {"row": []}))
    width = _width(content, how)
    parts = [_arrow(table, {"row": []})]
    while batch := list(islice(content.rows, _BATCH)):
        parts.append(_arrow(table, read_batch(batch, sources, table, found, width)))
        if progress:
            progress(path.name, found.read, content.total)
    found.rows = pa.concat_tables(parts)
    return found


def _sha256(path: Path) -> str:
    with path.open("rb") as f:
        return hashlib.file_digest(f, "sha256").hexdigest()


def _width(content: Content, how: maps.FileMap) -> int:
    """How many cells a row must have: the header's, or as many as the map points at."""
    if content.names is not None:
        return len(content.names)
    return -max((c.column for c in how.columns.values() if isinstance(c.column, int)), default=0)


def _sources(
    path: Path, how: maps.FileMap, table: Table, names: tuple[str, ...] | None
) -> list[Source]:
    columns = dict(how.columns) or _same_names(path, how, table, names)
    constants = dict(how.constants)
    if how.currency and "currency" not in columns:
        constants.setdefault("currency", how.currency)
    for c in table.columns:
        if c.required and c.name not in columns and c.name not in constants:
            raise BadInputError(
                path.name,
                f"{table.name}.{c.name} is required; map a column to it or give a constant",
                column=c.name,
            )
    found = []
    for c in table.columns:
        given = columns.get(c.name)
        if given is None and c.name not in constants:
            continue
        index = None if given is None else _index(path, given.column, names)
        constant = constants.get(c.name, "")
        values = dict(given.values) if given else {}
        found.append(Source(c, index, constant, values, converter(c, how)))
    return found


def _same_names(
    path: Path, how: maps.FileMap, table: Table, names: tuple[str, ...] | None
) -> dict[str, maps.ColumnMap]:
    """Without `columns` the file must use our own names, and no others."""
    if names is None:
        raise BadInputError(path.name, "has no header; number its columns in the map")
    for name in names:
        if table.column(name) is None:
            raise BadInputError(
                path.name,
                f"unknown column; {table.name} has {', '.join(table.names)}. Map the columns",
                row=1,
                column=name,
            )
    return {n: maps.ColumnMap(n) for n in names if n not in how.constants}


def _index(path: Path, column: str | int, names: tuple[str, ...] | None) -> int:
    if isinstance(column, int):
        if names is not None and column > len(names):
            raise BadInputError(path.name, f"has only {len(names)} columns", column=str(column))
        return column - 1
    if names is None:
        raise BadInputError(path.name, "has no header; use column numbers", column=column)
    if column not in names:
        raise BadInputError(
            path.name, f"has no such column; it has {', '.join(names)}", row=1, column=column
        )
    return names.index(column)


def _arrow(table: Table, columns: dict[str, list[Any]]) -> pa.Table:
    height = len(columns["row"])
    made: dict[str, Any] = {
        c.name: pa.array(columns.get(c.name) or [None] * height, _TYPES.get(c.kind, pa.string()))
        for c in table.columns
    }
    return pa.table({**made, "row": pa.array(columns["row"], pa.int64())})
