from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from doorstep.compliance.types import Answer, AttemptResult, ChainKind, ConsentKind
from doorstep.kernel.actions import ActionKind, Purpose, Role
from doorstep.people.api import Scoped


def _one_of(field: str, words: Any, name: str) -> models.CheckConstraint:
    values = [w.value for w in words]
    return models.CheckConstraint(condition=models.Q(**{f"{field}__in": values}), name=name)


class StoredVerdict(Scoped):
    """A verdict as given: light when the day is planned, with its full facts when executed.

    `grounds` holds what was asked, the packs and, of a light one, the facts but for the history,
    whose places `refs` name. `said` is the text that was judged, sealed; its keyed hash is in
    `grounds`, so that it can be taken away and nothing else changes.

    Personal data: none in clear; facts name people and numbers by key only. The text that was to be
    said is sealed and goes with the case's personal data.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey("casefile.Case", models.PROTECT, related_name="+")
    at = models.DateTimeField(_("judged for"))
    stage = models.CharField(max_length=8)
    kind = models.CharField(_("kind"), max_length=20)
    channel = models.CharField(_("channel"), max_length=40, blank=True)
    purpose = models.CharField(max_length=10)
    role = models.CharField(max_length=10)
    answer = models.CharField(_("verdict"), max_length=20)
    defer_until = models.DateTimeField(null=True)
    deciding = models.JSONField(default=list)
    cause = models.CharField(max_length=24, blank=True)
    findings = models.JSONField(default=list)
    packs = models.JSONField(default=dict)
    action_digest = models.CharField(max_length=64)
    facts = models.JSONField(null=True)
    by = models.CharField(max_length=80, blank=True)
    grounds = models.JSONField(null=True)
    refs = models.JSONField(null=True)
    said = models.BinaryField(null=True)
    seal = models.CharField(max_length=32, blank=True)
    link = models.ForeignKey("EvidenceLink", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            _one_of("answer", Answer, "verdict_answer"),
            _one_of("kind", ActionKind, "verdict_kind"),
            _one_of("purpose", Purpose, "verdict_purpose"),
            _one_of("role", Role, "verdict_role"),
        ]
        indexes = [
            models.Index(fields=["case", "-at", "id"], name="verdict_case_at"),
            models.Index(fields=["at", "answer"], name="verdict_at_answer"),
            models.Index(
                fields=["lender"], condition=models.Q(link__isnull=True), name="verdict_unchained"
            ),
        ]


class Kept(models.Model):
    """What many verdicts rest on, once: the text of a pack, a long history's references. Named by
    its own digest, so it cannot be changed without losing its name.

    Personal data: none; law, and numbers of rows.
    """

    digest = models.CharField(max_length=32, primary_key=True)
    body = models.JSONField()


class EvidenceLink(models.Model):
    """One link of a lender's chain: the hashes of some verdicts or facts, in the order of their
    ids, under one root, tied to all links before it. The database refuses to change or delete one.

    `upto` is the highest number of a fact that the link has seen; `head` is the root of the tree
    over all links of the lender up to this one, the number to keep outside.

    Personal data: none; hashes and ids.
    """

    lender = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+")
    number = models.IntegerField()
    kind = models.CharField(max_length=8)
    at = models.DateTimeField()
    count = models.IntegerField()
    upto = models.BigIntegerField(default=0)
    ids = models.BinaryField()
    leaves = models.BinaryField()
    root = models.CharField(max_length=64)
    before = models.CharField(max_length=64)
    head = models.CharField(max_length=64)

    class Meta:
        constraints = [
            _one_of("kind", ChainKind, "link_kind"),
            models.UniqueConstraint(fields=["lender", "number"], name="link_number"),
        ]


class Clearance(Scoped):
    """A permission for exactly one action, for minutes; while it lives it is a reservation.

    Personal data: none in clear; person and number by key only.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey("casefile.Case", models.PROTECT, related_name="+")
    verdict = models.ForeignKey(StoredVerdict, models.PROTECT, related_name="+")
    action_digest = models.CharField(max_length=64)
    kind = models.CharField(max_length=20)
    channel = models.CharField(max_length=40, blank=True)
    role = models.CharField(max_length=10)
    person = models.CharField(max_length=64, blank=True)
    point = models.CharField(max_length=40, blank=True)
    person_key = models.CharField(max_length=32)
    number_key = models.CharField(max_length=32, blank=True)
    carrier = models.JSONField(default=dict)
    by = models.CharField(max_length=80, blank=True)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=80, blank=True)
    why = models.CharField(max_length=240, blank=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            _one_of("kind", ActionKind, "clearance_kind"),
            _one_of("role", Role, "clearance_role"),
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("issued_at")), name="clearance_time"
            ),
            models.CheckConstraint(
                condition=models.Q(used_at__isnull=True)
                | models.Q(used_at__gte=models.F("issued_at")),
                name="clearance_used",
            ),
        ]
        indexes = [
            models.Index(fields=["person_key", "settled_at"], name="clearance_person"),
            models.Index(fields=["case", "issued_at"], name="clearance_case"),
        ]


class LedgerEntry(Scoped):
    """One contact or attempt, counted for the person across lenders and agencies.

    Personal data: none in clear; person and number by key only. Kept as evidence of restraint.
    """

    case = models.ForeignKey("casefile.Case", models.PROTECT, related_name="+")
    person_key = models.CharField(max_length=32)
    number_key = models.CharField(max_length=32, blank=True)
    kind = models.CharField(max_length=20)
    channel = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField()
    role = models.CharField(max_length=10)
    person = models.CharField(max_length=64, blank=True)
    point = models.CharField(max_length=40, blank=True)
    direction = models.CharField(max_length=4)
    result = models.CharField(max_length=16)
    by_org = models.ForeignKey("people.Organisation", models.PROTECT, null=True, related_name="+")
    by_agent = models.CharField(max_length=40, blank=True)
    clearance = models.OneToOneField(Clearance, models.PROTECT, null=True, related_name="+")
    flag = models.CharField(max_length=16, blank=True)

    class Meta:
        constraints = [
            _one_of("kind", ActionKind, "ledger_kind"),
            _one_of("role", Role, "ledger_role"),
            _one_of("result", AttemptResult, "ledger_result"),
            models.CheckConstraint(
                condition=models.Q(direction__in=["us", "them"]), name="ledger_direction"
            ),
        ]
        indexes = [
            models.Index(fields=["person_key", "at"], name="ledger_person_at"),
            models.Index(fields=["number_key", "at"], name="ledger_number_at"),
            models.Index(fields=["case", "kind", "at"], name="ledger_case_kind_at"),
        ]


class StoredConsent(Scoped):
    """What a person agreed to, with its evidence and its end.

    Personal data: what was agreed; it goes with the case's personal data.
    """

    case = models.ForeignKey("casefile.Case", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    given_at = models.DateTimeField()
    until = models.DateTimeField(null=True)
    start = models.CharField(max_length=5, blank=True)
    end = models.CharField(max_length=5, blank=True)
    channel = models.CharField(max_length=40, blank=True)
    evidence = models.CharField(max_length=120)
    by = models.CharField(max_length=80)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            _one_of("kind", ConsentKind, "consent_kind"),
            models.CheckConstraint(condition=~models.Q(evidence=""), name="consent_evidence"),
        ]
        indexes = [models.Index(fields=["case", "withdrawn_at"], name="consent_case")]


class HousePolicy(models.Model):
    """A rule of the house loosened for a while by one organisation, with a reason and an end.

    Personal data: user names of staff.
    """

    organisation = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+")
    rule = models.CharField(_("rule"), max_length=40)
    field = models.CharField(_("what"), max_length=60)
    value = models.CharField(_("new value"), max_length=40)
    was = models.CharField(_("value before"), max_length=40)
    reason = models.CharField(_("reason for loosening"), max_length=400)
    proposed_by = models.CharField(_("proposed by"), max_length=80)
    proposed_at = models.DateTimeField(_("proposed at"))
    expires_on = models.DateField(_("last day"))
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="policy_reason"),
        ]
        indexes = [models.Index(fields=["organisation", "expires_on"], name="policy_in_force")]


class PolicySignature(models.Model):
    """One person's signature under a loosening; two different ones make it hold.

    Personal data: user names of staff.
    """

    policy = models.ForeignKey(HousePolicy, models.CASCADE, related_name="+")
    user = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["policy", "user"], name="policy_signed_once"),
        ]
