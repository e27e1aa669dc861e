"""Pictures of numbers as SVG made on the server: no script, no style attribute."""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from doorstep.insight.rules.shapes import columns, stacked
from doorstep.insight.types import MoneyDay, PromiseLine
from doorstep.kernel import show

register = template.Library()

PROMISE_FILLS = {"kept": "good", "partly": "warn", "broken": "bad", "open": "info"}


@register.simple_tag
def bar(share: int, fill: str = "c3") -> SafeString:
    """A share in per mille as a bar; the number stands beside it in the table."""
    return format_html(
        '<svg class="chart bar" viewBox="0 0 1000 12" preserveAspectRatio="none" '
        'aria-hidden="true"><rect class="track" width="1000" height="12" rx="6"></rect>'
        '<rect class="{}" width="{}" height="12" rx="6"></rect></svg>',
        fill,
        max(share, 8) if share else 0,
    )


@register.simple_tag
def money_columns(days: Sequence[MoneyDay], label: str) -> SafeString:
    """Money in by day; each column says its day and amount when pointed at."""
    shapes = columns([d.amount.minor for d in days], width=900, height=160)
    bars = format_html_join(
        "",
        '<g><title>{}</title><rect class="hit" x="{}" y="0" width="{}" height="160"></rect>'
        '<rect class="c3" x="{}" y="{}" width="{}" height="{}"></rect></g>',
        (
            (
                f"{show.day(days[c.index].on, language())}: "
                f"{show.money(days[c.index].amount, language())}",
                c.x,
                c.width,
                c.x,
                c.y,
                c.width,
                c.height,
            )
            for c in shapes
        ),
    )
    return format_html(
        '<svg class="chart columns" viewBox="0 0 900 162" preserveAspectRatio="none" role="img" '
        'aria-label="{}">{}<rect class="quiet" y="160" width="900" height="1"></rect></svg>',
        label,
        bars,
    )


@register.simple_tag
def promise_bar(lines: Sequence[PromiseLine], label: str) -> SafeString:
    """Kept, partly kept, broken and open promises as parts of one bar."""
    edges = stacked([line.share for line in lines], width=1000)
    parts = format_html_join(
        "",
        '<rect class="{}" x="{}" width="{}" height="26"></rect>',
        (
            (PROMISE_FILLS.get(line.status, "quiet"), x, max(width - 3, 0))
            for line, (x, width) in zip(lines, edges, strict=True)
        ),
    )
    return format_html(
        '<svg class="chart stack-bar" viewBox="0 0 1000 26" preserveAspectRatio="none" role="img" '
        'aria-label="{}">{}</svg>',
        label,
        parts,
    )


@register.filter
def promise_fill(status: str) -> str:
    return PROMISE_FILLS.get(status, "quiet")


def language() -> str:
    from django.utils import translation

    return translation.get_language() or "en"
