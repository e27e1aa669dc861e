"""Loan ids of sorted rows, as numbers or as text: cutting them and finding their loans.

Ids are compared as they sort: numbers by value, text by its bytes in UTF-8.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from doorstep.book.rules import compiled
from doorstep.book.rules.arrow import Array, Ints


@dataclass(frozen=True, slots=True)
class Numbers:
    """Ids that are whole numbers."""

    ids: Ints

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def values(self) -> Array:
        return pa.array(self.ids)

    def at(self, row: int) -> int:
        return int(self.ids[row])

    def cut(self, start: int, stop: int) -> Numbers:
        return Numbers(self.ids[start:stop])

    def below(self, loan: int) -> int:
        """How many of the ids are less than a loan's."""
        return int(np.searchsorted(self.ids, loan, "left"))

    def upto(self, loan: int, start: int) -> int:
        """The first row from `start` that is of a later loan."""
        return start + int(np.searchsorted(self.ids[start:], loan, "right"))

    def rising(self) -> int:
        return int(compiled.align().rising(self.ids))

    def place(self, loans: Numbers, at: Ints) -> int:
        return int(compiled.align().place_numbers(loans.ids, self.ids, at))


class Texts:
    """Ids that are text: distinct ones in a dictionary and each row's place in it."""

    __slots__ = ("_bytes", "_offsets", "_rows", "values")

    def __init__(self, values: Array) -> None:
        self.values = values
        found, rows = values, None
        if pa.types.is_dictionary(values.type):
            found, rows = values.dictionary, values.indices
        self._rows = None if rows is None else np.asarray(rows.to_numpy(), dtype=np.int32)
        _, offsets, data = found.buffers()
        places = np.frombuffer(offsets, np.int32) if offsets else np.zeros(1, np.int32)
        self._offsets = places[found.offset : found.offset + len(found) + 1]
        self._bytes = np.frombuffer(data or b"", np.uint8)

    def __len__(self) -> int:
        return len(self.values)

    def at(self, row: int) -> str:
        return str(self.values[row].as_py())

    def cut(self, start: int, stop: int) -> Texts:
        return Texts(self.values[start:stop])

    def below(self, loan: str) -> int:
        return bisect_left(range(len(self)), loan, key=self.at)

    def upto(self, loan: str, start: int) -> int:
        return bisect_right(range(len(self)), loan, start, key=self.at)

    def rising(self) -> int:
        return int(compiled.align().texts_rising(self._offsets, self._bytes))

    def place(self, loans: Texts, at: Ints) -> int:
        rows = self._rows
        if rows is None:
            rows = np.arange(len(self), dtype=np.int32)
        return int(
            compiled.align().place_texts(
                loans._offsets, loans._bytes, _frozen(rows), self._offsets, self._bytes, at
            )
        )


def _frozen(values: Any) -> Any:
    values = values.view()
    values.flags.writeable = False
    return values


def keys_of(values: Array) -> Numbers | Texts:
    """Keys of an Arrow column without nulls: whole numbers, text or a dictionary of text."""
    kind = values.type.value_type if pa.types.is_dictionary(values.type) else values.type
    if pa.types.is_integer(kind):
        return Numbers(_frozen(np.asarray(values.cast(pa.int64()).to_numpy(), dtype=np.int64)))
    if not pa.types.is_string(kind):
        values = values.cast(pa.string())
    return Texts(values)


def joined(parts: Sequence[Any]) -> Any:
    """The keys of several pieces in one."""
    if len(parts) == 1:
        return parts[0]
    if isinstance(parts[0], Numbers):
        return Numbers(_frozen(np.concatenate([p.ids for p in parts])))
    whole = pa.concat_arrays([p.values.cast(pa.string()) for p in parts])
    return Texts(whole.dictionary_encode())
