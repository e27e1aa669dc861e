from __future__ import annotations

from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _


class SignInForm(AuthenticationForm):
    """User name and password, with one message for either being wrong."""

    error_messages = {
        "invalid_login": _(
            "The user name or the password is wrong. Check both; capital letters count."
        ),
        "inactive": _("This account is switched off. Ask a manager."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("User name")
        self.fields["password"].label = _("Password")
