"""Money that arrives live: recorded once, taken back by a second event, never edited."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from doorstep.book.models import BookEvent, EventKind
from doorstep.book.ports import LARGEST_AMOUNT
from doorstep.book.records import PaymentReceipt
from doorstep.book.scope import current, lender_id, may_open
from doorstep.book.store import loan_row, read
from doorstep.kernel.money import Money
from doorstep.people.types import OrganisationKind, Viewer

_EARLIEST = date(1900, 1, 1)
_SAME = ("loan_id", "on", "amount", "currency", "data")


class PaymentError(ValueError):
    """The payment cannot be recorded; the message names the field and what to do."""


class PaymentConflictError(PaymentError):
    """The same id was recorded before with other values."""


class UnknownLoanError(PaymentError):
    """The lender has no such loan, or not for this viewer."""


class UnknownPaymentError(PaymentError):
    """There is no such payment to take back or to verify."""


def record_payment(
    viewer: Viewer,
    *,
    lender: str,
    loan_id: str,
    payment_id: str,
    on: date,
    amount: Money,
    at: datetime,
    by: str,
    verified: bool = True,
    channel: str = "",
) -> PaymentReceipt:
    """Record money for any loan of a lender, once per (lender, payment_id).

    `amount` in minor units is above zero and in the loan's currency; `on` is the value date and
    not after the day of `at` (a day of leeway for zones). Unverified money is kept and shown but
    reduces nothing until the same payment is recorded again as verified.
    Raises PaymentConflictError (same id, other values), PaymentError, UnknownLenderError.
    """
    owner, currency = _loan(viewer, lender, loan_id, at)
    check_payment(payment_id, on, amount, currency, at)
    event = new_event(
        viewer, owner, EventKind.PAYMENT, payment_id, loan_id, on, amount, at, by, channel
    )
    event.verified = verified
    imported = _imported(owner, payment_id)
    if imported is not None:
        return _known(event, imported)
    _not_divided(owner, payment_id)
    row, created = _once(event)
    if verified and not row.verified:
        created = _verify(viewer, row, at, by)
    return _receipt(row, created, verified=verified or row.verified or is_verified(row))


def reverse_payment(
    viewer: Viewer,
    *,
    lender: str,
    payment_id: str,
    reversal_id: str,
    on: date,
    at: datetime,
    by: str,
    why: str = "",
) -> PaymentReceipt:
    """Take a payment back whole, whether it came live or in a file; once per reversal_id.

    Raises UnknownPaymentError, PaymentConflictError (already taken back, or the id is used),
    PaymentError for a day before the payment's.
    """
    owner = lender_id(viewer, lender, at.date())
    loan_id, paid, currency, paid_on = _paid(owner, payment_id)
    _loan(viewer, lender, loan_id, at)
    check_payment(reversal_id, on, Money(paid, currency), currency, at)
    if on < paid_on:
        raise PaymentError(
            _("on: the payment is of %(day)s; it cannot be taken back before") % {"day": paid_on}
        )
    event = new_event(
        viewer,
        owner,
        EventKind.REVERSAL,
        reversal_id,
        loan_id,
        on,
        Money(paid, currency),
        at,
        by,
        "",
    )
    event.data = {"reverses": payment_id, "why": why}
    with transaction.atomic():
        earlier = _reversal_of(owner, payment_id)
        if earlier is not None and earlier != reversal_id:
            raise PaymentConflictError(
                _("payment %(id)s was taken back before, by %(other)s")
                % {"id": payment_id, "other": earlier}
            )
        row, created = _once(event)
    return _receipt(row, created, verified=True)


def _loan(viewer: Viewer, lender: str, loan_id: str, at: datetime) -> tuple[int, str]:
    owner = lender_id(viewer, lender, at.date())
    manifest = current(owner)
    found = loan_row(manifest, loan_id) if manifest else None
    if found is None or not may_open(viewer, owner, found[1], at.date(), found[0]):
        raise UnknownLoanError(
            _("loan_id: lender %(lender)s has no loan %(loan)s; import it first")
            % {"lender": lender, "loan": loan_id}
        )
    return owner, found[2]


def check_payment(
    key: str, on: date, amount: Money, currency: str, at: datetime, *, longest: int = 100
) -> None:
    """Raises PaymentError, naming the field, for what no payment can be."""
    if not key or len(key) > longest or key != key.strip():
        raise PaymentError(
            _("payment_id: give an id of 1 to %(longest)s characters") % {"longest": longest}
        )
    if not 0 < amount.minor <= LARGEST_AMOUNT:
        raise PaymentError(_("amount: must be above zero and not absurdly large"))
    if amount.currency != currency:
        raise PaymentError(
            _("currency: the loan is in %(loan)s, the payment in %(payment)s")
            % {"loan": currency, "payment": amount.currency}
        )
    if on < _EARLIEST:
        raise PaymentError(_("on: no money is that old; check the year"))
    if on > at.date() + timedelta(days=1):
        raise PaymentError(_("on: money cannot have arrived in the future"))


def new_event(
    viewer: Viewer,
    owner: int,
    kind: EventKind,
    key: str,
    loan_id: str,
    on: date,
    amount: Money,
    at: datetime,
    by: str,
    channel: str,
) -> BookEvent:
    """An event of a viewer's, not written yet."""
    agency = viewer.organisation_kind is OrganisationKind.AGENCY
    return BookEvent(
        lender_id=owner,
        agency_id=viewer.organisation_id if agency else None,
        kind=kind,
        external_id=key,
        loan_id=loan_id,
        on=on,
        amount=amount.minor,
        currency=amount.currency,
        received_at=at,
        by=by,
        channel=channel,
    )


def _once(event: BookEvent) -> tuple[BookEvent, bool]:
    """Append the event, or find the one that is there; other values raise."""
    try:
        with transaction.atomic():
            event.save(force_insert=True)
    except IntegrityError:
        there = BookEvent.objects.get(
            lender_id=event.lender_id, kind=event.kind, external_id=event.external_id
        )
        _same(event, {name: getattr(there, name) for name in _SAME})
        return there, False
    return event, True


def _same(event: BookEvent, known: dict[str, Any]) -> None:
    for name, value in known.items():
        given = getattr(event, name)
        same = given.get("reverses") == value.get("reverses") if name == "data" else given == value
        if not same:
            raise PaymentConflictError(
                _("payment %(id)s is known with another %(field)s; nothing was recorded")
                % {"id": event.external_id, "field": name}
            )


def _imported(owner: int, payment_id: str) -> dict[str, Any] | None:
    manifest = current(owner)
    if manifest is None:
        return None
    rows = read(manifest, "payments", filters=[("payment_id", "=", payment_id)]).to_pylist()
    return rows[0] if rows else None


def is_known(owner: int, payment_id: str) -> bool:
    """Whether a payment of one loan has this id, live or in a file."""
    live = BookEvent.objects.filter(lender_id=owner, kind=EventKind.PAYMENT, external_id=payment_id)
    return live.exists() or _imported(owner, payment_id) is not None


def _not_divided(owner: int, payment_id: str) -> None:
    """Raises where the id is that of money for a borrower: the same money must not count twice."""
    share = BookEvent.objects.filter(
        lender_id=owner, kind=EventKind.PAYMENT, external_id=f"{payment_id}:1"
    ).first()
    if share is not None and share.data.get("of") == payment_id:
        raise PaymentConflictError(
            _("payment %(id)s is known as money of a borrower; nothing was recorded")
            % {"id": payment_id}
        )


def _known(event: BookEvent, imported: dict[str, Any]) -> PaymentReceipt:
    _same(event, {name: imported[name] for name in ("loan_id", "on", "amount")})
    return _receipt(event, False, verified=True)


def _paid(owner: int, payment_id: str) -> tuple[str, int, str, date]:
    """Loan, amount, currency and value date of a payment, live or imported."""
    live = BookEvent.objects.filter(
        lender_id=owner, kind=EventKind.PAYMENT, external_id=payment_id
    ).first()
    if live is not None:
        return live.loan_id, live.amount, live.currency, live.on
    imported = _imported(owner, payment_id)
    if imported is None or imported["reverses"]:
        raise UnknownPaymentError(_("payment_id: no payment %(id)s") % {"id": payment_id})
    manifest = current(owner)
    found = loan_row(manifest, imported["loan_id"]) if manifest else None
    return imported["loan_id"], imported["amount"], found[2] if found else "", imported["on"]


def _reversal_of(owner: int, payment_id: str) -> str | None:
    """The id of the event or file row that took a payment back already."""
    live = BookEvent.objects.filter(
        lender_id=owner, kind=EventKind.REVERSAL, data__reverses=payment_id
    ).first()
    if live is not None:
        return live.external_id
    rows = read(
        current(owner), "payments", columns=["payment_id"], filters=[("reverses", "=", payment_id)]
    )
    return str(rows.column("payment_id")[0]) if rows.num_rows else None


def _verify(viewer: Viewer, row: BookEvent, at: datetime, by: str) -> bool:
    proof = new_event(
        viewer,
        row.lender_id,
        EventKind.VERIFICATION,
        row.external_id,
        row.loan_id,
        row.on,
        Money(row.amount, row.currency),
        at,
        by,
        row.channel,
    )
    return _once(proof)[1]


def is_verified(row: BookEvent) -> bool:
    """Whether money that was only told has been verified since."""
    return BookEvent.objects.filter(
        lender_id=row.lender_id, kind=EventKind.VERIFICATION, external_id=row.external_id
    ).exists()


def _receipt(row: BookEvent, created: bool, *, verified: bool) -> PaymentReceipt:
    return PaymentReceipt(
        payment_id=row.external_id,
        loan_id=row.loan_id,
        on=row.on,
        amount=row.amount,
        currency=row.currency,
        verified=verified,
        created=created,
        received_at=row.received_at,
    )
