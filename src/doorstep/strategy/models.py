from __future__ import annotations

import uuid

from django.db import models

from doorstep.people.api import Scoped


class Decision(Scoped):
    """What the policy wished for one case on one day, and what it saw; written once.

    `eligible` holds every eligible action in the order wished, with its propensity; `facts` the
    facts as seen; `planned_rank` which of them the gate let through. Learning reads these.

    Personal data: none by itself (codes, counts and contact point ids); goes with its case.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey("casefile.Case", models.PROTECT, related_name="+")
    as_of = models.DateField()
    at = models.DateTimeField()
    policy = models.CharField(max_length=16)
    segment = models.CharField(max_length=40)
    treatment = models.CharField(max_length=40)
    eligible = models.JSONField(default=list)
    explored = models.BooleanField(default=False)
    hold = models.CharField(max_length=24, blank=True)
    hold_args = models.JSONField(default=dict)
    left_out = models.CharField(max_length=24, blank=True)
    asks = models.JSONField(default=list)
    review_on = models.DateField()
    facts = models.JSONField(default=dict)
    planned_rank = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "as_of"], name="one_decision_a_day"),
        ]
        indexes = [models.Index(fields=["as_of", "segment", "case"], name="decision_segment")]
