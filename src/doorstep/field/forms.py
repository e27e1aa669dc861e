from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from doorstep.casefile.types import ArrearsReason, PromiseSaid, VisitAsked
from doorstep.field import words
from doorstep.field.types import DoorOutcome, VisitOutcome
from doorstep.kernel.money import Money, exponent

_FIELD = {"promise": "promise_amount", "happened_at": "happened"}


class OutcomeForm(forms.Form):
    """What came of a visit, told on its day. Times are by the clock at the door."""

    outcome = forms.ChoiceField(
        label=_("How did it end?"), choices=list(words.OUTCOMES.items()), widget=forms.RadioSelect
    )
    happened = forms.TimeField(
        label=_("When were you at the door?"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    right_party = forms.ChoiceField(
        label=_("Was it the right person?"),
        choices=list(words.PARTIES.items()),
        widget=forms.RadioSelect,
        required=False,
    )
    reason = forms.ChoiceField(
        label=_("Why was it not paid?"),
        choices=[("", "–"), *words.REASONS.items()],
        required=False,
    )
    promise_amount = forms.DecimalField(
        label=_("Promised amount"),
        required=False,
        min_value=Decimal("0.01"),
        decimal_places=2,
        widget=forms.NumberInput(attrs={"inputmode": "decimal"}),
    )
    promise_on = forms.DateField(
        label=_("Promised for"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    visit = forms.BooleanField(label=_("Asked us to come and see them"), required=False)
    visit_on = forms.DateField(
        label=_("Visit wished on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Empty: any day. Nobody goes there before the day they named."),
    )
    stop = forms.ChoiceField(
        label=_("Something that stops contact?"),
        choices=[("", _("Nothing")), *words.STOPS.items()],
        required=False,
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Facts only, in words you would say in their presence. Kept encrypted."),
    )

    def __init__(self, *args: Any, currency: str, zone: str, day: date, **more: Any) -> None:
        super().__init__(*args, **more)
        self.currency, self.zone, self.day = currency, ZoneInfo(zone or "UTC"), day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if bool(data.get("promise_amount")) != bool(data.get("promise_on")):
            missing = "promise_on" if data.get("promise_amount") else "promise_amount"
            self.add_error(missing, _("A promise needs an amount and a day."))
        return data

    def said(self) -> VisitOutcome:
        data = self.cleaned_data
        promise = None
        if data["promise_amount"]:
            minor = int(data["promise_amount"].scaleb(exponent(self.currency)))
            promise = PromiseSaid(Money(minor, self.currency), data["promise_on"])
        happened: time = data["happened"]
        return VisitOutcome(
            outcome=DoorOutcome(data["outcome"]),
            happened_at=datetime.combine(self.day, happened, self.zone),
            right_party=data["right_party"],
            reason=ArrearsReason(data["reason"]) if data["reason"] else None,
            promise=promise,
            visit=VisitAsked(data["visit_on"]) if data["visit"] or data["visit_on"] else None,
            stop=data["stop"],
            note=data["note"].strip(),
        )

    def refuse(self, fields: dict[str, str]) -> None:
        """Put what the service found wrong beside the field it is about."""
        for field, code in fields.items():
            self.add_error(_FIELD.get(field, field), words.word(words.PROBLEMS, code))
