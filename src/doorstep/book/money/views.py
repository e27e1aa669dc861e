from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from doorstep.book import runs
from doorstep.book.models import EntryState
from doorstep.book.money import decide, queue
from doorstep.book.money.forms import StatementForm, minor_units, reader_of
from doorstep.book.money.intake import take_statement
from doorstep.book.money.report import StatementReport
from doorstep.book.ports import BadInputError
from doorstep.book.scope import UnknownLenderError
from doorstep.book.store import BusyError
from doorstep.kernel import clock
from doorstep.people.guard import needs, viewer
from doorstep.people.types import Permission

_PAGE = 25
_PARTS = 6
_MOST_PARTS = 60
_ORDER = (
    EntryState.WAITING,
    EntryState.PAID,
    EntryState.RETURNED,
    EntryState.REFUSED,
    EntryState.OWN,
)


@needs(Permission.MONEY)
@require_GET
def money(request: HttpRequest) -> HttpResponse:
    """The queue: what waits for a person; other states on demand."""
    who = viewer(request)
    state = request.GET.get("state", EntryState.WAITING)
    if state not in EntryState.values:
        raise Http404
    page = Paginator(queue.entries(who, state), _PAGE).get_page(request.GET.get("page"))
    context = {
        "lines": queue.lines(list(page.object_list)),
        "state": state,
        "states": [(s.value, s.label) for s in _ORDER],
        "counts": queue.counts(who),
        "page": _pager(page),
    }
    return render(request, "book/money.html", context)


@needs(Permission.MONEY)
@require_GET
def entry(request: HttpRequest, entry_id: int) -> HttpResponse:
    """One entry with its suggestions and the form to decide it."""
    return _entry_page(request, entry_id)


@needs(Permission.MONEY)
@require_POST
def decided(request: HttpRequest, entry_id: int) -> HttpResponse:
    """What a person says of an entry; then the next one that waits."""
    who = viewer(request)
    page = queue.entry_page(who, entry_id, clock.now())
    if page is None:
        raise Http404
    author = decide.Author(who, clock.now(), request.POST.get("why", ""))
    try:
        _do(request, author, page)
    except decide.DecisionError as error:
        return _entry_page(request, entry_id, str(error), status=422)
    except decide.UnknownEntryError as error:
        raise Http404 from error
    messages.success(request, _("Decided, with your name and reason."))
    if page.next_id is None:
        return redirect("money")
    return redirect("money-entry", entry_id=page.next_id)


@needs(Permission.MONEY)
@require_http_methods(["GET", "POST"])
def statements(request: HttpRequest) -> HttpResponse:
    """Statements taken in, and the form for a new one."""
    who, at = viewer(request), clock.now()
    lenders = runs.lender_choices(who, at.date())
    form = StatementForm(lenders, request.POST or None, request.FILES or None)
    error = ""
    if request.method == "POST" and form.is_valid():
        report, error = _take(request, form.cleaned_data)
        if report is not None:
            messages.success(request, _told(report))
            return redirect("money" if report.new.get("waiting") else "money-statements")
    page = Paginator(queue.statements(who), _PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "lenders": lenders,
        "error": error,
        "rows": page.object_list,
        "page": _pager(page),
    }
    return render(request, "book/statements.html", context, status=422 if error else 200)


def _entry_page(
    request: HttpRequest, entry_id: int, error: str = "", status: int = 200
) -> HttpResponse:
    page = queue.entry_page(viewer(request), entry_id, clock.now())
    if page is None:
        raise Http404
    proposed = [(p.debt_id, p.amount, p.grounds) for p in page.portions]
    parts: list[tuple[Any, ...]] = [*_typed(request)] or [*proposed]
    rows = max(2, min(_PARTS, len(parts) + 1), len(parts))
    context = {
        "page": page,
        "entry": page.entry,
        "waiting": page.entry.state == EntryState.WAITING,
        "error": error,
        "parts": [*parts, *[("", 0, ())] * (rows - len(parts))],
        "chosen": request.POST.get("loan", _likeliest(page)),
        "why": request.POST.get("why", ""),
    }
    return render(request, "book/entry.html", context, status=status)


def _likeliest(page: queue.EntryPage) -> str:
    """The loan that is chosen at first: where the law gives all to one, that one."""
    if len(page.portions) == 1:
        return page.portions[0].debt_id
    return page.choices[0].loan_id if page.choices else ""


def _typed(request: HttpRequest) -> list[tuple[Any, ...]]:
    """The parts a person typed, as they are, where the page comes back with an error."""
    loans, amounts = request.POST.getlist("part_loan"), request.POST.getlist("part_amount")
    pairs = zip(loans[:_MOST_PARTS], amounts, strict=False)
    return [(loan, text, ()) for loan, text in pairs if loan.strip() or text.strip()]


def _do(request: HttpRequest, author: decide.Author, page: queue.EntryPage) -> None:
    entry_id, what = page.entry.pk, request.POST.get("do", "")
    if what == "refuse":
        decide.refuse(author, entry_id)
    elif what == "reopen":
        decide.reopen(author, entry_id)
    elif what == "take_back":
        decide.take_back(author, entry_id, _number(request.POST.get("earlier", "")))
    elif what in {"assign", "split", "refund"}:
        _with_parts(request, author, page, what)
    else:
        raise decide.DecisionError(_("say what it is"))


def _with_parts(
    request: HttpRequest, author: decide.Author, page: queue.EntryPage, what: str
) -> None:
    if what == "split":
        parts = _split(request, page.entry.currency)
    else:
        loan = request.POST.get("other", "").strip() or request.POST.get("loan", "")
        parts = [(loan, page.entry.amount)] if loan else []
    if what == "refund" or page.entry.way == "out":
        decide.refund(author, page.entry.pk, parts)
    else:
        decide.assign(author, page.entry.pk, parts, remember="remember" in request.POST)


def _split(request: HttpRequest, currency: str) -> list[tuple[str, int]]:
    loans, amounts = request.POST.getlist("part_loan"), request.POST.getlist("part_amount")
    parts = []
    for loan, text in zip(loans, amounts, strict=False):
        if not loan.strip() and not text.strip():
            continue
        try:
            parts.append((loan.strip(), minor_units(text, currency)))
        except ValueError as error:
            raise decide.DecisionError(_("%(text)s is no amount") % {"text": text}) from error
    return parts


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise decide.DecisionError(_("choose the entry that is given back"))
    return int(text)


def _take(request: HttpRequest, data: dict[str, Any]) -> tuple[StatementReport | None, str]:
    """Take an upload in; what is wrong with it in words."""
    who = viewer(request)
    form, ready = reader_of(data["form"])
    with tempfile.TemporaryDirectory() as folder:
        file = _keep(Path(folder), data["file"], "statement")
        plan: Path | None = Path(ready) if ready else None
        if data.get("map"):
            plan = _keep(Path(folder), data["map"], "map.toml")
        try:
            report = take_statement(
                file,
                form=form,
                map_path=plan,
                lender=data["lender"],
                at=clock.now(),
                by=who.name,
                viewer=who,
            )
        except (BadInputError, UnknownLenderError, BusyError) as error:
            return None, str(error)
        return report, ""


def _keep(folder: Path, upload: Any, fallback: str) -> Path:
    """An upload under its own last name, inside the folder."""
    name = Path(str(upload.name or "").replace("\\", "/")).name.lstrip(".") or fallback
    path = folder / name[-200:]
    with path.open("wb") as f:
        shutil.copyfileobj(upload, f)
    return path


def _told(report: StatementReport) -> str:
    if not report.applied:
        return _("This file had been taken before; nothing was changed.")
    paid, waiting = report.new.get("paid", 0), report.new.get("waiting", 0)
    first = ngettext("%(n)d payment recorded.", "%(n)d payments recorded.", paid) % {"n": paid}
    more = ngettext("%(n)d entry waits.", "%(n)d entries wait.", waiting) % {"n": waiting}
    return f"{first} {more}"


def _pager(page: Any) -> dict[str, Any]:
    return {
        "before": page.number - 1 if page.has_previous() else None,
        "after": page.number + 1 if page.has_next() else None,
        "label": f"{page.number} / {page.paginator.num_pages}",
    }
