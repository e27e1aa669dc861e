"""Messages and calls of a case over the API: to read; sending goes through the day and the gate."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from doorstep.contact import queries

router = Router(tags=["actions"])


class MessageOut(Schema):
    """One message of the outbox; its text is not given out."""

    id: UUID
    case_id: UUID
    channel: str
    template: str
    language: str
    state: str
    changed_at: datetime


class CallOut(Schema):
    """What came of one call; the note is not given out."""

    id: UUID
    case_id: UUID
    at: datetime
    result: str
    party: str
    reason: str
    promised: bool
    flagged: str
