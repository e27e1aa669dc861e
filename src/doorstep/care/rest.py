"""Stops over REST: raise one, list those of a case. Notes are not given out."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Field, Router, Schema
from ninja.errors import HttpError

from doorstep.care import api as care
from doorstep.care.types import StopKind
from doorstep.casefile.api import find_case
from doorstep.kernel import clock
from doorstep.people.guard import token_needs, token_viewer
from doorstep.people.types import Permission

router = Router(tags=["stops"])


class StopOut(Schema):
    """What stops contact, from `raised_at` to before `until` or until it is lifted."""

    id: int
    case_id: UUID
    kind: str
    raised_at: datetime
    raised_by: str
    until: datetime | None
    lifted_at: datetime | None


class StopList(Schema):
    items: list[StopOut]


class StopIn(Schema, extra="forbid"):
    """`until` with an offset; left out, somebody must lift the stop. `note` is sealed."""

    kind: StopKind
    note: Annotated[str, Field(max_length=2000)] = ""
    until: datetime | None = None


@router.get("/cases/{uuid:case_id}/stops", response=StopList, summary="Stops, lifted ones too")
@token_needs(Permission.CASES)
def list_stops(request: HttpRequest, case_id: UUID) -> Any:
    who = token_viewer(request)
    if find_case(who, case_id) is None:
        raise Http404
    return {"items": care.stops_of(who, [case_id], ever=True).get(case_id, [])}


@router.post("/cases/{uuid:case_id}/stops", response={201: StopOut}, summary="Stop contact now")
@token_needs(Permission.CASE_ACT)
def raise_stop(request: HttpRequest, case_id: UUID, body: StopIn) -> Any:
    who = token_viewer(request)
    if find_case(who, case_id) is None:
        raise Http404
    if body.until is not None and body.until.tzinfo is None:
        raise HttpError(422, "until: has no offset; write for example 2026-12-01T00:00:00+08:00")
    try:
        key = care.raise_stop(
            case_id, body.kind, at=clock.now(), by=who.name, note=body.note, until=body.until
        )
    except care.StopError as error:
        raise HttpError(422, str(error)) from error
    found = care.find_stop(who, key)
    if found is None:
        raise Http404
    return 201, found
