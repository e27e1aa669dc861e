"""Codes of visits in the reader's language."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from doorstep.strategy.types import LeftOut
from doorstep.visits.types import Reason, VisitStatus

REASONS: dict[str, str | Promise] = {
    Reason.NO_PLACE: _("Address not located"),
    Reason.NOT_PERMITTED: _("Not permitted at any time this day"),
    Reason.WORTH: _("Worth less than the way there"),
    Reason.LANGUAGE: _("No crew speaks the language"),
    Reason.NO_DAY: _("No day open"),
    Reason.WINDOW: _("Permitted time too short or door too far"),
    Reason.DAY_FULL: _("Day full: other doors are worth more"),
    Reason.NO_CREW: _("No crew of two certified agents"),
    LeftOut.NO_ADDRESS: _("No address known"),
    LeftOut.ADDRESS_WRONG: _("Address rests or is wrong"),
}
REMEDIES: dict[str, str | Promise] = {
    Reason.NO_PLACE: _("Ask for the full address by call or message, or locate it by hand."),
    Reason.NOT_PERMITTED: _("See the verdict on the case page: it names the rule and its end."),
    Reason.WORTH: _("A call or a message does more here. It returns as arrears or trust grow."),
    Reason.LANGUAGE: _("Assign or train an agent who speaks it."),
    Reason.NO_DAY: _("Nothing to do: it comes back on its next open day."),
    Reason.WINDOW: _("A crew that starts nearer would reach it in time."),
    Reason.DAY_FULL: _("It competes again tomorrow; one more crew would take the next of these."),
    Reason.NO_CREW: _(
        "Two active field agents with a valid certificate and a known home are needed."
    ),
    LeftOut.NO_ADDRESS: _("Ask the lender for it, or the borrower by call or message."),
    LeftOut.ADDRESS_WRONG: _(
        "Ask by call or message where they live now, and add the address on the case page."
    ),
}
STATUS: dict[str, str | Promise] = {
    VisitStatus.PLANNED: _("Planned"),
    VisitStatus.DONE: _("Visited"),
    VisitStatus.SKIPPED: _("Not reached"),
    VisitStatus.CANCELLED: _("Cancelled"),
}
TONES = {
    VisitStatus.PLANNED: "info",
    VisitStatus.DONE: "good",
    VisitStatus.SKIPPED: "warn",
    VisitStatus.CANCELLED: "",
}
LANGUAGES: dict[str, str | Promise] = {
    "zh": _("Chinese"),
    "ko": _("Korean"),
    "en": _("English"),
}
OUTCOMES: dict[str, str | Promise] = {
    "met": _("Met, spoke"),
    "nobody_home": _("Nobody home"),
    "refused": _("Did not want to talk"),
    "moved": _("Moved away"),
    "wrong_person": _("Wrong person"),
    "asked_to_leave": _("Asked us to leave"),
    "minor_only": _("Only a child at home"),
    "third_party": _("Somebody else opened"),
    "unsafe": _("Not safe"),
    "not_found": _("House not found"),
    "not_reached": _("Not reached"),
    "stopped": _("Contact stopped"),
}


def word(words: dict[str, str | Promise], code: str) -> str:
    """The word for a code; a code nobody has a word for is shown as it is."""
    return str(words.get(code, code))
