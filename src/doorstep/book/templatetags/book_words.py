"""Why a row was rejected, in the language of the page. The located reason itself is kept as it
was written, for the lender."""

from __future__ import annotations

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

register = template.Library()

REASONS: dict[str, str | Promise] = {
    "cells": _("Too many or too few cells"),
    "missing": _("A required cell is empty"),
    "formula": _("A formula instead of a value"),
    "control_character": _("A control character"),
    "too_long": _("Too long"),
    "unknown_value": _("A word we do not know"),
    "bad_date": _("Not a date"),
    "date_out_of_range": _("A date before 1900 or after 2200"),
    "impossible_date": _("Dates in the wrong order"),
    "bad_amount": _("Not a plain amount"),
    "no_currency": _("An amount without a currency"),
    "too_many_decimals": _("More decimals than the currency has"),
    "too_large": _("An absurdly large amount"),
    "negative": _("A negative amount"),
    "zero": _("An amount of zero"),
    "bad_number": _("Not a number"),
    "out_of_range": _("Outside the allowed range"),
    "bad_bool": _("Neither yes nor no"),
    "bad_currency": _("Not a currency code"),
    "bad_country": _("Not a country code"),
    "bad_phone": _("Not a phone number"),
    "bad_email": _("Not an e-mail address"),
    "bad_terms": _("Terms that make no schedule"),
    "unknown_borrower": _("The borrower is not known"),
    "unknown_person": _("The related person is not known"),
    "unknown_loan": _("The loan is not known"),
    "unknown_payment": _("The payment to take back is not known"),
    "wrong_reversal": _("A payment can only be taken back whole"),
    "other_lender": _("A row of another lender"),
    "mixed_currency": _("Not the currency of the loan"),
    "conflict": _("The same key twice with different values"),
    "conflicts_with_live": _("Already recorded live with other values"),
}


@register.filter
def reject_words(code: str) -> str | Promise:
    """The reason of a reject code in words; an unknown code as it is."""
    return REASONS.get(code, code)
