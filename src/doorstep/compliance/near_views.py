from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from doorstep.compliance.changes import changes_between
from doorstep.compliance.near_misses import near_misses
from doorstep.compliance.words import KINDS, source, title
from doorstep.kernel import clock
from doorstep.kernel.actions import ActionKind
from doorstep.people.guard import needs, viewer
from doorstep.people.types import Permission

WIDTH, HEIGHT = 36, 120
"""Of a column of the picture, in its own units."""
_SPANS = (7, 30, 90)


class Column(NamedTuple):
    """One hour of the picture: where its column stands and how tall it is."""

    hour: int
    tries: int
    x: int
    y: int
    height: int


@needs(Permission.VERDICTS)
@require_GET
def near(request: HttpRequest) -> HttpResponse:
    """Attempts the gate refused in the last days (`?days=`), of all or of one person (`?by=`)."""
    until = clock.today(settings.HOME_ZONE)
    days = _days(request.GET.get("days", ""))
    found = near_misses(
        viewer(request), until - timedelta(days=days - 1), until, request.GET.get("by", "")
    )
    context = {
        "found": found,
        "days": days,
        "spans": _SPANS,
        "columns": list(_columns(found.hours)),
        "rows": [(miss, KINDS[ActionKind(miss.kind)]) for miss in found.newest],
    }
    return render(request, "compliance/near_misses.html", context)


def _days(text: str) -> int:
    return int(text) if text in {str(span) for span in _SPANS} else 30


def _columns(hours: Sequence[int]) -> Iterator[Column]:
    most = max(*hours, 1)
    for hour, count in enumerate(hours):
        height = round(HEIGHT * count / most)
        yield Column(hour, count, WIDTH * hour, HEIGHT - height, height)


@needs(Permission.VERDICTS)
@require_GET
def law(request: HttpRequest) -> HttpResponse:
    """The calendar of the packs in use: what begins, ends or gets another figure in a year from
    now, and what did in the last one."""
    today = clock.today(settings.HOME_ZONE)
    year = timedelta(days=365)
    coming = changes_between(today, today + year, settings.PACKS)
    past = changes_between(today - year, today, settings.PACKS)
    context = {
        "coming": [(c, title(c.rule), source(c.rule)) for c in coming],
        "past": [(c, title(c.rule), source(c.rule)) for c in reversed(past)],
    }
    return render(request, "compliance/law.html", context)
