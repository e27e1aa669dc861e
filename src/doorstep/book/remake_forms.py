"""What a change of a loan's schedule or rate asks, and how it is told in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext_lazy
from django.utils.translation import gettext as _

from doorstep.book.change_facts import Account
from doorstep.book.rules.change_kinds import KEYS
from doorstep.book.rules.product_terms import parse_fraction
from doorstep.book.rules.terms import MOST_INSTALMENTS
from doorstep.book.statement_words import percent
from doorstep.kernel import show
from doorstep.kernel.money import decimals

TITLES: dict[str, str | Promise] = {
    "reschedule": gettext_lazy("Reschedule"),
    "reamortise": gettext_lazy("Work out the instalments anew"),
    "rate_change": gettext_lazy("Change the interest rate"),
    "penalty_rate": gettext_lazy("Change the rate of penalty interest"),
    "disbursement": gettext_lazy("Record a drawdown"),
}
HELP: dict[str, str | Promise] = {
    "reschedule": gettext_lazy(
        "New due days for what is unpaid. What you leave empty stays as it was; what was paid "
        "stays where it went. Where the lender sent no terms, give rate, number, first day and "
        "rhythm."
    ),
    "reamortise": gettext_lazy(
        "What is unpaid is spread anew over the due days to come, or over as many as you say."
    ),
    "rate_change": gettext_lazy(
        "From this day on. A higher rate needs a ground in the contract or the borrower's "
        "consent: name it. It takes two signatures and cannot reach back."
    ),
    "penalty_rate": gettext_lazy(
        "From this day on. A higher rate needs a ground in the contract or the borrower's "
        "consent: name it. It takes two signatures and cannot reach back."
    ),
    "disbursement": gettext_lazy("More of a line of credit was paid out to the borrower."),
}
_UNITS: dict[str, str | Promise] = {
    "days": pgettext_lazy("rhythm", "days"),
    "weeks": pgettext_lazy("rhythm", "weeks"),
    "months": pgettext_lazy("rhythm", "months"),
    "years": pgettext_lazy("rhythm", "years"),
}
_ARREARS: dict[str, str | Promise] = {
    "moved": gettext_lazy("they become part of the new instalments"),
    "kept": gettext_lazy("they stay due as they are"),
}


def _number(label: Any, least: int = 0, most: int = MOST_INSTALMENTS) -> forms.Field:
    return forms.IntegerField(label=label, min_value=least, max_value=most, required=False)


def _choice(label: Any, choices: Mapping[str, str | Promise]) -> forms.Field:
    return forms.ChoiceField(label=label, choices=list(choices.items()), required=False)


def _rate(label: Any) -> forms.Field:
    attrs = {"inputmode": "decimal"}
    return forms.CharField(
        label=label, max_length=20, required=False, widget=forms.TextInput(attrs=attrs)
    )


_FIELDS: dict[str, Callable[[], forms.Field]] = {
    "first_due": lambda: forms.DateField(
        label=gettext_lazy("First new due day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    ),
    "holiday": lambda: _number(gettext_lazy("Or put off by so many instalments"), 1),
    "instalments": lambda: _number(gettext_lazy("Number of instalments"), 1),
    "every": lambda: _number(gettext_lazy("One every"), 1, 1_000),
    "unit": lambda: _choice(
        gettext_lazy("Days, weeks, months or years"), {"": gettext_lazy("as it was"), **_UNITS}
    ),
    "due_day": lambda: _number(gettext_lazy("Day of the month"), 1, 31),
    "rate_percent": lambda: _rate(gettext_lazy("Interest rate, percent a year")),
    "grace_principal": lambda: _number(gettext_lazy("Instalments of interest only")),
    "interest_free": lambda: _number(gettext_lazy("Instalments without interest")),
    "arrears": lambda: _choice(gettext_lazy("What is overdue by then"), _ARREARS),
    "rate": lambda: _rate(gettext_lazy("Penalty interest, percent a day")),
}
_NEEDED = {"rate_change": {"rate_percent"}, "penalty_rate": {"rate"}}


def names_of(kind: str) -> tuple[str, ...]:
    """The fields that only these kinds have, in the order of the form."""
    if kind == "penalty_rate":
        return ("rate",)
    return tuple(k for k in KEYS.get(kind, ()) if k != "amount")


def fields_of(kind: str, account: Account) -> dict[str, forms.Field]:
    """The fields of one kind."""
    found = {}
    for name in names_of(kind):
        field = found[name] = _FIELDS[name]()
        field.required = name in _NEEDED.get(kind, ())
        if name == "first_due":
            field.widget.attrs["min"] = account.disbursed_on.isoformat()
    return found


def values_of(kind: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """What was filled in, as a change has it: empty fields left out, a rate a day exact."""
    given = {name: data.get(name) for name in names_of(kind)}
    found: dict[str, Any] = {k: v.strip() if isinstance(v, str) else v for k, v in given.items()}
    if found.get("rate"):
        found["rate"] = _a_day(found["rate"])
    return {k: v for k, v in found.items() if v not in ("", None)}


def _a_day(per_cent: str) -> str:
    """`0.05` per cent as the exact text `1/2000`; what is no number stays as it is."""
    try:
        return str(parse_fraction(per_cent, "rate") / 100)
    except ValueError:
        return per_cent


def told_of(terms: Mapping[str, Any]) -> list[str]:
    """What a recorded change says, in words."""
    found = []
    for name, words in _WORDS.items():
        if terms.get(name) not in ("", None):
            found.append(words(terms[name], terms))
    return found


def _rhythm(every: Any, unit: str) -> str:
    return _("every %(number)s %(unit)s") % {"number": every, "unit": _UNITS[unit]}


def _day(text: str) -> str:
    return show.day(date.fromisoformat(text), get_language())


def _free(number: int, _terms: Mapping[str, Any]) -> str:
    words = ngettext("%(n)d without interest", "%(n)d without interest", number)
    return words % {"n": number}


def _count(number: int, _terms: Mapping[str, Any]) -> str:
    return ngettext("%(n)d instalment", "%(n)d instalments", number) % {"n": number}


def _off(number: int, _terms: Mapping[str, Any]) -> str:
    words = ngettext("put off by %(n)d instalment", "put off by %(n)d instalments", number)
    return words % {"n": number}


def _only(number: int, _terms: Mapping[str, Any]) -> str:
    return ngettext("%(n)d of interest only", "%(n)d of interest only", number) % {"n": number}


_WORDS: dict[str, Callable[[Any, Mapping[str, Any]], str]] = {
    "first_due": lambda v, _t: _("first due on %(day)s") % {"day": _day(v)},
    "holiday": _off,
    "instalments": _count,
    "unit": lambda v, t: _rhythm(t.get("every") or 1, v),
    "due_day": lambda v, _t: _("on day %(day)d of the month") % {"day": v},
    "rate_percent": lambda v, _t: _("%(rate)s a year") % {"rate": f"{decimals(Fraction(v))} %"},
    "rate": lambda v, _t: _("%(rate)s a day") % {"rate": percent(Fraction(v))},
    "grace_principal": _only,
    "interest_free": _free,
    "arrears": lambda v, _t: _("arrears: %(what)s") % {"what": _ARREARS[v]},
}
