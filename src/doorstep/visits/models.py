from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from doorstep.people.api import Scoped
from doorstep.visits.types import Reason, VisitStatus


class VisitPlan(models.Model):
    """One organisation's day at the doors: made once, by the day.

    Personal data: none.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    organisation = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+")
    day = models.DateField(_("day"))
    made_at = models.DateTimeField(_("made at"))
    value = models.BigIntegerField(_("value of the plan"))
    bound = models.BigIntegerField(_("bound"))
    currency = models.CharField(_("currency"), max_length=3)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "day"], name="one_visit_plan_a_day")
        ]


class Route(models.Model):
    """What one crew drives on one day.

    Personal data: the place a crew starts from, which is an agent's home; deleted with the plan.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    plan = models.ForeignKey(VisitPlan, models.CASCADE, related_name="+")
    number = models.PositiveIntegerField(_("crew number"))
    languages = models.JSONField(_("languages"), default=list)
    latitude = models.FloatField()
    longitude = models.FloatField()
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))
    travel_seconds = models.IntegerField(_("seconds on the road"))
    value = models.BigIntegerField(_("value of the plan"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="route_number")]


class CrewMember(models.Model):
    """Who goes on a route.

    Personal data: which agent worked on which day; deleted with the plan.
    """

    route = models.ForeignKey(Route, models.CASCADE, related_name="+")
    agent = models.ForeignKey("people.Agent", models.PROTECT, related_name="+")
    seat = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["route", "agent"], name="crew_member_once"),
            models.UniqueConstraint(fields=["route", "seat"], name="crew_seat_once"),
        ]
        indexes = [models.Index(fields=["agent", "route"], name="crew_member_agent")]


class Visit(Scoped):
    """One door on a route. `action` is what the gate was asked, without the crew.

    Personal data: the place of a home, planned and real times of a visit; deleted with the case.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    route = models.ForeignKey(Route, models.PROTECT, related_name="+")
    case = models.ForeignKey("casefile.Case", models.PROTECT, related_name="+")
    point = models.ForeignKey("verification.ContactPoint", models.PROTECT, related_name="+")
    day = models.DateField(_("day"))
    order = models.PositiveIntegerField(_("order of the stop"))
    latitude = models.FloatField()
    longitude = models.FloatField()
    eta = models.DateTimeField(_("knock at"))
    leave_at = models.DateTimeField(_("leave at"))
    window_from = models.DateTimeField()
    window_to = models.DateTimeField()
    drive_seconds = models.IntegerField()
    worth = models.BigIntegerField(_("worth"))
    action = models.JSONField()
    decision_id = models.UUIDField(null=True)
    verdict_id = models.UUIDField(null=True)
    status = models.CharField(_("status"), max_length=10, default=VisitStatus.PLANNED)
    outcome = models.CharField(_("outcome"), max_length=24, blank=True)
    done_at = models.DateTimeField(_("visited at"), null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["route", "order"], name="visit_order"),
            models.UniqueConstraint(fields=["case", "day"], name="one_visit_a_day"),
            models.CheckConstraint(
                condition=models.Q(status__in=[s.value for s in VisitStatus]), name="visit_status"
            ),
            models.CheckConstraint(
                condition=models.Q(status="done", done_at__isnull=False)
                | (~models.Q(status="done") & models.Q(done_at__isnull=True)),
                name="visit_done_at",
            ),
        ]
        indexes = [
            models.Index(fields=["day", "status"], name="visit_day"),
            models.Index(fields=["case", "day"], name="visit_case"),
        ]


class Unvisited(Scoped):
    """A permitted case nobody visits on a day, and why.

    Personal data: none beyond the case it points at; deleted with the case.
    """

    plan = models.ForeignKey(VisitPlan, models.CASCADE, related_name="+")
    case = models.ForeignKey("casefile.Case", models.PROTECT, related_name="+")
    reason = models.CharField(_("reason"), max_length=16)
    worth = models.BigIntegerField(_("worth"), default=0)
    data = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "case"], name="unvisited_once"),
            models.CheckConstraint(
                condition=models.Q(reason__in=[r.value for r in Reason]), name="unvisited_reason"
            ),
        ]
