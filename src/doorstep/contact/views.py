from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages as flash
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from doorstep.casefile.api import find_case
from doorstep.casefile.types import CaseView
from doorstep.contact import api as contact
from doorstep.contact import words
from doorstep.contact.forms import InboundForm, OutcomeForm
from doorstep.contact.rules.languages import LANGUAGES
from doorstep.contact.services import texts
from doorstep.contact.services.samples import sample
from doorstep.contact.tasks import send_messages
from doorstep.contact.types import MessageState, OpenCall, Resolution
from doorstep.kernel import clock
from doorstep.people.guard import needs, viewer
from doorstep.people.types import Permission
from doorstep.verification import api as verification
from doorstep.verification.types import PointKind, PointStatus, RightParty

PAGE = 50


@needs(Permission.CALLS)
@require_GET
def calls(request: HttpRequest) -> HttpResponse:
    """The desk agent's day: what waits, what was agreed, what is done; and *next*."""
    today = contact.calls_today(viewer(request), clock.today(settings.HOME_ZONE), clock.now())
    return render(request, "contact/calls.html", {"today": today})


@needs(Permission.CALLS)
@require_POST
def next_call(request: HttpRequest) -> HttpResponse:
    """Take the most urgent call that may be made now."""
    card = contact.next_call(viewer(request), clock.now())
    if card is None:
        flash.info(request, _("No call is waiting now."))
        return redirect("calls")
    return redirect("call", card.id)


@needs(Permission.CALLS)
@require_GET
def call(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """One call: may I, the script, the number while it may be seen, and what came of it."""
    shown = _view(request, task_id)
    return _call_page(request, shown, _form(request, shown))


@needs(Permission.CALLS)
@require_POST
def clearance(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """May I? Asks the gate."""
    try:
        contact.open_call(viewer(request), task_id, clock.now())
    except contact.NoSuchCallError as error:
        raise Http404 from error
    except contact.CallTakenError:
        flash.warning(request, _("This call is over or somebody else has it. Take the next one."))
        return redirect("calls")
    return redirect("call", task_id)


@needs(Permission.CALLS)
@require_POST
def party(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Who is on the line. Only the right person opens the subject."""
    try:
        result = RightParty(request.POST.get("right_party", ""))
        contact.confirm_party(viewer(request), task_id, result, at=clock.now())
    except ValueError:
        flash.error(request, _("Choose one of the answers."))
    except contact.NoSuchCallError as error:
        raise Http404 from error
    except contact.CallTakenError:
        flash.warning(request, _("This call is over or somebody else has it. Take the next one."))
        return redirect("calls")
    return redirect("call", task_id)


@needs(Permission.CALLS)
@require_POST
def outcome(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """What came of it; then the next."""
    shown = _view(request, task_id)
    form = _form(request, shown)
    if form.is_valid():
        try:
            contact.record_call(viewer(request), task_id, form.outcome(), clock.now())
        except contact.CallOutcomeError as error:
            form.refuse(error.fields)
        except contact.CallTakenError:
            flash.warning(request, _("What came of this call was told before."))
            return redirect("calls")
        else:
            flash.success(request, _("Recorded."))
            return redirect("calls")
    return _call_page(request, shown, form, status=422)


@needs(Permission.CALLS)
@require_http_methods(["GET", "POST"])
def hand_dial(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """A number chosen by hand: a call of one's own, through the same gate."""
    who, case = viewer(request), _case(request, case_id)
    if request.method == "POST":
        try:
            point = UUID(request.POST.get("point", ""))
            task = contact.hand_dial(who, case_id, point, at=clock.now())
        except contact.NotCallableError as error:
            flash.error(request, _not_callable(str(error)))
        except (contact.NoSuchCallError, ValueError) as error:
            raise Http404 from error
        else:
            return redirect("call", task)
    points = verification.points_of(who, [case_id]).get(case_id, [])
    phones = [p for p in points if p.kind is PointKind.PHONE and p.status is not PointStatus.WRONG]
    return render(request, "contact/dial.html", {"case": case, "phones": phones})


@needs(Permission.MESSAGES)
@require_GET
def messages(request: HttpRequest) -> HttpResponse:
    """The outbox: what waits for a person first, then all of it with filters."""
    who, state = viewer(request), request.GET.get("state", "")
    search, page = request.GET.get("q", "").strip(), _page(request)
    found = contact.messages(
        who, state=state, search=search, limit=PAGE + 1, offset=(page - 1) * PAGE
    )
    return render(
        request,
        "contact/messages.html",
        {
            "rows": found[:PAGE],
            "counts": contact.message_counts(who),
            "states": [(s.value, words.word(words.STATES, s)) for s in MessageState],
            "state": state,
            "q": search,
            "unknown": contact.messages(who, state=MessageState.UNKNOWN, limit=20),
            "gaps": contact.language_gaps(who),
            "page": {
                "before": page - 1 if page > 1 else None,
                "after": page + 1 if len(found) > PAGE else None,
                "label": str(page),
            },
        },
    )


@needs(Permission.MESSAGES)
@require_GET
def message(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """One message: its text, how it came to its state, and what a person may decide."""
    detail = contact.message_detail(viewer(request), message_id)
    if detail is None:
        raise Http404
    return render(request, "contact/message.html", {"detail": detail, "view": detail.view})


@needs(Permission.MESSAGES)
@require_POST
def resolution(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """A person found out what became of a message of unknown fate."""
    who = viewer(request)
    try:
        wanted = Resolution(request.POST.get("resolution", ""))
        contact.resolve_unknown(who, message_id, wanted, at=clock.now(), by=who.name)
    except contact.NoSuchMessageError as error:
        raise Http404 from error
    except contact.ResolutionError as error:
        flash.error(request, _not_resolvable(error.code))
    except ValueError:
        flash.error(request, _("Choose one of the answers."))
    else:
        if wanted is Resolution.SEND_AGAIN:
            send_messages.enqueue()
        flash.success(request, _("Recorded."))
    return redirect("message", message_id)


@needs(Permission.MESSAGES)
@require_GET
def message_texts(request: HttpRequest) -> HttpResponse:
    """Every text in every language, filled with invented values."""
    name, language = request.GET.get("name", "reminder"), request.GET.get("language", "zh-Hans")
    info = texts.info(name)
    if info is None or language not in LANGUAGES:
        raise Http404
    subject, body = texts.render(name, language, sample(language))
    return render(
        request,
        "contact/texts.html",
        {
            "names": texts.names(),
            "languages": words.LANGUAGES.items(),
            "name": name,
            "language": language,
            "info": info,
            "subject": subject,
            "body": body,
        },
    )


@needs(Permission.MESSAGES)
@require_http_methods(["GET", "POST"])
def inbound(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Note something a borrower said unasked."""
    who = viewer(request)
    case = _case(request, case_id)
    points = verification.points_of(who, [case_id]).get(case_id, [])
    choices = [(str(p.id), p.masked) for p in points if p.kind != "address"]
    form = InboundForm(request.POST or None, points=choices)
    if request.method == "POST" and form.is_valid():
        contact.record_inbound(who, case_id, at=clock.now(), by=who.name, **form.said())
        flash.success(request, _("Recorded."))
        return redirect("case", case_id)
    status = 422 if form.is_bound else 200
    return render(request, "contact/inbound.html", {"case": case, "form": form}, status=status)


def _view(request: HttpRequest, task_id: UUID) -> OpenCall:
    try:
        return contact.view_call(viewer(request), task_id, clock.now())
    except contact.NoSuchCallError as error:
        raise Http404 from error


def _form(request: HttpRequest, shown: OpenCall) -> OutcomeForm:
    return OutcomeForm(
        request.POST or None,
        initial={"right_party": shown.party},
        currency=shown.currency,
        zone=shown.zone,
    )


def _call_page(
    request: HttpRequest, shown: OpenCall, form: OutcomeForm, *, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "call": shown,
        "card": shown.card,
        "form": form,
        "parties": words.PARTIES.items(),
        "seconds": _seconds(shown),
    }
    return render(request, "contact/call.html", context, status=status)


def _seconds(shown: OpenCall) -> int:
    left = (shown.until - clock.now()).total_seconds() if shown.until else 0
    return max(0, int(left))


def _case(request: HttpRequest, case_id: UUID) -> CaseView:
    case = find_case(viewer(request), case_id)
    if case is None:
        raise Http404
    return case


def _page(request: HttpRequest) -> int:
    text = request.GET.get("page", "1")
    return max(1, int(text)) if text.isdecimal() and len(text) < 6 else 1


def _not_callable(code: str) -> str:
    if code == "closed":
        return _("The case is closed: nothing is overdue any more.")
    return _("This is not a telephone number.")


def _not_resolvable(code: str) -> str:
    if code == "too_late":
        return _("Its time has passed, so it cannot be sent again. Say whether it arrived.")
    return _("Somebody has decided this already.")
