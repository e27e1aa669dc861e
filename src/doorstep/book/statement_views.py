from __future__ import annotations

from datetime import date

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import slugify
from django.views.decorators.http import require_GET

from doorstep.book import statement_files
from doorstep.book.differences import difference_of
from doorstep.book.services.payments import UnknownLoanError
from doorstep.book.statement_words import PARTS, account
from doorstep.book.statements import LoanStatement, statement_of
from doorstep.kernel import clock
from doorstep.kernel.money import COMPONENTS
from doorstep.people.api import organisation_of
from doorstep.people.guard import needs, viewer
from doorstep.people.types import Permission

_LAST = date(2200, 12, 31)


@needs(Permission.CASES)
@require_GET
def statement(request: HttpRequest, lender: str, loan_id: str) -> HttpResponse:
    """What a loan owes at the end of a day (`?on=`, else today) and how it came about."""
    found, today = _found(request, lender, loan_id)
    stated = found.statement
    context = {
        "loan": found,
        "statement": stated,
        "today": today,
        **(account(stated, found.currency) if stated else {}),
        "parts": [(PARTS[c], stated.due[c]) for c in COMPONENTS if stated.due.get(c)]
        if stated
        else (),
        "check": statement_files.how_to_check(),
        "difference": difference_of(viewer(request), found.lender_id, loan_id),
    }
    return render(request, "book/statement.html", context)


@needs(Permission.CASES)
@require_GET
def statement_pdf(request: HttpRequest, lender: str, loan_id: str) -> HttpResponse:
    """The same as a PDF."""
    found = _aged(request, lender, loan_id)
    return _file(found, statement_files.as_pdf(found), "application/pdf", "pdf")


@needs(Permission.CASES)
@require_GET
def statement_csv(request: HttpRequest, lender: str, loan_id: str) -> HttpResponse:
    """The same as a table to add up."""
    found = _aged(request, lender, loan_id)
    return _file(found, statement_files.as_csv(found), "text/csv; charset=utf-8", "csv")


def _file(found: LoanStatement, content: bytes, kind: str, ending: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    name = f"statement-{slugify(found.loan_id)}-{found.as_of.isoformat()}.{ending}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _aged(request: HttpRequest, lender: str, loan_id: str) -> LoanStatement:
    found, _ = _found(request, lender, loan_id)
    if found.statement is None:
        raise Http404
    return found


def _found(request: HttpRequest, lender: str, loan_id: str) -> tuple[LoanStatement, date]:
    who = viewer(request)
    own = organisation_of(who)
    today = clock.today(own.zone if own else settings.HOME_ZONE)
    try:
        on = date.fromisoformat(request.GET.get("on") or today.isoformat())
        return statement_of(who, lender, loan_id, min(on, _LAST)), today
    except (UnknownLoanError, ValueError) as error:
        raise Http404 from error
