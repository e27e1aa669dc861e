from __future__ import annotations

import uuid

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from doorstep.people.types import Licence, OrganisationKind, UserRole

LICENCES = [
    (Licence.UNKNOWN.value, _("licence not known")),
    (Licence.BANK.value, _("bank")),
    (Licence.CONSUMER_FINANCE.value, _("consumer finance company")),
    (Licence.MICRO_LOAN.value, _("micro-loan company")),
    (Licence.OTHER.value, _("another licence")),
    (Licence.NONE.value, _("no licence")),
]


class Organisation(models.Model):
    """A lender or an agency.

    Personal data: none.
    """

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(pgettext_lazy("organisation", "name"), max_length=120)
    kind = models.CharField(
        _("kind"), max_length=10, choices=[(k.value, k.value) for k in OrganisationKind]
    )
    country = models.CharField(_("country"), max_length=2, default="CN")
    zone = models.CharField(_("time zone"), max_length=40, default="Asia/Shanghai")
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    on_white_list = models.BooleanField(_("on the published white list"), default=False)
    licence = models.CharField(
        _("licence to lend"), max_length=20, blank=True, default="", choices=LICENCES
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(licence__in=[x.value for x in Licence]),
                name="organisation_licence",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=[k.value for k in OrganisationKind]),
                name="organisation_kind",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Team(models.Model):
    """A group of agents of one organisation.

    Personal data: none.
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    name = models.CharField(pgettext_lazy("organisation", "name"), max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="team_name")]

    def __str__(self) -> str:
        return self.name


class Mandate(models.Model):
    """A lender's dated order to an agency (or its own team) to work given cases.

    Personal data: none.
    """

    lender = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    agency = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    code = models.SlugField(_("code"), max_length=40)
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"), null=True)
    scope = models.JSONField(
        _("scope"), default=dict, help_text=_("products, buckets and regions; empty means all")
    )
    notified_on = models.DateField(
        _("borrowers told on"), null=True, help_text=_("when borrowers were told of the agency")
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lender", "code"], name="mandate_code"),
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True)
                | models.Q(ends_on__gte=models.F("starts_on")),
                name="mandate_dates",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class User(AbstractUser):
    """Somebody who signs in.

    Personal data: name and e-mail of staff; deactivated when they leave, name kept with the facts
    they wrote.
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    role = models.CharField(
        pgettext_lazy("user", "role"),
        max_length=12,
        blank=True,
        choices=[(r.value, r.value) for r in UserRole],
    )
    language = models.CharField(_("language"), max_length=10, default="en")


class Agent(models.Model):
    """Somebody who calls or knocks, with what a plan and the gate must know of them.

    Personal data: name, gender, languages and home of staff; home is cleared when they leave.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+")
    user = models.OneToOneField(User, models.SET_NULL, null=True, related_name="+")
    code = models.SlugField(_("code"), max_length=40)
    name = models.CharField(pgettext_lazy("organisation", "name"), max_length=80)
    gender = models.CharField(_("gender"), max_length=1, blank=True)
    languages = models.JSONField(_("languages"), default=list)
    latitude = models.FloatField(_("home latitude"), null=True)
    longitude = models.FloatField(_("home longitude"), null=True)
    does_field = models.BooleanField(_("visits"), default=False)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "code"], name="agent_code")]

    def __str__(self) -> str:
        return self.name


class Certificate(models.Model):
    """Training passed: no valid certificate, no contact.

    Personal data: training record of staff; kept as long as contacts must be proved.
    """

    agent = models.ForeignKey(Agent, models.CASCADE, related_name="+")
    kind = models.CharField(_("kind"), max_length=40)
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"))


class ApiToken(models.Model):
    """Only the SHA-256 of the token is kept; it is shown once, when it is made.

    Personal data: none.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    name = models.CharField(pgettext_lazy("organisation", "name"), max_length=80)
    hashed = models.CharField(max_length=64, unique=True)
    role = models.CharField(pgettext_lazy("user", "role"), max_length=12)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)


class GivenAnswer(models.Model):
    """What a REST call with an idempotency key was answered, to answer the same again.

    Personal data: ids and amounts of the answer, no names; `tidy` deletes it after seven days.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    asked = models.CharField(max_length=64)
    status = models.IntegerField()
    body = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "key"], name="answer_given_once")
        ]
