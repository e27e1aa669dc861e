"""The few words templates share: icons, money, languages, nice names. `{% load ui %}`."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.safestring import SafeString

from doorstep.kernel import show
from doorstep.kernel.money import Money

register = template.Library()


@register.simple_tag
def icon(name: str, label: str = "", extra: str = "") -> SafeString:
    """`{% icon "phone" %}` is decoration; with a label it speaks: `{% icon "phone" label %}`."""
    address = f"{static('site/icons.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="icon {}" role="img" aria-label="{}"><use href="{}"></use></svg>',
            extra,
            label,
            address,
        )
    return format_html(
        '<svg class="icon {}" aria-hidden="true"><use href="{}"></use></svg>', extra, address
    )


@register.filter
def money(minor: int | Money | None, currency: str = "") -> str:
    """`{{ case.arrears|money:case.currency }}`; a Money needs no argument; None shows a dash."""
    if minor is None:
        return "–"
    amount = minor if isinstance(minor, Money) else Money(int(minor), currency)
    return show.money(amount, translation.get_language())


@register.filter
def money_whole(amount: Money) -> str:
    """An amount without its decimals, where many stand side by side."""
    return show.money_whole(amount, translation.get_language())


@register.filter
def count(number: int | None) -> str:
    """A whole number with the separators of the language."""
    return "–" if number is None else show.number(number, translation.get_language())


@register.filter
def day(value: date | datetime | str | None) -> str:
    """A day as people write it: 24 Nov 2026, 2026年11月24日. Takes ISO text too."""
    if not value:
        return "–"
    if isinstance(value, str):
        value = date.fromisoformat(value[:10])
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    return show.day(value, translation.get_language())


@register.filter
def weekday(value: date) -> str:
    """A day with its weekday, for headings."""
    return show.day(value, translation.get_language(), "full")


@register.filter
def moment(value: datetime | str | None) -> str:
    """A day and a time in the zone the page is shown in. Takes ISO text too."""
    if not value:
        return "–"
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    return show.moment(timezone.localtime(value), translation.get_language())


@register.filter
def clock_time(value: datetime | None) -> str:
    """Hours and minutes in the zone the page is shown in."""
    return timezone.localtime(value).strftime("%H:%M") if value else "–"


@register.filter
def language_name(code: str) -> str:
    """A language by its own name: 简体中文 for zh-Hans, 中文 for zh; an unknown code as it is."""
    if code == "zh":
        return "中文"
    try:
        return str(translation.get_language_info(code.lower())["name_local"])
    except KeyError:
        return code


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """`{{ promises|get:case.id }}`: what a mapping holds for a key, or nothing."""
    return mapping.get(key) if mapping else None


@register.simple_tag(takes_context=True)
def query(context: dict[str, Any], **changes: Any) -> str:
    """The address's query with changes; an empty value drops the key: `?{% query sort="dpd" %}`."""
    params = context["request"].GET.copy()
    for key, value in changes.items():
        params.pop(key, None)
        if value not in (None, ""):
            params[key] = str(value)
    return str(params.urlencode())
