"""The importer: files and a map in, canonical Arrow tables and located refusals out."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from doorstep.book.ports import (
    TABLES,
    BadInputError,
    Column,
    Kind,
    Progress,
    Reject,
    SourceTable,
    Table,
)
from doorstep.importers.placement import maps
from doorstep.importers.placement.cells import CellError, Value, converter
from doorstep.importers.placement.files import Content, Numbered, open_file

if TYPE_CHECKING:
    import pyarrow as pa

_BATCH = 20_000
_SHOWN = 40


@dataclass(frozen=True, slots=True)
class _Source:
    """Where one canonical column comes from: a cell of the row, or a constant."""

    column: Column
    index: int | None
    constant: str
    values: dict[str, str]
    convert: Callable[[str, str], Value]

    def text(self, row: Sequence[str | None]) -> str:
        if self.index is None:
            return self.constant
        cell = row[self.index] or ""
        return self.values.get(cell.strip(), cell) if self.values else cell


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
    found = SourceTable(path, _sha256(path), how.table, 0, None)  # type: ignore[arg-type]
    parts: dict[str, list[Any]] = defaultdict(list)
    while batch := list(islice(content.rows, _BATCH)):
        _convert(batch, sources, table, found, parts, _width(content, how))
        if progress:
            progress(path.name, found.read, content.total)
    found.rows = _arrow(table, parts)
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
) -> list[_Source]:
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
        found.append(_Source(c, index, constant, values, converter(c, how)))
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


def _convert(
    batch: list[Numbered],
    sources: list[_Source],
    table: Table,
    found: SourceTable,
    parts: dict[str, list[Any]],
    width: int,
) -> None:
    currency = next((s for s in sources if s.column.kind is Kind.CURRENCY), None)
    for number, row in batch:
        found.read += 1
        if (width > 0 and len(row) != width) or len(row) < -width:
            reason = f"has {len(row)} cells where {abs(width)} were expected"
            found.rejects.append(Reject(found.path.name, number, "", "cells", reason))
            continue
        code = _currency(currency, row, sources)
        cells, bad = _row(number, row, sources, code, found)
        _add_up(table, cells, code, found, bad)
        if not bad:
            parts["row"].append(number)
            for s in sources:
                parts[s.column.name].append(cells[s.column.name])


def _currency(source: _Source | None, row: Sequence[str | None], sources: list[_Source]) -> str:
    """The row's currency where it is good; a bad one is refused with its own cell."""
    if source is None:
        return ""
    try:
        return str(source.convert(source.text(row), "") or "")
    except CellError:
        return ""


def _row(
    number: int,
    row: Sequence[str | None],
    sources: list[_Source],
    currency: str,
    found: SourceTable,
) -> tuple[dict[str, Value], bool]:
    cells: dict[str, Value] = {}
    bad = False
    for s in sources:
        text = s.text(row)
        try:
            value = s.convert(text, currency)
            if value is None and s.column.required:
                raise CellError("missing", "is empty; it is required")
        except CellError as error:
            found.rejects.append(
                Reject(found.path.name, number, s.column.name, error.code, _say(s, text, error))
            )
            bad, value = True, None
        cells[s.column.name] = value
    return cells, bad


def _say(source: _Source, text: str, error: CellError) -> str:
    if source.column.personal or error.code in {"missing", "formula", "control_character"}:
        return error.reason
    shown = text.strip()
    return f"{shown[:_SHOWN]!r}{'…' if len(shown) > _SHOWN else ''} {error.reason}"


def _add_up(
    table: Table, cells: dict[str, Value], currency: str, found: SourceTable, bad: bool
) -> None:
    for name in table.money:
        amount = cells.get(name)
        if isinstance(amount, int):
            found.sums_read[currency] = found.sums_read.get(currency, 0) + amount
            if bad:
                found.sums_rejected[currency] = found.sums_rejected.get(currency, 0) + amount


def _arrow(table: Table, parts: dict[str, list[Any]]) -> pa.Table:
    import pyarrow as pa

    types = {
        Kind.DATE: pa.date32(),
        Kind.AMOUNT: pa.int64(),
        Kind.NUMBER: pa.int64(),
        Kind.BOOL: pa.bool_(),
        Kind.DEGREES: pa.float64(),
    }
    height = len(parts["row"])
    columns = {
        c.name: pa.array(parts.get(c.name) or [None] * height, types.get(c.kind, pa.string()))
        for c in table.columns
    }
    return pa.table({**columns, "row": pa.array(parts["row"], pa.int64())})
