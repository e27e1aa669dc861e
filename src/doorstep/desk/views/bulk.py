"""One step for many cases: first shown, then done."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from doorstep.casefile import api as casefile
from doorstep.casefile.api import CaseFilter
from doorstep.casefile.types import CaseView
from doorstep.desk import filters, sources
from doorstep.desk.views.cases import agent_names
from doorstep.kernel import clock
from doorstep.people.guard import needs, viewer
from doorstep.people.types import Permission, Viewer

MOST = 2000
NOBODY = "nobody"


@needs(Permission.CASE_ACT)
@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """Give ticked cases (or all that match) to an agent. Without `confirm` only shows it."""
    who = viewer(request)
    back = f"{reverse('cases')}?{QueryDict(request.POST.get('filter', '')).urlencode()}"
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


def _chosen(request: HttpRequest, who: Viewer) -> list[CaseView]:
    """The ticked cases, or all that match the filter; only what the viewer may see."""
    if request.POST.get("everything") == "yes":
        want = filters.asked(QueryDict(request.POST.get("filter", "")))
        return casefile.list_cases(
            who, filters.case_filter(who, want, clock.now()), sort=want.sort, limit=MOST
        )
    ids = frozenset(k for value in request.POST.getlist("case") if (k := _uuid(value)))
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
        "unchanged": len(chosen) - len(changing),
        "rows": [
            {"case": c, "agent": agents.get(c.assigned_to, "") if c.assigned_to else ""}
            for c in changing[:20]
        ],
        "names": sources.names_of(changing[:20]),
        "more": max(0, len(changing) - 20),
        "ids": [str(c.id) for c in changing],
        "agent": to,
        "agent_value": NOBODY if to is None else str(to),
        "agent_name": agents.get(to, "") if to else "",
        "filter": request.POST.get("filter", ""),
    }
