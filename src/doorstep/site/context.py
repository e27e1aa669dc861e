"""What the base template needs on every page."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from doorstep.people.guard import viewer
from doorstep.people.types import Viewer
from doorstep.site import menu

THEMES = ("light", "dark")


def shell(request: HttpRequest) -> dict[str, Any]:
    """Demo mark, theme and menu. An error before sign-in was looked at has no user: no menu."""
    who = viewer(request) if hasattr(request, "user") else Viewer()
    theme = request.COOKIES.get("theme", "")
    return {
        "demo": settings.DEMO,
        "viewer": who,
        "theme": theme if theme in THEMES else "",
        "menu": menu.entries(who, request.path),
        "home_zone": settings.HOME_ZONE,
    }
