"""One form for each kind of change: only what that kind needs is asked."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from doorstep.book import remake_forms
from doorstep.book.change_facts import Account, Change
from doorstep.book.money.forms import minor_units
from doorstep.book.records import ChangeView
from doorstep.book.services.change_checks import LONGEST_REASON
from doorstep.book.statement_words import PARTS, money
from doorstep.kernel import show

TITLES: dict[str, str | Promise] = {
    "pause": gettext_lazy("Stop counting days past due"),
    "resume": gettext_lazy("Count days past due again"),
    "dispute": gettext_lazy("Mark as disputed"),
    "dispute_end": gettext_lazy("End a dispute"),
    "waiver": gettext_lazy("Waive"),
    "charge": gettext_lazy("Add a charge"),
    "reversal": gettext_lazy("Undo a charge or a change"),
    "use_credit": gettext_lazy("Use the credit"),
    "re_age": gettext_lazy("Start the days past due anew"),
    "write_off": gettext_lazy("Write off"),
    **remake_forms.TITLES,
}
HELP: dict[str, str | Promise] = {
    "pause": gettext_lazy("For hardship, illness or a disaster. What is owed stays owed."),
    "resume": gettext_lazy("From this day on the days count again."),
    "dispute": gettext_lazy("Payments leave what is disputed alone until the dispute ends."),
    "dispute_end": gettext_lazy("Payments reach it again."),
    "waiver": gettext_lazy("What is waived is no longer owed. Leave the amount empty for all."),
    "charge": gettext_lazy("Only what the contract and the law allow to charge."),
    "reversal": gettext_lazy("As if it had never been made. It stays visible in the history."),
    "use_credit": gettext_lazy("Puts money that met nothing towards what is owed."),
    "re_age": gettext_lazy("The days past due count from this day. What is owed stays owed."),
    "write_off": gettext_lazy("No longer demanded. Money that comes later counts as recovered."),
    **remake_forms.HELP,
}
_AMOUNT = {"waiver", "write_off", "use_credit", "charge", "disbursement"}
_NEEDS_AMOUNT = {"charge", "disbursement"}
_COMPONENT = {"waiver", "write_off", "charge"}
_TARGET = {"waiver", "dispute", "dispute_end", "reversal"}


class ChangeForm(forms.Form):
    """A change of one kind of one loan."""

    change_id = forms.CharField(max_length=100, widget=forms.HiddenInput)
    on = forms.DateField(
        label=gettext_lazy("From which day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    amount = forms.CharField(label=gettext_lazy("Amount"), max_length=30, required=False)
    component = forms.ChoiceField(label=gettext_lazy("Of which part"), required=False)
    target = forms.ChoiceField(label=gettext_lazy("Of what"), required=False)
    reason = forms.CharField(
        label=gettext_lazy("Reason for the change"),
        max_length=LONGEST_REASON,
        help_text=gettext_lazy("Whoever looks at this loan later reads it. Name nobody else."),
    )

    def __init__(
        self, kind: str, account: Account, history: list[ChangeView], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.account = kind, account
        self.fields["on"].initial = account.today
        self.fields["on"].widget.attrs |= {
            "max": account.today.isoformat(),
            "min": account.disbursed_on.isoformat(),
        }
        self.fields["change_id"].initial = f"page-{uuid.uuid4()}"
        self._amount(account.currency)
        self._components()
        self._targets(history)
        self.fields.update(remake_forms.fields_of(kind, account))
        self.order_fields([n for n in self.fields if n != "reason"])

    def _amount(self, currency: str) -> None:
        if self.kind not in _AMOUNT:
            del self.fields["amount"]
            return
        field = self.fields["amount"]
        field.label = _("Amount in %(currency)s") % {"currency": currency}
        field.required = self.kind in _NEEDS_AMOUNT
        field.widget.attrs["inputmode"] = "decimal"

    def clean_amount(self) -> int | None:
        """Minor units of what was typed; empty for everything."""
        text = self.cleaned_data["amount"].strip()
        if not text:
            return None
        try:
            amount = minor_units(text, self.account.currency)
        except ValueError as error:
            raise forms.ValidationError(_("Not a plain amount")) from error
        if amount <= 0:
            raise forms.ValidationError(_("Give an amount above zero."))
        return amount

    def _components(self) -> None:
        if self.kind not in _COMPONENT:
            del self.fields["component"]
            return
        names = list(PARTS)[:3] if self.kind == "charge" else list(PARTS)
        first = [] if self.kind == "charge" else [("", _("every part, the oldest first"))]
        _choose(self.fields["component"], [*first, *((n, str(PARTS[n])) for n in names)])
        self.fields["component"].required = self.kind == "charge"

    def _targets(self, history: list[ChangeView]) -> None:
        if self.kind not in _TARGET:
            del self.fields["target"]
            return
        first = [("", _("the whole loan"))] if self.kind == "waiver" else []
        choices = [*first, *self._instalments(), *self._charges(history), *self._changes(history)]
        _choose(self.fields["target"], choices)
        self.fields["target"].required = self.kind != "waiver"

    def _instalments(self) -> Iterator[tuple[str, str]]:
        if self.kind == "reversal":
            return
        rows = sorted(self.account.loan.instalments, key=lambda i: (i.due, i.number))
        for number, row in enumerate(rows, 1):
            words = _("instalment %(number)d of %(day)s: %(amount)s") % {
                "number": number,
                "day": show.day(row.due, get_language()),
                "amount": money(row.principal + row.interest, self.account.currency),
            }
            yield f"i:{number}", words

    def _charges(self, history: list[ChangeView]) -> Iterator[tuple[str, str]]:
        gone = {v.charge_id for v in history if v.kind == "reversal" and v.state == "recorded"}
        for c in self.account.loan.charges:
            if str(c.charge_id) in gone:
                continue
            words = _("charge of %(day)s: %(amount)s (%(part)s)") % {
                "day": show.day(c.added_on, get_language()),
                "amount": money(c.amount, self.account.currency),
                "part": PARTS[c.component],
            }
            yield f"c:{c.charge_id}", words

    def _changes(self, history: list[ChangeView]) -> Iterator[tuple[str, str]]:
        if self.kind != "reversal":
            return
        for v in history:
            if v.state == "recorded" and v.kind != "charge":
                day = show.day(v.on, get_language())
                yield f"e:{v.change_id}", f"{TITLES[v.kind]}, {day}: {v.reason}"

    def change(self) -> Change:
        """What the form wants, once it is valid."""
        data = self.cleaned_data
        aim, _sep, name = (data.get("target") or "").partition(":")
        return Change(
            change_id=data["change_id"],
            kind=self.kind,
            on=data["on"],
            amount=data.get("amount"),
            component=data.get("component") or "",
            instalment=int(name) if aim == "i" else None,
            charge_id=name if aim == "c" else "",
            reverses=name if aim == "e" else "",
            reason=data["reason"],
            **remake_forms.values_of(self.kind, data),
        )

    def refuse(self, message: str) -> None:
        """Show what the book refused at the field it names."""
        name, _sep, text = message.partition(": ")
        name = {"instalment": "target", "charge_id": "target", "reverses": "target"}.get(name, name)
        if text and name in self.fields and name != "change_id":
            self.add_error(name, text[:1].upper() + text[1:])
        else:
            self.add_error(None, message)


def _choose(field: forms.Field, choices: list[tuple[str, str]]) -> None:
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices
