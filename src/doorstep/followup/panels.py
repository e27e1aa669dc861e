"""Fragments other pages show."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from doorstep.casefile import api as casefile
from doorstep.casefile.types import PromiseStatus, PromiseView
from doorstep.people.types import Viewer

STATUS = {
    PromiseStatus.OPEN: (pgettext_lazy("promise", "open"), "info"),
    PromiseStatus.KEPT: (pgettext_lazy("promise", "kept"), "good"),
    PromiseStatus.PARTLY: (pgettext_lazy("promise", "partly kept"), "warn"),
    PromiseStatus.BROKEN: (pgettext_lazy("promise", "broken"), "bad"),
    PromiseStatus.WITHDRAWN: (pgettext_lazy("promise", "withdrawn"), ""),
}
SOURCES = {
    "call": _("by phone"),
    "visit": _("at the door"),
    "message": _("by message"),
    "arrangement": _("in the plan"),
    "portal": _("on their own page"),
}


def promises(viewer: Viewer, case_id: UUID, as_of: date) -> SafeString | None:
    """Every promise of a case with what became of it, the next one due first."""
    found = casefile.promises_of(viewer, [case_id]).get(case_id, [])
    if not found:
        return None
    still = [p for p in found if p.status is PromiseStatus.OPEN]
    over = [p for p in reversed(found) if p.status is not PromiseStatus.OPEN]
    rows = [_row(p, as_of) for p in (*still, *over)]
    return render_to_string("followup/_promises.html", {"promises": rows})


def _row(p: PromiseView, as_of: date) -> dict[str, object]:
    status, tone = STATUS[p.status]
    return {
        "amount": p.amount,
        "currency": p.currency,
        "due_on": p.due_on,
        "made_at": p.made_at,
        "source": SOURCES.get(p.source, p.source),
        "status": status,
        "tone": tone,
        "received": p.received if p.status is not PromiseStatus.OPEN else None,
        "today": p.status is PromiseStatus.OPEN and p.due_on == as_of,
    }
