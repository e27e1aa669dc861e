from __future__ import annotations

from datetime import date, timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from doorstep.desk.exports import EXPORTS
from doorstep.desk.views.cases import spreadsheet
from doorstep.kernel import clock
from doorstep.people.guard import needs, viewer
from doorstep.people.types import Permission


@needs(Permission.EXPORT)
@require_GET
def exports(request: HttpRequest) -> HttpResponse:
    """Every list that can be taken away, with the days it covers."""
    today = clock.today(settings.HOME_ZONE)
    since, until = _span(request, today) or (today - timedelta(days=29), today)
    listed = [{"name": n, "title": e.title, "about": e.about} for n, e in EXPORTS.items()]
    return render(request, "desk/exports.html", {"lists": listed, "since": since, "until": until})


@needs(Permission.EXPORT)
@require_GET
def export(request: HttpRequest, name: str) -> HttpResponse:
    """One list as XLSX; the last 30 days unless said otherwise."""
    if name not in EXPORTS:
        raise Http404
    today = clock.today(settings.HOME_ZONE)
    span = _span(request, today)
    if span is None:
        text = _("The days are wrong: the first must be a day and not after the last.")
        return HttpResponse(text, status=400, content_type="text/plain; charset=utf-8")
    columns, rows = EXPORTS[name].make(viewer(request), *span, settings.HOME_ZONE)
    return spreadsheet(str(EXPORTS[name].title), name, columns, rows)


def _span(request: HttpRequest, today: date) -> tuple[date, date] | None:
    try:
        since = date.fromisoformat(request.GET.get("since") or str(today - timedelta(days=29)))
        until = date.fromisoformat(request.GET.get("until") or str(today))
    except ValueError:
        return None
    return (since, until) if since <= until and since.year > 1970 and until.year < 9999 else None
