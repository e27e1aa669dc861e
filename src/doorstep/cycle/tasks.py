"""Running the day in the worker, for whoever presses the button."""

from __future__ import annotations

from datetime import date

from django_tasks import task

from doorstep.cycle.services.lock import BusyError
from doorstep.cycle.services.run import run_day
from doorstep.kernel import clock


@task()
def run_day_now(day: str) -> str:
    """Run a day (ISO date). A run that is already under way is left to end."""
    try:
        report = run_day(date.fromisoformat(day), at=clock.now())
    except BusyError:
        return "busy"
    return "done" if report.changed else "unchanged"
