"""The daily proof: our balance of every loan against the one the lender's own system states."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pyarrow as pa
from django.db import transaction

from doorstep.book.ageing import tables_of
from doorstep.book.columns import pc
from doorstep.book.models import LenderDifference, Manifest
from doorstep.book.products import products_of
from doorstep.book.rules.ageing import age
from doorstep.book.rules.difference import Figures, cause_of, held_back
from doorstep.book.store import read
from doorstep.kernel.ids import named_id
from doorstep.kernel.money import COMPONENTS
from doorstep.people.api import lender_codes

_FRESH = timedelta(days=7)
"""Statements older than this are not proven again: they were, on the days after they came."""
_BATCH = 1000


@dataclass(frozen=True, slots=True)
class ProofReport:
    """Loans compared on this day, differences that stand, those new and those gone since."""

    compared: int = 0
    differing: int = 0
    new: int = 0
    gone: int = 0


@dataclass(frozen=True, slots=True)
class _Compared:
    loan: dict[str, Any]
    figures: Figures


def prove(as_of: date, at: datetime) -> ProofReport:
    """Compare every loan of which the lender states a balance, as at the day it is stated for.

    Only loans we compute ourselves (full ones): a summary loan is what the lender states. Writes
    one row a difference; it stays, with the day it began, until the two agree. A second call for
    the same day changes nothing.
    """
    codes = lender_codes()
    compared = [
        c
        for m in Manifest.objects.filter(current=True, lender_id__in=codes).order_by("lender_id")
        for c in _compare(m, as_of)
    ]
    return _keep(compared, as_of, at)


def _compare(manifest: Manifest, as_of: date) -> Iterator[_Compared]:
    """Our figures beside the stated ones, with one ageing for each stated day."""
    products = products_of(manifest.lender_id)
    for day, ids in sorted(_stated(manifest, as_of).items()):
        tables, events = tables_of(manifest.lender_id, manifest.pk, ids)
        ours = {r["loan_id"]: r for r in age(tables, events, day, products=products).to_pylist()}
        paid = _paid(tables["payments"], day)
        for loan in tables["loans"].to_pylist():
            row = ours[loan["loan_id"]]
            if row["status"] == "full":
                figures = Figures(
                    day,
                    {c: row[f"due_{c}"] for c in COMPONENTS},
                    {c: loan[f"owed_{c}"] or 0 for c in COMPONENTS},
                    tuple(paid[loan["loan_id"]]),
                )
                yield _Compared({**loan, "lender_id": manifest.lender_id}, figures)


def _stated(manifest: Manifest, as_of: date) -> dict[date, list[str]]:
    """The loans with a lately stated balance, by the day it is stated for."""
    rows = read(manifest.pk, "loans", columns=["loan_id", "stated_on"])
    on = rows.column("stated_on")
    lately = pc.and_(pc.less_equal(on, as_of), pc.greater(on, as_of - _FRESH))
    found: dict[date, list[str]] = defaultdict(list)
    for row in rows.filter(pc.fill_null(lately, False)).to_pylist():
        found[row["stated_on"]].append(row["loan_id"])
    return found


def _paid(payments: pa.Table, day: date) -> dict[str, list[tuple[date, int]]]:
    """Payments up to a day by loan, without those taken back."""
    found: dict[str, list[tuple[date, int]]] = defaultdict(list)
    rows = payments.filter(pc.less_equal(payments.column("on"), day)).to_pylist()
    gone = {(r["loan_id"], r["reverses"]) for r in rows if r["reverses"]}
    for row in rows:
        if not row["reverses"] and (row["loan_id"], row["payment_id"]) not in gone:
            found[row["loan_id"]].append((row["on"], row["amount"]))
    return found


@transaction.atomic
def _keep(compared: list[_Compared], as_of: date, at: datetime) -> ProofReport:
    """Differences as rows: those that stand are updated, those gone are ended, new ones begin."""
    open_ = {
        (d.lender_id, d.loan_id): d for d in LenderDifference.objects.filter(ended_on__isnull=True)
    }
    equal, standing, new = [], [], []
    for c in compared:
        known = open_.get((c.loan["lender_id"], c.loan["loan_id"]))
        if not c.figures.differ:
            if known:
                known.ended_on = as_of
                equal.append(known)
        elif known:
            _fill(known, c.figures)
            standing.append(known)
        else:
            new.append(_begin(c, as_of, at))
    LenderDifference.objects.bulk_create(new, batch_size=_BATCH)
    LenderDifference.objects.bulk_update(equal, ["ended_on"], batch_size=_BATCH)
    LenderDifference.objects.bulk_update(standing, _FIGURES, batch_size=_BATCH)
    left = len(open_) - len(equal) + len(new)
    return ProofReport(len(compared), left, len(new), len(equal))


_FIGURES = ("stated_on", "ours", "theirs", "gap", "held_back", "cause")


def _begin(c: _Compared, as_of: date, at: datetime) -> LenderDifference:
    loan = c.loan
    row = LenderDifference(
        id=named_id("difference", loan["lender_id"], loan["loan_id"], as_of),
        lender_id=loan["lender_id"],
        loan_id=loan["loan_id"],
        borrower_id=loan["borrower_id"],
        currency=loan["currency"],
        since=as_of,
        noticed_at=at,
    )
    _fill(row, c.figures)
    return row


def _fill(row: LenderDifference, figures: Figures) -> None:
    row.stated_on = figures.on
    row.ours, row.theirs = dict(figures.ours), dict(figures.theirs)
    row.gap, row.held_back = figures.gap, held_back(figures)
    row.cause = str(cause_of(figures))
