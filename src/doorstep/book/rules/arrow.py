"""Columns of Arrow tables as NumPy integers, with errors that name table, row and column."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute

from doorstep.book.types import BookError

Ints = np.ndarray[Any, np.dtype[np.int64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]
Array: TypeAlias = Any
"""An Arrow array; its stubs cannot follow what we do with it."""
pc: Any = pyarrow.compute


def column(table: pa.Table, name: str) -> Array:
    """A column in one piece."""
    return table.column(name).combine_chunks()


def ints(table: pa.Table, name: str, where: str, default: int | None = None) -> Ints:
    """A whole-number column as int64; `default` fills what is empty or absent.

    Raises BookError naming the first row that is empty (without default) or no whole number.
    """
    if name not in table.column_names:
        if default is None:
            raise BookError(f"{where}:0:{name}", "this column is missing; add it")
        return np.full(table.num_rows, default, dtype=np.int64)
    values = column(table, name)
    try:
        values = values.cast(pa.int64())
    except pa.ArrowInvalid as error:
        raise BookError(
            f"{where}:0:{name}", f"not a whole number of minor units ({error})"
        ) from error
    if values.null_count:
        if default is None:
            row = pc.index(pc.is_null(values), True).as_py()
            raise BookError(f"{where}:{row + 1}:{name}", "empty; give a value")
        values = values.fill_null(default)
    return np.asarray(values.to_numpy(zero_copy_only=False), dtype=np.int64)


def days(table: pa.Table, name: str, where: str, default: int | None = None) -> Ints:
    """A date column as days since 1970-01-01."""
    if name not in table.column_names:
        return ints(table, name, where, default)
    try:
        values = column(table, name).cast(pa.date32(), safe=False).cast(pa.int32())
    except pa.ArrowInvalid as error:
        raise BookError(f"{where}:0:{name}", f"not a date like 2026-11-24 ({error})") from error
    return ints(pa.table({name: values}), name, where, default)


def dates(days: Ints) -> Array:
    """Days since 1970-01-01 as Arrow dates; 0 is empty."""
    known: Any = np.packbits(days != 0, bitorder="little")
    numbers: Any = days.astype(np.int32)
    buffers: list[Any] = [pa.py_buffer(known), pa.py_buffer(numbers)]
    return pa.Array.from_buffers(pa.date32(), len(days), buffers)
