from __future__ import annotations

from datetime import date
from uuid import UUID

from django.conf import settings
from django.contrib import messages as flash
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from doorstep.casefile.api import cases_of, find_case
from doorstep.compliance import reports, words
from doorstep.compliance.forms import ProposalForm
from doorstep.compliance.services import policies
from doorstep.kernel import clock
from doorstep.people.guard import needs, viewer
from doorstep.people.types import Permission

SHOWN = 200


@needs(Permission.CASES)
@require_GET
def verdict(request: HttpRequest, verdict_id: UUID) -> HttpResponse:
    """One verdict in plain words with the sources of its rules."""
    found = reports.verdict_of(viewer(request), verdict_id)
    case = find_case(viewer(request), found.case_id) if found else None
    if found is None or case is None:
        raise Http404
    lines = words.explain(found)
    return render(
        request,
        "compliance/verdict.html",
        {
            "verdict": found,
            "case": case,
            "findings": lines,
            "decided": [e for e in lines if e.rule in found.deciding],
        },
    )


@needs(Permission.VERDICTS)
@require_GET
def blocked(request: HttpRequest) -> HttpResponse:
    """What blocks us on a day, by cause; with `cause`, the cases of one."""
    who, as_of = viewer(request), _day(request.GET.get("day", ""))
    code = request.GET.get("cause", "")
    ids = reports.blocked_cases(who, as_of, code, SHOWN) if code else []
    found = cases_of(who, ids)
    return render(
        request,
        "compliance/blocked.html",
        {
            "as_of": as_of,
            "lines": reports.blocked_report(who, as_of),
            "code": code if ids else "",
            "cause": words.cause(code),
            "cases": [found[i] for i in ids if i in found],
            "cut": len(ids) == SHOWN,
        },
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return clock.today(settings.HOME_ZONE)


@needs(Permission.POLICY)
@require_http_methods(["GET", "POST"])
def policy(request: HttpRequest) -> HttpResponse:
    """House rules: what is loosened, what holds, and a proposal."""
    form = ProposalForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _propose(request, form):
        return redirect("policy")
    today = clock.today(settings.HOME_ZONE)
    return render(
        request,
        "compliance/policy.html",
        {
            "policies": reports.policies(viewer(request), today),
            "rules": words.house_rules(),
            "form": form,
        },
        status=400 if form.errors else 200,
    )


def _propose(request: HttpRequest, form: ProposalForm) -> bool:
    rule, _sep, field = form.cleaned_data["what"].partition(" ")
    try:
        policies.propose_policy(
            viewer(request),
            rule,
            field,
            form.cleaned_data["value"],
            reason=form.cleaned_data["reason"],
            expires_on=form.cleaned_data["expires_on"],
            at=clock.now(),
        )
    except policies.PolicyError as error:
        form.add_error(None, str(error))
        return False
    flash.success(request, _("Proposed and signed. It holds once a second person signs."))
    return True


@needs(Permission.POLICY)
@require_POST
def policy_sign(request: HttpRequest, policy_id: int) -> HttpResponse:
    """The second signature."""
    try:
        policies.sign_policy(viewer(request), policy_id, at=clock.now())
    except policies.PolicyError as error:
        flash.error(request, str(error))
    else:
        flash.success(request, _("Signed. The board says so as long as it holds."))
    return redirect("policy")


@needs(Permission.POLICY)
@require_POST
def policy_end(request: HttpRequest, policy_id: int) -> HttpResponse:
    """Back to the rule as it was written."""
    try:
        policies.withdraw_policy(viewer(request), policy_id, at=clock.now())
    except policies.PolicyError as error:
        flash.error(request, str(error))
    else:
        flash.success(request, _("Ended. The rule holds again as it was written."))
    return redirect("policy")
