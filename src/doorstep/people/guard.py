"""Every view goes through one of these: signed in, and allowed by role."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from doorstep.people.queries import viewer_of
from doorstep.people.types import Permission, Viewer

View = Callable[..., HttpResponseBase]
PUBLIC = "public"


def viewer(request: HttpRequest) -> Viewer:
    """The viewer behind a request, worked out once per request."""
    found = getattr(request, "doorstep_viewer", None)
    if found is None:
        found = viewer_of(request.user) if request.user.is_authenticated else Viewer()
        request.doorstep_viewer = found  # type: ignore[attr-defined]
    return cast(Viewer, found)


def needs(permission: Permission) -> Callable[[View], View]:
    """A view only for signed-in people whose role holds `permission`."""

    def wrap(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not viewer(request).may(permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.doorstep_permission = permission  # type: ignore[attr-defined]
        return guarded

    return wrap


def public(view: View) -> View:
    """A view anybody may open; said on purpose, so that a forgotten guard is found by a test."""
    view.doorstep_permission = PUBLIC  # type: ignore[attr-defined]
    return view
