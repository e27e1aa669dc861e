"""Money for a borrower and no one loan: divided by law, recorded once, taken back whole.

Each share is a payment event of its own loan, called after the payment: `P-1` becomes `P-1:1`,
`P-1:2`. The division is made once and kept with the shares, so the same payment sent again gets
the same answer, whatever is owed by then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from doorstep.book.debts import Debts
from doorstep.book.models import BookEvent, EventKind, Manifest
from doorstep.book.records import BorrowerPayment, BorrowerReceipt, ShareReceipt
from doorstep.book.rules.debts import Debt, Portion, divide
from doorstep.book.scope import current, lender_id, may_open
from doorstep.book.services.payments import (
    PaymentConflictError,
    PaymentError,
    UnknownLoanError,
    UnknownPaymentError,
    check_payment,
    is_known,
    is_verified,
    new_event,
    record_payment,
    reverse_payment,
)
from doorstep.book.store import read
from doorstep.kernel.money import Money
from doorstep.people.types import Viewer

_LONGEST_ID = 90


class UnknownBorrowerError(PaymentError):
    """The lender has no such borrower, or none of whose loans is this viewer's to see."""


def record_borrower_payment(
    viewer: Viewer, lender: str, payment: BorrowerPayment, *, at: datetime, by: str
) -> BorrowerReceipt:
    """Record money of a borrower once per (lender, payment_id), divided among their loans.

    Only loans of the payment's currency that the viewer may see and whose debt is known get a
    share; what nothing was owed for is credit of the loan paid last. Otherwise as `record_payment`.
    Raises UnknownBorrowerError, UnknownLoanError (a loan named that is not theirs),
    PaymentConflictError (same id, other values), PaymentError, UnknownLenderError.
    """
    owner = lender_id(viewer, lender, at.date())
    theirs = _loans_of(viewer, owner, payment.borrower_id, at.date())
    mine = _in_currency(theirs, payment)
    check_payment(
        payment.payment_id, payment.on, payment.amount, payment.amount.currency, at,
        longest=_LONGEST_ID,
    )  # fmt: skip
    with transaction.atomic():
        _lock(owner)
        known = _shares(owner, payment.payment_id)
        if known:
            return _again(viewer, lender, known, payment, at, by)
        if is_known(owner, payment.payment_id):
            raise PaymentConflictError(
                _("payment %(id)s is known as money of one loan; nothing was recorded")
                % {"id": payment.payment_id}
            )
        portions = _divided(owner, mine, payment, at.date())
        rows = [_share(viewer, owner, payment, portions, n, at, by) for n in range(len(portions))]
        for row in rows:
            row.save(force_insert=True)
    return _receipt(rows, verified=payment.verified, created=True)


def reverse_borrower_payment(
    viewer: Viewer,
    *,
    lender: str,
    payment_id: str,
    reversal_id: str,
    on: date,
    at: datetime,
    by: str,
    why: str = "",
) -> BorrowerReceipt:
    """Take all shares of a borrower's payment back; once per reversal_id.

    Raises UnknownPaymentError, PaymentConflictError where a share was taken back by itself before,
    and what `reverse_payment` raises; then nothing is taken back.
    """
    owner = lender_id(viewer, lender, at.date())
    shares = _shares(owner, payment_id)
    if not shares:
        raise UnknownPaymentError(
            _("payment_id: no payment %(id)s of a borrower") % {"id": payment_id}
        )
    if len(reversal_id) > _LONGEST_ID:
        raise PaymentError(
            _("reversal_id: give an id of 1 to %(n)s characters") % {"n": _LONGEST_ID}
        )
    with transaction.atomic():
        done = [
            reverse_payment(
                viewer, lender=lender, payment_id=row.external_id,
                reversal_id=f"{reversal_id}:{n}", on=on, at=at, by=by, why=why,
            )
            for n, row in enumerate(shares, 1)
        ]  # fmt: skip
    return replace(
        _receipt(shares, verified=True, created=done[0].created),
        payment_id=reversal_id,
        on=on,
        received_at=done[0].received_at,
        shares=tuple(ShareReceipt(d.payment_id, d.loan_id, d.amount, ()) for d in done),
    )


def is_divided(viewer: Viewer, lender: str, payment_id: str, at: datetime) -> bool:
    """Whether a payment's id is that of money for a borrower. Raises UnknownLenderError."""
    return bool(_shares(lender_id(viewer, lender, at.date()), payment_id))


def _loans_of(viewer: Viewer, owner: int, borrower: str, on: date) -> list[dict[str, str]]:
    columns = ["loan_id", "borrower_id", "product", "currency"]
    filters = [("borrower_id", "=", borrower)]
    rows = read(current(owner), "loans", columns=columns, filters=filters).to_pylist()
    found = [r for r in rows if may_open(viewer, owner, r["product"], on, borrower)]
    if not found:
        raise UnknownBorrowerError(
            _("borrower_id: there is no borrower %(id)s with a loan; import it first")
            % {"id": borrower}
        )
    return found


def _in_currency(theirs: Sequence[Mapping[str, str]], payment: BorrowerPayment) -> list[str]:
    """The loans money of a currency may pay; raises where the payer named another."""
    by_id = {r["loan_id"]: r["currency"] for r in theirs}
    for loan in sorted(payment.loans):
        if loan not in by_id:
            raise UnknownLoanError(
                _("loans: borrower %(borrower)s has no loan %(loan)s")
                % {"borrower": payment.borrower_id, "loan": loan}
            )
    currency = payment.amount.currency
    mine = [loan for loan, code in by_id.items() if code == currency]
    if not mine or not set(payment.loans) <= set(mine):
        raise PaymentError(
            _("currency: the payment is in %(currency)s, the loan is not") % {"currency": currency}
        )
    return sorted(mine)


def _lock(owner: int) -> None:
    """One payment of a lender's borrowers at a time, so that two do not meet the same debt."""
    rows = Manifest.objects.select_for_update().filter(lender_id=owner, current=True)
    list(rows.values_list("pk"))


def _divided(
    owner: int, loans: Sequence[str], payment: BorrowerPayment, today: date
) -> tuple[Portion, ...]:
    debts = Debts(owner, loans, today)
    known: list[Debt] = []
    for loan in loans:
        debt = debts.of(loan, payment.on)
        if debt is not None:
            known.append(debt)
        elif loan in payment.loans:
            raise PaymentError(
                _("loans: nobody knows what loan %(loan)s owes; record this money for that loan")
                % {"loan": loan}
            )
    portions = divide(payment.amount.minor, known, payment.loans)
    if not portions:
        raise PaymentError(
            _("loans: none of them owes anything that is known; name the loan this money is for")
        )
    return portions


def _share(
    viewer: Viewer,
    owner: int,
    payment: BorrowerPayment,
    portions: Sequence[Portion],
    place: int,
    at: datetime,
    by: str,
) -> BookEvent:
    """The event of one portion. It keeps what the whole payment said, to know it again."""
    part = portions[place]
    row = new_event(
        viewer, owner, EventKind.PAYMENT, f"{payment.payment_id}:{place + 1}", part.debt_id,
        payment.on, Money(part.amount, payment.amount.currency), at, by, payment.channel,
    )  # fmt: skip
    row.verified = payment.verified
    row.data = {
        **_said(payment),
        "of": payment.payment_id,
        "shares": len(portions),
        "grounds": [list(g) for g in part.grounds],
    }
    return row


def _said(payment: BorrowerPayment) -> dict[str, Any]:
    return {
        "borrower_id": payment.borrower_id,
        "amount": payment.amount.minor,
        "loans": sorted(set(payment.loans)),
    }


def _shares(owner: int, payment_id: str) -> list[BookEvent]:
    """The shares of a borrower's payment in their order; none where there is no such payment."""
    rows = BookEvent.objects.filter(lender_id=owner, kind=EventKind.PAYMENT)
    first = rows.filter(external_id=f"{payment_id}:1").first()
    if first is None or first.data.get("of") != payment_id:
        return []
    ids = [f"{payment_id}:{n}" for n in range(1, first.data["shares"] + 1)]
    found = {row.external_id: row for row in rows.filter(external_id__in=ids)}
    return [found[key] for key in ids]


def _again(
    viewer: Viewer,
    lender: str,
    shares: Sequence[BookEvent],
    payment: BorrowerPayment,
    at: datetime,
    by: str,
) -> BorrowerReceipt:
    """The receipt of a payment that is known; what was only told before may be verified now.
    Raises PaymentConflictError where it says anything else."""
    first = shares[0]
    given = {**_said(payment), "on": payment.on, "currency": payment.amount.currency}
    known = {"on": first.on, "currency": first.currency}
    for name, value in given.items():
        if value != known.get(name, first.data.get(name)):
            raise PaymentConflictError(
                _("payment %(id)s is known with another %(field)s; nothing was recorded")
                % {"id": payment.payment_id, "field": name}
            )
    created = False
    for row in shares if payment.verified else ():
        proof = record_payment(
            viewer, lender=lender, loan_id=row.loan_id, payment_id=row.external_id, on=row.on,
            amount=Money(row.amount, row.currency), at=at, by=by, channel=row.channel,
        )  # fmt: skip
        created = created or proof.created
    verified = payment.verified or first.verified or is_verified(first)
    return _receipt(shares, verified=verified, created=created)


def _receipt(shares: Sequence[BookEvent], *, verified: bool, created: bool) -> BorrowerReceipt:
    first = shares[0]
    return BorrowerReceipt(
        payment_id=first.data["of"],
        borrower_id=first.data["borrower_id"],
        on=first.on,
        amount=first.data["amount"],
        currency=first.currency,
        verified=verified,
        created=created,
        received_at=first.received_at,
        shares=tuple(
            ShareReceipt(
                row.external_id,
                row.loan_id,
                row.amount,
                tuple((why, part) for why, part in row.data["grounds"]),
            )
            for row in shares
        ),
    )
