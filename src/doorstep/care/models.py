from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from doorstep.care.types import StopKind
from doorstep.people.api import Scoped


class Stop(Scoped):
    """A complaint, dispute, hardship or other state that stops contact, from its first instant.

    Personal data: the note may speak of health or family; it is sealed, shown only with the case,
    and goes when the case's personal data goes.
    """

    case = models.ForeignKey("casefile.Case", models.PROTECT, related_name="+")
    kind = models.CharField(
        _("kind"), max_length=16, choices=[(k.value, k.value) for k in StopKind]
    )
    note = models.BinaryField(_("note"), default=b"")
    raised_at = models.DateTimeField(_("raised at"))
    raised_by = models.CharField(_("raised by"), max_length=80)
    until = models.DateTimeField(_("until"), null=True)
    lifted_at = models.DateTimeField(_("lifted at"), null=True)
    lifted_by = models.CharField(_("lifted by"), max_length=80, blank=True)
    why = models.CharField(_("why it was lifted"), max_length=240, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=[k.value for k in StopKind]), name="stop_kind"
            ),
            models.CheckConstraint(
                condition=models.Q(until__isnull=True) | models.Q(until__gt=models.F("raised_at")),
                name="stop_until",
            ),
            models.CheckConstraint(
                condition=models.Q(lifted_at__isnull=True, why="", lifted_by="")
                | (models.Q(lifted_at__isnull=False) & ~models.Q(why="") & ~models.Q(lifted_by="")),
                name="stop_lifted_with_reason",
            ),
        ]
        indexes = [models.Index(fields=["case", "lifted_at"], name="stop_case")]
