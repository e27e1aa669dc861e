"""The nightly ageing: the book of every lender through the replay, to a file and to rows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.db import transaction

from doorstep.book.ageing import tables_of
from doorstep.book.columns import pc
from doorstep.book.models import Ageing, Loan, Manifest
from doorstep.book.products import products_of
from doorstep.book.records import AgedBook
from doorstep.book.rules.ageing import age
from doorstep.book.scope import covers_region
from doorstep.book.store import aged_path as _path
from doorstep.book.store import put_whole, root
from doorstep.kernel.ids import named_id
from doorstep.people.api import lender_codes, mandates_in_force

_JOINED = ("loan_id", "borrower_id", "product", "principal", "disbursed_on")
_DUE = ("due_costs", "due_fees", "due_penalties", "due_interest", "due_principal")
_COPIED = (
    *("loan_id", "borrower_id", "product", "currency", "kind", "status", "principal"),
    *("disbursed_on", "as_of", "dpd", "bucket", "oldest_unpaid", "next_due", "next_amount"),
    *_DUE,
    *("not_due", "credit", "payoff"),
)
_AMOUNTS = {"next_amount", *_DUE, "not_due", "credit", "payoff"}
_BATCH = 1000


def run_ageing(as_of: date, at: datetime) -> AgedBook:
    """Age the book of all lenders as at the end of `as_of`, and remake the loan rows.

    Writes one Parquet file and, in one transaction, its name and the rows of `Loan`. The same
    book and day give the same file and rows.
    """
    book = compute(as_of)
    _clean()
    put_whole(_path(as_of, book.digest), book.loans)
    with transaction.atomic():
        Ageing.objects.update_or_create(
            as_of=as_of,
            defaults={
                "digest": book.digest,
                "manifests": book.manifests,
                "loans": book.loans.num_rows,
                "made_at": at,
            },
        )
        _project(book)
    return book


def rebuild(as_of: date | None, at: datetime) -> AgedBook | None:
    """Remake the projection of the last ageing (or of a day); None where none ever ran."""
    day = as_of or Ageing.objects.order_by("-as_of").values_list("as_of", flat=True).first()
    return run_ageing(day, at) if day else None


def aged(as_of: date) -> AgedBook | None:
    """The book as aged for a day, read from its file; None where it was not aged."""
    row = Ageing.objects.filter(as_of=as_of).first()
    if row is None or not _path(as_of, row.digest).exists():
        return None
    return AgedBook(as_of, _load(_path(as_of, row.digest)), row.manifests, row.digest)


@lru_cache(maxsize=2)
def _load(path: Path) -> pa.Table:
    """An aged file never changes under its name, so the last ones stay in memory."""
    return pq.read_table(path)


def last_aged() -> AgedBook | None:
    """The latest ageing there is."""
    day = Ageing.objects.order_by("-as_of").values_list("as_of", flat=True).first()
    return aged(day) if day else None


def compute(as_of: date) -> AgedBook:
    """Age every lender's current book; nothing is written."""
    codes = lender_codes()
    current = Manifest.objects.filter(current=True, lender_id__in=codes)
    parts, manifests = [], {}
    for manifest in sorted(current, key=lambda m: codes[m.lender_id]):
        code = codes[manifest.lender_id]
        manifests[code] = str(manifest.pk)
        parts.append(_lender(manifest, code, as_of))
    loans = pa.concat_tables(parts).combine_chunks() if parts else _empty()
    return AgedBook(as_of, loans, manifests, _digest(loans))


def _clean() -> None:
    """Remove files that no row names: a day aged anew, or a run that was cut off."""
    known = {_path(day, name) for day, name in Ageing.objects.values_list("as_of", "digest")}
    for path in (root() / "aged").glob("*.parquet"):
        if path not in known:
            path.unlink(missing_ok=True)


def _empty() -> pa.Table:
    dates = {"disbursed_on", "as_of", "oldest_unpaid", "next_due"}
    texts = {"loan_id", "borrower_id", "product", "currency", "kind", "status", "bucket"}
    fields: Any = [
        (n, pa.date32() if n in dates else pa.string() if n in texts else pa.int64())
        for n in _COPIED
    ]
    return pa.schema([("lender", pa.string()), ("lender_id", pa.int64()), *fields]).empty_table()


def _lender(manifest: Manifest, code: str, as_of: date) -> pa.Table:
    tables, events = tables_of(manifest.lender_id, manifest.pk)
    found = age(tables, events, as_of, products=products_of(manifest.lender_id))
    loans = tables["loans"].select(_JOINED)
    at = pc.index_in(found.column("loan_id"), value_set=loans.column("loan_id"))
    loans = loans.take(at)
    height = found.num_rows
    columns: dict[str, Any] = {
        "lender": pa.array([code] * height, pa.string()),
        "lender_id": pa.array([manifest.lender_id] * height, pa.int64()),
        **{name: loans.column(name) for name in _JOINED},
        **{n: found.column(n) for n in found.column_names if n != "loan_id"},
    }
    columns["kind"] = found.column("status")
    columns["status"] = _status(found)
    columns["dpd"] = columns["dpd"].cast(pa.int64())
    schema = _empty().schema
    return pa.table({n: columns[n] for n in schema.names}).cast(schema)


def _status(found: pa.Table) -> Any:
    """What a loan is to people: unaged, in_arrears, current, or settled (nothing left to pay)."""
    unaged = pc.is_null(found.column("dpd"))
    late = pc.greater(_due(found), 0)
    settled = pc.equal(pc.fill_null(found.column("payoff"), 0), 0)
    return pc.if_else(
        unaged, "unaged", pc.if_else(late, "in_arrears", pc.if_else(settled, "settled", "current"))
    )


def _due(loans: pa.Table) -> Any:
    total = pc.fill_null(loans.column(_DUE[0]), 0)
    for name in _DUE[1:]:
        total = pc.add(total, pc.fill_null(loans.column(name), 0))
    return total


def _digest(loans: pa.Table) -> str:
    sink = pa.BufferOutputStream()
    pq.write_table(loans, sink, compression="none")
    return hashlib.sha256(sink.getvalue()).hexdigest()


def _project(book: AgedBook) -> None:
    """Rows for all loans of every borrower who has one in arrears."""
    Loan.objects.all().delete()
    Loan.objects.bulk_create(_rows(book), batch_size=_BATCH)


def _rows(book: AgedBook) -> Iterator[Loan]:
    loans = book.loans
    person = pc.binary_join_element_wise(
        loans.column("lender"), loans.column("borrower_id"), "\x1f"
    )
    late = pc.unique(person.filter(pc.equal(loans.column("status"), "in_arrears")))
    mandates = mandates_in_force(book.as_of)
    for row in loans.filter(pc.is_in(person, value_set=late)).to_pylist():
        mandate = next((m for m in mandates if _covers(m, row)), None)
        yield Loan(
            id=named_id("loan", row["lender"], row["loan_id"]),
            lender_id=row["lender_id"],
            agency_id=mandate.agency_id if mandate else None,
            mandate_id=mandate.pk if mandate else None,
            **{n: (row[n] or 0) if n in _AMOUNTS else row[n] for n in _COPIED},
        )


def _covers(mandate: Any, row: dict[str, Any]) -> bool:
    scope = mandate.scope
    return bool(
        mandate.lender_id == row["lender_id"]
        and (not scope.get("products") or row["product"] in scope["products"])
        and (not scope.get("buckets") or row["bucket"] in scope["buckets"])
        and covers_region(scope, row["lender_id"], row["borrower_id"])
    )
