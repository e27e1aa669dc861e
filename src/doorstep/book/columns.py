"""Arrow without its stubs, which refuse plain values where the library takes them."""

from __future__ import annotations

from typing import Any

import pyarrow.compute

pc: Any = pyarrow.compute
"""The compute functions."""

Values = Any
"""A column: an Array or a ChunkedArray."""


def values(rows: Any, column: str) -> list[Any]:
    """A column as Python values."""
    found: list[Any] = rows.column(column).to_pylist()
    return found
