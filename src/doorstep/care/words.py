"""Stops in words."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from doorstep.care.types import StopKind

KINDS: dict[StopKind, tuple[str | Promise, str | Promise]] = {
    StopKind.COMPLAINT: (_("Complaint"), _("the borrower complains about how we or others acted")),
    StopKind.DISPUTE: (_("Dispute"), _("the borrower says: not mine, paid, or a wrong amount")),
    StopKind.HARDSHIP: (_("Hardship"), _("income fell away; a plan must be found first")),
    StopKind.VULNERABILITY: (_("Vulnerability"), _("illness, disability, distress")),
    StopKind.BEREAVEMENT: (_("Bereavement"), _("a death in the family")),
    StopKind.INSOLVENCY: (_("Insolvency"), _("a court or an administrator has taken over")),
    StopKind.NO_CONTACT: (_("Wishes no contact"), _("the borrower asked to be left alone")),
    StopKind.REPRESENTATIVE: (_("Representative"), _("somebody speaks for the borrower")),
    StopKind.POLICE_ORDER: (_("Police order"), _("an order of no contact")),
}


def name(kind: StopKind) -> str:
    return str(KINDS[kind][0])
