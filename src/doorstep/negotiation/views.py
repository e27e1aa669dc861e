"""Agree a plan: income and costs, the offers that fit, the word given. On a phone, too."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from doorstep.casefile import api as casefile
from doorstep.casefile.types import CaseStatus, CaseView
from doorstep.kernel import clock
from doorstep.negotiation import words
from doorstep.negotiation.forms import BudgetForm
from doorstep.negotiation.queries import arrangement_of
from doorstep.negotiation.rules.affordability import assess
from doorstep.negotiation.services.arrangements import agree
from doorstep.negotiation.services.offers import blank, offers, stop_against
from doorstep.negotiation.types import Budget, NegotiationError, Offer
from doorstep.people.guard import needs, viewer
from doorstep.people.types import Permission, Viewer


@never_cache
@require_http_methods(["GET", "POST"])
@needs(Permission.NEGOTIATE)
def plan(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The form, and after it the offers. Nothing is kept before a plan is agreed."""
    who = viewer(request)
    case = _case(who, case_id)
    form = BudgetForm(blank(who, case), request.POST or None)
    page = _page(request, who, case, form)
    if request.method == "POST" and not page["stopped"] and form.is_valid():
        page |= _offers(request, who, case, form)
    return render(request, "negotiation/plan.html", page)


@never_cache
@require_POST
@needs(Permission.NEGOTIATE)
def agreement(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Agree the chosen offer, worked out anew from the same answers."""
    who = viewer(request)
    case = _case(who, case_id)
    form = BudgetForm(blank(who, case), request.POST)
    at = clock.now()
    try:
        if not form.is_valid():
            raise NegotiationError("answers: incomplete; check them", "incomplete")
        chosen = _chosen(who, case, form.budget(), request.POST.get("offer", ""))
        agree(who, case.id, chosen, form.budget(), at=at, by=who.name)
    except NegotiationError as error:
        messages.error(request, words.refusal(error))
        return render(request, "negotiation/plan.html", _page(request, who, case, form), status=409)
    messages.success(request, _("The plan is agreed. Every payment is now a promise."))
    return redirect(_back(request, who, case.id))


def _case(who: Viewer, case_id: UUID) -> CaseView:
    case = casefile.find_case(who, case_id)
    if case is None or case.status is not CaseStatus.OPEN:
        raise Http404
    return case


def _chosen(who: Viewer, case: CaseView, budget: Budget, key: str) -> Offer:
    for offer in offers(who, case.id, budget, clock.today(case.zone or "UTC")):
        if offer.key == key:
            return offer
    raise NegotiationError("offer: it does not fit any more; look again", "stale")


def _offers(request: HttpRequest, who: Viewer, case: CaseView, form: BudgetForm) -> dict[str, Any]:
    today = clock.today(case.zone or "UTC")
    budget = form.budget()
    try:
        left = assess(budget, today)
        found = offers(who, case.id, budget, today)
    except NegotiationError as error:
        messages.error(request, words.refusal(error))
        return {}
    return {
        "left": left,
        "source": words.source(left.protected),
        "said_living": budget.living,
        "offers": [_card(o, n) for n, o in enumerate(found)],
        "answers": [(k, v) for k, v in request.POST.items() if k in form.fields],
    }


def _card(offer: Offer, place: int) -> dict[str, Any]:
    fit, tone = words.FITS[offer.fit]
    return {
        "offer": offer,
        "fit": fit,
        "tone": tone,
        "rhythm": words.RHYTHMS[offer.rhythm],
        "best": place == 0,
        "now": offer.key == "now",
        "even": len({p.amount for p in offer.payments}) == 1,
        "last": offer.payments[-1],
    }


def _page(request: HttpRequest, who: Viewer, case: CaseView, form: BudgetForm) -> dict[str, Any]:
    return {
        "case": case,
        "form": form,
        "stopped": _stopped(who, case),
        "current": arrangement_of(who, case.id),
        "back": _back(request, who, case.id),
        "next": _next(request),
        "may_open_case": who.may(Permission.CASES),
    }


def _stopped(who: Viewer, case: CaseView) -> str:
    """Why no plan may be agreed now, or nothing."""
    return str(words.REFUSALS["stopped"]) if stop_against(who, case.id, clock.now()) else ""


def _next(request: HttpRequest) -> str:
    """Where the page was opened from, if that is a page of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    allowed = {request.get_host()}
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=allowed) else ""


def _back(request: HttpRequest, who: Viewer, case_id: UUID) -> str:
    if wanted := _next(request):
        return wanted
    try:
        return reverse("case", args=[case_id]) if who.may(Permission.CASES) else reverse("home")
    except NoReverseMatch:
        return "/"
