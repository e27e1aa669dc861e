from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from doorstep.care.types import StopKind
from doorstep.care.words import KINDS


class StopForm(forms.Form):
    """What was said and, if known, until which day contact stops."""

    kind = forms.ChoiceField(
        label=_("What is it?"),
        choices=[(k.value, KINDS[k][0]) for k in StopKind],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("What was said"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Sealed; only people who may see the case read it."),
    )
    last_day = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Leave it open if you do not know: somebody lifts the stop later."),
    )

    def until(self, zone: str) -> datetime | None:
        """The midnight after the last day, where the borrower lives."""
        last = self.cleaned_data.get("last_day")
        if last is None:
            return None
        return datetime.combine(last + timedelta(days=1), time(), ZoneInfo(zone))


class LiftForm(forms.Form):
    """Why contact may go on."""

    why = forms.CharField(
        label=_("What changed?"), max_length=240, widget=forms.Textarea(attrs={"rows": 2})
    )
