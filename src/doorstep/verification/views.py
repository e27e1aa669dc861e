"""A case's contact points: see them, add one, say that one is wrong or confirmed."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from doorstep.casefile.api import find_case
from doorstep.casefile.types import CaseView
from doorstep.kernel import clock
from doorstep.people.guard import needs, viewer
from doorstep.people.types import Permission
from doorstep.verification import panels
from doorstep.verification.forms import PointForm
from doorstep.verification.queries import find_point, people_of, points_of
from doorstep.verification.rules.normal import PointValueError
from doorstep.verification.services.outcomes import UnknownPointError, record_outcome
from doorstep.verification.services.points import add_point, stop_person
from doorstep.verification.types import PointOutcome


@needs(Permission.CASE_ACT)
@require_http_methods(["GET", "POST"])
def points(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """All points of a case with their actions; POST adds one."""
    case = _case(request, case_id)
    people = people_of(viewer(request), [case_id]).get(case_id, [])
    form = PointForm(request.POST or None, people=people)
    if request.method == "POST" and form.is_valid():
        try:
            add_point(
                viewer(request), case_id, form.new_point(), at=clock.now(), by=viewer(request).name
            )
        except PointValueError:
            form.add_error(
                "value", _("This is not a number or address of that kind; check it and its kind.")
            )
        else:
            messages.success(request, _("Added. It starts unverified."))
            return redirect("points", case_id)
    found = points_of(viewer(request), [case_id]).get(case_id, [])
    context = {
        "case": case,
        "points": [panels.shown(p, people) for p in found],
        "people": [panels.person(p) for p in people],
        "form": form,
    }
    status = 422 if form.is_bound else 200
    return render(request, "verification/points.html", context, status=status)


@needs(Permission.CASE_ACT)
@require_POST
def wrong(request: HttpRequest, case_id: UUID, point_id: UUID) -> HttpResponse:
    """The point is not theirs: it rests for good."""
    _learn(request, case_id, point_id, PointOutcome.WRONG_PARTY)
    messages.success(request, _("Marked as wrong. Nobody will use it again."))
    return redirect("points", case_id)


@needs(Permission.CASE_ACT)
@require_POST
def confirmation(request: HttpRequest, case_id: UUID, point_id: UUID) -> HttpResponse:
    """The point is confirmed on paper or by the lender."""
    _learn(request, case_id, point_id, PointOutcome.CONFIRMED)
    messages.success(request, _("Confirmed. It counts as verified from today."))
    return redirect("points", case_id)


@needs(Permission.CASE_ACT)
@require_POST
def person_stop(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """A related person asked not to be contacted again."""
    person = request.POST.get("person", "")
    try:
        stop_person(viewer(request), case_id, person, at=clock.now(), by=viewer(request).name)
    except UnknownPointError as error:
        raise Http404 from error
    messages.success(request, _("Noted. They will not be contacted again."))
    return redirect("points", case_id)


def _learn(request: HttpRequest, case_id: UUID, point_id: UUID, outcome: PointOutcome) -> None:
    point = find_point(viewer(request), point_id)
    if point is None or point.case_id != case_id:
        raise Http404
    record_outcome(viewer(request), point_id, outcome, at=clock.now(), by=viewer(request).name)


def _case(request: HttpRequest, case_id: UUID) -> CaseView:
    found = find_case(viewer(request), case_id)
    if found is None:
        raise Http404
    return found
