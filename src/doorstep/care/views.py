from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages as flash
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from doorstep.care import api as care
from doorstep.care.forms import LiftForm, StopForm
from doorstep.care.panels import shown
from doorstep.care.types import StopKind, may_raise
from doorstep.casefile.api import find_case
from doorstep.kernel import clock
from doorstep.people.guard import needs, viewer
from doorstep.people.types import Permission


@needs(Permission.CASES)
@require_http_methods(["GET", "POST"])
def stops(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The stops of a case, those lifted too, and a form to raise one."""
    who = viewer(request)
    case = find_case(who, case_id)
    if case is None:
        raise Http404
    if request.method == "POST" and not may_raise(who):
        raise PermissionDenied
    form = StopForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            care.raise_stop(
                case_id,
                StopKind(form.cleaned_data["kind"]),
                at=clock.now(),
                by=who.name,
                note=form.cleaned_data["note"],
                until=form.until(case.zone or settings.HOME_ZONE),
            )
        except care.StopError as error:
            form.add_error(None, str(error))
        else:
            flash.success(request, _("Stopped. Nothing goes out from now on."))
            return redirect("case", case_id)
    found = care.stops_of(who, [case_id], ever=True).get(case_id, [])
    return render(
        request,
        "care/stops.html",
        {
            "case": case,
            "stops": shown(found, clock.now()),
            "form": form,
            "may_raise": may_raise(who),
            "may_lift": who.may(Permission.POLICY),
        },
        status=400 if form.errors else 200,
    )


@needs(Permission.POLICY)
@require_POST
def lift(request: HttpRequest, stop_id: int) -> HttpResponse:
    """End a stop, with the reason."""
    stop = care.find_stop(viewer(request), stop_id)
    if stop is None:
        raise Http404
    form = LiftForm(request.POST)
    if not form.is_valid():
        flash.error(request, _("Say what changed, so that the next reader understands."))
        return redirect("stops", stop.case_id)
    care.lift_stop(stop_id, at=clock.now(), by=viewer(request).name, why=form.cleaned_data["why"])
    flash.success(request, _("Lifted. The gate asks its rules again for everything from now on."))
    return redirect("case", stop.case_id)
