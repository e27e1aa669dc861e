"""What the contracts of a product say, as a form; the same JSON comes from a file elsewhere."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doorstep.book.money.forms import minor_units
from doorstep.book.product_words import order as order_words
from doorstep.book.rules.order import DEFAULT, make_order
from doorstep.book.rules.product_terms import parse_fraction
from doorstep.book.services.products import LONGEST_REASON, ProductView
from doorstep.book.types import AllocationOrder, BookError, PenaltyTerms
from doorstep.kernel.money import COMPONENTS, decimals, exponent

_LAW = "law"
_ORDERS = (
    DEFAULT.due,
    ("costs", "fees", "penalties", "interest", "principal"),
    ("costs", "interest", "fees", "penalties", "principal"),
    ("costs", "principal", "interest", "fees", "penalties"),
)
_CONTRACT = {"annual": "annual_rate", "total": "total_cost", "duplum": "in_duplum"}
_RULE = "CONTRACT"


class ProductForm(forms.Form):
    """Penalties, caps of the contract and the order of payment of one product."""

    daily_rate = forms.CharField(
        label=gettext_lazy("Penalty interest, percent a day"),
        required=False,
        max_length=20,
        help_text=gettext_lazy("For example 0.05. Empty: none."),
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    base = forms.ChoiceField(
        label=gettext_lazy("It runs on"),
        choices=[
            ("principal", gettext_lazy("overdue principal")),
            ("principal_and_interest", gettext_lazy("overdue principal and interest")),
        ],
    )
    grace_days = forms.IntegerField(
        label=gettext_lazy("Days of grace"), min_value=0, max_value=3650, initial=0
    )
    from_due = forms.BooleanField(
        label=gettext_lazy("Once the grace is missed, count from the due day"), required=False
    )
    late_fee = forms.CharField(
        label=gettext_lazy("Fixed fee for each late instalment"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    late_fee_after = forms.IntegerField(
        label=gettext_lazy("Due once it is so many days late"),
        min_value=1,
        max_value=3650,
        initial=1,
    )
    annual = forms.CharField(
        label=gettext_lazy("Cap of the contract: percent a year of the principal outstanding"),
        required=False,
        max_length=20,
    )
    total = forms.CharField(
        label=gettext_lazy("Cap of the contract: percent of the principal lent, in all"),
        required=False,
        max_length=20,
    )
    duplum = forms.CharField(
        label=gettext_lazy("Cap of the contract: unpaid cost in percent of the unpaid principal"),
        required=False,
        max_length=20,
    )
    order = forms.ChoiceField(label=gettext_lazy("Order of payment"))
    by = forms.ChoiceField(
        label=gettext_lazy("What is paid first"),
        choices=[
            ("instalment", gettext_lazy("the oldest instalment whole, then the next")),
            ("component", gettext_lazy("one part of all instalments, then the next part")),
        ],
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=LONGEST_REASON,
        help_text=gettext_lazy("For example the clause of the contract."),
    )

    def __init__(self, product: ProductView, data: Any = None) -> None:
        super().__init__(data, initial=_initial(product))
        self.product = product
        due = product.terms.order.due if product.terms.order else DEFAULT.due
        orders = dict.fromkeys((*_ORDERS, due))
        field = self.fields["order"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (_LAW, order_words(None)),
            *((",".join(names), order_words(make_order(names))) for names in orders),
        ]
        if product.currency:
            self.fields["late_fee"].help_text = product.currency
        else:
            del self.fields["late_fee"], self.fields["late_fee_after"]

    def clean_daily_rate(self) -> str:
        return self._share("daily_rate")

    def clean_annual(self) -> str:
        return self._share("annual")

    def clean_total(self) -> str:
        return self._share("total")

    def clean_duplum(self) -> str:
        return self._share("duplum")

    def _share(self, name: str) -> str:
        """The percentage typed as an exact share; empty stays empty."""
        text = self.cleaned_data[name].strip().removesuffix("%").strip()
        if not text:
            return ""
        try:
            return str(parse_fraction(text, name) / 100)
        except BookError as error:
            raise forms.ValidationError(_("Write a percentage like 0.05")) from error

    def clean_late_fee(self) -> int:
        text = self.cleaned_data["late_fee"].strip()
        try:
            amount = minor_units(text, self.product.currency) if text else 0
        except ValueError as error:
            raise forms.ValidationError(_("Not a plain amount")) from error
        if amount < 0:
            raise forms.ValidationError(_("Give an amount above zero."))
        return amount

    def terms(self) -> dict[str, Any]:
        """The JSON of `rules.product_terms`, once the form is valid."""
        data = self.cleaned_data
        found: dict[str, Any] = {}
        if data["daily_rate"] or data.get("late_fee"):
            found["penalty"] = self._penalty()
        caps = [
            {"rule": _RULE, "kind": kind, "ratio": data[name]}
            for name, kind in _CONTRACT.items()
            if data[name]
        ]
        if caps:
            found["caps"] = caps
        if data["order"] != _LAW or data["by"] != "instalment":
            due = list(DEFAULT.due) if data["order"] == _LAW else data["order"].split(",")
            found["order"] = {"due": due, "by": data["by"]}
        return found

    def _penalty(self) -> dict[str, Any]:
        data = self.cleaned_data
        told = {
            "daily_rate": data["daily_rate"] or "0",
            "base": data["base"],
            "grace_days": data["grace_days"],
            "from_due": data["from_due"],
        }
        if data.get("late_fee"):
            told |= {"late_fee": data["late_fee"], "late_fee_after": data["late_fee_after"]}
        return told

    def refuse(self, message: str) -> None:
        """Show what the book refused at the field it names, else above the form."""
        name, _sep, text = message.partition(": ")
        name = name.rpartition(".")[2]
        known = bool(text) and name in self.fields
        self.add_error(name if known else None, text if known else message)


def _initial(product: ProductView) -> dict[str, Any]:
    penalty, order = product.terms.penalty or PenaltyTerms(), product.terms.order
    by_kind = {cap.kind: cap.ratio for cap in product.terms.caps}
    fee = Fraction(penalty.late_fee, 10 ** exponent(product.currency or "CNY"))
    return {
        "daily_rate": _percent(penalty.daily_rate),
        "base": penalty.base,
        "grace_days": penalty.grace_days,
        "from_due": penalty.from_due,
        "late_fee": decimals(fee) if penalty.late_fee else "",
        "late_fee_after": penalty.late_fee_after,
        **{name: _percent(by_kind.get(kind)) for name, kind in _CONTRACT.items()},
        "order": _chosen(order),
        "by": order.by if order else "instalment",
    }


def _chosen(order: AllocationOrder | None) -> str:
    return ",".join(order.due) if order else _LAW


def _percent(share: Fraction | None) -> str:
    return decimals(share * 100) if share else ""


assert all(set(names) == set(COMPONENTS) for names in _ORDERS)
