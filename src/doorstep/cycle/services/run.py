"""Running a day: each group of steps in one transaction, together with the note that it is done."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import F

from doorstep.cycle.models import DayRun, StepRun
from doorstep.cycle.services.lock import day_lock
from doorstep.cycle.steps import OPENING, STEPS, Day, Step
from doorstep.cycle.types import DayReport, RunStatus, StepReport

Tell = Callable[[date, str, int, int], None]
"""Told before each step: the day, the step's name, its number and how many there are."""


class NotYetError(ValueError):
    """The day cannot be run: it is still to come, or a later one has been done already."""


class DayFailedError(RuntimeError):
    """A step failed and was undone; the steps before it stand. Run the day again."""


def run_day(day: date, *, at: datetime, tell: Tell | None = None) -> DayReport:
    """Do the day, after bringing any missed days up to date.

    `at` is the instant it runs. Raises NotYetError for a day to come, BusyError if another run is
    under way, DayFailedError if a step failed. Done twice, or killed anywhere and done again, it
    leaves the same rows as done once.
    """
    local = at.astimezone(ZoneInfo(settings.HOME_ZONE))
    if day > local.date():
        today = f"{local.date()} in {settings.HOME_ZONE}"
        raise NotYetError(f"{day} is still to come; it is {today}, run that day or an earlier one")
    with day_lock():
        last = DayRun.objects.order_by("-day").first()
        if last is not None and day < last.day and not _done(day):
            raise NotYetError(
                f"{day} is past: {last.day} was run already; days go forward only, run the next"
            )
        missed = _missed(last, day)
        for earlier in missed:
            _run_one(earlier, opening(earlier), catch_up=True, tell=tell)
        report = _run_one(
            day,
            max(opening(day), at) if day == local.date() else opening(day),
            catch_up=False,
            tell=tell,
        )
    return DayReport(report.day, report.at, report.changed, report.steps, tuple(missed))


def opening(day: date) -> datetime:
    """When the collecting day begins at home: before anybody may be called."""
    return datetime.combine(day, OPENING, ZoneInfo(settings.HOME_ZONE))


def _done(day: date) -> bool:
    return DayRun.objects.filter(day=day, status=RunStatus.DONE).exists()


def _missed(last: DayRun | None, day: date) -> list[date]:
    """The last day if it was left unfinished, and those after it, up to but without `day`."""
    if last is None or last.day >= day:
        return []
    first = last.day if last.status != RunStatus.DONE else last.day + timedelta(days=1)
    return [first + timedelta(days=n) for n in range((day - first).days)]


def _run_one(day: date, at: datetime, *, catch_up: bool, tell: Tell | None) -> DayReport:
    run, new = DayRun.objects.get_or_create(day=day, defaults={"at": at, "catch_up": catch_up})
    changed = run.status != RunStatus.DONE
    if changed and not new:
        DayRun.objects.filter(day=day).update(
            status=RunStatus.RUNNING, error="", attempts=F("attempts") + 1
        )
    if changed:
        _run_steps(run, tell)
        DayRun.objects.filter(day=day).update(status=RunStatus.DONE)
    return DayReport(day, run.at, changed, step_reports(day))


def _run_steps(run: DayRun, tell: Tell | None) -> None:
    wanted = [s for s in STEPS if s.keeps_books or not run.catch_up]
    done = set(StepRun.objects.filter(day=run).values_list("name", flat=True))
    context = Day(day=run.day, at=run.at)
    for _, group in groupby(enumerate(wanted), key=lambda pair: pair[1].transaction):
        steps = [(n, s) for n, s in group if s.name not in done]
        try:
            with transaction.atomic():
                for number, step in steps:
                    if tell is not None:
                        tell(run.day, step.name, number, len(wanted))
                    _run_step(run, number, step, context)
        except Exception as error:
            names = ", ".join(step.name for _, step in steps)
            raise _failed(run, names, error) from error


def _failed(run: DayRun, steps: str, error: Exception) -> DayFailedError:
    """Keep the failure as a row that the board shows. Its text may hold no personal data, so only
    the kind of error is kept here; the message goes to whoever ran the day."""
    DayRun.objects.filter(day=run.day).update(
        status=RunStatus.FAILED, error=type(error).__name__[:400]
    )
    return DayFailedError(f"{run.day}: {steps}: {error}; mend the cause and run the day again")


def _run_step(run: DayRun, number: int, step: Step, context: Day) -> None:
    start = time.perf_counter()
    counts = step.run(context)
    StepRun.objects.create(
        day=run,
        position=number,
        name=step.name,
        counts=counts,
        seconds=round(time.perf_counter() - start, 3),
    )


def step_reports(day: date) -> tuple[StepReport, ...]:
    """The steps of a day that are done, in order."""
    rows = StepRun.objects.filter(day=day).order_by("position")
    return tuple(StepReport(s.name, s.counts, s.seconds) for s in rows)
