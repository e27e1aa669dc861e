"""One table of an import on its way: rows still in it, rows refused, and the money of both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from doorstep.book.columns import pc, values
from doorstep.book.ports import TABLES, Reject, SourceTable
from doorstep.book.store import arrow_type

NO_CURRENCY = "XXX"
"""ISO 4217 for "no currency": money of rows whose loan is not known."""

Money = Counter[str]


@dataclass(slots=True)
class Work:
    """`rows` has the canonical columns plus `file` (index into `files`) and `row`."""

    name: str
    files: list[SourceTable]
    rows: pa.Table
    currencies: Callable[[pa.Table], Sequence[str]]
    rejects: list[Reject] = field(default_factory=list)
    refused: Counter[int] = field(default_factory=Counter)
    repeated: Counter[int] = field(default_factory=Counter)
    money: dict[str, Money] = field(default_factory=dict)

    def refuse(
        self, mask: Any, column: str, code: str, reason: str | Callable[[dict[str, Any]], str]
    ) -> None:
        """Take the masked rows out as rejected, each with its place and reason."""
        out = self._take_out(mask)
        for row in out.to_pylist():
            self.refused[row["file"]] += 1
            text = reason if isinstance(reason, str) else reason(row)
            name = self.files[row["file"]].path.name
            self.rejects.append(Reject(name, row["row"], column, code, text))
        self.count("rejected", out)

    def repeat(self, mask: Any) -> None:
        """Take the masked rows out as unchanged: they say again what another row says."""
        out = self._take_out(mask)
        self.repeated.update(values(out, "file"))
        self.count("unchanged", out)

    def count(self, what: str, rows: pa.Table) -> None:
        """Add the money of rows to the sums of read, accepted, unchanged or rejected."""
        names = TABLES[self.name].money
        if not names or not rows.num_rows:
            return
        sums = self.money.setdefault(what, Counter())
        codes = self.currencies(rows)
        mixed = len(set(codes)) > 1
        for name in names:
            if not mixed:
                sums[codes[0] or NO_CURRENCY] += sum(values(rows, name))
                continue
            for code, amount in zip(codes, values(rows, name), strict=True):
                sums[code or NO_CURRENCY] += amount

    def _take_out(self, mask: Any) -> pa.Table:
        mask = pc.fill_null(mask, False)
        out = self.rows.filter(mask)
        if out.num_rows:
            self.rows = self.rows.filter(pc.invert(mask))
        return out

    def place(self, row: dict[str, Any]) -> str:
        return f"{self.files[row['file']].path.name}:{row['row']}"


def gather(
    name: str, files: list[SourceTable], currencies: Callable[[pa.Table], Sequence[str]]
) -> Work:
    """All rows of one table from all files, with what the importer refused already."""
    schema = pa.schema(
        [pa.field(c.name, arrow_type(c.kind)) for c in TABLES[name].columns]
        + [pa.field("row", pa.int64()), pa.field("file", pa.int64())]
    )
    parts = [
        f.rows.append_column("file", pa.array([n] * f.rows.num_rows, pa.int64())).select(
            schema.names
        )
        for n, f in enumerate(files)
    ]
    rows = pa.concat_tables([schema.empty_table(), *parts]).combine_chunks()
    work = Work(name, files, rows, currencies)
    for n, f in enumerate(files):
        work.rejects += f.rejects
        work.refused[n] += len({r.row for r in f.rejects})
        for code, amount in f.sums_rejected.items():
            work.money.setdefault("rejected", Counter())[code or NO_CURRENCY] += amount
    return work
