from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from doorstep.book import runs, uploads
from doorstep.book.forms import PlacementForm
from doorstep.book.models import ImportRun
from doorstep.book.ports import BadInputError
from doorstep.book.scope import UnknownLenderError
from doorstep.book.services.imports import import_placement, preview_placement
from doorstep.book.store import BusyError
from doorstep.kernel import clock
from doorstep.kernel.cells import csv_cell
from doorstep.people.guard import needs, viewer
from doorstep.people.types import Permission

_SHOWN = 200
_PAGE = 25


@needs(Permission.IMPORT)
@require_http_methods(["GET", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    """The history of imports, and the form for a new one."""
    who, at = viewer(request), clock.now()
    lenders = runs.lender_choices(who, at.date())
    form = PlacementForm(lenders, request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        key = uploads.keep(who.user_id or 0, data["lender"], data["tables"], data["map"], at)
        return redirect("import-preview", key=key)
    page = Paginator(runs.runs_of(who, at.date()), _PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "lenders": lenders,
        "runs": page.object_list,
        "page": {
            "before": page.number - 1 if page.has_previous() else None,
            "after": page.number + 1 if page.has_next() else None,
            "label": f"{page.number} / {page.paginator.num_pages}",
        },
    }
    return render(request, "book/imports.html", context)


@needs(Permission.IMPORT)
@require_GET
def preview(request: HttpRequest, key: UUID) -> HttpResponse:
    """What would be taken and what would be rejected; nothing is changed."""
    who = viewer(request)
    lender, files, plan = _upload(who.user_id, key)
    report, error = None, ""
    try:
        report = preview_placement(files, plan, lender=lender, at=clock.now(), viewer=who)
    except (BadInputError, UnknownLenderError, BusyError) as problem:
        error = str(problem)
    context = {
        "key": key,
        "lender": lender,
        "report": report,
        "error": error,
        "rejects": report.rejects[:_SHOWN] if report else (),
        "corrections": report.corrections[:_SHOWN] if report else (),
        "notes": report.notes[:_SHOWN] if report else (),
        "more": max(0, len(report.rejects) - _SHOWN) if report else 0,
    }
    return render(request, "book/preview.html", context)


@needs(Permission.IMPORT)
@require_POST
def take(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take a looked-at placement into the book."""
    who = viewer(request)
    lender, files, plan = _upload(who.user_id, key)
    try:
        report = import_placement(
            files, plan, lender=lender, at=clock.now(), by=who.name, viewer=who
        )
    except (BadInputError, UnknownLenderError, BusyError):
        return redirect("import-preview", key=key)
    uploads.forget(who.user_id or 0, key)
    if report.run_id is None:
        return redirect("imports")
    return redirect("import-run", run_id=report.run_id)


@needs(Permission.IMPORT)
@require_POST
def discard(request: HttpRequest, key: UUID) -> HttpResponse:
    """Delete an upload without taking it."""
    uploads.forget(viewer(request).user_id or 0, key)
    return redirect("imports")


@needs(Permission.IMPORT)
@require_GET
def run(request: HttpRequest, run_id: int) -> HttpResponse:
    """One import: files, sums, corrections, and where rows were rejected."""
    found = _run(request, run_id)
    files = runs.files_of(found)
    context = {
        "run": found,
        "files": files,
        "rejects": list(runs.rejects_of(found, _SHOWN)),
        "corrections": found.corrections[:_SHOWN],
        "notes": found.notes[:_SHOWN],
        "rejected": sum(f.rejected for f in files),
    }
    return render(request, "book/run.html", context)


@needs(Permission.IMPORT)
@require_GET
def rejects(request: HttpRequest, run_id: int) -> StreamingHttpResponse:
    """Every rejected row as CSV, to be sent back to the lender."""
    found = _run(request, run_id)
    answer = StreamingHttpResponse(_csv(found), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="rejects-{found.pk}.csv"'
    return answer


class _Echo:
    def write(self, text: str) -> str:
        return text


def _csv(found: ImportRun) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff"  # spreadsheets take the file for UTF-8 by this mark
    yield str(
        writer.writerow([_("File"), _("Row"), _("Column"), _("Code"), pgettext("import", "Reason")])
    )
    for r in runs.rejects_of(found):
        cells = (r.file, r.row, r.column, r.code, r.reason)
        yield str(writer.writerow([csv_cell(cell) for cell in cells]))


def _run(request: HttpRequest, run_id: int) -> ImportRun:
    found = runs.runs_of(viewer(request), clock.now().date()).filter(pk=run_id).first()
    if found is None:
        raise Http404
    return found


def _upload(user_id: int | None, key: UUID) -> tuple[str, list[Path], Path]:
    found = uploads.find(user_id or 0, key)
    if found is None:
        raise Http404
    return found
