"""The importer: files and a map in, canonical Arrow tables and located refusals out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from doorstep.book.ports import (
    TABLES,
    BadInputError,
    Progress,
    SourceTable,
    Table,
    UnexplainedError,
)
from doorstep.book.ports.batch import Source, arrow, batches, empty, read_batch, sha256, whole
from doorstep.book.ports.cells import converter
from doorstep.book.ports.files import Content, open_file
from doorstep.book.ports.guess import encoding_if_text
from doorstep.importers.placement import maps

_BATCH = 20_000


class PlacementSource:
    """`book.ports.LoanSource` for placement tables."""

    def lender(self, map_path: Path | None) -> str:
        return maps.load(map_path).lender if map_path else ""

    def takes(self, file: Path, map_path: Path) -> bool:
        return any(f.takes(file) for f in maps.load(map_path).files)

    def schema(self) -> dict[str, Any]:
        return maps.schema()

    def read(
        self, files: Sequence[Path], map_path: Path | None, *, progress: Progress | None = None
    ) -> Iterator[SourceTable]:
        for path, how in _plan(files, map_path):
            yield whole(list(_pieces(path, how, progress)))

    def tables(self, file: Path, map_path: Path | None) -> tuple[str, ...]:
        return tuple(how.table for how in _maps_of(file, map_path))

    def pieces(
        self,
        file: Path,
        map_path: Path | None,
        *,
        among: Sequence[Path] = (),
        progress: Progress | None = None,
    ) -> Iterator[SourceTable]:
        for how in _maps_of(file, map_path):
            yield from _pieces(file, how, progress)


def _maps_of(file: Path, map_path: Path | None) -> list[maps.FileMap]:
    if map_path is None:
        return [guessed(file)]
    order = list(TABLES)
    found = [how for _, how in _plan([file], map_path)]
    return sorted(found, key=lambda how: order.index(how.table))


def _plan(files: Sequence[Path], map_path: Path | None) -> list[tuple[Path, maps.FileMap]]:
    if map_path is None:
        raise BadInputError(
            "map", "a placement needs a map that says what its columns mean; give one with --map"
        )
    plan = maps.load(map_path)
    found = []
    for path in files:
        wanted = [f for f in plan.files if f.takes(path)]
        if not wanted:
            raise BadInputError(path.name, f"no [[files]] of {map_path.name} matches it; add one")
        found += [(path, how) for how in wanted]
    return found


def guessed(path: Path) -> maps.FileMap:
    """The map of a file that uses our own names. Raises UnexplainedError where it does not."""
    reading = maps.FileMap(
        match=path.name, table="", columns={}, constants={}, encoding=encoding_if_text(path)
    )
    names = set(open_file(path, reading).names or ())
    for table in TABLES.values():
        needed = {c.name for c in table.columns if c.required}
        if needed <= names <= set(table.names):
            return replace(reading, table=table.name)
    raise UnexplainedError(path.name, "has columns of its own; give the map that explains them")


def _pieces(path: Path, how: maps.FileMap, progress: Progress | None) -> Iterator[SourceTable]:
    content = open_file(path, how)
    table = TABLES[how.table]
    sources = _sources(path, how, table, content.names)
    width = _width(content, how)
    about = _about(sources, content)
    sha, read = sha256(path), 0
    for batch in batches(content.rows, _BATCH):
        found = SourceTable(path, sha, how.table, 0, empty(table), **about)
        found.rows = arrow(table, read_batch(batch, sources, table, found, width))
        read += found.read
        if progress:
            progress(path.name, read, content.total)
        yield found
    if not read:
        yield SourceTable(path, sha, how.table, 0, empty(table), **about)


def _about(sources: Sequence[Source], content: Content) -> dict[str, Any]:
    """Which columns of the file became which of ours, and which none."""
    names = content.names or ()
    taken = {
        s.column.name: (names[s.index] if names else str(s.index + 1))
        for s in sources
        if s.index is not None
    }
    left = tuple(n for n in names if n and n not in taken.values())
    return {"taken": taken, "left": left, "form": content.form}


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
    for number, name in enumerate(names, 1):
        if not name:
            raise BadInputError(
                path.name, "a column has no name; name it or take it out", row=1, column=str(number)
            )
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
