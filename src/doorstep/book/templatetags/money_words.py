"""Why money waits and what speaks for a loan, in the language of the page."""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from doorstep.kernel.money import Money

register = template.Library()

WHY: dict[str, str | Promise] = {
    "nobody_found": _("Nobody found whose money this is"),
    "not_sure": _("Not certain enough"),
    "several_loans": _("Several loans of one borrower"),
    "several_people": _("Several borrowers come into question"),
    "settled": _("For a loan that is settled"),
    "more_than_owed": _("More than is owed"),
    "same_reference": _("The bank's reference is known with another amount"),
    "returns_unknown": _("Gives back an entry nobody knows"),
    "returns_part": _("Gives back part of an entry"),
    "returns_several": _("May give back several entries"),
    "returned_before": _("Gives back what was given back before"),
    "returns_before_paid": _("Gives back before the money came"),
    "refund": _("Perhaps a refund to a borrower"),
    "refund_came_back": _("A refund that came back"),
    "reopened": _("A decision was taken back"),
}
REASONS: dict[str, str | Promise] = {
    "virtual_account": _("paid into this loan's account"),
    "reference": _("the reference is this loan"),
    "in_reference": _("this loan is in the reference"),
    "in_text": _("this loan is in the text"),
    "borrower_reference": _("this borrower is in the reference"),
    "borrower_in_text": _("this borrower is in the text"),
    "borrower_account": _("paid into this borrower's account"),
    "known_account": _("from an account they paid from before"),
    "name": _("the payer has the borrower's name"),
    "name_masked": _("the masked name fits"),
    "other_name": _("the payer has another name"),
    "amount_arrears": _("exactly what is overdue"),
    "amount_payoff": _("exactly what settles it"),
    "amount_next": _("exactly the next instalment"),
    "amount_all_arrears": _("exactly what is overdue on all of them"),
    "amount_all_payoff": _("exactly what settles all of them"),
    "amount_all_next": _("exactly the next instalments of all of them"),
    "only_loan": _("their only open loan"),
    "more_than_owed": _("more than is owed"),
    "short_id": _("a short number that may stand there by accident"),
    "settled": _("settled"),
    "written_off": _("written off"),
}
DECISIONS: dict[str, str | Promise] = {
    "auto": _("Recorded by Doorstep"),
    "assign": _("Assigned"),
    "split": _("Divided"),
    "refuse": _("Refused"),
    "refund": _("Recorded as a refund"),
    "reverse": _("Payment taken back"),
    "reopen": _("Decision taken back"),
}
GROUNDS: dict[str, str | Promise] = {
    "chosen": _("the payer's word"),
    "due": _("already due"),
    "later": _("not due yet"),
    "proportion": _("in proportion, for they rank alike"),
    "credit": _("credit: nothing is owed for it"),
}


@register.filter
def why_words(code: str) -> str | Promise:
    return WHY.get(code, code)


@register.filter
def reason_words(code: str) -> str | Promise:
    return REASONS.get(code, code)


@register.filter
def decision_words(code: str) -> str | Promise:
    return DECISIONS.get(code, code)


@register.filter
def grounds_words(grounds: Sequence[tuple[str, int]]) -> list[tuple[str | Promise, int]]:
    """Why a loan gets what it gets, in words with amounts; the same ground once."""
    sums: dict[str, int] = {}
    for why, amount in grounds:
        sums[why] = sums.get(why, 0) + amount
    return [(GROUNDS.get(why, why), amount) for why, amount in sums.items()]


@register.filter
def reason_list(decision_why: str) -> list[str | Promise]:
    """The reasons of an automatic decision, kept as codes."""
    return [REASONS.get(code, code) for code in decision_why.split(", ") if code]


@register.filter
def plain(minor: int | str, currency: str) -> str:
    """An amount as it goes into a field: 1045.00; nothing for nothing, and what was typed stays."""
    if isinstance(minor, str):
        return minor
    return str(Money(int(minor), currency).major()) if minor else ""
