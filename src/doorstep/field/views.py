"""The phone pages of a crew: today, one stop, may we knock, who opened, what came of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages as flash
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from doorstep.compliance.types import Denied
from doorstep.field import queries, words
from doorstep.field.forms import OutcomeForm
from doorstep.field.rules.photo import MOST, PhotoError
from doorstep.field.services.begin import VisitClosedError, begin, confirm_party
from doorstep.field.services.photos import add_photo, photo_of
from doorstep.field.services.record import VisitConflictError, VisitOutcomeError, record_visit
from doorstep.field.types import Packet
from doorstep.kernel import clock
from doorstep.people.api import organisation_of
from doorstep.people.guard import needs, viewer
from doorstep.people.types import Permission, Viewer
from doorstep.verification.types import RightParty
from doorstep.visits.api import UnknownVisitError
from doorstep.visits.types import VisitStatus


@never_cache
@require_GET
@needs(Permission.FIELD_DAY)
def today(request: HttpRequest) -> HttpResponse:
    """The stops of today's route, in order; the next one first in view."""
    who = viewer(request)
    home = organisation_of(who)
    found = queries.today(who, clock.today(home.zone if home else "UTC"))
    stops: list[dict[str, Any]] = [
        {
            "visit": v,
            "address": found.addresses.get(v.id, ""),
            "outcome": words.word(words.OUTCOMES, v.outcome) if v.outcome else "",
        }
        for v in (found.route.visits if found.route else ())
    ]
    waiting = [s for s in stops if s["visit"].status is VisitStatus.PLANNED]
    context = {"today": found, "stops": stops, "next": waiting[0] if waiting else None}
    return render(request, "field/today.html", context)


@never_cache
@require_GET
@needs(Permission.FIELD_DAY)
def stop(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """One stop: before the gate's yes only when and roughly where."""
    return _stop(request, visit_id, clock.now())


@never_cache
@require_POST
@needs(Permission.FIELD_DAY)
def address(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """The address in full, on this one page; who saw it is written into the case."""
    at = clock.now()
    try:
        shown = queries.address(viewer(request), visit_id, at)
    except UnknownVisitError as error:
        raise Http404 from error
    return _stop(request, visit_id, at, address=shown)


@never_cache
@require_POST
@needs(Permission.FIELD_DAY)
def knock(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """May we knock? Asks the gate with the crew, the place and this instant."""
    at = clock.now()
    recording = "on" if request.POST.get("recording") == "on" else "failed"
    try:
        begin(viewer(request), visit_id, at, recording=recording)
    except UnknownVisitError as error:
        raise Http404 from error
    except VisitClosedError:
        flash.warning(request, _("This visit is over or planned for another day."))
    except Denied as denied:
        verdict = denied.verdict
        no = {"reasons": queries.refusal(verdict), "again": verdict.defer_until}
        return _stop(request, visit_id, at, status=409, refused=no)
    return redirect("stop", visit_id)


@require_POST
@needs(Permission.FIELD_DAY)
def party(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """Who opened. Only the right person opens the subject."""
    try:
        result = RightParty(request.POST.get("right_party", ""))
        confirm_party(viewer(request), visit_id, result, at=clock.now())
    except ValueError:
        flash.error(request, _("Choose one of the answers."))
    except UnknownVisitError as error:
        raise Http404 from error
    except VisitClosedError:
        flash.warning(request, _("The permission has ended. Ask the gate again."))
    return redirect("stop", visit_id)


@never_cache
@require_POST
@needs(Permission.FIELD_DAY)
def outcome(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """What came of it; then the next stop."""
    who, at = viewer(request), clock.now()
    packet = _packet(who, visit_id, at)
    form = _form(packet, at, request.POST)
    if form.is_valid():
        try:
            record_visit(who, visit_id, form.said(), at)
        except VisitOutcomeError as error:
            form.refuse(error.fields)
        except VisitConflictError:
            flash.warning(request, _("This visit was told before; what was said first stands."))
            return redirect("stop", visit_id)
        else:
            flash.success(request, _("Recorded. Thank you; go safely."))
            return redirect("today")
    return _stop(request, visit_id, at, status=422, form=form)


@require_POST
@needs(Permission.FIELD_DAY)
def photos(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """Add one picture."""
    file = request.FILES.get("photo")
    try:
        if file is None or (file.size or 0) > MOST:
            raise PhotoError("too_big" if file else "empty")
        add_photo(viewer(request), visit_id, file.read(), at=clock.now())
    except PhotoError as error:
        flash.error(request, words.word(words.PHOTO, error.code))
    except UnknownVisitError as error:
        raise Http404 from error
    else:
        flash.success(request, _("The picture is kept, without what the phone wrote into it."))
    return redirect("stop", visit_id)


@never_cache
@require_GET
@needs(Permission.FIELD_DAY)
def photo(request: HttpRequest, visit_id: UUID, photo_id: UUID) -> HttpResponse:
    """A picture, for those who may see its visit."""
    found = photo_of(viewer(request), visit_id, photo_id)
    if found is None:
        raise Http404
    response = HttpResponse(found[0], content_type=found[1])
    response["Content-Disposition"] = "inline"
    return response


def _stop(
    request: HttpRequest, visit_id: UUID, at: datetime, status: int = 200, **more: Any
) -> HttpResponse:
    packet = _packet(viewer(request), visit_id, at)
    context = {
        "packet": packet,
        "visit": packet.visit,
        "form": _form(packet, at),
        "parties": words.PARTIES.items(),
        "questions": [(words.word(words.QUESTIONS, q.code), q) for q in packet.questions],
        "earlier": [(d, words.word(words.OUTCOMES, o)) for d, o in packet.earlier],
        "unsafe_before": any(o == "unsafe" for _, o in packet.earlier),
        "outcome": words.word(words.OUTCOMES, packet.visit.outcome),
        "language": words.word(words.LANGUAGES, packet.visit.language),
        "planned": packet.visit.status is VisitStatus.PLANNED,
        "party_word": words.word(words.PARTIES, packet.party) if packet.party else "",
    }
    return render(request, "field/stop.html", context | more, status=status)


def _packet(who: Viewer, visit_id: UUID, at: datetime) -> Packet:
    try:
        return queries.packet(who, visit_id, at)
    except UnknownVisitError as error:
        raise Http404 from error


def _form(packet: Packet, at: datetime, data: Any = None) -> OutcomeForm:
    visit = packet.visit
    there = (packet.begun_at or at).astimezone(ZoneInfo(visit.zone or "UTC"))
    return OutcomeForm(
        data,
        currency=visit.currency,
        zone=visit.zone,
        day=visit.day,
        initial={"happened": there.time(), "right_party": packet.party},
    )
