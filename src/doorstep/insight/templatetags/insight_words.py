"""Shares, months and states in words, for the portfolio's templates."""

from __future__ import annotations

from datetime import date

from django import template
from django.utils.translation import get_language

from doorstep.insight import words
from doorstep.kernel import show
from doorstep.kernel.money import Money

register = template.Library()


@register.filter
def state_name(code: str) -> str:
    """A state of a loan: a bucket is its own name."""
    return words.state(code)


@register.filter
def way_word(code: str) -> str:
    """One of the five ways of a flow."""
    return str(words.WAYS[code])


@register.filter
def percent(value: float | None) -> str:
    """A share with one decimal."""
    return show.percent(value, get_language())


@register.filter
def month(value: date) -> str:
    """A month with its year."""
    return show.month(value, get_language())


@register.filter
def whole(minor: int, currency: str) -> str:
    """An amount without its decimals."""
    return show.money_whole(Money(minor, currency), get_language())
