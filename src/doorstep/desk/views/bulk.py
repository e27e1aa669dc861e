"""One step for many cases: first shown, then done."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from doorstep.care import api as care
from doorstep.care.types import StopKind, may_raise
from doorstep.casefile import api as casefile
from doorstep.casefile.api import CaseFilter
from doorstep.casefile.types import CaseView
from doorstep.desk import filters, sources
from doorstep.desk.views.cases import agent_names
from doorstep.kernel import clock
from doorstep.people.guard import needs, viewer
from doorstep.people.types import Permission, Viewer

MOST, SHOWN = 2000, 20
"""Cases of one step, and how many of them a preview names."""
NOBODY = "nobody"


@needs(Permission.CASE_ACT)
@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """Give ticked cases (or all that match) to an agent. Without `confirm` only shows it."""
    who = viewer(request)
    back = _back(request)
    agents = agent_names(who)
    target = request.POST.get("agent", "")
    to = next((key for key in agents if str(key) == target), None)
    if to is None and target != NOBODY:
        messages.error(request, _("Choose who gets the cases."))
        return HttpResponseRedirect(back)
    chosen = _chosen(request, who)
    changing = [c for c in chosen if c.assigned_to != to]
    if not changing:
        messages.info(request, _("Nothing would change: tick cases that somebody else has."))
        return HttpResponseRedirect(back)
    if request.POST.get("confirm") != "yes":
        return render(request, "desk/bulk.html", _preview(request, changing, chosen, to, agents))
    count = casefile.assign([c.id for c in changing], to, at=clock.now(), by=who.name)
    messages.success(
        request,
        ngettext("%(count)s case given.", "%(count)s cases given.", count) % {"count": count},
    )
    return HttpResponseRedirect(back)


@needs(Permission.CASES)
@require_POST
def bulk_stop(request: HttpRequest) -> HttpResponse:
    """Stop contact on ticked cases (or all that match). Without `confirm` only shows them."""
    who = viewer(request)
    if not may_raise(who):
        raise PermissionDenied
    chosen = _chosen(request, who)
    if not chosen:
        messages.info(request, _("Nothing is ticked: tick the cases on which contact must stop."))
        return HttpResponseRedirect(_back(request))
    confirmed = request.POST.get("confirm") == "yes"
    form = care.StopForm(request.POST if confirmed else None)
    if confirmed and form.is_valid():
        try:
            done = _stop(who, chosen, form)
        except care.StopError as error:
            form.add_error(None, str(error))
        else:
            messages.success(
                request,
                ngettext(
                    "Contact is stopped on %(count)s case. Nothing goes out from now on.",
                    "Contact is stopped on %(count)s cases. Nothing goes out from now on.",
                    done,
                )
                % {"count": done},
            )
            return HttpResponseRedirect(_back(request))
    status = 422 if form.errors else 200
    return render(
        request, "desk/bulk_stop.html", _stopping(request, who, chosen, form), status=status
    )


def _stop(who: Viewer, chosen: list[CaseView], form: care.StopForm) -> int:
    """The stop on every case, to the end of its last day where each borrower lives."""
    zones = {c.zone or settings.HOME_ZONE for c in chosen}
    ends = {zone: form.until(zone) for zone in zones}
    until = {c.id: end for c in chosen if (end := ends[c.zone or settings.HOME_ZONE])}
    kind = StopKind(form.cleaned_data["kind"])
    note = form.cleaned_data["note"]
    ids = [c.id for c in chosen]
    return len(care.raise_stops(ids, kind, at=clock.now(), by=who.name, note=note, until=until))


def _stopping(
    request: HttpRequest, who: Viewer, chosen: list[CaseView], form: care.StopForm
) -> dict[str, Any]:
    return {
        "count": len(chosen),
        "cut": _cut(request, chosen),
        "rows": sources.rows_of(who, chosen[:SHOWN], agent_names(who)),
        "more": max(0, len(chosen) - SHOWN),
        "ids": [str(c.id) for c in chosen],
        "form": form,
        "filter": request.POST.get("filter", ""),
    }


def _back(request: HttpRequest) -> str:
    return f"{reverse('cases')}?{QueryDict(request.POST.get('filter', '')).urlencode()}"


def _cut(request: HttpRequest, chosen: list[CaseView]) -> int:
    """How many are taken at once, where the filter may match more."""
    return MOST if request.POST.get("everything") == "yes" and len(chosen) == MOST else 0


def _chosen(request: HttpRequest, who: Viewer) -> list[CaseView]:
    """The ticked cases, those of a preview (`cases`, one field: a form holds a thousand at most),
    or all that match the filter; only what the viewer may see."""
    if request.POST.get("everything") == "yes":
        want = filters.asked(QueryDict(request.POST.get("filter", "")))
        return casefile.list_cases(
            who, filters.case_filter(who, want, clock.now()), sort=want.sort, limit=MOST
        )
    named = [*request.POST.getlist("case"), *request.POST.get("cases", "").split(",")]
    ids = frozenset(key for value in named if (key := _uuid(value)))
    return casefile.list_cases(who, CaseFilter(status="", only=ids), limit=MOST) if ids else []


def _uuid(value: str) -> UUID | None:
    try:
        return UUID(value)
    except ValueError:
        return None


def _preview(
    request: HttpRequest,
    changing: list[CaseView],
    chosen: list[CaseView],
    to: UUID | None,
    agents: dict[UUID, str],
) -> dict[str, Any]:
    return {
        "count": len(changing),
        "cut": _cut(request, chosen),
        "unchanged": len(chosen) - len(changing),
        "rows": [
            {"case": c, "agent": agents.get(c.assigned_to, "") if c.assigned_to else ""}
            for c in changing[:SHOWN]
        ],
        "names": sources.names_of(changing[:SHOWN]),
        "more": max(0, len(changing) - SHOWN),
        "ids": [str(c.id) for c in changing],
        "agent": to,
        "agent_value": NOBODY if to is None else str(to),
        "agent_name": agents.get(to, "") if to else "",
        "filter": request.POST.get("filter", ""),
    }
