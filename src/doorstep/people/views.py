from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpResponse
from django.utils import translation

from doorstep.people.forms import SignInForm
from doorstep.people.guard import public
from doorstep.people.queries import sample_users


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
