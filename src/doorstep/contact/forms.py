from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from doorstep.care.types import StopKind
from doorstep.casefile.types import ArrearsReason, PromiseSaid, VisitAsked
from doorstep.contact import words
from doorstep.contact.types import CallOutcome, CallResult, InboundKind
from doorstep.kernel.money import Money, exponent

_FIELD = {"promise": "promise_amount"}


class OutcomeForm(forms.Form):
    """What came of a call. The zone is the borrower's: a call back means their clock."""

    result = forms.ChoiceField(
        label=_("What happened?"), choices=list(words.RESULTS.items()), widget=forms.RadioSelect
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
        label=_("Promised amount"), required=False, min_value=Decimal("0.01"), decimal_places=2
    )
    promise_on = forms.DateField(
        label=_("Promised for"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    call_back_at = forms.DateTimeField(
        label=_("Call back at"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("By the borrower's clock."),
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
        help_text=_("What helps whoever calls next. Kept encrypted."),
    )

    def __init__(self, *args: Any, currency: str = "CNY", zone: str = "UTC", **more: Any) -> None:
        super().__init__(*args, **more)
        self.currency, self.zone = currency, zone

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if bool(data.get("promise_amount")) != bool(data.get("promise_on")):
            missing = "promise_on" if data.get("promise_amount") else "promise_amount"
            self.add_error(missing, _("A promise needs an amount and a day."))
        return data

    def outcome(self) -> CallOutcome:
        data = self.cleaned_data
        promise = None
        if data["promise_amount"]:
            minor = int(data["promise_amount"].scaleb(exponent(self.currency)))
            promise = PromiseSaid(Money(minor, self.currency), data["promise_on"])
        return CallOutcome(
            result=CallResult(data["result"]),
            right_party=data["right_party"],
            reason=ArrearsReason(data["reason"]) if data["reason"] else None,
            promise=promise,
            call_back_at=self._in_zone(data["call_back_at"]),
            visit=VisitAsked(data["visit_on"]) if data["visit"] or data["visit_on"] else None,
            stop=data["stop"],
            note=data["note"].strip(),
        )

    def refuse(self, fields: dict[str, str]) -> None:
        """Put what the service found wrong beside the field it is about."""
        for field, code in fields.items():
            self.add_error(_FIELD.get(field, field), words.word(words.PROBLEMS, code))

    def _in_zone(self, value: datetime | None) -> datetime | None:
        return value.replace(tzinfo=ZoneInfo(self.zone)) if value else None


class InboundForm(forms.Form):
    """Something a borrower said unasked."""

    kind = forms.ChoiceField(
        label=_("What happened?"), choices=list(words.INBOUND.items()), widget=forms.RadioSelect
    )
    channel = forms.ChoiceField(label=_("By what way?"), choices=list(words.CHANNELS.items()))
    point = forms.ChoiceField(label=_("From which number or address?"), required=False)
    text = forms.CharField(
        label=_("What they said"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    stop = forms.ChoiceField(
        label=_("Something that stops contact?"),
        choices=[("", _("Nothing")), *words.STOPS.items()],
        required=False,
    )

    def __init__(self, *args: Any, points: list[tuple[str, str]] | None = None, **more: Any):
        super().__init__(*args, **more)
        choices = [("", str(_("Not known"))), *(points or [])]
        self.fields["point"].choices = choices  # type: ignore[attr-defined]

    def said(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "kind": InboundKind(data["kind"]),
            "channel": data["channel"],
            "point_id": data["point"] or None,
            "text": data["text"].strip(),
            "stop": StopKind(data["stop"]) if data["stop"] else None,
        }
