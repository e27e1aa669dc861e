"""Forms of the money pages."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from doorstep.book.money.plan import READY
from doorstep.kernel.money import exponent

LARGEST = 64 * 2**20
FORMS = ("camt053", "mt940", "alipay", "wechat", "csv")


class StatementForm(forms.Form):
    """A statement file with its format, and for CSV its map."""

    lender = forms.ChoiceField(label=_("Lender"))
    form = forms.ChoiceField(
        label=_("Format"),
        choices=[
            ("camt053", "camt.053 (ISO 20022)"),
            ("mt940", "MT940 (SWIFT)"),
            ("alipay", _("Alipay bill")),
            ("wechat", _("WeChat Pay bill")),
            ("csv", _("CSV with a map")),
        ],
    )
    file = forms.FileField(label=_("Statement"))
    map = forms.FileField(
        label=_("Map"),
        required=False,
        help_text=_("For CSV, and for WeChat Pay to name the account: a TOML file."),
    )

    def __init__(self, lenders: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lender"].choices = lenders  # type: ignore[attr-defined]
        self.fields["map"].widget.attrs["accept"] = ".toml"

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(
                _("Larger than 64 MB. Put it into the inbox folder instead.")
            )
        return file

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("form") == "csv" and not data.get("map"):
            self.add_error("map", _("A CSV statement needs a map that names its columns."))
        return data


def reader_of(chosen: str) -> tuple[str, str]:
    """Format and ready map of a choice of the form."""
    return ("csv", chosen) if chosen in READY else (chosen, "")


def minor_units(text: str, currency: str) -> int:
    """What a person typed as an amount; raises ValueError. Commas group, a point divides.

    >>> minor_units("1,045.5", "CNY")
    104550
    """
    plain = text.replace(",", "").replace("，", "").replace(" ", "").strip("¥")
    try:
        value = Decimal(plain).scaleb(exponent(currency))
    except InvalidOperation as error:
        raise ValueError(text) from error
    if not value.is_finite() or value != value.to_integral_value() or abs(value) > 10**13:
        raise ValueError(text)
    return int(value)
