"""What a look at files found. Pure; personal cells appear as shapes only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

SHOWN = 5


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """`source` is the file's name for it. `distinct` is exact up to 65,536 and estimated beyond
    (`exact` false). `low` and `high` are values, and empty for personal or unexplained columns."""

    name: str
    source: str
    type: str
    filled: int
    distinct: int
    exact: bool
    low: str
    high: str
    shapes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FileProfile:
    """One table of one file; `table` is empty where nothing says what the columns mean."""

    path: str
    sha256: str
    table: str
    form: str
    rows: int
    rejected: int
    unknown: tuple[str, ...]
    columns: tuple[ColumnProfile, ...]
    sums: dict[str, dict[str, int]]


@dataclass(frozen=True, slots=True, order=True)
class Example:
    file: str
    row: int
    why: str


@dataclass(slots=True)
class Finding:
    """Rows of one table with the same trouble in the same column; the first few as examples."""

    table: str
    column: str
    code: str
    rows: int = 0
    examples: list[Example] = field(default_factory=list)

    def add(self, example: Example) -> None:
        self.rows += 1
        if len(self.examples) < SHOWN:
            self.examples.append(example)


class Findings:
    """Findings gathered by table, column and code."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str, str], Finding] = {}

    def one(self, table: str, column: str, code: str) -> Finding:
        return self._found.setdefault((table, column, code), Finding(table, column, code))

    def all(self) -> list[Finding]:
        return sorted(
            (f for f in self._found.values() if f.rows),
            key=lambda f: (-f.rows, f.table, f.column, f.code),
        )


@dataclass(frozen=True, slots=True)
class CheckReport:
    """`rejects` would not be taken, `doubts` would be but look wrong, `unreadable` says why a
    whole file would be refused. `book` says whether the lender's book was looked into."""

    files: tuple[FileProfile, ...]
    rejects: tuple[Finding, ...]
    doubts: tuple[Finding, ...]
    unreadable: tuple[str, ...]
    rows: int
    rejected: int
    book: bool

    @property
    def clean(self) -> bool:
        return not self.rejected and not self.unreadable

    def as_json(self) -> dict[str, Any]:
        """The published shape of `doorstep book check --json`."""
        return {
            "files": [asdict(f) for f in self.files],
            "rejects": [self._finding(f) for f in self.rejects],
            "doubts": [self._finding(f) for f in self.doubts],
            "unreadable": list(self.unreadable),
            "rows": self.rows,
            "rejected": self.rejected,
            "book": self.book,
        }

    def share(self, finding: Finding) -> float:
        """Which part of the rows of its table a finding is about."""
        rows = sum(f.rows for f in self.files if f.table == finding.table)
        return finding.rows / rows if rows else 0.0

    def _finding(self, finding: Finding) -> dict[str, Any]:
        return {**asdict(finding), "share": round(self.share(finding), 6)}


def added(sums: Iterable[tuple[dict[str, int], str]]) -> dict[str, dict[str, int]]:
    """Sums by currency under their names: read, rejected."""
    found: dict[str, dict[str, int]] = {}
    for one, what in sums:
        for code, amount in one.items():
            parts = found.setdefault(code, {"read": 0, "rejected": 0})
            parts[what] += amount
    return found
