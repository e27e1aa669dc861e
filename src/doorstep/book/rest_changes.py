"""Changes of a loan over REST: recorded once, or proposed for a second signature."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest
from ninja import Field, Query, Router, Schema, Status
from ninja.errors import HttpError
from pydantic import ConfigDict

from doorstep.book import api as book
from doorstep.book.rest_types import CONFLICT, Code, Id, IdempotencyKey, Minor
from doorstep.kernel import clock
from doorstep.people.api import once, organisation_of
from doorstep.people.guard import token_needs, token_viewer
from doorstep.people.types import OrganisationKind, Permission, Viewer

router = Router(tags=["loans and payments"])

Name = Annotated[str, Field(max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$")]
Reason = Annotated[str, Field(min_length=1, max_length=300, pattern=r"^[^\x00-\x1f\x7f]*$")]
Kind = Literal[
    "pause",
    "resume",
    "dispute",
    "dispute_end",
    "waiver",
    "charge",
    "reversal",
    "use_credit",
    "re_age",
    "write_off",
    "reschedule",
    "reamortise",
    "rate_change",
    "penalty_rate",
    "disbursement",
]
Count = Annotated[int, Field(ge=0, le=10_000)]
Rate = Annotated[str, Field(max_length=40, pattern=r"^[0-9./]*$")]
Component = Literal["", "costs", "fees", "penalties", "interest", "principal"]


class ChangeIn(Schema):
    """A change of a loan. Send the same `change_id` again as often as needed: it counts once.

    `amount` left out means everything, where the kind has an amount. A charge has the id
    `change_id`. A reversal names the charge `charge_id` or the change `reverses`. A reschedule says
    what changes: the days (`first_due`, or `holiday` instalments later), `instalments`, `every`,
    `unit`, `due_day`, `rate_percent`, `grace_principal`, `interest_free`; `arrears` join the new
    instalments (moved) or stay (kept). Rates are exact texts.
    """

    lender: Code = Field("", description="Needed with an agency's token")
    loan_id: Id
    change_id: Id
    kind: Kind
    on: date = Field(..., description="From this day on; it may lie in the past")
    reason: Reason
    amount: Minor | None = None
    component: Component = ""
    instalment: Annotated[int, Field(ge=1, le=100_000)] | None = None
    charge_id: Name = ""
    reverses: Name = ""
    due: date | None = None
    first_due: date | None = None
    holiday: Count | None = None
    instalments: Count | None = None
    every: Annotated[int, Field(ge=1, le=1_000)] | None = None
    unit: Literal["", "days", "weeks", "months", "years"] = ""
    due_day: Annotated[int, Field(ge=1, le=31)] | None = None
    rate_percent: Rate = Field("", description='A year, like "12.5"')
    grace_principal: Count | None = None
    interest_free: Count | None = None
    arrears: Literal["", "moved", "kept"] = ""
    rate: Rate = Field("", description='Penalty interest a day, like "0.0005" or "1/2000"')

    model_config = ConfigDict(extra="forbid")


class ChangeReceiptOut(Schema):
    """`state` is recorded, or waiting for a person's second signature."""

    change_id: str
    loan_id: str
    kind: str
    on: date
    amount: int
    currency: str
    state: str
    created: bool


class ChangeOut(Schema):
    """One change of a loan's history. `state` is recorded, reversed or waiting; `given_up` is how
    much less the lender could claim because of it; `terms` is what a change of schedule or rate
    says."""

    change_id: str
    kind: str
    on: date
    amount: int
    currency: str
    component: str
    instalment: int | None
    charge_id: str
    reverses: str
    reason: str
    by: str
    at: datetime
    state: str
    signed: list[str]
    given_up: int
    terms: dict[str, str | int]


class Whose(Schema):
    lender: Code = ""
    loan_id: Id


@router.get("/changes", response=list[ChangeOut], summary="The changes of one loan")
@token_needs(Permission.CASES)
def list_changes(request: HttpRequest, whose: Query[Whose]) -> list[dict[str, Any]]:
    who = token_viewer(request)
    lender = whose.lender or _own(who)
    try:
        found = book.changes_of(who, lender, whose.loan_id, clock.now())
    except book.UnknownLoanError as error:
        raise Http404 from error
    names = ChangeOut.model_fields
    return [{n: getattr(v, n) for n in names} for v in found]


@router.post(
    "/changes",
    response={200: ChangeReceiptOut, 201: ChangeReceiptOut, 202: ChangeReceiptOut},
    openapi_extra=CONFLICT,
    summary="Change a loan",
)
@token_needs(Permission.CASES)
def post_change(
    request: HttpRequest, change: ChangeIn, key: IdempotencyKey = ""
) -> Status[dict[str, Any]]:
    who, at = token_viewer(request), clock.now()
    asked = {"path": "/changes", "body": change.model_dump(mode="json")}

    def make() -> tuple[int, dict[str, Any]]:
        receipt = book.record_change(
            who, change.lender or _own(who), change.loan_id, _wanted(change), at=at, by=who.name
        )
        body = {n: getattr(receipt, n) for n in ChangeReceiptOut.model_fields}
        waiting = 202 if receipt.state == "waiting" else 201
        return waiting if receipt.created else 200, {**body, "on": receipt.on.isoformat()}

    try:
        return Status(*once(who, key, asked, make, at=at))
    except book.NotAllowedError as error:
        raise HttpError(403, str(error)) from error
    except book.ChangeConflictError as error:
        raise HttpError(409, str(error)) from error
    except book.UnknownLoanError as error:
        raise HttpError(404, str(error)) from error
    except book.ChangeError as error:
        raise HttpError(422, str(error)) from error


def _wanted(change: ChangeIn) -> book.Change:
    given = change.model_dump(exclude={"lender", "loan_id"})
    return book.Change(**given)


def _own(who: Viewer) -> str:
    own = organisation_of(who)
    return own.code if own and who.organisation_kind is OrganisationKind.LENDER else ""
