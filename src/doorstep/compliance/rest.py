"""Verdicts over REST: ask for one, read one, list those of a case. Asking permits nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Field, Query, Router, Schema

from doorstep.casefile.api import find_case
from doorstep.compliance import reports, words
from doorstep.compliance.queries import UnknownCaseError
from doorstep.compliance.services.verdicts import ask
from doorstep.compliance.types import VerdictView
from doorstep.kernel import clock
from doorstep.kernel.actions import Action, ActionKind, Purpose, Recipient, Role
from doorstep.people.guard import token_needs, token_viewer
from doorstep.people.types import Permission

router = Router(tags=["verdicts"])


class DutyOut(Schema):
    code: str
    text: str
    rule: str


class FindingOut(Schema):
    """What one rule says, with its source and how hard it binds."""

    rule: str
    title: str
    result: str
    why: str
    citation: str
    bindingness: str
    status: str


class VerdictOut(Schema):
    """The gate's answer. A verdict of the day's plan keeps only the findings that decided."""

    id: UUID
    case_id: UUID
    at: datetime
    stage: str
    kind: str
    permitted: bool
    verdict: str
    defer_until: datetime | None
    duties: list[DutyOut]
    deciding: list[str]
    findings: list[FindingOut]
    packs: dict[str, str]


class VerdictList(Schema):
    items: list[VerdictOut]


class ActionIn(Schema, extra="forbid"):
    """What would be done. `point_id` is a contact point of the case; `at` is now if left out."""

    case_id: UUID
    kind: ActionKind
    point_id: UUID | None = None
    role: Role = Role.DEBTOR
    person: Annotated[str, Field(max_length=64)] = ""
    channel: Annotated[str, Field(max_length=40)] = ""
    purpose: Purpose = Purpose.COLLECT
    content: Annotated[str, Field(max_length=4000)] = ""
    crew: Annotated[list[UUID], Field(max_length=10)] = []
    at: datetime | None = None


@router.post("/actions", response={201: VerdictOut}, summary="May we? A verdict on one action")
@token_needs(Permission.VERDICTS)
def ask_verdict(request: HttpRequest, body: ActionIn) -> Any:
    who = token_viewer(request)
    action = Action(
        kind=body.kind,
        case=body.case_id,
        to=Recipient(body.role, body.person, str(body.point_id or "")),
        channel=body.channel,
        purpose=body.purpose,
        content=body.content,
        crew=tuple(str(a) for a in body.crew),
    )
    at = body.at if body.at is not None and body.at.tzinfo is not None else clock.now()
    try:
        given = ask(who, action, at=at)
    except UnknownCaseError as error:
        raise Http404 from error
    found = reports.verdict_of(who, given.id) if given.id else None
    if found is None:
        raise Http404
    return 201, _told(found)


@router.get("/verdicts/{uuid:verdict_id}", response=VerdictOut, summary="One verdict")
@token_needs(Permission.VERDICTS)
def get_verdict(request: HttpRequest, verdict_id: UUID) -> Any:
    found = reports.verdict_of(token_viewer(request), verdict_id)
    if found is None:
        raise Http404
    return _told(found)


@router.get(
    "/cases/{uuid:case_id}/verdicts", response=VerdictList, summary="Verdicts, newest first"
)
@token_needs(Permission.VERDICTS)
def list_verdicts(
    request: HttpRequest, case_id: UUID, limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> Any:
    who = token_viewer(request)
    if find_case(who, case_id) is None:
        raise Http404
    return {"items": [_told(v) for v in reports.verdicts_of(who, case_id, limit)]}


def _told(v: VerdictView) -> dict[str, Any]:
    return {
        "id": v.id,
        "case_id": v.case_id,
        "at": v.at,
        "stage": v.stage,
        "kind": v.kind.value,
        "permitted": v.permitted,
        "verdict": v.answer.value,
        "defer_until": v.defer_until,
        "duties": [{"code": d.code, "text": words.duty(d.code), "rule": d.rule} for d in v.duties],
        "deciding": list(v.deciding),
        "findings": [
            {
                "rule": f.rule.id,
                "title": words.title(f.rule),
                "result": f.result.value,
                "why": words.why(f),
                "citation": f.rule.citation,
                "bindingness": f.rule.bindingness.value,
                "status": f.rule.status,
            }
            for f in v.findings
        ],
        "packs": dict(v.packs),
    }
