"""Many rows at once, with one prepared statement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from django.db import connection, models

_T = TypeVar("_T")
_PART = 5000


def batched(items: Sequence[_T], size: int = _PART) -> Iterator[Sequence[_T]]:
    """Parts small enough for one query."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def write_rows(rows: Sequence[models.Model], columns: Sequence[str]) -> None:
    """Write the named columns of rows of one model by their primary key.

    `bulk_update` builds an expression per cell: 5,000 cases took it fifty times as long.
    """
    if not rows:
        return
    meta = type(rows[0])._meta
    fields = {f.name: f for f in meta.concrete_fields}
    named = [*[fields[n] for n in columns], meta.pk]
    quote = connection.ops.quote_name
    sets = ", ".join(f"{quote(str(f.column))} = %s" for f in named[:-1])
    key, table = quote(str(meta.pk.column)), quote(meta.db_table)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {table} SET {sets} WHERE {key} = %s",  # noqa: S608 (names of our own columns)
            [
                [f.get_db_prep_save(getattr(row, f.attname), connection) for f in named]
                for row in rows
            ],
        )
