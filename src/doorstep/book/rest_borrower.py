"""Money for a borrower over REST: divided among their loans by law, the payer's word first."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status
from pydantic import ConfigDict

from doorstep.book import api as book
from doorstep.book.rest_done import done, lender_of
from doorstep.book.rest_types import CONFLICT, Code, Id, IdempotencyKey, Minor, Named, Words
from doorstep.kernel import clock
from doorstep.kernel.money import Money
from doorstep.people.guard import token_needs, token_viewer
from doorstep.people.types import Permission

router = Router(tags=["loans and payments"])


class BorrowerPaymentIn(Schema):
    """Money for a borrower and no one loan. Send the same `payment_id` again as often as needed:
    it counts once, and the answer stays the same."""

    lender: Code = Field("", description="Needed with an agency's token")
    borrower_id: Id
    loans: Named = []
    payment_id: Id
    on: date = Field(..., description="Value date")
    amount: Minor
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    verified: bool = True
    channel: Words = ""

    model_config = ConfigDict(extra="forbid")


class BorrowerReversalIn(Schema):
    """Takes all shares of a borrower's payment back."""

    lender: Code = Field("", description="Needed with an agency's token")
    reversal_id: Id
    payment_id: Id
    on: date
    why: Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")] = ""

    model_config = ConfigDict(extra="forbid")


class GroundOut(Schema):
    """Why: `chosen` (the payer's word), `due`, `later` (not due yet), `proportion` (several ranked
    alike), `credit` (nothing was owed for it)."""

    why: Literal["chosen", "due", "later", "proportion", "credit"]
    amount: int


class ShareOut(Schema):
    """What one loan got. It is a payment of its own under `payment_id`; name it so in files."""

    payment_id: str
    loan_id: str
    amount: int
    grounds: list[GroundOut]


class BorrowerReceiptOut(Schema):
    """The shares in the order of payment; together they make `amount`. `created` is false where
    the same was recorded before."""

    payment_id: str
    borrower_id: str
    on: date
    amount: int
    currency: str
    verified: bool
    created: bool
    received_at: datetime
    shares: list[ShareOut]


@router.post(
    "/borrower-payments",
    response={200: BorrowerReceiptOut, 201: BorrowerReceiptOut},
    openapi_extra=CONFLICT,
    summary="Record money for a borrower, divided among their loans",
)
@token_needs(Permission.MONEY)
def post_borrower_payment(
    request: HttpRequest, payment: BorrowerPaymentIn, key: IdempotencyKey = ""
) -> Status[dict[str, Any]]:
    who, at = token_viewer(request), clock.now()

    def make() -> tuple[int, dict[str, Any]]:
        receipt = book.record_borrower_payment(
            who,
            lender_of(who, payment.lender),
            book.BorrowerPayment(
                payment.borrower_id,
                payment.payment_id,
                payment.on,
                Money(payment.amount, payment.currency),
                tuple(payment.loans),
                payment.verified,
                payment.channel,
            ),
            at=at,
            by=who.name,
        )
        return answer_of(receipt)

    return done(who, key, "/borrower-payments", payment, make, at)


@router.post(
    "/borrower-reversals",
    response={200: BorrowerReceiptOut, 201: BorrowerReceiptOut},
    openapi_extra=CONFLICT,
    summary="Take a borrower's money back",
)
@token_needs(Permission.MONEY)
def post_borrower_reversal(
    request: HttpRequest, reversal: BorrowerReversalIn, key: IdempotencyKey = ""
) -> Status[dict[str, Any]]:
    who, at = token_viewer(request), clock.now()

    def make() -> tuple[int, dict[str, Any]]:
        receipt = book.reverse_borrower_payment(
            who,
            lender=lender_of(who, reversal.lender),
            payment_id=reversal.payment_id,
            reversal_id=reversal.reversal_id,
            on=reversal.on,
            at=at,
            by=who.name,
            why=reversal.why,
        )
        return answer_of(receipt)

    return done(who, key, "/borrower-reversals", reversal, make, at)


def answer_of(receipt: book.BorrowerReceipt) -> tuple[int, dict[str, Any]]:
    """Status and body of a receipt: 201 where something is new."""
    body = {name: getattr(receipt, name) for name in receipt.__slots__}
    body |= {"on": receipt.on.isoformat(), "received_at": receipt.received_at.isoformat()}
    body["shares"] = [
        {
            "payment_id": s.payment_id,
            "loan_id": s.loan_id,
            "amount": s.amount,
            "grounds": [{"why": why, "amount": amount} for why, amount in s.grounds],
        }
        for s in receipt.shares
    ]
    return 201 if receipt.created else 200, body
