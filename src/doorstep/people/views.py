from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import LoginView, LogoutView
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from doorstep.kernel import clock
from doorstep.people import rosters
from doorstep.people.forms import SignInForm, TokenForm
from doorstep.people.guard import needs, public, viewer
from doorstep.people.queries import organisation_of, sample_users
from doorstep.people.services.tokens import TokenError, create_token, revoke_token
from doorstep.people.types import Permission, UserRole


class SignIn(LoginView):
    template_name = "people/sign_in.html"
    form_class = SignInForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Sample users are shown in demo mode only: anywhere else nobody's name is."""
        samples = sample_users() if settings.DEMO else []
        return super().get_context_data(
            samples=samples, sample_password=settings.DEMO_PASSWORD, **kwargs
        )

    def form_valid(self, form: Any) -> HttpResponse:
        """Sign in; a browser that never chose a language gets the user's own."""
        response = super().form_valid(form)
        language = form.get_user().language
        chosen = settings.LANGUAGE_COOKIE_NAME in self.request.COOKIES
        if not chosen and translation.check_for_language(language):
            response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, samesite="Lax")
        return response


sign_in = public(SignIn.as_view())
sign_out = public(LogoutView.as_view(http_method_names=["post"]))


@needs(Permission.PEOPLE)
@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """Who works here: role, team, languages, and until when they may contact anybody."""
    today = clock.today(settings.HOME_ZONE)
    context = {"staff": rosters.staff(viewer(request)), "today": today}
    return render(request, "people/people.html", context)


@needs(Permission.PEOPLE)
@never_cache
@require_http_methods(["GET", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """The tokens of the API; a new one's secret is on the page that answers, and nowhere else."""
    who = viewer(request)
    form = TokenForm(request.POST or None)
    secret = ""
    if request.method == "POST" and form.is_valid():
        organisation = organisation_of(who)
        if organisation is None:
            raise Http404
        secret = create_token(
            organisation,
            name=form.cleaned_data["name"],
            role=UserRole(form.cleaned_data["role"]),
            at=clock.now(),
        )
        form = TokenForm()
    context = {"tokens": rosters.tokens(who), "form": form, "secret": secret}
    return render(request, "people/tokens.html", context)


@needs(Permission.PEOPLE)
@require_POST
def token_end(request: HttpRequest, token_id: int) -> HttpResponse:
    """End a token: whatever uses it is refused from now on."""
    try:
        revoke_token(viewer(request), token_id, at=clock.now())
    except TokenError as error:
        raise Http404 from error
    messages.success(request, _("The token has ended; whatever used it is refused from now on."))
    return HttpResponseRedirect(reverse("tokens"))
