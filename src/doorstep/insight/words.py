"""What the portfolio's codes are called."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

STATES: dict[str, str | Promise] = {
    "new": _("Came in"),
    "current": _("Current"),
    "settled": _("Settled"),
    "written_off": _("Written off"),
    "unaged": _("Unaged"),
    "gone": _("Left the book"),
}
WAYS: dict[str, str | Promise] = {
    "closed": _("closed"),
    "eased": _("less overdue"),
    "stayed": _("the same"),
    "forward": _("further overdue"),
    "gone": _("left the book"),
}
REASONS: dict[str, str | Promise] = {
    "unaged": _("unaged: nobody knows what is owed"),
    "summary": _("only a stated balance: nobody knows its past"),
    "no_day": _("no day of disbursement"),
}


def state(code: str) -> str:
    """A bucket is its own name."""
    return str(STATES.get(code, code))
