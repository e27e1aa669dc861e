"""Every view goes through one of these: signed in, and allowed by role."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import Any, TypeVar, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from doorstep.people.queries import viewer_of
from doorstep.people.types import Permission, Viewer

View = Callable[..., HttpResponseBase]
PUBLIC = "public"
_Call = TypeVar("_Call", bound=Callable[..., Any])


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


def token_needs(permission: Permission) -> Callable[[_Call], _Call]:
    """A REST operation only for tokens whose role holds `permission`; below `@router.get(…)`."""

    def wrap(operation: _Call) -> _Call:
        @wraps(operation)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if not token_viewer(request).may(permission):
                raise PermissionDenied
            return operation(request, *args, **kwargs)

        guarded.doorstep_permission = permission  # type: ignore[attr-defined]
        # The API reads types from the signature; here their names would not be known any more.
        guarded.__signature__ = signature(operation, eval_str=True)  # type: ignore[attr-defined]
        return cast(_Call, guarded)

    return wrap


def token_viewer(request: HttpRequest) -> Viewer:
    """The viewer behind the token of a REST request."""
    return cast(Viewer, getattr(request, "auth", None) or Viewer())


def public(view: View) -> View:
    """A view anybody may open; said on purpose, so that a forgotten guard is found by a test."""
    view.doorstep_permission = PUBLIC  # type: ignore[attr-defined]
    return view
