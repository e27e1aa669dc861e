"""What taking a statement in came to. Pure; amounts are integers of minor units."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One statement of a file: `entries` were in it, `known` of them had been taken before,
    `repeated` stood there twice."""

    account: str
    number: str
    currency: str
    opening: int | None
    closing: int | None
    entries: int
    known: int
    repeated: int


@dataclass(slots=True)
class StatementReport:
    """`new` counts entries by what became of them (paid, waiting, own, returned); `sums` the same
    in money, by currency. `applied` is False where the file had been taken before."""

    lender: str
    file: str
    sha256: str
    form: str
    statements: list[StatementLine] = field(default_factory=list)
    new: dict[str, int] = field(default_factory=dict)
    sums: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    applied: bool = True

    def count(self, state: str, currency: str, amount: int) -> None:
        self.new[state] = self.new.get(state, 0) + 1
        sums = self.sums[currency]
        sums[state] = sums.get(state, 0) + amount

    def as_json(self) -> dict[str, Any]:
        """The published shape of `doorstep book statement --json`."""
        return {
            "lender": self.lender,
            "file": self.file,
            "sha256": self.sha256,
            "format": self.form,
            "statements": [
                {name: getattr(line, name) for name in StatementLine.__slots__}
                for line in self.statements
            ],
            "new": {k: self.new.get(k, 0) for k in ("paid", "waiting", "own", "returned")},
            "sums": {code: dict(sums) for code, sums in self.sums.items()},
            "applied": self.applied,
        }
