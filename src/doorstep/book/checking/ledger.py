"""What only many rows together show: keys, what points at what, and sums of a loan.

The rows of a large book do not fit in memory, so their keys lie in a temporary SQLite file that
nobody else can open and that is gone when the look is over. Keys are kept as hashes of this
process, values not at all, so nothing personal reaches the disk.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow as pa

from doorstep.book.columns import pc, values
from doorstep.book.ports import TABLES

PARENT = {
    "related_persons": ("borrower_id", "borrowers"),
    "contact_points": ("borrower_id", "borrowers"),
    "loans": ("borrower_id", "borrowers"),
    "instalments": ("loan_id", "loans"),
    "charges": ("loan_id", "loans"),
    "payments": ("loan_id", "loans"),
}
NUMBER = {name: n for n, name in enumerate(TABLES)}
_KEYS = {t.name: t.key for t in TABLES.values()} | {
    "contact_points": ("borrower_id", "person_id", "kind", "normal")
}
_PART = 20_000
_SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -65536;
CREATE TABLE keys (t INT, h INT, parent INT, other INT, content INT, amount INT, n INT, torn INT,
    file INT, row INT, PRIMARY KEY (t, h)) WITHOUT ROWID;
CREATE TABLE known (t INT, h INT, PRIMARY KEY (t, h)) WITHOUT ROWID;
CREATE TABLE bad (t INT, h INT, PRIMARY KEY (t, h)) WITHOUT ROWID;
CREATE TABLE loans (h INT PRIMARY KEY, principal INT, disbursed TEXT, currency TEXT, file INT,
    row INT);
CREATE TABLE booked (h INT PRIMARY KEY, currency TEXT);
CREATE TABLE sums (h INT PRIMARY KEY, principal INT, file INT, row INT);
CREATE TABLE days (h INT, t INT, first TEXT, file INT, row INT, PRIMARY KEY (h, t)) WITHOUT ROWID;
CREATE TABLE money (h INT, t INT, currency TEXT, n INT, file INT, row INT,
    PRIMARY KEY (h, t, currency)) WITHOUT ROWID;
"""
_KEY = """INSERT INTO keys VALUES (?, ?, ?, ?, ?, ?, 1, 0, ?, ?) ON CONFLICT DO UPDATE
SET n = n + 1, torn = torn OR content <> excluded.content"""
_LOAN = "INSERT OR IGNORE INTO loans VALUES (?, ?, ?, ?, ?, ?)"
_SUM = """INSERT INTO sums VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE
SET principal = principal + excluded.principal"""
_DAY = """INSERT INTO days VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
first = excluded.first, file = excluded.file, row = excluded.row WHERE excluded.first < first"""
_MONEY = """INSERT INTO money VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE
SET n = n + excluded.n"""

Row = tuple[Any, ...]


class Ledger:
    """Rows go in by `add`, what the book has by `know`; questions are asked in SQL."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.executescript(_SCHEMA)
        self._db.execute("BEGIN")
        self.files: list[str] = []
        self.seen: set[str] = set()

    def close(self) -> None:
        self._db.close()

    def ask(self, sql: str) -> list[Row]:
        return self._db.execute(sql).fetchall()

    def know(self, table: str, keys: Iterable[tuple[str, ...]]) -> None:
        """Keys that the book has already; loans come with their currency: (loan id, currency)."""
        self.seen.add(table)
        t, width = NUMBER[table], len(_KEYS[table])
        left = iter(keys)
        while part := [k for _, k in zip(range(_PART), left, strict=False)]:
            rows = [(t, hash(key[:width])) for key in part]
            self._db.executemany("INSERT OR IGNORE INTO known VALUES (?, ?)", rows)
            if table == "loans":
                booked = [(hash(key[:1]), key[1]) for key in part]
                self._db.executemany("INSERT OR IGNORE INTO booked VALUES (?, ?)", booked)

    def add(self, table: str, file: str, rows: pa.Table) -> None:
        """Rows that would be taken so far: canonical columns, `row`, and `normal` of points."""
        self.seen.add(table)
        if file not in self.files:
            self.files.append(file)
        at = self.files.index(file)
        self._add_keys(table, at, rows)
        if table == "loans":
            self._add_loans(at, rows)
        elif table in {"instalments", "charges", "payments"}:
            self._add_of_loans(table, at, rows)

    def _add_keys(self, table: str, at: int, rows: pa.Table) -> None:
        height = rows.num_rows
        parent = PARENT.get(table)
        columns: list[Iterable[Any]] = [
            [NUMBER[table]] * height,
            _hashes(rows, *_KEYS[table]),
            _hashes(rows, parent[0]) if parent else [None] * height,
            _others(table, rows),
            _hashes(rows, *TABLES[table].names),
            values(rows, "amount") if table == "payments" else [None] * height,
            [at] * height,
            values(rows, "row"),
        ]
        self._db.executemany(_KEY, zip(*columns, strict=True))

    def _add_loans(self, at: int, rows: pa.Table) -> None:
        columns = (
            _hashes(rows, "loan_id"),
            values(rows, "principal"),
            _days(rows, "disbursed_on"),
            values(rows, "currency"),
            [at] * rows.num_rows,
            values(rows, "row"),
        )
        self._db.executemany(_LOAN, zip(*columns, strict=True))

    def _add_of_loans(self, table: str, at: int, rows: pa.Table) -> None:
        t = NUMBER[table]
        if table == "instalments":
            by = rows.group_by("loan_id").aggregate([("principal", "sum"), ("row", "min")])
            found = _columns(by, "loan_id", "principal_sum", "row_min")
            self._db.executemany(_SUM, ((h, amount, at, row) for h, amount, row in found))
        first = {"instalments": "due", "payments": "on"}.get(table)
        if first:
            groups = rows.sort_by(first).group_by("loan_id", use_threads=False)
            by = groups.aggregate([(first, "first"), ("row", "first")])
            days = zip(
                _days(by, f"{first}_first"), _columns(by, "loan_id", "row_first"), strict=True
            )
            self._db.executemany(_DAY, ((h, t, day, at, row) for day, (h, row) in days))
        told = rows.filter(pc.is_valid(rows.column("currency")))
        by = told.group_by(["loan_id", "currency"]).aggregate([("row", "count"), ("row", "min")])
        found = _columns(by, "loan_id", "currency", "row_count", "row_min")
        self._db.executemany(_MONEY, ((h, t, code, n, at, row) for h, code, n, row in found))


def _hashes(rows: pa.Table, *columns: str) -> list[int]:
    return [hash(key) for key in zip(*(values(rows, c) for c in columns), strict=True)]


def _columns(rows: pa.Table, key: str, *columns: str) -> Iterable[Row]:
    return zip(_hashes(rows, key), *(values(rows, c) for c in columns), strict=True)


def _days(rows: pa.Table, column: str) -> Sequence[str]:
    found: list[str] = pc.cast(rows.column(column), pa.string()).to_pylist()
    return found


def _others(table: str, rows: pa.Table) -> Sequence[int | None]:
    """The second thing a row points at: the payment it takes back, the person it reaches."""
    if table == "payments":
        return [None if v is None else hash((v,)) for v in values(rows, "reverses")]
    if table == "contact_points":
        pairs = zip(values(rows, "borrower_id"), values(rows, "person_id"), strict=True)
        return [None if pair[1] is None else hash(pair) for pair in pairs]
    return [None] * rows.num_rows
