"""Invented values, so that a text can be read before it is sent to anybody."""

from __future__ import annotations

from datetime import date

from doorstep.contact.services.values import day, money
from doorstep.kernel.money import Money

_NAMES = {"en": "Ann Example", "zh-Hans": "李娜", "zh-Hant": "李娜", "ko": "김미란"}


def sample(language: str) -> dict[str, str]:
    """Every value a text may use, in a language."""
    return {
        "name": _NAMES[language],
        "writer": "Doorway Services",
        "lender": "Bluebay Credit",
        "agency": "Doorway Services",
        "phone": "+86 433 555 0100",
        "reference": "C-0000",
        "agent": "Dan",
        "today": day(date(2026, 11, 24), language),
        "amount": money(Money(123_456, "CNY"), language),
        "due_on": day(date(2026, 11, 4), language),
        "promise_amount": money(Money(50_000, "CNY"), language),
        "promise_date": day(date(2026, 11, 28), language),
        "paid_amount": money(Money(40_000, "CNY"), language),
        "paid_on": day(date(2026, 11, 23), language),
    }
