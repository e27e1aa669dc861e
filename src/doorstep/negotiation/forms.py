"""Income and costs as people say them: in major units, a month, empty for nothing."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from doorstep.kernel.money import Money, exponent
from doorstep.negotiation import words
from doorstep.negotiation.types import Budget, Rhythm

INCOME = ("income", "other_income")
HOUSEHOLD = ("adults", "children")
COSTS = ("housing", "living", "health", "schooling", "other_debts", "regular")
PAY = ("rhythm", "month_day", "weekday")
AMOUNTS = (*INCOME, *COSTS)


class Amount(forms.DecimalField):
    """An amount in major units of a currency, cleaned to minor ones."""

    def __init__(self, **kwargs: Any) -> None:
        self.currency = "CNY"
        # A text field: people type 4,200 and copy amounts with separators.
        super().__init__(
            min_value=0, max_digits=13, decimal_places=3, widget=forms.TextInput(), **kwargs
        )
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}

    def clean(self, value: Any) -> int:
        major = super().clean(str(value).replace(",", "").strip() if value else value)
        minor = (major or Decimal(0)).scaleb(exponent(self.currency))
        if minor != int(minor):
            raise ValidationError(_("Too many decimals for this currency."))
        return int(minor)


class BudgetForm(forms.Form):
    income = Amount(label=_("Own income"), help_text=_("Wage, pension, business: what arrives."))
    other_income = Amount(
        label=_("Other income of the household"), required=False, help_text=_("Partner, children.")
    )
    adults = forms.IntegerField(label=_("Adults"), min_value=1, max_value=20, initial=1)
    children = forms.IntegerField(
        label=_("Children"), min_value=0, max_value=20, initial=0, required=False
    )
    housing = Amount(
        label=_("Housing"), required=False, help_text=_("Rent or mortgage, heating, water, power.")
    )
    living = Amount(label=_("Living"), required=False, help_text=_("Food, clothes, travel, phone."))
    health = Amount(label=_("Health and care"), required=False)
    schooling = Amount(label=_("School and child care"), required=False)
    other_debts = Amount(label=_("Other debts"), required=False, help_text=_("Paid to others."))
    regular = Amount(
        label=_("Coming instalments of this loan"),
        required=False,
        help_text=_("From the loan's schedule; they come on top of the plan."),
    )
    rhythm = forms.ChoiceField(
        label=pgettext_lazy("salary", "Paid"),
        choices=[(str(k), v) for k, v in words.PAID.items()],
        initial=str(Rhythm.MONTHLY),
        widget=forms.RadioSelect,
    )
    month_day = forms.IntegerField(
        label=_("Pay day of the month"), min_value=1, max_value=31, initial=10, required=False
    )
    weekday = forms.TypedChoiceField(
        label=_("Pay day of the week"),
        choices=[(str(k), v) for k, v in words.WEEKDAYS.items()],
        coerce=int,
        initial="5",
        required=False,
    )

    def __init__(self, blank: Budget, data: Any = None) -> None:
        super().__init__(data, initial={"regular": _major(blank.regular, blank.currency)})
        self._blank = blank
        for name in AMOUNTS:
            field = self.fields[name]
            assert isinstance(field, Amount)
            field.currency = blank.currency

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("rhythm") == Rhythm.MONTHLY and not data.get("month_day"):
            self.add_error("month_day", _("Which day of the month does the money come?"))
        return data

    def budget(self) -> Budget:
        """The budget of a valid form."""
        data = self.cleaned_data
        rhythm = Rhythm(data["rhythm"])
        return replace(
            self._blank,
            **{name: data[name] for name in AMOUNTS},
            adults=data["adults"],
            children=data["children"] or 0,
            rhythm=rhythm,
            pay_day=data["month_day"] if rhythm is Rhythm.MONTHLY else data["weekday"] or 5,
        )

    def groups(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The fields in reading order under their headings."""
        names = (
            (_("What comes in each month"), INCOME),
            (_("Who lives on it"), HOUSEHOLD),
            (_("What goes out each month"), COSTS),
            (_("When the money comes"), PAY),
        )
        return [(title, [self[name] for name in fields]) for title, fields in names]


def _major(minor: int, currency: str) -> str:
    """Minor units as a person types them: no needless decimals."""
    major = Money(minor, currency).major()
    return f"{major:f}".rstrip("0").rstrip(".") if major else ""
