from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from doorstep.book import api as book
from doorstep.care.types import may_raise
from doorstep.casefile import api as casefile
from doorstep.desk import filters, sources, timeline, words
from doorstep.insight.api import XLSX, Column, order, workbook
from doorstep.kernel import clock
from doorstep.kernel.money import COMPONENTS, Money
from doorstep.people import api as people
from doorstep.people.guard import needs, viewer
from doorstep.people.types import Permission, Viewer
from doorstep.strategy.panels import segment_name, segment_names

EXPORT = 20_000


@needs(Permission.CASES)
@require_GET
def case_list(request: HttpRequest) -> HttpResponse:
    """The cases the viewer may see: search, filters, order, pages, and rows to tick."""
    who = viewer(request)
    want = filters.asked(request.GET)
    wanted = filters.case_filter(who, want, clock.now())
    found = casefile.list_cases(
        who,
        wanted,
        sort=want.sort,
        offset=(want.page - 1) * filters.PAGE,
        limit=filters.PAGE + 1,
    )
    agents = agent_names(who)
    shown = found[: filters.PAGE]
    sums = casefile.case_sums(who, wanted)
    total = sum(s["cases"] for s in sums)
    return render(
        request,
        "desk/cases.html",
        {
            "want": want,
            "rows": sources.rows_of(who, shown, agents),
            "sums": [Money(s["arrears"], s["currency"]) for s in sums],
            "total": total,
            "page": _page(want.page, len(shown), total, more=len(found) > filters.PAGE),
            "may_stop": may_raise(who),
            **_choices(who, agents),
        },
    )


@needs(Permission.EXPORT)
@require_GET
def case_export(request: HttpRequest) -> HttpResponse:
    """The same list, all of it, as XLSX."""
    who = viewer(request)
    want = filters.asked(request.GET)
    found = casefile.list_cases(
        who, filters.case_filter(who, want, clock.now()), sort=want.sort, limit=EXPORT
    )
    rows = sources.rows_of(who, found, agent_names(who))
    return spreadsheet(_("Cases"), "cases", _columns(), [_cells(row) for row in rows])


@needs(Permission.CASES)
@require_GET
def case_page(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Everything about one case on one page: what is owed, what is planned, what happened."""
    who = viewer(request)
    case = casefile.find_case(who, case_id)
    if case is None:
        raise Http404
    as_of = clock.today(case.zone or settings.HOME_ZONE)
    loans = sources.loans_of(who, case)
    facts = casefile.timeline(who, case_id, limit=timeline.MOST + 1)
    return render(
        request,
        "desk/case.html",
        {
            "row": sources.rows_of(who, [case], agent_names(who))[0],
            "case": case,
            "loans": loans,
            "differing": book.differences_of(who, case.lender_id, case.borrower_id),
            "lender": people.lender_codes()[case.lender_id],
            "parts": [c for c in COMPONENTS if any(loan.due.get(c) for loan in loans)],
            "accounts": sources.accounts(who, case, loans, as_of),
            "within": sources.panels(who, sources.WITHIN, case_id, as_of),
            "beside": sources.panels(who, sources.BESIDE, case_id, as_of),
            "told": timeline.timeline(facts, timeline.asked(request.GET.get("entries", ""))),
        },
    )


def spreadsheet(
    title: str, file: str, columns: list[Column], rows: list[list[Any]]
) -> HttpResponse:
    """A list as a file to keep."""
    response = HttpResponse(workbook(title, columns, rows), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="doorstep-{file}.xlsx"'
    return response


def agent_names(who: Viewer) -> dict[UUID, str]:
    return {a.id: a.name for a in people.agents(who)}


def _choices(who: Viewer, agents: dict[UUID, str]) -> dict[str, Any]:
    return {
        "buckets": sorted({b["bucket"] for b in casefile.buckets(who)}, key=order),
        "regions": casefile.regions(who),
        "agents": [(str(key), name) for key, name in agents.items()],
        "statuses": filters.STATUSES,
        "promises": filters.PROMISES,
        "stop_choices": filters.STOPS,
        "segments": segment_names(),
    }


def _page(number: int, shown: int, total: int, *, more: bool) -> dict[str, Any]:
    first = (number - 1) * filters.PAGE + 1
    return {
        "before": number - 1 if number > 1 else None,
        "after": number + 1 if more else None,
        "label": f"{first}–{first + shown - 1} / {total}" if shown else "",
    }


def _columns() -> list[Column]:
    titles: list[tuple[str, int]] = [
        (_("Reference"), 16),
        (_("Borrower"), 16),
        (_("Name"), 14),
        (_("Status"), 10),
        (_("Bucket"), 10),
        (_("Days past due"), 12),
        (_("Arrears"), 14),
        (_("To settle"), 14),
        (_("Currency"), 9),
        (_("Region"), 18),
        (_("Opened on"), 12),
        (_("Closed on"), 12),
        (_("Agent"), 16),
        (_("Promised"), 14),
        (_("Promised by"), 12),
        (_("Stops"), 24),
        (_("Segment"), 18),
    ]
    return [Column(title, width) for title, width in titles]


def _cells(row: sources.CaseRow) -> list[Any]:
    case, promise = row.case, row.promise
    return [
        case.reference,
        case.borrower_id,
        row.name,
        str(dict(filters.STATUSES)[case.status]),
        case.bucket,
        case.dpd,
        Money(case.arrears, case.currency),
        Money(case.payoff, case.currency),
        case.currency,
        case.region,
        case.opened_on,
        case.closed_on,
        row.agent,
        Money(promise.amount, promise.currency) if promise else None,
        promise.due_on if promise else None,
        ", ".join(words.word(words.STOPS, s) for s in row.stops),
        segment_name(row.segment) if row.segment else "",
    ]
