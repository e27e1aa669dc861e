"""Where lower folders are given what they ask of higher ones by a port."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from doorstep.book.ports import law
from doorstep.compliance.api import legal_caps
from doorstep.cycle.api import failed_day
from doorstep.desk.ports import ALERTS, Alert
from doorstep.kernel import show
from doorstep.people.types import Viewer


def wire() -> None:
    """Fill the ports; called once when Django is ready."""
    if day_failed not in ALERTS:
        ALERTS.append(day_failed)
    law.CAPS[:] = [legal_caps]


def day_failed(viewer: Viewer) -> Alert | None:
    """The board's alert of a day that did not come to its end."""
    run = failed_day(viewer)
    if run is None:
        return None
    return Alert(
        tone="bad",
        title=_("The day of %(day)s did not finish.") % {"day": show.day(run.day, get_language())},
        text=_("Its finished steps stand; running it again does only what is missing."),
        url=reverse("days"),
        action=_("Run it again"),
    )
