"""Loans as pages and the API see them, always through the viewer's scope."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

import pyarrow as pa

from doorstep.book.ageing import tables_of
from doorstep.book.columns import pc
from doorstep.book.ledger import live
from doorstep.book.models import BookEvent, EventKind, Loan
from doorstep.book.one_loan import has_schedule, state_on
from doorstep.book.products import products_of
from doorstep.book.records import AgedBook, LoanState, LoanView, PaymentView
from doorstep.book.rules.buckets import UNAGED, bucket_of
from doorstep.book.rules.stated import FULL, SUMMARY
from doorstep.book.scope import UnknownLenderError, current, lender_id, lenders_of, may_open, opener
from doorstep.book.services.ageing import last_aged
from doorstep.book.services.payments import UnknownLoanError
from doorstep.book.store import loan_row
from doorstep.book.types import InstalmentState, PaymentState
from doorstep.book.types import LoanState as Computed
from doorstep.kernel.money import COMPONENTS
from doorstep.people.types import Viewer

_DUE = tuple(f"due_{c}" for c in COMPONENTS)
_SHARED = (
    *("lender_id", "loan_id", "borrower_id", "product", "currency", "kind", "status", "as_of"),
    *("principal", "disbursed_on", "dpd", "bucket", "oldest_unpaid", "next_due"),
)
_COMPUTED = (
    *("as_of", "dpd", "oldest_unpaid", "next_due", "next_amount", "not_due", "credit", "payoff"),
)
_ZERO = ("next_amount", "not_due", "credit", "payoff")


def loan_view(row: Mapping[str, Any]) -> LoanView:
    """A row of the aged book or of the projection as a view."""
    shared: dict[str, Any] = {n: row[n] for n in _SHARED} | {n: row[n] or 0 for n in _ZERO}
    return LoanView(
        **shared,
        due={c: row[f"due_{c}"] or 0 for c in COMPONENTS},
    )


def loans_of(viewer: Viewer, lender: int, borrower_id: str) -> list[LoanView]:
    """All loans of a borrower as last aged, by loan id; nothing where the viewer may not look.

    Unaged ones are among them: visible, though nobody may be contacted for them.
    """
    names = [*_SHARED, *_ZERO, *_DUE]
    rows: list[Any] = list(
        Loan.objects.filter(lender_id=lender, borrower_id=borrower_id)
        .order_by("loan_id")
        .values(*names)
    )
    if not rows and (book := last_aged()) is not None:
        rows = _of_borrower(book, lender, borrower_id)
    return [
        loan_view(r)
        for r in rows
        if may_open(viewer, lender, r["product"], r["as_of"], borrower_id)
    ]


def _of_borrower(book: AgedBook, lender: int, borrower_id: str) -> list[dict[str, Any]]:
    mine = pc.and_(
        pc.equal(book.loans.column("lender_id"), lender),
        pc.equal(book.loans.column("borrower_id"), borrower_id),
    )
    found: list[dict[str, Any]] = book.loans.filter(mine).to_pylist()
    return found


def list_loans(
    viewer: Viewer, *, after: tuple[str, str] = ("", ""), limit: int = 100, status: str = ""
) -> list[tuple[str, LoanView]]:
    """(lender code, loan) of the last ageing after a (lender, loan), by lender and loan."""
    book = last_aged()
    if book is None:
        return []
    rows = book.loans
    allowed = lenders_of(viewer, book.as_of)
    if allowed is not None:
        wanted = pc.field("lender_id").isin(sorted(allowed))
        rows = rows.filter(wanted)
    if status:
        rows = rows.filter(pc.field("status") == status)
    lender, loan = after
    rows = rows.filter(
        (pc.field("lender") > lender)
        | ((pc.field("lender") == lender) & (pc.field("loan_id") > loan))
    )
    found, opens = [], opener(viewer, book.as_of)
    for row in _each(rows):
        if opens(row["lender_id"], row["product"], row["borrower_id"]):
            found.append((row["lender"], loan_view(row)))
        if len(found) == limit:
            break
    return found


def _each(rows: Any) -> Any:
    for batch in rows.to_batches(1000):
        yield from batch.to_pylist()


def loan_state(viewer: Viewer, lender: str, loan_id: str, as_of: date) -> LoanState:
    """One loan at the end of a day, by the same replay as the nightly run.

    Raises UnknownLoanError where there is no such loan for this viewer.
    """
    owner, manifest, currency = open_loan(viewer, lender, loan_id, as_of)
    tables, events = tables_of(owner, manifest, [loan_id])
    row = tables["loans"].to_pylist()[0]
    _, state = state_on(tables, events, as_of, products_of(owner).get(row["product"]))
    return LoanState(
        loan=loan_view({**row, "lender_id": owner, **_shown(state, tables, as_of)}),
        instalments=[_instalment(i) for i in state.instalments] if state else [],
        payments=_payments(owner, loan_id, state.payments if state else (), currency),
    )


def open_loan(viewer: Viewer, lender: str, loan_id: str, on: date) -> tuple[int, UUID, str]:
    """The lender's id, its snapshot and the currency of a loan the viewer may see on a day.

    Raises UnknownLoanError where there is no such loan for this viewer.
    """
    try:
        owner = lender_id(viewer, lender, on)
    except UnknownLenderError as error:
        raise UnknownLoanError(str(error)) from error
    manifest = current(owner)
    known = loan_row(manifest, loan_id) if manifest else None
    if manifest is None or known is None or not may_open(viewer, owner, known[1], on, known[0]):
        raise UnknownLoanError(f"loan_id: lender {lender} has no loan {loan_id}")
    return owner, manifest, known[2]


def _shown(state: Computed | None, tables: Mapping[str, pa.Table], as_of: date) -> dict[str, Any]:
    """The numbers of a computed loan under the names of the aged book."""
    if state is None:
        nothing: dict[str, Any] = dict.fromkeys((*_ZERO, *_DUE), 0)
        unknown = dict.fromkeys(("dpd", "oldest_unpaid", "next_due"))
        said = {"kind": UNAGED, "status": UNAGED, "bucket": UNAGED, "as_of": as_of}
        return {**nothing, **unknown, **said}
    left = "current" if state.payoff else "settled"
    return {
        **{name: getattr(state, name) for name in _COMPUTED},
        **{f"due_{name}": amount for name, amount in state.due.items()},
        "bucket": bucket_of(state.dpd),
        "kind": FULL if has_schedule(tables) else SUMMARY,
        "status": "in_arrears" if state.arrears else left,
    }


def _instalment(i: InstalmentState) -> dict[str, Any]:
    names = ("number", "due", "total", "paid", "in_advance", "late", "outstanding", "paid_on")
    return {**{n: getattr(i, n) for n in names}, **i.parts}


def _payments(
    owner: int, loan_id: str, paid: Iterable[PaymentState], currency: str
) -> list[PaymentView]:
    """Imported and live payments by day, unverified ones too; reversals name what they undo."""
    events = live(owner, [loan_id])
    arrived = {e.external_id: e for e in events if e.kind == EventKind.PAYMENT}
    found = [
        PaymentView(
            payment_id=str(p.payment_id),
            on=p.on,
            amount=p.amount,
            currency=currency,
            source="live" if p.payment_id in arrived else "file",
            reversed=p.reversed,
            channel=arrived[str(p.payment_id)].channel if p.payment_id in arrived else "",
            split={**p.split, "credit": p.credit},
        )
        for p in paid
    ]
    counted = {p.payment_id for p in found}
    found += [_open(e) for e in arrived.values() if e.external_id not in counted]
    return sorted(found, key=lambda p: (p.on, p.payment_id))


def _open(event: BookEvent) -> PaymentView:
    return PaymentView(
        payment_id=event.external_id,
        on=event.on,
        amount=event.amount,
        currency=event.currency,
        source="live",
        verified=event.verified,
        channel=event.channel,
    )
