"""A batch of rows, column by column: each distinct text is worked out once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from doorstep.book.ports import Column, Kind, Reject, SourceTable, Table
from doorstep.importers.placement.cells import CellError, Value
from doorstep.importers.placement.files import Numbered, Row

_SHOWN = 40
_KEPT = 50_000
_UNSEEN = {"missing", "formula", "control_character"}

Texts = Sequence[str]
Bad = tuple[int, str, CellError]


@dataclass(slots=True)
class Source:
    """Where one canonical column comes from: a cell of the row, or a constant."""

    column: Column
    index: int | None
    constant: str
    values: dict[str, str]
    convert: Callable[[str, str], Value]
    _known: dict[tuple[str, str], Value | CellError] = field(default_factory=dict)

    def texts(self, rows: Sequence[Row]) -> Texts:
        if self.index is None:
            return [self.constant] * len(rows)
        at, renamed = self.index, self.values
        if not renamed:
            return [row[at] or "" for row in rows]
        return [renamed.get((row[at] or "").strip(), row[at] or "") for row in rows]

    def read(self, texts: Texts, currencies: Texts) -> tuple[list[Any], list[Bad]]:
        """The values, and which cells are bad (their value is None)."""
        known = self._known
        if len(known) > _KEPT:
            known.clear()
        pairs = list(zip(texts, currencies, strict=True))
        errors = False
        for pair in set(pairs):
            if pair not in known:
                known[pair] = self._one(*pair)
            errors |= isinstance(known[pair], CellError)
        found: list[Any] = [known[pair] for pair in pairs]
        if not errors:
            return found, []
        bad = [(n, texts[n], e) for n, e in enumerate(found) if isinstance(e, CellError)]
        for n, _, _ in bad:
            found[n] = None
        return found, bad

    def _one(self, text: str, currency: str) -> Value | CellError:
        try:
            value = self.convert(text, currency)
        except CellError as error:
            return error
        if value is None and self.column.required:
            return CellError("missing", "is empty; it is required")
        return value

    def say(self, text: str, error: CellError) -> str:
        """The reason in words; a personal cell is never quoted."""
        if self.column.personal or error.code in _UNSEEN:
            return error.reason
        shown = text.strip()
        return f"{shown[:_SHOWN]!r}{'…' if len(shown) > _SHOWN else ''} {error.reason}"


def read_batch(
    batch: Sequence[Numbered], sources: Sequence[Source], table: Table, found: SourceTable,
    width: int,
) -> dict[str, list[Any]]:  # fmt: skip
    """Good rows as columns (with `row`); refusals and sums go into `found`.

    `width` is how many cells a row has; negative: how many it has at least.
    """
    found.read += len(batch)
    name = found.path.name
    whole = [n for n in batch if _fits(len(n[1]), width)]
    if len(whole) < len(batch):
        found.rejects += _cells(batch, name, width)
    numbers, rows = [n for n, _ in whole], [row for _, row in whole]
    currencies, unclear = _currencies(rows, sources)
    columns: dict[str, list[Any]] = {"row": numbers}
    wrong: set[int] = set()
    for s in sources:
        takes = s.column.kind is Kind.AMOUNT
        texts = s.texts(rows)
        columns[s.column.name], bad = s.read(texts, currencies if takes else [""] * len(rows))
        wrong.update(at for at, _, _ in bad)
        found.rejects += [
            Reject(name, numbers[at], s.column.name, e.code, s.say(text, e))
            for at, text, e in bad
            if e.code != "no_currency" or at not in unclear
        ]
    _add_up(table, columns, currencies, wrong, found)
    if not wrong:
        return columns
    keep = [n for n in range(len(rows)) if n not in wrong]
    return {name: [cells[n] for n in keep] for name, cells in columns.items()}


def _fits(cells: int, width: int) -> bool:
    return cells == width if width > 0 else cells >= -width


def _cells(batch: Sequence[Numbered], name: str, width: int) -> Iterator[Reject]:
    for number, row in batch:
        if not _fits(len(row), width):
            reason = f"has {len(row)} cells where {abs(width)} were expected"
            yield Reject(name, number, "", "cells", reason)


def _currencies(rows: Sequence[Row], sources: Sequence[Source]) -> tuple[list[str], set[int]]:
    """Each row's currency, and the rows where it is bad: those are refused with that cell."""
    source = next((s for s in sources if s.column.kind is Kind.CURRENCY), None)
    if source is None:
        return [""] * len(rows), set()
    codes, bad = source.read(source.texts(rows), [""] * len(rows))
    return [c or "" for c in codes], {at for at, _, _ in bad}


def _add_up(
    table: Table, columns: dict[str, list[Any]], currencies: Texts, wrong: set[int],
    found: SourceTable,
) -> None:  # fmt: skip
    for name in table.money:
        for n, (amount, code) in enumerate(zip(columns[name], currencies, strict=True)):
            if amount is not None:
                found.sums_read[code] = found.sums_read.get(code, 0) + amount
                if n in wrong:
                    found.sums_rejected[code] = found.sums_rejected.get(code, 0) + amount
