from __future__ import annotations

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST, require_safe

from doorstep.people.guard import public, viewer
from doorstep.site import menu
from doorstep.site.context import THEMES

_YEAR = 365 * 24 * 3600


@public
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Send everyone to where their day starts: board, calls, today or cases."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    start = menu.start_of(viewer(request))
    if start:
        return HttpResponseRedirect(start)
    return render(request, "site/nothing_yet.html")


@public
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Remember light, dark, or what the device prefers."""
    response = HttpResponseRedirect(back(request))
    wanted = request.POST.get("theme", "")
    if wanted in THEMES:
        response.set_cookie("theme", wanted, max_age=_YEAR, httponly=True, samesite="Lax")
    else:
        response.delete_cookie("theme", samesite="Lax")
    return response


@public
@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """The little door, for pages and programs that ask for it where it used to be."""
    return HttpResponseRedirect(static("site/favicon.svg"))


def back(request: HttpRequest) -> str:
    """The page a small form was sent from, if it is one of ours."""
    wanted = request.POST.get("next") or request.headers.get("Referer") or "/"
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else "/"
