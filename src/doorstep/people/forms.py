from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _

from doorstep.people.types import UserRole
from doorstep.people.words import ROLES


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


class TokenForm(forms.Form):
    """A new API token: what for, and what it may do."""

    name = forms.CharField(
        label=_("What it is for"),
        max_length=80,
        help_text=_("For example the name of the program that uses it."),
    )
    role = forms.ChoiceField(
        label=_("What it may do"),
        choices=[(role.value, ROLES[role][0]) for role in UserRole],
        initial=UserRole.ANALYST,
    )
