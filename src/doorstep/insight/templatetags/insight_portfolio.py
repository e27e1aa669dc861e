"""The portfolio's pictures as SVG made on the server: no script, no style attribute."""

from __future__ import annotations

from datetime import date

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from doorstep.insight import words
from doorstep.insight.portfolio import PARTS, History, Shares
from doorstep.insight.rules.shapes import blocks, stacked, strokes
from doorstep.insight.templatetags.insight_charts import language
from doorstep.kernel import show

register = template.Library()

WAY_FILLS = {"closed": "good", "eased": "c1", "stayed": "quiet", "forward": "bad", "gone": "info"}


@register.simple_tag
def late_columns(history: History, label: str) -> SafeString:
    """What is past due at each month end, one column a day, bucket on bucket."""
    fills = [fill for _, fill in history.tones]
    lines = history.lines
    parts = blocks([[x.cells[at] for at in history.late] for x in lines], width=900, height=160)
    shapes = format_html_join(
        "",
        '<rect class="{}" x="{}" y="{}" width="{}" height="{}"><title>{}</title></rect>',
        (
            (
                fills[b.part],
                b.x,
                b.y,
                b.width,
                b.height,
                f"{show.day(lines[b.index].on, language())}: {history.tones[b.part][0]}",
            )
            for b in parts
            if b.height
        ),
    )
    return format_html(
        '<svg class="chart columns" viewBox="0 0 900 162" preserveAspectRatio="none" role="img" '
        'aria-label="{}">{}<rect class="quiet" y="160" width="900" height="1"></rect></svg>',
        label,
        shapes,
    )


@register.simple_tag
def way_bar(parts: tuple[int, ...]) -> SafeString:
    """Where one bucket went, as parts of a bar; the numbers stand in the table."""
    shapes = format_html_join(
        "",
        '<rect class="{}" x="{}" width="{}" height="16"><title>{}</title></rect>',
        (
            (WAY_FILLS[way], x, max(width - 3, 0), words.WAYS[way])
            for way, (x, width) in zip(PARTS, stacked(parts, width=1000), strict=True)
            if width
        ),
    )
    return format_html(
        '<svg class="chart way-bar" viewBox="0 0 1000 16" preserveAspectRatio="none" '
        'aria-hidden="true">{}</svg>',
        shapes,
    )


@register.simple_tag
def way_keys() -> list[tuple[str, str]]:
    """The five ways and their fills, for a legend."""
    return [(way, WAY_FILLS[way]) for way in PARTS]


@register.simple_tag
def share_lines(shares: Shares, label: str) -> SafeString:
    """Lines of shares, broken where one is missing; tone and dash tell them apart."""
    shapes = format_html_join(
        "",
        '<polyline class="stroke {} dash-{}" points="{}"><title>{}</title></polyline>',
        (
            (line.tone, number % 3, " ".join(f"{x},{y}" for x, y in points), _name(line.name))
            for number, (line, values) in enumerate(zip(shares.drawn, shares.points, strict=True))
            for points in strokes(values, top=shares.top, width=900, height=150)
        ),
    )
    return format_html(
        '<svg class="chart columns" viewBox="-8 -5 916 162" preserveAspectRatio="none" '
        'role="img" aria-label="{}"><rect class="quiet" x="-8" y="151" width="916" height="1">'
        "</rect>{}</svg>",
        label,
        shapes,
    )


@register.simple_tag
def line_keys(shares: Shares) -> list[tuple[str, str, int]]:
    """Name, tone and dash of each line, for a legend."""
    return [(_name(x.name), x.tone, number % 3) for number, x in enumerate(shares.drawn)]


def _name(name: str | date) -> str:
    return show.month(name, language()) if isinstance(name, date) else words.state(name)
