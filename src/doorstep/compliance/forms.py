from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from doorstep.compliance.words import choices


class ProposalForm(forms.Form):
    """Which number of which rule, to what, why and until when."""

    what = forms.ChoiceField(label=_("Which number"))
    value = forms.CharField(
        label=_("New value"),
        max_length=20,
        help_text=_("A whole number, or a time as HH:MM. Amounts are in the smallest unit (fen)."),
    )
    reason = forms.CharField(
        label=_("Reason for loosening"), max_length=400, widget=forms.Textarea(attrs={"rows": 3})
    )
    expires_on = forms.DateField(
        label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["what"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices()
