from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from doorstep.casefile.types import CaseStatus, PromiseStatus
from doorstep.people.api import Scoped


class Case(Scoped):
    """One borrower of one lender with at least one loan in arrears: what people work on.

    Money and ageing columns are a projection of the book, remade each day.

    Personal data: that a borrower (by the lender's id, no name) is in arrears; region and language.
    Retired with the lender's retention period after closing.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    reference = models.CharField(_("reference"), max_length=24, unique=True)
    borrower_id = models.CharField(_("borrower"), max_length=64)
    status = models.CharField(_("status"), max_length=8, default=CaseStatus.OPEN)
    bucket = models.CharField(_("bucket"), max_length=16)
    dpd = models.IntegerField(_("days past due"))
    arrears = models.BigIntegerField(_("arrears"))
    payoff = models.BigIntegerField(_("payoff"))
    currency = models.CharField(_("currency"), max_length=3)
    opened_on = models.DateField(_("opened on"))
    closed_on = models.DateField(_("closed on"), null=True)
    language = models.CharField(_("language"), max_length=16, blank=True)
    country = models.CharField(_("country"), max_length=2)
    region = models.CharField(_("region"), max_length=80, blank=True)
    zone = models.CharField(_("time zone"), max_length=40, blank=True)
    assigned_to = models.ForeignKey("people.Agent", models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["lender", "borrower_id"],
                condition=models.Q(status="open"),
                name="one_open_case_per_borrower",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=[s.value for s in CaseStatus]), name="case_status"
            ),
            models.CheckConstraint(
                condition=models.Q(status="open", closed_on__isnull=True)
                | models.Q(status="closed", closed_on__isnull=False),
                name="case_closed_on",
            ),
        ]
        indexes = [
            models.Index(fields=["lender", "status", "-dpd", "id"], name="case_lender_dpd"),
            models.Index(fields=["agency", "status", "-dpd", "id"], name="case_agency_dpd"),
            models.Index(fields=["lender", "borrower_id"], name="case_borrower"),
        ]


class Fact(Scoped):
    """What happened, in order; the database refuses to change or delete one.

    Personal data: reasons, notes and outcomes of contacts in `data`, never numbers or names; kept
    as evidence for the statutory period.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=24)
    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    data = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["case", "at", "id"], name="fact_case_at"),
            models.Index(fields=["kind", "at"], name="fact_kind_at"),
        ]


class Promise(Scoped):
    """What a borrower said they will pay, by when.

    Personal data: amounts and dates promised; kept with the case.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    amount = models.BigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    due_on = models.DateField(_("due on"))
    made_at = models.DateTimeField(_("made at"))
    status = models.CharField(_("status"), max_length=10, default=PromiseStatus.OPEN)
    received = models.BigIntegerField(_("received"), default=0)
    settled_at = models.DateTimeField(null=True)
    source = models.CharField(_("source"), max_length=16)
    arrangement_id = models.UUIDField(null=True)
    number = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="promise_amount"),
            models.CheckConstraint(
                condition=models.Q(status__in=[s.value for s in PromiseStatus]),
                name="promise_status",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "due_on"], name="promise_due"),
            models.Index(fields=["case", "status"], name="promise_case"),
        ]
