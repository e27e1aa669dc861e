from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from doorstep.contact.types import CallResult, CallState, MessageState
from doorstep.people.api import Scoped


class Outgoing(Scoped):
    """One message of the outbox, sent at most once.

    Personal data: name, subject and body are sealed; deleted with the case after its retention.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey("casefile.Case", models.PROTECT, related_name="+")
    case_reference = models.CharField(_("case"), max_length=24)
    day = models.DateField(_("day"))
    point_id = models.UUIDField()
    person = models.CharField(max_length=64, blank=True)
    role = models.CharField(max_length=12)
    action = models.JSONField(help_text="the planned action without its content")
    channel = models.CharField(_("channel"), max_length=24)
    purpose = models.CharField(_("purpose"), max_length=12)
    template = models.CharField(_("text"), max_length=40)
    language = models.CharField(_("language"), max_length=8)
    name = models.BinaryField(blank=True)
    content = models.BinaryField(blank=True)
    amount = models.BigIntegerField(null=True)
    verdict_id = models.UUIDField()
    decision_id = models.UUIDField(null=True)
    rank = models.IntegerField()
    not_before = models.DateTimeField(_("not before"))
    not_after = models.DateTimeField(_("not after"))
    state = models.CharField(_("state"), max_length=8, default=MessageState.QUEUED)
    why = models.CharField(_("why"), max_length=200, blank=True)
    changed_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    try_at = models.DateTimeField()
    clearance_id = models.UUIDField(null=True)
    provider_reference = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=[s.value for s in MessageState]), name="outgoing_state"
            ),
            models.CheckConstraint(
                condition=models.Q(not_after__gt=models.F("not_before")), name="outgoing_window"
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["sending", "sent", "unknown"])
                | models.Q(clearance_id__isnull=False),
                name="outgoing_cleared",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "try_at"], name="outgoing_due"),
            models.Index(fields=["case", "-changed_at"], name="outgoing_case"),
            models.Index(fields=["agency", "-changed_at"], name="outgoing_agency"),
            models.Index(fields=["lender", "-changed_at"], name="outgoing_lender"),
        ]


class OutgoingStep(models.Model):
    """How a message came to its state: who, when, why.

    Personal data: none of borrowers; the user name of whoever resolved it.
    """

    message = models.ForeignKey(Outgoing, models.CASCADE, related_name="+")
    state = models.CharField(max_length=8)
    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    why = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["message", "id"], name="outgoing_step")]


class LanguageGap(Scoped):
    """A borrower who should have been written to and whose language no text of ours speaks.

    Personal data: the language of a borrower; deleted with the case.
    """

    case = models.ForeignKey("casefile.Case", models.PROTECT, related_name="+")
    case_reference = models.CharField(_("case"), max_length=24)
    language = models.CharField(_("language"), max_length=16)
    template = models.CharField(_("text"), max_length=40)
    first_on = models.DateField(_("since"))
    last_on = models.DateField(_("last"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "language", "template"], name="gap_once")
        ]


class CallTask(Scoped):
    """A call to make on one day, planned by the cycle or dialled by hand.

    Personal data: none in clear; the number stays with the contact point, shown only while a
    clearance holds. Deleted with the case.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey("casefile.Case", models.PROTECT, related_name="+")
    case_reference = models.CharField(_("case"), max_length=24)
    day = models.DateField(_("day"))
    rank = models.IntegerField()
    point_id = models.UUIDField()
    masked = models.CharField(max_length=200, blank=True)
    person = models.CharField(max_length=64, blank=True)
    role = models.CharField(max_length=12)
    action = models.JSONField(help_text="the planned action without its content")
    purpose = models.CharField(_("purpose"), max_length=12)
    language = models.CharField(_("language"), max_length=16, blank=True)
    verdict_id = models.UUIDField(null=True)
    decision_id = models.UUIDField(null=True)
    not_before = models.DateTimeField(_("not before"))
    not_after = models.DateTimeField(_("not after"))
    hand_dialled = models.BooleanField(_("dialled by hand"), default=False)
    reserved_for = models.ForeignKey(
        "people.Agent", models.SET_NULL, null=True, related_name="+", help_text="the case's agent"
    )
    state = models.CharField(_("state"), max_length=8, default=CallState.OPEN)
    why = models.CharField(_("why"), max_length=200, blank=True)
    taken_by = models.CharField(max_length=80, blank=True)
    taken_at = models.DateTimeField(null=True)
    clearance_id = models.UUIDField(null=True)
    cleared_until = models.DateTimeField(null=True)
    party = models.CharField(_("right party"), max_length=12, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=[s.value for s in CallState]), name="call_state"
            ),
            models.CheckConstraint(
                condition=models.Q(clearance_id__isnull=True, cleared_until__isnull=True)
                | models.Q(clearance_id__isnull=False, cleared_until__isnull=False),
                name="call_clearance",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "day", "rank"], name="call_queue"),
            models.Index(fields=["case", "-day"], name="call_case"),
        ]


class CallRecord(Scoped):
    """What came of a call. It is never changed; a correction is another fact on the case.

    Personal data: the note is sealed; deleted with the case at the end of its retention.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    task = models.OneToOneField(CallTask, models.PROTECT, related_name="+")
    case = models.ForeignKey("casefile.Case", models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))
    by = models.CharField(_("by"), max_length=80)
    result = models.CharField(_("result"), max_length=16)
    party = models.CharField(_("right party"), max_length=12, blank=True)
    reason = models.CharField(_("reason"), max_length=16, blank=True)
    promise_id = models.UUIDField(null=True)
    call_back_at = models.DateTimeField(_("call back"), null=True)
    note = models.BinaryField(blank=True)
    flagged = models.CharField(_("flagged"), max_length=16, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(result__in=[r.value for r in CallResult]), name="call_result"
            )
        ]
        indexes = [models.Index(fields=["case", "-at"], name="call_record_case")]


class Inbound(Scoped):
    """A borrower wrote or called us unasked.

    Personal data: the text is sealed; deleted with the case at the end of its retention.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey("casefile.Case", models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=12)
    channel = models.CharField(_("channel"), max_length=24)
    point_id = models.UUIDField(null=True)
    at = models.DateTimeField(_("at"))
    by = models.CharField(_("by"), max_length=80)
    text = models.BinaryField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["case", "-at"], name="inbound_case")]
