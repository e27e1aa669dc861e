from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from doorstep.field.types import DoorOutcome
from doorstep.people.api import Scoped


class VisitRecord(Scoped):
    """What happened at one door: begun with the gate's yes, finished with an outcome, once.

    Personal data: who was met and a sealed note; deleted with the case.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    visit = models.OneToOneField("visits.Visit", models.PROTECT, related_name="+")
    case = models.ForeignKey("casefile.Case", models.PROTECT, related_name="+")
    begun_at = models.DateTimeField(_("begun at"), null=True)
    cleared_until = models.DateTimeField(null=True)
    clearance_id = models.UUIDField(null=True)
    party = models.CharField(_("right person"), max_length=12, blank=True)
    happened_at = models.DateTimeField(_("visited at"), null=True)
    recorded_at = models.DateTimeField(_("recorded at"), null=True)
    outcome = models.CharField(_("outcome"), max_length=16, blank=True)
    reason = models.CharField(_("reason for the arrears"), max_length=16, blank=True)
    promise_id = models.UUIDField(null=True)
    stop = models.CharField(max_length=16, blank=True)
    note = models.BinaryField(blank=True)
    said = models.CharField(max_length=64, blank=True)
    flagged = models.CharField(max_length=16, blank=True)
    by = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(outcome__in=["", *(o.value for o in DoorOutcome)]),
                name="visit_record_outcome",
            ),
            models.CheckConstraint(
                condition=models.Q(outcome="", happened_at__isnull=True, recorded_at__isnull=True)
                | (
                    ~models.Q(outcome="")
                    & models.Q(happened_at__isnull=False, recorded_at__gte=models.F("happened_at"))
                ),
                name="visit_record_happened",
            ),
        ]


class Photo(Scoped):
    """A picture taken at a door, without what the phone wrote into it.

    Personal data: the picture, sealed on disk under a random name; deleted with the case.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    visit = models.ForeignKey("visits.Visit", models.PROTECT, related_name="+")
    case = models.ForeignKey("casefile.Case", models.PROTECT, related_name="+")
    file = models.CharField(max_length=80, unique=True)
    media_type = models.CharField(max_length=20)
    sha256 = models.CharField(max_length=64)
    taken_at = models.DateTimeField(_("taken at"))
    by = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["visit", "sha256"], name="photo_once")]
