"""Loans and payments over REST. Amounts are integers of minor units; no names in here."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest
from ninja import Field, Query, Router, Schema, Status
from pydantic import ConfigDict

from doorstep.book import api as book
from doorstep.book.hook import router as hooks
from doorstep.book.rest_borrower import router as borrower_money
from doorstep.book.rest_changes import router as changes
from doorstep.book.rest_done import done, lender_of
from doorstep.book.rest_types import (
    CONFLICT,
    Code,
    Id,
    IdempotencyKey,
    Minor,
    ReceiptOut,
    Words,
    answer,
)
from doorstep.kernel import clock
from doorstep.kernel.money import Money
from doorstep.people.api import organisation_of
from doorstep.people.guard import token_needs, token_viewer
from doorstep.people.types import Permission, Viewer

router = Router(tags=["loans and payments"])
router.add_router("", hooks)
router.add_router("", changes)
router.add_router("", borrower_money)


class Due(Schema):
    costs: int
    fees: int
    penalties: int
    interest: int
    principal: int


class LoanOut(Schema):
    """A loan as last aged. `kind` full, summary or unaged; an unaged one has no days and no
    amounts due, and nobody may be contacted for it."""

    lender: str
    loan_id: str
    borrower_id: str
    product: str
    currency: str
    kind: str
    status: str
    as_of: date | None
    principal: int
    disbursed_on: date | None
    dpd: int | None
    bucket: str
    oldest_unpaid: date | None
    next_due: date | None
    next_amount: int
    due: Due
    not_due: int
    credit: int
    payoff: int


class LoanPage(Schema):
    """`next` holds the `after_lender` and `after_loan` of the following page, null at the end."""

    items: list[LoanOut]
    next: dict[str, str] | None


class PaymentLine(Schema):
    """`split` says by component where it went; `reversed` money went nowhere."""

    payment_id: str
    on: date
    amount: int
    currency: str
    source: str
    reversed: bool
    verified: bool
    channel: str
    split: dict[str, int]


class InstalmentLine(Schema):
    number: int
    due: date
    principal: int
    interest: int
    fees: int
    penalties: int
    costs: int
    total: int
    paid: int
    in_advance: int
    late: int
    outstanding: int
    paid_on: date | None


class LoanDetail(Schema):
    """One loan computed for a day by the replay."""

    loan: LoanOut
    instalments: list[InstalmentLine]
    payments: list[PaymentLine]


class PaymentIn(Schema):
    """Money for a loan. Send the same `payment_id` again as often as needed: it counts once."""

    lender: Code = Field("", description="Needed with an agency's token")
    loan_id: Id
    payment_id: Id
    on: date = Field(..., description="Value date")
    amount: Minor
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    verified: bool = True
    channel: Words = ""

    model_config = ConfigDict(extra="forbid")


class ReversalIn(Schema):
    """Takes a payment back whole."""

    lender: Code = Field("", description="Needed with an agency's token")
    reversal_id: Id
    payment_id: Id
    on: date
    why: Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")] = ""

    model_config = ConfigDict(extra="forbid")


class Wanted(Schema):
    """Which loans: every field narrows the list."""

    status: Literal["", "in_arrears", "current", "settled", "unaged"] = ""
    after_lender: Code = ""
    after_loan: Annotated[str, Field(max_length=64, pattern=r"^[^\x00]*$")] = ""
    limit: Annotated[int, Field(ge=1, le=500)] = 100


@router.get("/loans", response=LoanPage, summary="Loans as last aged, a page at a time")
@token_needs(Permission.CASES)
def list_loans(request: HttpRequest, wanted: Query[Wanted]) -> dict[str, Any]:
    found = book.list_loans(
        token_viewer(request),
        after=(wanted.after_lender, wanted.after_loan),
        limit=wanted.limit + 1,
        status=wanted.status,
    )
    items = [_loan(code, loan) for code, loan in found[: wanted.limit]]
    last = items[-1] if len(found) > wanted.limit else None
    after = {"after_lender": last["lender"], "after_loan": last["loan_id"]} if last else None
    return {"items": items, "next": after}


@router.get("/loans/{lender}/{path:loan_id}", response=LoanDetail, summary="One loan on a day")
@token_needs(Permission.CASES)
def get_loan(
    request: HttpRequest, lender: str, loan_id: str, as_of: date | None = None
) -> dict[str, Any]:
    who = token_viewer(request)
    try:
        state = book.loan_state(who, lender, loan_id, as_of or _today(who))
    except book.UnknownLoanError as error:
        raise Http404 from error
    return {
        "loan": _loan(lender, state.loan),
        "instalments": state.instalments,
        "payments": [_fields(p) for p in state.payments],
    }


@router.post(
    "/payments",
    response={200: ReceiptOut, 201: ReceiptOut},
    openapi_extra=CONFLICT,
    summary="Record money",
)
@token_needs(Permission.MONEY)
def post_payment(
    request: HttpRequest, payment: PaymentIn, key: IdempotencyKey = ""
) -> Status[dict[str, Any]]:
    who, at = token_viewer(request), clock.now()

    def make() -> tuple[int, dict[str, Any]]:
        receipt = book.record_payment(
            who,
            lender=lender_of(who, payment.lender),
            loan_id=payment.loan_id,
            payment_id=payment.payment_id,
            on=payment.on,
            amount=Money(payment.amount, payment.currency),
            at=at,
            by=who.name,
            verified=payment.verified,
            channel=payment.channel,
        )
        return answer(receipt)

    return done(who, key, "/payments", payment, make, at)


@router.post(
    "/reversals",
    response={200: ReceiptOut, 201: ReceiptOut},
    openapi_extra=CONFLICT,
    summary="Take money back",
)
@token_needs(Permission.MONEY)
def post_reversal(
    request: HttpRequest, reversal: ReversalIn, key: IdempotencyKey = ""
) -> Status[dict[str, Any]]:
    who, at = token_viewer(request), clock.now()

    def make() -> tuple[int, dict[str, Any]]:
        receipt = book.reverse_payment(
            who,
            lender=lender_of(who, reversal.lender),
            payment_id=reversal.payment_id,
            reversal_id=reversal.reversal_id,
            on=reversal.on,
            at=at,
            by=who.name,
            why=reversal.why,
        )
        return answer(receipt)

    return done(who, key, "/reversals", reversal, make, at)


def _today(who: Viewer) -> date:
    own = organisation_of(who)
    return clock.today(own.zone if own else "Asia/Shanghai")


def _loan(code: str, loan: book.LoanView) -> dict[str, Any]:
    return {"lender": code, **_fields(loan)}


def _fields(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.__slots__}
