from __future__ import annotations

from datetime import date, timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from doorstep.book import api as book
from doorstep.insight.portfolio import LIMITS, Wanted, page
from doorstep.insight.portfolio_sheets import SHEETS
from doorstep.insight.sheets import TYPE, workbook
from doorstep.insight.words import REASONS
from doorstep.kernel import clock
from doorstep.people.guard import needs, viewer
from doorstep.people.types import Permission


@needs(Permission.BOARD)
@require_GET
def portfolio(request: HttpRequest) -> HttpResponse:
    """How the whole book moves: buckets by month, roll rates, vintages."""
    today = clock.today(settings.HOME_ZONE)
    want = _wanted(request.GET, today)
    found = _found(request, want, today)
    shown = page(found, want)
    context = {
        "want": want,
        "found": found,
        "page": shown,
        "limits": LIMITS,
        "left_out": [(REASONS.get(r, r), n) for r, n in shown.left_out],
        "query": request.GET.urlencode(),
    }
    return render(request, "insight/portfolio.html", context)


@needs(Permission.EXPORT)
@require_GET
def export(request: HttpRequest, name: str) -> HttpResponse:
    """One of the portfolio's tables as XLSX, of the days, lender and product of the page."""
    if name not in SHEETS:
        raise Http404
    today = clock.today(settings.HOME_ZONE)
    columns, rows = SHEETS[name](_found(request, _wanted(request.GET, today), today))
    response = HttpResponse(workbook(_("Portfolio"), columns, rows), content_type=TYPE)
    response["Content-Disposition"] = f'attachment; filename="doorstep-portfolio-{name}.xlsx"'
    return response


def _found(request: HttpRequest, want: Wanted, today: date) -> book.Portfolio:
    try:
        return book.portfolio(viewer(request), want.asked, today)
    except book.UnknownLenderError as error:
        raise Http404 from error


def _wanted(asked: QueryDict, today: date) -> Wanted:
    """The address of the page; what cannot be read is as if it were not there."""
    until = _day(asked.get("until")) or today
    since = _day(asked.get("since")) or _year_before(until)
    limit = asked.get("days", "")
    return Wanted(
        min(since, until),
        until,
        asked.get("lender", "")[:64],
        asked.get("product", "")[:64],
        asked.get("currency", "")[:3],
        asked.get("by") == "money",
        int(limit) if limit in {str(n) for n in LIMITS} else 30,
        asked.get("what") == "now",
    )


def _day(text: str | None) -> date | None:
    try:
        found = date.fromisoformat(text or "")
    except ValueError:
        return None
    return found if 1970 < found.year < 9000 else None


def _year_before(day: date) -> date:
    """The last day of the month twelve months before: thirteen month ends, twelve months."""
    return date(day.year - 1, day.month, 1) - timedelta(days=1)
