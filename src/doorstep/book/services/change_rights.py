"""Who may change a loan, and how much one signature may give up of it."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from doorstep.book.change_facts import KINDS, Account, alive, is_change
from doorstep.book.ledger import live
from doorstep.book.models_changes import ChangeLimit
from doorstep.book.rules.authority import Rights, limit_of, may_change
from doorstep.book.services.change_checks import ChangeError
from doorstep.people.api import mandates_in_force
from doorstep.people.types import OrganisationKind, Permission, Viewer


def kinds_for(viewer: Viewer, account: Account, at: datetime) -> list[str]:
    """What the viewer may decide about a loan, in the order of the page."""
    rights = rights_of(viewer, account, at)
    return [k for k in KINDS if may_change(k, rights)]


def set_limit(lender_id: int, currency: str, amount: int, *, at: datetime, by: str) -> None:
    """What one signature may give up of a loan of this lender, in minor units, from now on."""
    if not 0 <= amount <= 10**13:
        raise ChangeError(_("amount: from 0 (everything takes two) to a sum a lender can have"))
    ChangeLimit.objects.create(
        lender_id=lender_id, currency=currency, amount=amount, set_at=at, set_by=by
    )


def rights_of(viewer: Viewer, account: Account, at: datetime) -> Rights:
    """What the viewer may decide about this loan."""
    own = viewer.is_system or (
        viewer.organisation_kind is OrganisationKind.LENDER
        and viewer.organisation_id == account.lender_id
    )
    return Rights(
        money=viewer.may(Permission.MONEY),
        cases=viewer.may(Permission.CASE_ACT),
        own=own,
        granted=() if own else _granted(viewer, account, at),
    )


def _granted(viewer: Viewer, account: Account, at: datetime) -> list[str]:
    """The kinds a mandate in force gives the viewer's agency for this product."""
    found: list[str] = []
    for m in mandates_in_force(at.date()):
        mine = m.lender_id == account.lender_id and m.agency_id == viewer.organisation_id
        products = m.scope.get("products")
        if mine and (not products or account.product in products):
            found += m.scope.get("changes") or []
    return found


def limit(account: Account) -> int:
    """What one signature may give up of this loan, in minor units."""
    return limit_in_force(account.lender_id, account.currency)


def limit_in_force(lender_id: int, currency: str) -> int:
    """What one signature may give up of a loan of a lender, in minor units."""
    rows = ChangeLimit.objects.filter(lender_id=lender_id, currency=currency)
    own = rows.order_by("-id").values_list("amount", flat=True).first()
    return limit_of(currency, own)


def earlier(account: Account) -> int:
    """What single signatures gave up of this loan before, reversed changes left out."""
    events = [e for e in live(account.lender_id, [account.loan_id]) if is_change(e)]
    return sum(
        int(e.data.get("given_up", 0)) for e in alive(events) if len(e.data.get("signed", ())) == 1
    )
