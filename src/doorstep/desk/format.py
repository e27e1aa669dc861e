"""Amounts and days in the language of the page, for sentences made in Python."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils import timezone, translation

from doorstep.kernel import show
from doorstep.kernel.money import Money


def money(minor: Any, currency: str) -> str:
    """Minor units of a currency; a dash for nothing."""
    if minor is None or not currency:
        return "–"
    return show.money(Money(int(minor), currency), translation.get_language())


def day(value: Any) -> str:
    """A date, an instant or ISO text as a day."""
    if not value:
        return "–"
    if isinstance(value, str):
        value = date.fromisoformat(value[:10])
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    return show.day(value, translation.get_language())
