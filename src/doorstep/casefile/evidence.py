"""Facts as they stand in the table, for whoever proves that none was changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max

from doorstep.casefile.models import Fact

_IN = 5000


class FactRow(NamedTuple):
    """Every column of one fact."""

    id: int
    lender_id: int
    agency_id: int | None
    mandate_id: int | None
    case_id: UUID
    kind: str
    at: datetime
    by: str
    data: Any


def settled_mark() -> int:
    """The highest number of a fact such that none below it can still appear.

    PostgreSQL hands out numbers before they are committed; for a moment the table lets nobody
    write, so that whoever holds a number has committed it or given it up.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(f"LOCK TABLE {Fact._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")
        return int(Fact.objects.aggregate(last=Max("id"))["last"] or 0)


def fact_rows(lender_id: int, after: int, upto: int) -> Iterator[FactRow]:
    """A lender's facts numbered above `after` up to `upto`, in the order of their numbers."""
    rows = Fact.objects.filter(lender_id=lender_id, id__gt=after, id__lte=upto).order_by("id")
    for row in rows.values_list(*FactRow._fields).iterator(chunk_size=2000):
        yield FactRow(*row)


def fact_rows_by_id(ids: Sequence[int]) -> Iterator[FactRow]:
    """Those of these facts that are there, whosever they are."""
    for start in range(0, len(ids), _IN):
        rows = Fact.objects.filter(id__in=ids[start : start + _IN]).order_by("id")
        for row in rows.values_list(*FactRow._fields):
            yield FactRow(*row)
