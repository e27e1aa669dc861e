"""Amounts, numbers and days as people write them in a language. Pure: the language is passed in."""

from __future__ import annotations

from datetime import date, datetime

from babel.dates import format_date, format_skeleton
from babel.numbers import format_currency, format_decimal, format_percent

from doorstep.kernel.money import Money

_LOCALES = {"en": "en_GB", "zh-hans": "zh_Hans_CN", "zh-hant": "zh_Hant_TW", "ko": "ko_KR"}


def locale(language: str | None) -> str:
    """The Babel locale of a language code of ours; English for one we do not know.

    >>> locale("zh-Hant")
    'zh_Hant_TW'
    """
    return _LOCALES.get((language or "").lower(), "en_GB")


def money(amount: Money, language: str | None) -> str:
    """An amount with its currency.

    >>> money(Money(123456, "CNY"), "zh-hans"), money(Money(5, "CNY"), "en")
    ('¥1,234.56', 'CN¥0.05')
    """
    return str(format_currency(amount.major(), amount.currency, locale=locale(language)))


def money_whole(amount: Money, language: str | None) -> str:
    """An amount without its decimals, for boards and pictures.

    >>> money_whole(Money(123456, "CNY"), "zh-hans")
    '¥1,235'
    """
    return str(
        format_currency(
            amount.major(),
            amount.currency,
            format="¤#,##0",
            locale=locale(language),
            currency_digits=False,
        )
    )


def number(value: int, language: str | None) -> str:
    """A whole number with its separators.

    >>> number(12345, "en")
    '12,345'
    """
    return str(format_decimal(value, locale=locale(language)))


def day(value: date, language: str | None, style: str = "medium") -> str:
    """A day; `style` is short, medium, long or full (with the weekday).

    >>> day(date(2026, 11, 24), "en"), day(date(2026, 11, 24), "zh-hant")
    ('24 Nov 2026', '2026年11月24日')
    """
    return str(format_date(value, format=style, locale=locale(language)))


def moment(value: datetime, language: str | None) -> str:
    """A day and the time to the minute; shift the instant to the zone to show it in first.

    >>> moment(datetime(2026, 11, 24, 9, 5), "en")
    '24 Nov 2026, 09:05'
    """
    gap = " " if (language or "").startswith("zh") else ", "
    return f"{day(value.date(), language)}{gap}{value:%H:%M}"


def month(value: date, language: str | None) -> str:
    """A month with its year.

    >>> month(date(2026, 11, 1), "en"), month(date(2026, 11, 1), "zh-hans")
    ('Nov 2026', '2026年11月')
    """
    return str(format_skeleton("yMMM", value, locale=locale(language)))


def percent(value: float | None, language: str | None) -> str:
    """A share with one decimal; a dash where there is no whole to be a share of.

    >>> percent(0.1234, "en"), percent(None, "en")
    ('12.3%', '–')
    """
    if value is None:
        return "–"
    return str(format_percent(value, "#,##0.0%", locale=locale(language)))
