from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from doorstep.kernel.actions import Role
from doorstep.people.api import Scoped
from doorstep.verification.types import PointKind, PointStatus, PointUse, Precision


class ContactPoint(Scoped):
    """A phone number, e-mail, address or chat id of one case, with how far we trust it.

    Personal data: the value is sealed, its mask and a keyed blind index are beside it; deleted
    with the case at the end of its retention.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey("casefile.Case", models.PROTECT, related_name="+")
    borrower_id = models.CharField(max_length=64)
    person = models.CharField(_("person"), max_length=64, blank=True)
    role = models.CharField(_("role"), max_length=12, default=Role.DEBTOR)
    kind = models.CharField(_("kind"), max_length=8)
    use = models.CharField(_("use"), max_length=8, default=PointUse.SELF)
    value = models.BinaryField()
    masked = models.CharField(max_length=200)
    number_key = models.CharField(max_length=32)
    source = models.CharField(_("source"), max_length=80)
    basis = models.CharField(_("basis"), max_length=80, blank=True)
    confidence = models.PositiveSmallIntegerField(_("confidence"))
    confirmed_on = models.DateField(_("confirmed on"), null=True)
    status = models.CharField(_("status"), max_length=10, default=PointStatus.UNVERIFIED)
    rest_until = models.DateField(_("rests until"), null=True)
    last_outcome = models.CharField(_("last outcome"), max_length=16, blank=True)
    last_outcome_at = models.DateTimeField(null=True)
    right_party_at = models.DateTimeField(null=True)
    country = models.CharField(_("country"), max_length=2)
    region = models.CharField(_("region"), max_length=80, blank=True)
    zone = models.CharField(_("time zone"), max_length=40, blank=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    precision = models.CharField(max_length=8, blank=True, default=Precision.NONE)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "person", "kind", "number_key"], name="point_once_per_person"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=[k.value for k in PointKind]), name="point_kind"
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=[s.value for s in PointStatus]), name="point_status"
            ),
            models.CheckConstraint(
                condition=models.Q(confidence__lte=100), name="point_confidence"
            ),
            models.CheckConstraint(
                condition=models.Q(precision="", latitude__isnull=True, longitude__isnull=True)
                | models.Q(
                    precision__in=["town", "point"],
                    latitude__isnull=False,
                    longitude__isnull=False,
                ),
                name="point_located",
            ),
        ]
        indexes = [
            models.Index(fields=["case", "person"], name="point_case"),
            models.Index(fields=["lender", "borrower_id"], name="point_borrower"),
            models.Index(fields=["number_key"], name="point_number"),
            models.Index(fields=["status", "rest_until"], name="point_rest"),
        ]


class RelatedPerson(Scoped):
    """Somebody beside the borrower whom the lender's file names, with role and liability.

    Personal data: a sealed name and its mask; deleted with the case at the end of its retention.
    """

    case = models.ForeignKey("casefile.Case", models.PROTECT, related_name="+")
    person = models.CharField(_("person"), max_length=64)
    placement_role = models.CharField(_("role"), max_length=16)
    role = models.CharField(max_length=12)
    name = models.BinaryField(blank=True)
    masked_name = models.CharField(_("name"), max_length=120, blank=True)
    liable = models.BooleanField(_("liable"), default=False)
    stopped_at = models.DateTimeField(_("asked not to be contacted"), null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "person"], name="person_once_per_case"),
            models.CheckConstraint(
                condition=models.Q(role__in=[r.value for r in Role]), name="person_role"
            ),
        ]
