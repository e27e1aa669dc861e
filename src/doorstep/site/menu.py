"""The menu: one line per place. An entry shows once its route exists and the viewer may open it."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from doorstep.people.types import Permission, UserRole, Viewer


@dataclass(frozen=True, slots=True)
class Entry:
    """`route` is a URL name without arguments; `icon` an id of the sprite."""

    route: str
    label: str | Promise
    permission: Permission
    icon: str


MENU = (
    Entry("board", _("Board"), Permission.BOARD, "layout-dashboard"),
    Entry("today", _("Today"), Permission.FIELD_DAY, "route"),
    Entry("calls", _("Calls"), Permission.CALLS, "phone"),
    Entry("cases", _("Cases"), Permission.CASES, "folders"),
    Entry("visit-plan", _("Visits"), Permission.VISIT_PLAN, "map"),
    Entry("messages", _("Messages"), Permission.MESSAGES, "message"),
    Entry("blocked", _("What blocks us"), Permission.VERDICTS, "hand-stop"),
    Entry("portfolio", _("Portfolio"), Permission.BOARD, "chart-bar"),
    Entry("near-misses", _("Near misses"), Permission.VERDICTS, "target-arrow"),
    Entry("law", _("The law"), Permission.VERDICTS, "gavel"),
    Entry("policy", _("House rules"), Permission.POLICY, "scale"),
    Entry("imports", _("Imports"), Permission.IMPORT, "upload"),
    Entry("money", _("Money"), Permission.MONEY, "coin"),
    Entry("differences", _("Lenders' figures"), Permission.MONEY, "receipt"),
    Entry("products", _("Products"), Permission.MONEY, "book"),
    Entry("days", _("Day runs"), Permission.RUN_DAY, "calendar"),
    Entry("people", _("People"), Permission.PEOPLE, "users"),
)

# Where each role starts; the first that exists and is allowed.
START = {
    UserRole.MANAGER: ("board", "cases"),
    UserRole.DESK: ("calls", "cases"),
    UserRole.FIELD: ("today",),
    UserRole.COMPLIANCE: ("blocked", "board", "cases"),
    UserRole.ANALYST: ("board", "cases"),
}


def url_of(route: str) -> str | None:
    """The address of a route without arguments, or None while it does not exist."""
    try:
        return reverse(route)
    except NoReverseMatch:
        return None


def entries(viewer: Viewer, path: str) -> list[dict[str, object]]:
    """What this viewer's menu shows, with the entry of `path` marked."""
    shown: list[dict[str, object]] = []
    for entry in MENU:
        url = url_of(entry.route) if viewer.may(entry.permission) else None
        if url:
            here = path == url or path.startswith(url)
            shown.append({"url": url, "label": entry.label, "icon": entry.icon, "here": here})
    return shown


def start_of(viewer: Viewer) -> str | None:
    """The address of the page a viewer starts the day on."""
    wanted = START.get(viewer.role, ()) if viewer.role else ()
    return next((url for route in wanted if (url := url_of(route))), None)
