from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from doorstep.cycle.queries import CUT_SHORT, last_runs
from doorstep.cycle.steps import LABELS
from doorstep.cycle.tasks import run_day_now
from doorstep.cycle.types import RunStatus, RunView
from doorstep.kernel import clock
from doorstep.people.guard import needs, viewer
from doorstep.people.types import Permission


@needs(Permission.RUN_DAY)
@require_GET
def days(request: HttpRequest) -> HttpResponse:
    """The latest days and their steps; asked by htmx, only the part that changes."""
    today = clock.today(settings.HOME_ZONE)
    runs = last_runs(viewer(request))
    latest = runs[0] if runs else None
    state = latest.status if latest is not None else None
    context = {
        "runs": [_row(run) for run in runs],
        "today_done": any(r.day == today and r.status is RunStatus.DONE for r in runs),
        "running": state is RunStatus.RUNNING,
        "follow": state is RunStatus.RUNNING or "asked" in request.GET,
        "failed": _failed(latest) if latest and state is RunStatus.FAILED else None,
    }
    page = "cycle/_days.html" if request.headers.get("HX-Request") else "cycle/days.html"
    return render(request, page, context)


def _row(run: RunView) -> dict[str, Any]:
    return {
        "day": run.day,
        "status": run.status.value,
        "catch_up": run.catch_up,
        "done": [{"label": LABELS.get(s.name, s.name), "seconds": s.seconds} for s in run.steps],
        "to_come": [LABELS[name] for name in run.missing],
    }


def _failed(run: RunView) -> dict[str, Any]:
    first = run.missing[0] if run.missing else ""
    error = _("the run was cut short") if run.error == CUT_SHORT else run.error
    return {"day": run.day, "step": LABELS.get(first, first), "error": error}


@needs(Permission.RUN_DAY)
@require_POST
def run(request: HttpRequest) -> HttpResponse:
    """Ask the worker to run today; it brings missed and failed days up to date first."""
    run_day_now.enqueue(clock.today(settings.HOME_ZONE).isoformat())
    messages.success(request, _("The day has been handed to the worker. This page follows it."))
    return redirect("days")
