"""The book on disk: immutable Parquet snapshots, written aside and renamed before the commit.

`settings.STATE/book/<manifest id>/<table>.parquet`, sorted by key. A folder without a row in the
database is what a crash left behind; the next import removes it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings

from doorstep.book.columns import pc, values
from doorstep.book.ports import TABLES, Kind
from doorstep.kernel.ids import named_id

_ARROW: dict[Kind, pa.DataType] = {
    Kind.DATE: pa.date32(),
    Kind.AMOUNT: pa.int64(),
    Kind.NUMBER: pa.int64(),
    Kind.BOOL: pa.bool_(),
    Kind.DEGREES: pa.float64(),
}
_ADDED: dict[str, tuple[Any, ...]] = {
    "borrowers": (pa.field("person_key", pa.string()),),
    "contact_points": (pa.field("number_key", pa.string()), pa.field("location", pa.binary())),
    "instalments": (pa.field("made", pa.bool_()),),
}
_DROPPED = {
    "loans": {"lender"},
    "contact_points": {"lat", "lon"},
    "instalments": {"currency"},
    "charges": {"currency"},
    "payments": {"currency"},
}
KEYS = {t.name: t.key for t in TABLES.values()} | {
    "contact_points": ("borrower_id", "person_id", "kind", "number_key")
}
_ROW_GROUP = 16_384


_HELD: list[int] = []


class BusyError(RuntimeError):
    """Another import or ageing is at work on this state folder."""


def arrow_type(kind: Kind) -> pa.DataType:
    """The Arrow type of a canonical cell before sealing."""
    return _ARROW.get(kind, pa.string())


def _stored(name: str) -> pa.Schema:
    fields = [
        pa.field(c.name, pa.binary() if c.personal else arrow_type(c.kind))
        for c in TABLES[name].columns
        if c.name not in _DROPPED.get(name, ())
    ]
    return pa.schema([*fields, *_ADDED.get(name, ())])


SCHEMAS: dict[str, pa.Schema] = {name: _stored(name) for name in TABLES}
"""What is on disk: the canonical columns, personal ones sealed, with the blind indexes."""


def root() -> Path:
    return Path(settings.STATE) / "book"


def folder(manifest: UUID) -> Path:
    return root() / str(manifest)


def aged_path(as_of: date, digest: str) -> Path:
    """The file of a day's aged book, called after its content."""
    return root() / "aged" / f"{as_of.isoformat()}-{digest[:16]}.parquet"


@contextmanager
def alone() -> Iterator[None]:
    """Hold the state folder for one writer; a killed process lets go by itself."""
    root().mkdir(parents=True, exist_ok=True)
    with (root() / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BusyError("another import is running; try again when it is done") from error
        yield


def clean(known: set[UUID]) -> None:
    """Remove what crashes left: unfinished folders and snapshots no row names. Needs `alone`."""
    keep = {str(m) for m in known}
    for path in root().iterdir():
        unfinished = path.name.startswith(".new-")
        orphan = path.is_dir() and len(path.name) == 36 and path.name not in keep
        if unfinished or (orphan and not _in_use(path)):
            shutil.rmtree(path, ignore_errors=True)


def _in_use(path: Path) -> bool:
    """Whether a living process has written this snapshot and not committed its name yet."""
    handle = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def _hold(path: Path) -> None:
    """Keep others from cleaning a snapshot away; a killed process lets go by itself."""
    handle = os.open(path, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_SH)
    _HELD.append(handle)


def let_go() -> None:
    """The names of the snapshots written are committed."""
    while _HELD:
        os.close(_HELD.pop())


def write(lender: str, tables: Mapping[str, pa.Table]) -> UUID:
    """Write a snapshot and return its id, made from the content. Safe to repeat. Needs `alone`."""
    aside = root() / f".new-{os.getpid()}"
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    sums = []
    for name in TABLES:
        path = aside / f"{name}.parquet"
        put(path, tables[name])
        sums.append(hashlib.sha256(path.read_bytes()).hexdigest())
    manifest = named_id("manifest", lender, *sums)
    _sync(aside)
    if folder(manifest).exists():
        shutil.rmtree(aside)
    else:
        aside.rename(folder(manifest))
        _sync(root())
    _hold(folder(manifest))
    return manifest


def put(path: Path, table: pa.Table) -> None:
    """Write one Parquet file and see it on the disk: the same rows give the same bytes."""
    pq.write_table(table.combine_chunks(), path, compression="lz4", row_group_size=_ROW_GROUP)
    with path.open("rb") as f:
        os.fsync(f.fileno())


def put_whole(path: Path, table: pa.Table) -> None:
    """Write a file so that a reader sees the old one or the new one, never half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".new-{os.getpid()}-{path.name}")
    put(aside, table)
    aside.replace(path)
    _sync(path.parent)


def _sync(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read(
    manifest: UUID | None,
    table: str,
    *,
    columns: Sequence[str] | None = None,
    filters: Any = None,
) -> pa.Table:
    """Rows of a table, sorted by key; an empty table where there is no snapshot yet."""
    if manifest is None:
        empty = SCHEMAS[table].empty_table()
        return empty.select(list(columns)) if columns else empty
    path = folder(manifest) / f"{table}.parquet"
    known = pq.read_schema(path).names
    wanted = list(columns) if columns else SCHEMAS[table].names
    found = pq.read_table(path, columns=[c for c in wanted if c in known], filters=filters)
    return _grown(found, table, wanted)


def _grown(rows: pa.Table, table: str, wanted: Sequence[str]) -> pa.Table:
    """The rows with the columns that came into the book after their snapshot was written, empty."""
    for at, name in enumerate(wanted):
        if name not in rows.column_names:
            field = SCHEMAS[table].field(name)
            rows = rows.add_column(at, field, pa.nulls(rows.num_rows, field.type))
    return rows


SMALL = 300_000
"""Rows of a table that is kept in memory once read."""


@lru_cache(maxsize=8)
def _loan_rows(manifest: UUID) -> dict[str, tuple[str, str, str]] | None:
    path = folder(manifest) / "loans.parquet"
    if pq.ParquetFile(path).metadata.num_rows > SMALL:
        return None
    rows = pq.read_table(path, columns=["loan_id", "borrower_id", "product", "currency"])
    lists = [values(rows, c) for c in rows.column_names]
    return {a: (b, c, d) for a, b, c, d in zip(*lists, strict=True)}


def loan_row(manifest: UUID, loan_id: str) -> tuple[str, str, str] | None:
    """Borrower, product and currency of a loan; None where the snapshot has no such loan."""
    known = _loan_rows(manifest)
    if known is not None:
        return known.get(loan_id)
    rows = read(
        manifest,
        "loans",
        columns=["borrower_id", "product", "currency"],
        filters=[("loan_id", "=", loan_id)],
    ).to_pylist()
    return tuple(rows[0].values()) if rows else None


@lru_cache(maxsize=8)
def _regions(manifest: UUID) -> dict[str, str] | None:
    path = folder(manifest) / "borrowers.parquet"
    if pq.ParquetFile(path).metadata.num_rows > SMALL:
        return None
    rows = pq.read_table(path, columns=["borrower_id", "region"])
    return dict(zip(values(rows, "borrower_id"), values(rows, "region"), strict=True))


def region_of(manifest: UUID, borrower_id: str) -> str:
    """The region a borrower lives in, as imported; empty where it is not known."""
    known = _regions(manifest)
    if known is None:
        only = [("borrower_id", "=", borrower_id)]
        rows = read(manifest, "borrowers", columns=["borrower_id", "region"], filters=only)
        known = dict(zip(values(rows, "borrower_id"), values(rows, "region"), strict=True))
    return known.get(borrower_id) or ""


def among(table: pa.Table, column: str, values: Sequence[str]) -> pa.Table:
    """The rows whose column is one of the values."""
    wanted = pa.array(values, pa.string())
    return table.filter(pc.is_in(table.column(column), value_set=wanted))
