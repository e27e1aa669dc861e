"""Plans in words."""

from __future__ import annotations

from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from doorstep.negotiation.types import Fit, NegotiationError, Protected, Rhythm

FITS = {
    Fit.EASY: (_("Leaves room"), "good"),
    Fit.FITS: (_("Fits"), "info"),
    Fit.TIGHT: (_("Tight"), "warn"),
}
RHYTHMS = {
    Rhythm.MONTHLY: _("each month"),
    Rhythm.WEEKLY: _("each week"),
}
PAID = {
    Rhythm.MONTHLY: pgettext_lazy("paid", "monthly"),
    Rhythm.WEEKLY: pgettext_lazy("paid", "weekly"),
}
WEEKDAYS = {
    1: _("Monday"),
    2: _("Tuesday"),
    3: _("Wednesday"),
    4: _("Thursday"),
    5: _("Friday"),
    6: _("Saturday"),
    7: _("Sunday"),
}
REFUSALS = {
    "unknown_living": _(
        "Nobody has said yet what a household must keep for living in this country, so no plan "
        "can be worked out. Ask the compliance officer to add the protected amount."
    ),
    "not_yours": _("There is no such case for you; ask who works it."),
    "closed": _("The case is closed; nothing is overdue."),
    "stale": _("This offer does not fit any more; look at the offers again."),
    "raced": _("Another plan was agreed a moment ago; look at the case again."),
    "stopped": _(
        "A dispute, a bereavement, an insolvency, a representative or an order of the police "
        "stands on this case. No plan may be agreed with the borrower while it does."
    ),
    "incomplete": _("The answers are no longer complete; check them again."),
}


def refusal(error: NegotiationError) -> str:
    """A refusal in the language of the page."""
    return str(REFUSALS.get(error.code, error))


def source(protected: Protected) -> str:
    """Where the protected amount comes from, in the language of the page, else in English."""
    return protected.sources.get((get_language() or "").lower()) or protected.sources["en"]
