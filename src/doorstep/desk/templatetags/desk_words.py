"""Codes in words, for the desk's templates."""

from __future__ import annotations

from django import template

from doorstep.desk import words
from doorstep.strategy.panels import segment_name as _segment_name

register = template.Library()


@register.filter
def stop_name(kind: str) -> str:
    return words.word(words.STOPS, kind)


@register.filter
def promise_status(status: str) -> str:
    return words.word(words.PROMISE_STATUS, status)


@register.filter
def dpd_tone(dpd: int) -> str:
    """How loud a number of days past due is shown: calm up to 30, then louder."""
    return "info" if dpd <= 30 else "warn" if dpd <= 90 else "bad"


@register.filter
def verdict_name(verdict: str) -> str:
    return words.word(words.VERDICTS, verdict)


@register.filter
def way_name(kind: str) -> str:
    """A way of reaching people, in the plural."""
    return words.word(words.WAYS, kind)


@register.filter
def component(name: str) -> str:
    """A part of a debt: costs, fees, penalties, interest, principal."""
    return words.word(words.COMPONENTS, name)


@register.filter
def segment_name(code: str) -> str:
    return _segment_name(code)
