from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages as flash
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from doorstep.book.change_facts import Account, account_of
from doorstep.book.change_forms import HELP, TITLES, ChangeForm
from doorstep.book.change_history import changes_of
from doorstep.book.models_changes import ProposedChange
from doorstep.book.records import ChangeView
from doorstep.book.remake_forms import told_of
from doorstep.book.remake_views import schedules
from doorstep.book.rules.authority import may_sign
from doorstep.book.services import changes as service
from doorstep.book.services.change_checks import ChangeError, Effect, NotAllowedError
from doorstep.book.services.change_rights import kinds_for, rights_of
from doorstep.book.services.payments import UnknownLoanError
from doorstep.book.statement_words import PARTS
from doorstep.kernel import clock
from doorstep.kernel.money import COMPONENTS
from doorstep.people.guard import needs, viewer
from doorstep.people.types import Permission, Viewer


@dataclass(frozen=True, slots=True)
class Shown:
    """A change in words; `can_sign` is whether this viewer may put the second signature."""

    view: ChangeView
    title: str | Promise
    part: str | Promise
    terms: list[str]
    can_sign: bool
    can_withdraw: bool


@needs(Permission.CASES)
@require_http_methods(["GET", "POST"])
def changes(request: HttpRequest, lender: str, loan_id: str) -> HttpResponse:
    """The history of a loan's changes, and a form for what the viewer may do (`?do=`).

    A change is looked at before it is made: the first sending shows the balance before and after.
    """
    who, at = viewer(request), clock.now()
    account, history = _loan(who, lender, loan_id)
    kinds = kinds_for(who, account, at) if account.aged else []
    kind = request.GET.get("do", "")
    form = None
    look: service.Look | None = None
    if kind in kinds:
        form = ChangeForm(kind, account, history, request.POST or None)
        if request.method == "POST" and form.is_valid():
            if "record" in request.POST:
                if _record(request, who, account, form):
                    return redirect("loan-changes", lender=lender, loan_id=loan_id)
            else:
                look = _preview(who, account, form)
    context = {
        "account": account,
        "shown": [_shown(v, who, account) for v in history],
        "kinds": [(k, TITLES[k]) for k in kinds],
        "kind": kind if form else "",
        "title": TITLES.get(kind, ""),
        "help": HELP.get(kind, ""),
        "form": form,
        "rows": _rows(look.effect) if look else (),
        "schedule": schedules(look.effect) if look else None,
        "days": (look.effect.before.dpd, look.effect.after.dpd) if look else (),
        "second": look.second if look else False,
        "raises": look.against if look else False,
        "looked": look is not None,
    }
    refused = form is not None and bool(form.errors)
    return render(request, "book/changes.html", context, status=400 if refused else 200)


@needs(Permission.MONEY)
@require_POST
def change_sign(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """The second signature."""
    where = _where(proposal_id)
    try:
        service.sign_change(viewer(request), proposal_id, at=clock.now())
    except UnknownLoanError as error:
        raise Http404 from error
    except ChangeError as error:
        flash.error(request, str(error))
    else:
        flash.success(request, _("Signed and recorded. The night counts with it."))
    return redirect("loan-changes", lender=where[0], loan_id=where[1])


@needs(Permission.MONEY)
@require_POST
def change_withdraw(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """A proposal taken back or turned down."""
    where = _where(proposal_id)
    try:
        service.withdraw_change(viewer(request), proposal_id, at=clock.now())
    except UnknownLoanError as error:
        raise Http404 from error
    except ChangeError as error:
        flash.error(request, str(error))
    else:
        flash.success(request, _("Withdrawn. Nothing was changed."))
    return redirect("loan-changes", lender=where[0], loan_id=where[1])


def _where(proposal_id: int) -> tuple[str, str]:
    """Lender and loan of a proposal."""
    row = ProposedChange.objects.select_related("lender").filter(pk=proposal_id).first()
    if row is None:
        raise Http404
    return str(row.lender.code), row.loan_id


def _loan(who: Viewer, lender: str, loan_id: str) -> tuple[Account, list[ChangeView]]:
    at = clock.now()
    try:
        return account_of(who, lender, loan_id, at), changes_of(who, lender, loan_id, at)
    except UnknownLoanError as error:
        raise Http404 from error


def _record(request: HttpRequest, who: Viewer, account: Account, form: ChangeForm) -> bool:
    try:
        receipt = service.record_change(
            who, account.lender, account.loan_id, form.change(), at=clock.now(), by=who.name
        )
    except (ChangeError, NotAllowedError) as error:
        form.refuse(str(error))
        return False
    if receipt.state == "waiting":
        flash.success(request, _("Proposed. It holds once a second person signs."))
    else:
        flash.success(request, _("Recorded. The night counts with it."))
    return True


def _preview(who: Viewer, account: Account, form: ChangeForm) -> service.Look | None:
    try:
        return service.preview_change(
            who, account.lender, account.loan_id, form.change(), clock.now()
        )
    except ChangeError as error:
        form.refuse(str(error))
        return None


def _shown(v: ChangeView, who: Viewer, account: Account) -> Shown:
    rights = rights_of(who, account, clock.now())
    waiting = v.state == "waiting" and may_sign(v.kind, rights)
    return Shown(
        view=v,
        title=TITLES[v.kind],
        part=PARTS.get(v.component, ""),
        terms=told_of(v.terms),
        can_sign=waiting and who.name not in v.signed,
        can_withdraw=waiting,
    )


def _rows(effect: Effect) -> list[tuple[str, int, int]]:
    """(what, before, after) in minor units: every part that is due or changes, and the sums."""
    before, after = effect.before, effect.after
    rows = [
        (str(PARTS[c]), before.due[c], after.due[c])
        for c in COMPONENTS
        if before.due[c] or after.due[c]
    ]
    sums = [
        (_("Due and unpaid"), before.arrears, after.arrears),
        (_("Disputed"), before.disputed, after.disputed),
        (_("Not yet due"), before.not_due, after.not_due),
        (_("Credit"), before.credit, after.credit),
        (_("Written off"), before.written_off, after.written_off),
        (_("To settle the whole loan"), *effect.settle),
    ]
    return rows + [r for r in sums if r[1] or r[2]]
