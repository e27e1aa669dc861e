"""Fragments for the case page."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from doorstep.contact import queries
from doorstep.people.types import Permission, Viewer


def calls(viewer: Viewer, case_id: UUID, as_of: date) -> SafeString | None:
    """What came of the calls so far, and the way to call by hand."""
    found = queries.calls_of(viewer, case_id)
    may_call = viewer.may(Permission.CALLS)
    if not found and not may_call:
        return None
    return render_to_string(
        "contact/_calls.html", {"calls": found, "case_id": case_id, "may_call": may_call}
    )


def messages(viewer: Viewer, case_id: UUID, as_of: date) -> SafeString | None:
    """The messages of a case; the way to note what the borrower wrote."""
    found = queries.messages_of(viewer, case_id)
    writes = viewer.may(Permission.MESSAGES)
    if not found and not writes:
        return None
    return render_to_string(
        "contact/_messages.html", {"messages": found, "case_id": case_id, "writes": writes}
    )
