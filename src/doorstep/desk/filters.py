"""The address of a case list as a filter, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from doorstep.book import api as book
from doorstep.care import api as care
from doorstep.casefile.api import CaseFilter
from doorstep.casefile.types import CaseStatus
from doorstep.people.types import Viewer
from doorstep.strategy import api as strategy
from doorstep.strategy.panels import segment_names

PAGE = 50
STATUSES = [
    ("open", pgettext_lazy("case", "Open")),
    ("closed", pgettext_lazy("case", "Closed")),
    ("any", _("Open and closed")),
]
PROMISES = [
    ("open", _("Promise open")),
    ("none", _("No open promise")),
    ("kept", _("A promise kept")),
    ("partly", _("A promise partly kept")),
    ("broken", _("A promise broken")),
]
STOPS = [("yes", _("Stopped")), ("no", _("Not stopped"))]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for, checked: unknown words fall back to nothing."""

    text: str
    status: str
    bucket: str
    region: str
    assigned: str
    promise: str
    stop: str
    segment: str
    sort: str
    page: int

    @property
    def any(self) -> bool:
        """Something is asked beyond the open cases."""
        words = (self.text, self.bucket, self.region, self.assigned, self.promise, self.stop)
        return any(words) or bool(self.segment) or self.status != CaseStatus.OPEN


def asked(query: Mapping[str, str]) -> Asked:
    """Read a query; text is cut to 64 characters, the page to 1…400."""
    page = query.get("page", "1")
    return Asked(
        text=query.get("q", "").strip()[:64],
        status=_one_of(query.get("status", ""), STATUSES, "open"),
        bucket=query.get("bucket", "")[:16],
        region=query.get("region", "")[:80],
        assigned=_agent(query.get("assigned", "")),
        promise=_one_of(query.get("promise", ""), PROMISES, ""),
        stop=_one_of(query.get("stop", ""), STOPS, ""),
        segment=_one_of(query.get("segment", ""), segment_names(), ""),
        sort=query.get("sort", "-dpd"),
        page=min(max(int(page), 1), 400) if page.isascii() and page.isdigit() else 1,
    )


def case_filter(viewer: Viewer, want: Asked, at: datetime) -> CaseFilter:
    """The filter a page asks the case file with, at an instant."""
    stopped = care.stopped_cases(viewer, at) if want.stop else None
    return CaseFilter(
        text=want.text,
        borrowers=_named(viewer, want.text, at.date()),
        status="" if want.status == "any" else want.status,
        bucket=want.bucket,
        region=want.region,
        assigned=want.assigned,
        promise=want.promise,
        only=stopped if want.stop == "yes" else None,
        without=stopped if want.stop == "no" else None,
        within=strategy.in_segment(viewer, want.segment) if want.segment else None,
    )


def _one_of(value: str, choices: Sequence[tuple[str, object]], otherwise: str) -> str:
    return value if value in {c for c, _label in choices} else otherwise


def _agent(value: str) -> str:
    if value == "nobody":
        return value
    try:
        return str(UUID(value))
    except ValueError:
        return ""


def _named(viewer: Viewer, text: str, on: date) -> tuple[tuple[int, str], ...]:
    """Borrowers whose whole name is `text`; a reference or an id is not looked up as a name."""
    if not text or (text.isascii() and any(c.isdigit() for c in text)):
        return ()
    return tuple(book.borrowers_named(viewer, text, on))
