"""Codes of contact points in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from doorstep.verification.types import PointKind, PointOutcome, PointStatus, PointUse, Precision

Text = str | Promise

KINDS: Mapping[str, Text] = {
    PointKind.PHONE: _("Phone"),
    PointKind.EMAIL: _("E-mail"),
    PointKind.ADDRESS: _("Address"),
    PointKind.CHAT: _("Chat"),
}
ICONS = {"phone": "phone", "email": "mail", "address": "map-pin", "chat": "message"}
USES: Mapping[str, Text] = {
    PointUse.SELF: _("their own"),
    PointUse.HOME: _("at home"),
    PointUse.WORK: _("at work"),
    PointUse.CONTACT: _("of a contact person"),
}
STATUSES: Mapping[str, Text] = {
    PointStatus.VERIFIED: _("Verified"),
    PointStatus.UNVERIFIED: _("Not verified"),
    PointStatus.RESTING: _("Resting"),
    PointStatus.WRONG: _("Wrong"),
}
STATUS_TONES = {"verified": "good", "unverified": "warn", "resting": "info", "wrong": "bad"}
OUTCOMES: Mapping[str, Text] = {
    PointOutcome.ANSWERED: _("answered"),
    PointOutcome.RIGHT_PARTY: _("right person"),
    PointOutcome.WRONG_PARTY: _("wrong person"),
    PointOutcome.NO_ANSWER: _("no answer"),
    PointOutcome.VOICEMAIL: _("voicemail"),
    PointOutcome.BUSY: _("busy"),
    PointOutcome.UNREACHABLE: _("out of service"),
    PointOutcome.BOUNCED: _("came back"),
    PointOutcome.DELIVERED: _("delivered"),
    PointOutcome.FOUND_HOME: _("found at home"),
    PointOutcome.NOBODY_HOME: _("nobody home"),
    PointOutcome.MOVED: _("moved away"),
    PointOutcome.CONFIRMED: _("confirmed"),
    PointOutcome.ASKED_TO_STOP: _("asked us to stop"),
}
PERSON_ROLES: Mapping[str, Text] = {
    "co_borrower": _("Co-borrower"),
    "guarantor": _("Guarantor"),
    "spouse": _("Spouse"),
    "heir": _("Heir"),
    "guardian": _("Guardian"),
    "representative": _("Representative"),
    "contact_person": _("Contact person"),
}
PLACES: Mapping[str, Text] = {
    Precision.POINT: _("Located"),
    Precision.TOWN: _("Only the town is known; not good enough for a visit"),
    Precision.NONE: _("Not located; not good enough for a visit"),
}
SOURCES: Mapping[str, Text] = {
    "desk": _("the desk"),
    "borrower": _("the borrower"),
    "crew": _("a crew"),
    "contract": _("the contract"),
    "application": _("the application"),
    "lender": _("the lender"),
}
QUESTIONS: Mapping[str, Text] = {
    "name": _("May I ask who I am speaking to?"),
    "birthday": _("What are the month and day of your birth?"),
    "town": _("Which town do you live in?"),
    "id_last4": _("What are the last four digits of your identity number?"),
}


def word(words: Mapping[str, Text], code: str) -> str:
    """The word of a code; a code nobody knows is shown as it is."""
    return str(words.get(code, code))
