"""A batch of rows, column by column: each distinct text is worked out once."""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa

from doorstep.book.ports import Column, Kind, Reject, SourceTable, Table
from doorstep.book.ports.cells import CellError, Value
from doorstep.book.ports.files import Numbered, Row

_SHOWN = 40
_KEPT = 50_000
_UNSEEN = {"missing", "formula", "rounded", "error_cell", "control_character", "unseen_character"}

_TYPES: dict[Kind, Any] = {
    Kind.DATE: pa.date32(),
    Kind.AMOUNT: pa.int64(),
    Kind.NUMBER: pa.int64(),
    Kind.BOOL: pa.bool_(),
    Kind.DEGREES: pa.float64(),
}

_T = TypeVar("_T")
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
    _known: dict[str, dict[str, Value | CellError]] = field(default_factory=dict)
    _wrong: set[str] = field(default_factory=set)

    def texts(self, columns: Sequence[Sequence[str | None]], height: int) -> Texts:
        """The column's cells, absent ones empty, the lender's words replaced by ours."""
        if self.index is None:
            return [self.constant] * height
        found = columns[self.index] if height else ()
        cells: Any = [c or "" for c in found] if None in found else found
        renamed = self.values
        return [renamed.get(c.strip(), c) for c in cells] if renamed else cells

    def read(self, texts: Texts, currencies: Texts) -> tuple[list[Any], list[Bad]]:
        """The values, and which cells are bad (their value is None).

        `currencies` has one for each cell, or one for all. Each distinct text is worked out once.
        """
        codes = set(currencies)
        if len(codes) == 1:
            known = self._learn(codes.pop(), texts)
            found: list[Any] = list(map(known.__getitem__, texts))
        else:
            for code in codes:
                pairs = zip(texts, currencies, strict=True)
                self._learn(code, [t for t, c in pairs if c == code])
            found = [self._known[c][t] for t, c in zip(texts, currencies, strict=True)]
        if self._wrong.isdisjoint(texts):
            return found, []
        bad = [(n, texts[n], e) for n, e in enumerate(found) if isinstance(e, CellError)]
        for n, _, _ in bad:
            found[n] = None
        return found, bad

    def _learn(self, code: str, texts: Texts) -> dict[str, Value | CellError]:
        known = self._known.setdefault(code, {})
        if len(known) > _KEPT:
            known.clear()
        for text in set(texts).difference(known):
            known[text] = value = self._one(text, code)
            if isinstance(value, CellError):
                self._wrong.add(text)
        return known

    def _one(self, text: str, currency: str) -> Value | CellError:
        try:
            value = self.convert(text, currency)
        except CellError as error:
            return error
        if value is None and self.column.required:
            return CellError("missing", "is empty; fill it in")
        return value

    def say(self, text: str, error: CellError) -> str:
        """The reason in words; of a personal cell only the shape is shown."""
        if error.code in _UNSEEN:
            return error.reason
        if self.column.personal:
            return f"(like {shape(text.strip())}) {error.reason}"
        shown = text.strip()
        return f"{shown[:_SHOWN]!r}{'…' if len(shown) > _SHOWN else ''} {error.reason}"


def shape(text: str) -> str:
    """What a text looks like, without saying it: 9 a digit, A and a letters, 字 other letters.

    >>> shape("139-1234 五"), shape("x" * 30)
    ('999-9999 字', 'aaaaaaaaaaaaaaaaaaaa…')
    """
    kinds = "".join(_kind(c) for c in text[:20])
    return kinds if len(text) <= 20 else f"{kinds}…"


def _kind(c: str) -> str:
    if c.isdecimal():
        return "9" if c.isascii() else "９"
    if not c.isalpha():
        return c if c.isprintable() else "?"
    if not c.isascii():
        return "字"
    return "A" if c.isupper() else "a"


def read_batch(
    batch: Sequence[Numbered], sources: Sequence[Source], table: Table, found: SourceTable,
    width: int,
) -> dict[str, list[Any]]:  # fmt: skip
    """Good rows as columns (with `row`); refusals and sums go into `found`.

    `width` is how many cells a row has; negative: how many it has at least.
    """
    found.read += len(batch)
    name = found.path.name
    numbers, rows = _of_width(batch, width, found)
    cells, height = list(zip(*rows, strict=False)), len(rows)
    currencies, unclear = _currencies(cells, height, sources)
    columns: dict[str, list[Any]] = {"row": numbers}
    wrong: set[int] = set()
    for s in sources:
        takes = s.column.kind is Kind.AMOUNT
        texts = s.texts(cells, height)
        columns[s.column.name], bad = s.read(texts, currencies if takes else [""])
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
            reason = (
                f"has {len(row)} cells where {abs(width)} were expected; check delimiter and quotes"
            )
            yield Reject(name, number, "", "cells", reason)


def _of_width(
    batch: Sequence[Numbered], width: int, found: SourceTable
) -> tuple[list[int], list[Row]]:
    """Numbers and rows of those that have as many cells as they must."""
    numbers, rows = [n for n, _ in batch], [row for _, row in batch]
    if all(_fits(n, width) for n in set(map(len, rows))):
        return numbers, rows
    found.rejects += _cells(batch, found.path.name, width)
    whole = [n for n in batch if _fits(len(n[1]), width)]
    return [n for n, _ in whole], [row for _, row in whole]


def _currencies(
    cells: Sequence[Sequence[str | None]], height: int, sources: Sequence[Source]
) -> tuple[list[str], set[int]]:
    """Each row's currency, and the rows where it is bad: those are refused with that cell."""
    source = next((s for s in sources if s.column.kind is Kind.CURRENCY), None)
    if source is None:
        return [""] * height, set()
    codes, bad = source.read(source.texts(cells, height), [""])
    return [c or "" for c in codes], {at for at, _, _ in bad}


def _add_up(
    table: Table, columns: dict[str, list[Any]], currencies: Texts, wrong: set[int],
    found: SourceTable,
) -> None:  # fmt: skip
    one = set(currencies)
    for name in table.money:
        amounts = columns[name]
        if len(one) == 1 and not wrong and None not in amounts:
            code = currencies[0]
            found.sums_read[code] = found.sums_read.get(code, 0) + sum(amounts)
            continue
        for n, (amount, code) in enumerate(zip(amounts, currencies, strict=True)):
            if amount is not None:
                found.sums_read[code] = found.sums_read.get(code, 0) + amount
                if n in wrong:
                    found.sums_rejected[code] = found.sums_rejected.get(code, 0) + amount


def batches(rows: Iterable[_T], size: int) -> Iterator[list[_T]]:
    """Rows so many at a time."""
    left = iter(rows)
    while batch := list(islice(left, size)):
        yield batch


def arrow(table: Table, columns: dict[str, list[Any]]) -> pa.Table:
    """Canonical columns (absent ones null) and `row` as an Arrow table."""
    height = len(columns["row"])
    made: dict[str, Any] = {
        c.name: pa.array(columns.get(c.name) or [None] * height, _TYPES.get(c.kind, pa.string()))
        for c in table.columns
    }
    return pa.table({**made, "row": pa.array(columns["row"], pa.int64())})


def empty(table: Table) -> pa.Table:
    return arrow(table, {"row": []})


def whole(pieces: Sequence[SourceTable]) -> SourceTable:
    """The pieces of one table of one file (at least one) put together."""
    found = pieces[0]
    found.rows = pa.concat_tables([p.rows for p in pieces])
    for piece in pieces[1:]:
        found.read += piece.read
        found.rejects += piece.rejects
        found.notes += piece.notes
        found.stated += piece.stated
        for mine, more in (
            (found.sums_read, piece.sums_read),
            (found.sums_rejected, piece.sums_rejected),
        ):
            for code, amount in more.items():
                mine[code] = mine.get(code, 0) + amount
    return found


def sha256(path: Path) -> str:
    """The digest of a file, 64 hexadecimal digits."""
    with path.open("rb") as f:
        return hashlib.file_digest(f, "sha256").hexdigest()


@contextmanager
def few_collections() -> Iterator[None]:
    """Reading makes millions of cells and hardly a cycle: looking for cycles as often as usual
    took a third of the time."""
    before = gc.get_threshold()
    gc.set_threshold(50_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)
