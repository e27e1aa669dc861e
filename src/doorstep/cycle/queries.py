from __future__ import annotations

from collections import defaultdict
from datetime import date

from doorstep.cycle.models import DayRun, StepRun
from doorstep.cycle.services.lock import day_is_running
from doorstep.cycle.steps import STEPS
from doorstep.cycle.types import RunStatus, RunView, StepReport
from doorstep.people.types import Permission, Viewer

CUT_SHORT = "cut_short"
"""Nobody holds the day, yet it is not done: its process died."""


def last_runs(viewer: Viewer, limit: int = 14) -> list[RunView]:
    """The latest days, newest first; nothing for a viewer who may not run days.

    The counts of a step are over all organisations, so only the system sees them.
    """
    if not viewer.may(Permission.RUN_DAY):
        return []
    runs = list(DayRun.objects.order_by("-day")[:limit])
    steps: dict[date, list[StepReport]] = defaultdict(list)
    for row in StepRun.objects.filter(day__in=runs).order_by("position"):
        counts = row.counts if viewer.is_system else {}
        steps[row.day_id].append(StepReport(row.name, counts, row.seconds))
    if runs and runs[0].status == RunStatus.RUNNING and not day_is_running():
        runs[0].status, runs[0].error = RunStatus.FAILED, CUT_SHORT
    return [_view(run, steps[run.day]) for run in runs]


def failed_day(viewer: Viewer) -> RunView | None:
    """The latest day, if it failed or was left unfinished by a run that died: the board's alert."""
    runs = last_runs(viewer, limit=1)
    return runs[0] if runs and runs[0].status is RunStatus.FAILED else None


def _view(run: DayRun, steps: list[StepReport]) -> RunView:
    done = {s.name for s in steps}
    wanted = [s.name for s in STEPS if s.keeps_books or not run.catch_up]
    return RunView(
        day=run.day,
        status=RunStatus(run.status),
        at=run.at,
        attempts=run.attempts,
        error=run.error,
        catch_up=run.catch_up,
        steps=tuple(steps),
        missing=tuple(n for n in wanted if n not in done),
    )
