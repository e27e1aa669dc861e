"""Cases over REST: list, one, timeline, promises. No names: those stay in the book."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Field, Query, Router, Schema

from doorstep.casefile import api as casefile
from doorstep.casefile.types import CaseStatus
from doorstep.people.guard import token_needs, token_viewer
from doorstep.people.types import Permission

router = Router(tags=["cases"])


class CaseOut(Schema):
    """One borrower of one lender with something overdue. Amounts in minor units."""

    id: UUID
    reference: str
    borrower_id: str
    status: str
    bucket: str
    dpd: int
    arrears: int
    payoff: int
    currency: str
    opened_on: date
    closed_on: date | None
    country: str
    region: str
    zone: str
    language: str
    assigned_to: UUID | None


class CasePage(Schema):
    """`next` is the `after` of the following page, null at the end."""

    items: list[CaseOut]
    next: UUID | None


class FactOut(Schema):
    id: int
    kind: str
    at: datetime
    by: str
    data: dict[str, Any]


class FactList(Schema):
    items: list[FactOut]


class PromiseOut(Schema):
    """Due by the end of `due_on`; `received` is verified money counted towards it."""

    id: UUID
    amount: int
    received: int
    currency: str
    due_on: date
    made_at: datetime
    status: str
    source: str
    number: int


class PromiseList(Schema):
    items: list[PromiseOut]


class Wanted(Schema):
    """Which cases: every field narrows the list."""

    status: CaseStatus | None = None
    bucket: Annotated[str, Field(max_length=16)] = ""
    q: Annotated[
        str, Field(max_length=64, description="Start of a reference, or a borrower id")
    ] = ""
    after: UUID | None = None
    limit: Annotated[int, Field(ge=1, le=500)] = 100


@router.get("/cases", response=CasePage, summary="Cases by id, a page at a time")
@token_needs(Permission.CASES)
def list_cases(request: HttpRequest, wanted: Query[Wanted]) -> dict[str, Any]:
    found = casefile.list_cases(
        token_viewer(request),
        casefile.CaseFilter(
            text=wanted.q,
            status=str(wanted.status or ""),
            bucket=wanted.bucket,
            after=wanted.after,
        ),
        sort="id",
        limit=wanted.limit + 1,
    )
    items = found[: wanted.limit]
    return {"items": items, "next": items[-1].id if len(found) > wanted.limit else None}


@router.get("/cases/{uuid:case_id}", response=CaseOut, summary="One case")
@token_needs(Permission.CASES)
def get_case(request: HttpRequest, case_id: UUID) -> Any:
    case = casefile.find_case(token_viewer(request), case_id)
    if case is None:
        raise Http404
    return case


@router.get(
    "/cases/{uuid:case_id}/timeline", response=FactList, summary="What happened, newest first"
)
@token_needs(Permission.CASES)
def get_timeline(
    request: HttpRequest, case_id: UUID, limit: Annotated[int, Query(ge=1, le=500)] = 100
) -> Any:
    get_case(request, case_id)
    return {"items": casefile.timeline(token_viewer(request), case_id, limit=limit)}


@router.get("/cases/{uuid:case_id}/promises", response=PromiseList, summary="Promises by due day")
@token_needs(Permission.CASES)
def get_promises(request: HttpRequest, case_id: UUID) -> Any:
    get_case(request, case_id)
    return {"items": casefile.promises_of(token_viewer(request), [case_id]).get(case_id, [])}
