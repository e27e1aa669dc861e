"""Changes that wait for a second signature, and how much one signature may give up."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from doorstep.people.api import Scoped


class ProposedChange(Scoped):
    """A change of a loan that gives up more than one signature may: it waits for a second.

    `data` holds what the event will. Signed by two it becomes a BookEvent of the same id;
    `ended_at` is when that happened or when it was withdrawn. Personal data: names of staff; the
    reason must not name anybody else. Kept as long as the loan's accounts must be.
    """

    loan_id = models.CharField(_("loan"), max_length=64)
    kind = models.CharField(_("kind"), max_length=12)
    external_id = models.CharField(_("external id"), max_length=100)
    on = models.DateField(_("on"))
    amount = models.BigIntegerField(_("amount"), default=0)
    currency = models.CharField(_("currency"), max_length=3)
    data = models.JSONField(default=dict)
    proposed_at = models.DateTimeField(_("proposed at"))
    proposed_by = models.CharField(_("proposed by"), max_length=80)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=80, blank=True)
    withdrawn = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lender", "external_id"], name="book_proposal_once")
        ]
        indexes = [models.Index(fields=["lender", "loan_id", "id"], name="book_proposal_loan")]


class ChangeSignature(models.Model):
    """Who signed a proposed change; nobody signs one twice. Personal data: names of staff."""

    proposal = models.ForeignKey(ProposedChange, models.PROTECT, related_name="+")
    user = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["proposal", "user"], name="book_signature_once")
        ]


class ChangeLimit(models.Model):
    """What one signature may give up of a loan of this lender; the newest row of a currency holds.

    Personal data: names of staff.
    """

    lender = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+")
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField()
    set_at = models.DateTimeField()
    set_by = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount__gte=0, amount__lte=10**13), name="book_limit_amount"
            )
        ]
        indexes = [models.Index(fields=["lender", "currency", "-id"], name="book_limit_newest")]
