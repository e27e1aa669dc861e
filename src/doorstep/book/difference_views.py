from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from doorstep.book.differences import count_differences, list_differences
from doorstep.book.rules.difference import Cause
from doorstep.kernel import clock
from doorstep.people.api import lender_names, organisation_of
from doorstep.people.guard import needs, viewer
from doorstep.people.types import Permission

_PAGE = 50
CAUSES: dict[str, str | Promise] = {
    Cause.SPLIT: _("The same sum, but other parts"),
    Cause.PAYMENT_NOT_THERE: _("They may not have a payment we have"),
    Cause.PAYMENT_NOT_HERE: _("They may have a payment we do not have"),
    Cause.CHARGES: _("Fees, penalties or costs differ"),
    Cause.INTEREST: _("Only the interest differs"),
    Cause.UNKNOWN: _("Not clear"),
}


@needs(Permission.MONEY)
@require_GET
def differences(request: HttpRequest) -> HttpResponse:
    """Loans of which the lender's own system states another balance than ours."""
    who = viewer(request)
    number = _number(request.GET.get("page"))
    rows = list_differences(who, offset=(number - 1) * _PAGE, limit=_PAGE + 1)
    names = lender_names()
    own = organisation_of(who)
    today = clock.today(own.zone if own else "UTC")
    context = {
        "rows": [
            {
                "d": d,
                "lender": names[d.lender_id],
                "days": (today - d.since).days,
                "cause": CAUSES.get(d.cause, d.cause),
            }
            for d in rows[:_PAGE]
        ],
        "total": count_differences(who),
        "page": {
            "before": number - 1 if number > 1 else None,
            "after": number + 1 if len(rows) > _PAGE else None,
            "label": str(number),
        },
    }
    return render(request, "book/differences.html", context)


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and 0 < int(text) < 10**6 else 1
