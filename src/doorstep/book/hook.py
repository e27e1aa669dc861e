"""The signed webhook: a payment provider tells of money, and nobody else can.

    Doorstep-Timestamp: 1764000000             seconds since 1970, five minutes either way
    Doorstep-Delivery: 7f3c…                   the provider's id of this call
    Doorstep-Signature: v1=<hex>[,v1=<hex>]    HMAC-SHA256 of "timestamp.delivery.body"

The same delivery again gets the same answer; another body under its id is refused. Several secrets
of a lender may be in force at once, so that one takes over from another without a gap.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status
from ninja.errors import HttpError
from ninja.security import APIKeyHeader
from pydantic import ConfigDict, model_validator

from doorstep.book import api as book
from doorstep.book.money.secrets import in_force
from doorstep.book.rest_done import UNKNOWN
from doorstep.book.rest_types import CONFLICT, Id, Minor, Named, ReceiptOut, Words, answer
from doorstep.book.scope import UnknownLenderError, lender_id
from doorstep.kernel import clock
from doorstep.kernel.money import Money
from doorstep.people.api import once
from doorstep.people.guard import token_needs, token_viewer
from doorstep.people.types import SYSTEM, OrganisationKind, Permission, Viewer

router = Router(tags=["loans and payments"])

WINDOW = timedelta(minutes=5)
_MOST = 500
_LONGEST_ID = 100
_MOST_SIGNATURES = 4
_WRONG = "the signature does not fit this body, time and lender; check secret, clock and headers"


class Signature(APIKeyHeader):
    """Whoever signed with a secret of the lender in the address; the viewer may record money."""

    param_name = "Doorstep-Signature"

    def authenticate(self, request: HttpRequest, key: str | None) -> Viewer:
        at = clock.now()
        sent = request.headers.get("Doorstep-Timestamp", "")
        delivery = request.headers.get("Doorstep-Delivery", "")
        if not key or not _is_now(sent, at) or not _is_id(delivery):
            raise HttpError(401, _WRONG)
        owner = _owner(request, at)
        signed = f"{sent}.{delivery}.".encode() + request.body
        if owner is None or not _fits(key, signed, in_force(owner, at)):
            raise HttpError(401, _WRONG)
        return Viewer(
            name="webhook",
            organisation_id=owner,
            organisation_kind=OrganisationKind.LENDER,
            permissions=frozenset({Permission.MONEY}),
        )


class HookPayment(Schema):
    """Money for a loan of the lender in the address, or for a borrower: then it is divided among
    their loans by law, those of `loans` (the payer's word) first. Give one of the two."""

    loan_id: Id = ""
    borrower_id: Id = ""
    loans: Named = []
    payment_id: Id
    on: date = Field(..., description="Value date")
    amount: Minor
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    channel: Words = ""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="after")
    def _of_one(self) -> HookPayment:
        if bool(self.loan_id) == bool(self.borrower_id):
            raise ValueError("give loan_id or borrower_id, one of the two")
        if self.loan_id and self.loans:
            raise ValueError("loans goes with borrower_id")
        return self


class HookReversal(Schema):
    """Takes a payment back whole, with all its shares where it was divided."""

    reversal_id: Id
    payment_id: Id
    on: date
    why: Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")] = ""

    model_config = ConfigDict(extra="forbid")


class HookIn(Schema):
    """What happened since the last call; all of it is taken, or nothing."""

    payments: Annotated[list[HookPayment], Field(max_length=_MOST)] = []
    reversals: Annotated[list[HookReversal], Field(max_length=_MOST)] = []

    model_config = ConfigDict(extra="forbid")


class HookOut(Schema):
    """A receipt for each payment, then for each reversal, in the order sent; one for each share
    of money that was divided."""

    receipts: list[ReceiptOut]


@router.post(
    "/hooks/payments/{lender}",
    auth=Signature(),
    response={200: HookOut},
    openapi_extra=CONFLICT,
    summary="A payment provider's signed call",
)
@token_needs(Permission.MONEY)
def post_hook(request: HttpRequest, lender: str, call: HookIn) -> Status[dict[str, Any]]:
    who, at = token_viewer(request), clock.now()
    key = f"hook:{request.headers.get('Doorstep-Delivery', '')}"
    asked = {"path": "/hooks/payments", "body": call.model_dump(mode="json")}
    try:
        return Status(*once(who, key, asked, lambda: _done(who, lender, call, at), at=at))
    except book.PaymentConflictError as error:
        raise HttpError(409, str(error)) from error
    except UNKNOWN as error:
        raise HttpError(404, str(error)) from error
    except book.PaymentError as error:
        raise HttpError(422, str(error)) from error


def _done(who: Viewer, lender: str, call: HookIn, at: datetime) -> tuple[int, dict[str, Any]]:
    """Runs inside the transaction that keeps the answer, so a refusal leaves nothing behind."""
    receipts = [r for p in call.payments for r in _paid(who, lender, p, at)]
    receipts += [r for b in call.reversals for r in _taken_back(who, lender, b, at)]
    return 200, {"receipts": [answer(r)[1] for r in receipts]}


def _paid(who: Viewer, lender: str, p: HookPayment, at: datetime) -> Sequence[book.PaymentReceipt]:
    amount = Money(p.amount, p.currency)
    if p.borrower_id:
        money = book.BorrowerPayment(
            p.borrower_id, p.payment_id, p.on, amount, tuple(p.loans), channel=p.channel
        )
        return book.record_borrower_payment(who, lender, money, at=at, by=who.name).receipts
    receipt = book.record_payment(
        who,
        lender=lender,
        loan_id=p.loan_id,
        payment_id=p.payment_id,
        on=p.on,
        amount=amount,
        at=at,
        by=who.name,
        channel=p.channel,
    )
    return [receipt]


def _taken_back(
    who: Viewer, lender: str, r: HookReversal, at: datetime
) -> Sequence[book.PaymentReceipt]:
    said: dict[str, Any] = {
        "lender": lender,
        "payment_id": r.payment_id,
        "reversal_id": r.reversal_id,
        "on": r.on,
        "at": at,
        "by": who.name,
        "why": r.why,
    }
    if book.is_divided(who, lender, r.payment_id, at):
        return book.reverse_borrower_payment(who, **said).receipts
    return [book.reverse_payment(who, **said)]


def _owner(request: HttpRequest, at: datetime) -> int | None:
    match = request.resolver_match
    code = str(match.kwargs.get("lender", "")) if match else ""
    try:
        return lender_id(SYSTEM, code, at.date())
    except UnknownLenderError:
        return None


def _is_now(sent: str, at: datetime) -> bool:
    if not sent.isascii() or not sent.isdigit() or len(sent) > 12:
        return False
    return abs(int(sent) - int(at.timestamp())) <= WINDOW.total_seconds()


def _is_id(delivery: str) -> bool:
    return 0 < len(delivery) <= _LONGEST_ID and delivery.isascii() and delivery.isprintable()


def _fits(given: str, signed: bytes, secrets: list[bytes]) -> bool:
    """Whether one of the signatures was made with one of the secrets. Every pair is compared in
    constant time."""
    parts = [p.strip().removeprefix("v1=") for p in given.split(",")][:_MOST_SIGNATURES]
    made = [hmac.new(s, signed, hashlib.sha256).hexdigest() for s in secrets]
    found = [hmac.compare_digest(p.encode(), m.encode()) for p in parts for m in made]
    return any(found)
