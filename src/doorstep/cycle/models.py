from __future__ import annotations

from django.db import models

from doorstep.cycle.types import RunStatus


class DayRun(models.Model):
    """One collecting day. `at` is set when it first starts and kept, so a re-run changes nothing.

    Personal data: none.
    """

    day = models.DateField(primary_key=True)
    at = models.DateTimeField()
    catch_up = models.BooleanField(default=False)
    status = models.CharField(max_length=8, default=RunStatus.RUNNING)
    attempts = models.IntegerField(default=1)
    error = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=[s.value for s in RunStatus]), name="day_run_status"
            )
        ]


class StepRun(models.Model):
    """A step that is done, committed together with what it wrote. Personal data: none."""

    day = models.ForeignKey(DayRun, models.PROTECT, related_name="+")
    position = models.IntegerField()
    name = models.CharField(max_length=40)
    counts = models.JSONField(default=dict)
    seconds = models.FloatField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "name"], name="step_once_a_day")]
