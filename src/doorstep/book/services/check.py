"""Looking at files before they are taken. Writes nothing: no row, no file of the book."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq

from doorstep.book.checking.columns import RawColumn, TypedColumn
from doorstep.book.checking.ledger import Ledger
from doorstep.book.checking.report import CheckReport, Example, FileProfile, Findings, added
from doorstep.book.checking.rows import doubt, taken
from doorstep.book.checking.settle import settle
from doorstep.book.columns import values
from doorstep.book.importers import importer_of
from doorstep.book.ledger import live
from doorstep.book.models import EventKind
from doorstep.book.placement.work import Work
from doorstep.book.ports import (
    TABLES,
    BadInputError,
    LoanSource,
    Progress,
    SourceTable,
    UnexplainedError,
)
from doorstep.book.ports.batch import batches, few_collections, sha256
from doorstep.book.ports.files import open_file
from doorstep.book.ports.guess import encoding_if_text
from doorstep.book.ports.reading import Reading
from doorstep.book.scope import current
from doorstep.book.store import folder

_BATCH = 20_000
_MOST_COUNTRIES = 1_000_000

_KNOWN = {
    "borrowers": ["borrower_id"],
    "related_persons": ["borrower_id", "person_id"],
    "loans": ["loan_id", "currency"],
    "payments": ["payment_id"],
}

KnownKeys = Callable[[str], Iterable[tuple[str, ...]]]
"""The keys of a table the book has; loans with their currency."""


def check_files(
    files: Sequence[Path],
    map_path: Path | None,
    *,
    today: date,
    importer: str = "",
    lender: str = "",
    known: KnownKeys | None = None,
    progress: Progress | None = None,
) -> CheckReport:
    """Profile files, and say what an import would reject and what looks wrong.

    `lender` (its code; empty: the map's) is whom the placement must name; `known` gives what its
    book has. Memory does not grow with the files. Raises BadInputError only for the map.
    """
    source = importer_of(map_path, importer)
    code = lender or source.lender(map_path)
    look = _Look(source, map_path, code, today, progress)
    try:
        if known is not None:
            for table in _KNOWN:
                look.ledger.know(table, known(table))
        found = look.in_order(files)
        with few_collections():
            for path in found:
                look.at(path, found)
        return look.report(book=known is not None)
    finally:
        look.ledger.close()


class _Look:
    def __init__(
        self, source: LoanSource, map_path: Path | None, lender: str, today: date,
        progress: Progress | None,
    ) -> None:  # fmt: skip
        self._source, self._map, self._lender = source, map_path, lender
        self._today, self._progress = today, progress
        self.ledger = Ledger()
        self._rejects, self._doubts = Findings(), Findings()
        self._profiles: dict[tuple[Path, str], _Profile] = {}
        self._raw: list[FileProfile] = []
        self._unreadable: list[str] = []
        self._countries: dict[str, str] = {}

    def in_order(self, files: Sequence[Path]) -> list[Path]:
        """Files of borrowers before those of their loans; what cannot be read is kept in mind."""
        order, found = list(TABLES), []
        for path in files:
            try:
                tables = self._source.tables(path, self._map)
            except UnexplainedError:
                tables = ()
            except BadInputError as error:
                if self._map is not None and error.file == self._map.name:
                    raise
                self._unreadable.append(str(error))
                continue
            found.append((min(map(order.index, tables), default=len(order)), path))
        return [path for _, path in sorted(found, key=lambda one: one[0])]

    def at(self, path: Path, among: Sequence[Path]) -> None:
        try:
            for piece in self._source.pieces(path, self._map, among=among, progress=self._progress):
                self._piece(piece)
        except UnexplainedError:
            self._unexplained(path)
        except BadInputError as error:
            self._unreadable.append(str(error))

    def _piece(self, piece: SourceTable) -> None:
        profile = self._profile_of(piece)
        work = taken(piece, self._lender, lambda who: self._countries.get(who, ""))
        profile.add(work)
        for r in work.rejects:
            self._rejects.one(piece.table, r.column, r.code).add(Example(r.file, r.row, r.reason))
        for note in piece.notes:
            self._doubts.one(piece.table, note.column, note.code).add(
                Example(note.file, note.row, note.text)
            )
        doubt(work, self._today, self._doubts)
        self.ledger.add(piece.table, piece.path.name, work.rows)
        if piece.table == "borrowers" and len(self._countries) < _MOST_COUNTRIES:
            self._countries.update(
                zip(values(work.rows, "borrower_id"), values(work.rows, "country"), strict=True)
            )

    def _profile_of(self, piece: SourceTable) -> _Profile:
        key = (piece.path, piece.table)
        if key not in self._profiles:
            self._profiles[key] = _Profile(piece)
        return self._profiles[key]

    def _unexplained(self, path: Path) -> None:
        try:
            self._raw.append(_raw(path))
        except BadInputError as error:
            self._unreadable.append(str(error))

    def report(self, *, book: bool) -> CheckReport:
        more = settle(self.ledger, self._rejects, self._doubts)
        profiles = [*(p.profile() for p in self._profiles.values()), *self._raw]
        return CheckReport(
            files=tuple(profiles),
            rejects=tuple(self._rejects.all()),
            doubts=tuple(self._doubts.all()),
            unreadable=tuple(self._unreadable),
            rows=sum(p.rows for p in profiles),
            rejected=sum(p.rejected for p in profiles) + more,
            book=book,
        )


class _Profile:
    """One table of one file, piece by piece."""

    def __init__(self, piece: SourceTable) -> None:
        self.path, self.table = piece.path, piece.table
        taken_from = piece.taken
        self._columns = {
            c.name: TypedColumn(c, taken_from.get(c.name, "")) for c in TABLES[piece.table].columns
        }
        self._about = FileProfile(
            path=piece.path.name, sha256=piece.sha256, table=piece.table, form=piece.form, rows=0,
            rejected=0, unknown=piece.left, columns=(), sums={},
        )  # fmt: skip
        self._read: dict[str, int] = {}
        self._rejected: dict[str, int] = {}
        self._rows = self._refused = 0

    def add(self, work: Work) -> None:
        piece = work.files[0]
        self._rows += piece.read
        self._refused += sum(work.refused.values())
        for mine, more in (
            (self._read, piece.sums_read),
            (self._rejected, piece.sums_rejected),
        ):
            for code, amount in more.items():
                mine[code or "XXX"] = mine.get(code or "XXX", 0) + amount
        for name, column in self._columns.items():
            column.add(values(piece.rows, name))

    def profile(self) -> FileProfile:
        columns = [c.profile() for c in self._columns.values()]
        return replace(
            self._about,
            rows=self._rows,
            rejected=self._refused,
            columns=tuple(c for c in columns if c.filled or c.source),
            sums=added([(self._read, "read"), (self._rejected, "rejected")]),
        )


def _raw(path: Path) -> FileProfile:
    """The profile of a file nobody has explained."""
    content = open_file(path, Reading(encoding=encoding_if_text(path)))
    names = content.names or ()
    columns = [RawColumn(n or str(at)) for at, n in enumerate(names, 1)]
    rows = 0
    for batch in batches(content.rows, _BATCH):
        rows += len(batch)
        for at, column in enumerate(columns):
            column.add([row[at] for _, row in batch if at < len(row)])
    return FileProfile(
        path=path.name, sha256=sha256(path), table="", form=content.form, rows=rows, rejected=0,
        unknown=names, columns=tuple(c.profile() for c in columns), sums={},
    )  # fmt: skip


def known_keys(owner: int) -> KnownKeys:
    """What the current book of a lender (its row id) has, read a part at a time."""
    manifest = current(owner)

    def keys(table: str) -> Iterator[tuple[str, ...]]:
        if manifest is None:
            return
        file = pq.ParquetFile(folder(manifest) / f"{table}.parquet")
        for batch in file.iter_batches(columns=_KNOWN[table]):
            yield from zip(*(c.to_pylist() for c in batch.columns), strict=True)
        if table == "payments":
            yield from ((e.external_id,) for e in live(owner) if e.kind == EventKind.PAYMENT)

    return keys
