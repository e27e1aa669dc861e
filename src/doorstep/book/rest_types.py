"""Words and shapes that the operations of the book's API share."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from ninja import Field, Header, Schema
from pydantic import BeforeValidator

from doorstep.book.ports import LARGEST_AMOUNT
from doorstep.book.records import PaymentReceipt

Code = Annotated[str, Field(max_length=40, pattern=r"^[-a-zA-Z0-9_]*$")]
Id = Annotated[
    str, Field(min_length=1, max_length=64, pattern=r"^[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$")
]
Words = Annotated[str, Field(max_length=40, pattern=r"^[^\x00-\x1f\x7f]*$")]
IdempotencyKey = Annotated[
    str, Header(alias="Idempotency-Key", max_length=200, pattern=r"^[\x20-\x7e]*$")
]
_PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
CONFLICT = {"responses": {409: {"description": "Known with other values", "content": _PROBLEM}}}


def _number(given: Any) -> Any:
    """JSON knows one kind of number, so 5.0 is 5; text and truth are no amounts."""
    if isinstance(given, bool | str):
        raise ValueError("must be a number of minor units")
    return given


Minor = Annotated[int, Field(gt=0, le=LARGEST_AMOUNT), BeforeValidator(_number)]

Named = Annotated[
    list[Id],
    Field(max_length=50, description="Loans the payer named: all that is unpaid of them first"),
]


class ReceiptOut(Schema):
    """`created` is false where the same was recorded before."""

    payment_id: str
    loan_id: str
    on: date
    amount: int
    currency: str
    verified: bool
    created: bool
    received_at: datetime


def answer(receipt: PaymentReceipt) -> tuple[int, dict[str, Any]]:
    """Status and body of a receipt: 201 where the payment is new."""
    body = {name: getattr(receipt, name) for name in receipt.__slots__}
    return 201 if receipt.created else 200, {
        **body,
        "on": receipt.on.isoformat(),
        "received_at": receipt.received_at.isoformat(),
    }
