from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from doorstep.desk.ports import ALERTS
from doorstep.insight import api as insight
from doorstep.kernel import clock
from doorstep.people.guard import needs, viewer
from doorstep.people.types import Permission


@needs(Permission.BOARD)
@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """Today at a glance: what is overdue, what is done, what was promised, what came in."""
    who = viewer(request)
    today = clock.today(settings.HOME_ZONE)
    return render(
        request,
        "desk/board.html",
        {
            "board": insight.board(who, today, at=clock.now(), zone=settings.HOME_ZONE),
            "alerts": [found for ask in ALERTS if (found := ask(who))],
        },
    )
