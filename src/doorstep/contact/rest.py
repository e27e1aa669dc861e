"""Messages and calls over REST, to read: what is sent and dialled goes through the day and the
gate. Texts, notes and numbers are not given out."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Field, Query, Router, Schema

from doorstep.casefile import api as casefile
from doorstep.contact import queries
from doorstep.contact.types import MessageState
from doorstep.people.guard import token_needs, token_viewer
from doorstep.people.types import Permission

router = Router(tags=["actions"])


class MessageOut(Schema):
    """One message of the outbox. `why` is a code or the rules that decided."""

    id: UUID
    case_id: UUID
    case_reference: str
    channel: str
    template: str
    language: str
    state: str
    why: str
    not_before: datetime
    changed_at: datetime
    tries: int


class MessagePage(Schema):
    """`next` is the `offset` of the following page, null at the end."""

    items: list[MessageOut]
    next: int | None


class CallOut(Schema):
    """What came of one call. `flagged`: the gate had not been asked, or it was told late."""

    id: UUID
    case_id: UUID
    at: datetime
    result: str
    party: str
    reason: str
    promised: bool
    call_back_at: datetime | None
    flagged: str


class CallList(Schema):
    items: list[CallOut]


class Wanted(Schema):
    """Which messages: every field narrows the list."""

    state: MessageState | None = None
    q: Annotated[str, Field(max_length=24, description="Start of a case reference")] = ""
    offset: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    limit: Annotated[int, Field(ge=1, le=500)] = 100


@router.get("/messages", response=MessagePage, summary="Messages, newest change first")
@token_needs(Permission.MESSAGES)
def list_messages(request: HttpRequest, wanted: Query[Wanted]) -> dict[str, Any]:
    found = queries.messages(
        token_viewer(request),
        state=str(wanted.state or ""),
        search=wanted.q,
        limit=wanted.limit + 1,
        offset=wanted.offset,
    )
    more = len(found) > wanted.limit
    return {"items": found[: wanted.limit], "next": wanted.offset + wanted.limit if more else None}


@router.get(
    "/cases/{uuid:case_id}/calls", response=CallList, summary="Calls of a case, newest first"
)
@token_needs(Permission.CASES)
def list_calls(request: HttpRequest, case_id: UUID) -> Any:
    viewer = token_viewer(request)
    if casefile.find_case(viewer, case_id) is None:
        raise Http404
    return {"items": queries.calls_of(viewer, case_id, limit=500)}
