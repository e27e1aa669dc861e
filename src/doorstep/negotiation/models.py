from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from doorstep.negotiation.types import ArrangementStatus, EndReason, Fit, Rhythm
from doorstep.people.api import Scoped


class Arrangement(Scoped):
    """An agreed repayment plan of a case; its payments are promises.

    Personal data: the budget (income, household, costs), sealed; kept as long as the plan can be
    questioned and emptied when the case is retired. `agreed_by` names staff.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey("casefile.Case", models.PROTECT, related_name="+")
    status = models.CharField(_("status"), max_length=10, default=ArrangementStatus.ACTIVE)
    rhythm = models.CharField(_("rhythm"), max_length=8)
    fit = models.CharField(_("fit"), max_length=8)
    share = models.IntegerField(_("share of the surplus"))
    kept = models.IntegerField(_("expected to be kept"))
    total = models.BigIntegerField(_("total"))
    currency = models.CharField(_("currency"), max_length=3)
    budget = models.BinaryField()
    agreed_at = models.DateTimeField(_("agreed at"))
    agreed_by = models.CharField(_("agreed by"), max_length=80)
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=12, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=models.Q(status="active"), name="one_plan_per_case"
            ),
            models.CheckConstraint(condition=models.Q(total__gt=0), name="plan_total"),
            models.CheckConstraint(
                condition=models.Q(status__in=[s.value for s in ArrangementStatus])
                & models.Q(rhythm__in=[r.value for r in Rhythm])
                & models.Q(fit__in=[f.value for f in Fit])
                & models.Q(ended_why__in=["", *[e.value for e in EndReason]]),
                name="plan_words",
            ),
            models.CheckConstraint(
                condition=models.Q(status="active", ended_at__isnull=True)
                | models.Q(~models.Q(status="active"), ended_at__isnull=False),
                name="plan_ended",
            ),
        ]
        indexes = [models.Index(fields=["status", "id"], name="plan_status")]


class ArrangementInstalment(Scoped):
    """One payment of a plan, and the promise that stands for it. Personal data: none."""

    arrangement = models.ForeignKey(Arrangement, models.PROTECT, related_name="+")
    promise = models.ForeignKey("casefile.Promise", models.PROTECT, related_name="+")
    number = models.IntegerField(_("number"))
    due_on = models.DateField(_("due on"))
    amount = models.BigIntegerField(_("amount"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["arrangement", "number"], name="plan_number"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="plan_amount"),
        ]
