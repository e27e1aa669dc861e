"""Rows of text out of a Parquet file, batch by batch."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from doorstep.book.ports import BadInputError

_BATCH = 20_000
_ROWS_A_BYTE = 50
"""Every row has a key, so no honest file holds more rows than this for each of its bytes."""

Row = tuple[int, tuple[str | None, ...]]


def open_parquet(path: Path) -> tuple[tuple[str, ...], Iterator[Row], int]:
    """Column names, numbered rows and how many there are. Raises BadInputError."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path)
        schema, total = file.schema_arrow, file.metadata.num_rows
    except (pa.ArrowException, OSError, ValueError) as error:
        raise BadInputError(path.name, "is not a whole Parquet file; send it again") from error
    if total > 1_000_000 and total > _ROWS_A_BYTE * path.stat().st_size:
        raise BadInputError(path.name, f"unpacks to an absurd {total} rows; write it anew")
    for f in schema:
        if not _is_plain(f.type):
            raise BadInputError(
                path.name, f"is of type {f.type}; write it as text, number or date", column=f.name
            )
    return tuple(schema.names), _rows(path, file), total


def _is_plain(kind: Any) -> bool:
    import pyarrow as pa

    if pa.types.is_dictionary(kind):
        return _is_plain(kind.value_type)
    return not (pa.types.is_nested(kind) or pa.types.is_duration(kind) or pa.types.is_time(kind))


def _rows(path: Path, file: Any) -> Iterator[Row]:
    import pyarrow as pa

    number = 1
    try:
        for batch in file.iter_batches(_BATCH):
            columns = [
                _texts(path, name, column, number)
                for name, column in zip(batch.schema.names, batch.columns, strict=True)
            ]
            for row in zip(*columns, strict=True):
                number += 1
                yield number, row
    except (pa.ArrowException, OSError) as error:
        raise BadInputError(
            path.name, "is damaged from here on; send it again", row=number + 1
        ) from error


def _texts(path: Path, name: str, column: Any, before: int) -> list[str | None]:
    try:
        values = column.to_pylist()
    except (ValueError, OverflowError):
        raise _impossible(path, name, column, before) from None
    work = _text_of(values)
    try:
        return [None if v is None else work(v) for v in values]
    except UnicodeDecodeError as error:
        at = next(n for n, v in enumerate(values) if isinstance(v, bytes) and not _is_text(v))
        raise BadInputError(
            path.name, "holds bytes that are no text; write it as text",
            row=before + at + 1, column=name,
        ) from error  # fmt: skip


def _impossible(path: Path, name: str, column: Any, before: int) -> BadInputError:
    """The error of the first value that no date or time of ours can hold."""
    for at in range(len(column)):
        try:
            column[at].as_py()
        except (ValueError, OverflowError):
            break
    return BadInputError(
        path.name, "holds a time that no calendar has, or one finer than a microsecond; correct it",
        row=before + at + 1, column=name,
    )  # fmt: skip


def _is_text(value: bytes) -> bool:
    try:
        value.decode()
    except UnicodeDecodeError:
        return False
    return True


def _text_of(values: list[Any]) -> Callable[[Any], str | None]:
    first = next((v for v in values if v is not None), "")
    for kind, work in _WORK:
        if isinstance(first, kind):
            return work
    return str


def _number(value: float) -> str | None:
    return None if math.isnan(value) else str(value)


def _moment(value: datetime) -> str:
    return value.replace(tzinfo=None).isoformat().removesuffix("T00:00:00")


def _as_is(value: str) -> str:
    return value


def _iso(value: date | time) -> str:
    return value.isoformat()


_WORK: tuple[tuple[type, Callable[[Any], str | None]], ...] = (
    (str, _as_is),
    (bytes, bytes.decode),
    (bool, lambda v: "true" if v else "false"),
    (float, _number),
    (datetime, _moment),
    (date, _iso),
    (timedelta, str),
)
