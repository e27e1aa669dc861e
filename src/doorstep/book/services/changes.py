"""Changes of a loan that people decide: recorded as dated events, with author and reason.

Nothing is ever edited: a change made in error is undone by a reversal. What gives up more of the
lender's claim than one signature may waits as a proposal for a second person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from doorstep.book.change_facts import Account, Change, account_of
from doorstep.book.models import BookEvent, Manifest
from doorstep.book.models_changes import ChangeSignature, ProposedChange
from doorstep.book.records import ChangeReceipt
from doorstep.book.rules.authority import (
    SIGNATURES,
    given_up,
    may_change,
    may_sign,
    needs_second,
)
from doorstep.book.services.change_checks import (
    ChangeConflictError,
    ChangeError,
    Effect,
    NotAllowedError,
    check,
    effect_of,
)
from doorstep.book.services.change_rights import earlier, limit, rights_of
from doorstep.book.services.remake_checks import takes_two
from doorstep.people.types import OrganisationKind, Viewer

_SAME = ("loan_id", "kind", "on", "amount", "data")


def record_change(
    viewer: Viewer, lender: str, loan_id: str, change: Change, *, at: datetime, by: str
) -> ChangeReceipt:
    """Record a change of a loan, once per (lender, id), or propose it for a second signature.

    Its day may lie in the past: the loan is replayed. A change that gives up more than one
    signature may is not recorded yet: the receipt says `waiting`.
    Raises UnknownLoanError, NotAllowedError (not this person's to decide), ChangeConflictError (the
    id is known with other values), ChangeError naming the field.
    """
    account = account_of(viewer, lender, loan_id, at)
    if not may_change(change.kind, rights_of(viewer, account, at)):
        raise NotAllowedError(_("kind: this is not yours to decide; ask a manager of the lender"))
    check(account, change)
    with transaction.atomic():
        _lock(account)
        if (known := _known(account, change)) is not None:
            return known
        _unused(account, change)
        effect = effect_of(account_of(viewer, lender, loan_id, at), change)
        gives = given_up(effect.before, effect.after)
        if _second(account, change, effect):
            return _propose(viewer, account, change, gives, at, by)
        return _receipt(_append(viewer, account, change, gives, [by], at, by), created=True)


@dataclass(frozen=True, slots=True)
class Look:
    """What a change would do, whether it takes a `second` signature, and whether that is because it
    is `against` the borrower."""

    effect: Effect
    second: bool
    against: bool


def preview_change(viewer: Viewer, lender: str, loan_id: str, change: Change, at: datetime) -> Look:
    """The loan before and after a change, by the replay, and whether it takes a second signature.

    Nothing is written. Raises as record_change does.
    """
    account = account_of(viewer, lender, loan_id, at)
    if not may_change(change.kind, rights_of(viewer, account, at)):
        raise NotAllowedError(_("kind: this is not yours to decide; ask a manager of the lender"))
    check(account, change)
    effect = effect_of(account, change)
    return Look(effect, _second(account, change, effect), takes_two(account, change, effect))


def _second(account: Account, change: Change, effect: Effect) -> bool:
    """Whether a second person must sign: it gives up more than one may, or costs the borrower."""
    gives = given_up(effect.before, effect.after)
    return takes_two(account, change, effect) or needs_second(
        gives, earlier(account), limit(account)
    )


def sign_change(viewer: Viewer, proposal_id: int, *, at: datetime) -> ChangeReceipt:
    """The second signature: the proposed change becomes an event, judged anew.

    Raises ChangeError where it is over or signed by this person already, NotAllowedError.
    """
    if viewer.user_id is None:
        raise NotAllowedError(_("a signature is a person's; sign in as one"))
    with transaction.atomic():
        proposal, account = _open_proposal(viewer, proposal_id, at)
        if not may_sign(proposal.kind, rights_of(viewer, account, at)):
            raise NotAllowedError(_("this is not yours to sign; ask a manager of the lender"))
        signed = ChangeSignature.objects.filter(proposal=proposal)
        if signed.filter(user_id=viewer.user_id).exists():
            raise ChangeError(_("you have signed already; a second person must sign"))
        _sign(proposal, viewer, at)
        names = list(signed.order_by("id").values_list("by", flat=True))
        if len(names) < SIGNATURES:
            return _waiting(proposal, created=False)
        change = Change.of(proposal)
        asked_on = proposal.proposed_at.astimezone(ZoneInfo(account.zone)).date()
        check(account, change, asked_on)
        effect = effect_of(account, change)
        gives = given_up(effect.before, effect.after)
        event = _append(viewer, account, change, gives, names, at, proposal.proposed_by)
        _end(proposal, viewer.name, at, withdrawn=False)
        return _receipt(event, created=True)


def withdraw_change(viewer: Viewer, proposal_id: int, *, at: datetime) -> None:
    """Take a proposal back, or turn it down. Raises ChangeError, NotAllowedError."""
    with transaction.atomic():
        proposal, account = _open_proposal(viewer, proposal_id, at)
        if not may_change(proposal.kind, rights_of(viewer, account, at)):
            raise NotAllowedError(_("this is not yours to decide; ask a manager of the lender"))
        _end(proposal, viewer.name, at, withdrawn=True)


def _lock(account: Account) -> None:
    """One change of a lender's loans at a time, so that two waivers cannot both pass one limit."""
    list(
        Manifest.objects.select_for_update()
        .filter(lender_id=account.lender_id, current=True)
        .values_list("pk")
    )


def _known(account: Account, change: Change) -> ChangeReceipt | None:
    """The receipt of the same change sent again. Raises ChangeConflictError for other values."""
    mine: dict[str, Any] = {"lender_id": account.lender_id, "external_id": change.change_id}
    event = BookEvent.objects.filter(kind=change.kind, **mine).first()
    if event is not None:
        _same(event, account, change)
        return _receipt(event, created=False)
    proposal = ProposedChange.objects.filter(**mine).first()
    if proposal is None:
        return None
    _same(proposal, account, change)
    if proposal.withdrawn:
        raise ChangeConflictError(_("change_id: it was proposed and withdrawn; use a new id"))
    return _waiting(proposal, created=False)


def _same(there: BookEvent | ProposedChange, account: Account, change: Change) -> None:
    given = {
        "loan_id": account.loan_id,
        "kind": change.kind,
        "on": change.on,
        "amount": change.amount or 0,
        "data": change.data,
    }
    for name in _SAME:
        was = getattr(there, name)
        if name == "data":
            was = {k: v for k, v in was.items() if k not in {"signed", "given_up"}}
        if was != given[name]:
            field = "reason" if name == "data" else name
            raise ChangeConflictError(
                _("change_id: %(id)s is known with another %(field)s; nothing was recorded")
                % {"id": change.change_id, "field": field}
            )


def _unused(account: Account, change: Change) -> None:
    """One id means one change of the lender, whatever its kind: reversals name it."""
    rows = BookEvent.objects.filter(lender_id=account.lender_id, external_id=change.change_id)
    if rows.exists() or change.change_id in account.charge_ids:
        raise ChangeConflictError(
            _("change_id: %(id)s is known for something else; use a new id")
            % {"id": change.change_id}
        )


def _propose(
    viewer: Viewer, account: Account, change: Change, gives: int, at: datetime, by: str
) -> ChangeReceipt:
    proposal = ProposedChange.objects.create(
        lender_id=account.lender_id,
        agency_id=_agency(viewer),
        loan_id=account.loan_id,
        kind=change.kind,
        external_id=change.change_id,
        on=change.on,
        amount=change.amount or 0,
        currency=account.currency,
        data={**change.data, "given_up": gives},
        proposed_at=at,
        proposed_by=by,
    )
    if viewer.user_id is not None and may_sign(change.kind, rights_of(viewer, account, at)):
        _sign(proposal, viewer, at)
    return _waiting(proposal, created=True)


def _sign(proposal: ProposedChange, viewer: Viewer, at: datetime) -> None:
    assert viewer.user_id is not None
    ChangeSignature.objects.create(proposal=proposal, user_id=viewer.user_id, by=viewer.name, at=at)


def _open_proposal(
    viewer: Viewer, proposal_id: int, at: datetime
) -> tuple[ProposedChange, Account]:
    rows = ProposedChange.objects.select_for_update().select_related("lender")
    proposal = rows.filter(pk=proposal_id).first()
    if proposal is None:
        raise ChangeError(_("this proposal is not known; open the list again"))
    account = account_of(viewer, proposal.lender.code, proposal.loan_id, at)
    if proposal.ended_at is not None:
        raise ChangeError(_("this proposal is over; propose it again"))
    return proposal, account


def _end(proposal: ProposedChange, by: str, at: datetime, *, withdrawn: bool) -> None:
    ProposedChange.objects.filter(pk=proposal.pk).update(
        ended_at=at, ended_by=by, withdrawn=withdrawn
    )


def _append(
    viewer: Viewer,
    account: Account,
    change: Change,
    gives: int,
    signed: list[str],
    at: datetime,
    by: str,
) -> BookEvent:
    event = BookEvent(
        lender_id=account.lender_id,
        agency_id=_agency(viewer),
        kind=change.kind,
        external_id=change.change_id,
        loan_id=account.loan_id,
        on=change.on,
        amount=change.amount or 0,
        currency=account.currency,
        received_at=at,
        by=by,
        data={**change.data, "signed": signed, "given_up": gives},
    )
    try:
        with transaction.atomic():
            event.save(force_insert=True)
    except IntegrityError as error:
        raise ChangeConflictError(
            _("change_id: %(id)s was recorded at this moment by somebody else; look again")
            % {"id": change.change_id}
        ) from error
    return event


def _agency(viewer: Viewer) -> int | None:
    agency = viewer.organisation_kind is OrganisationKind.AGENCY
    return viewer.organisation_id if agency else None


def _receipt(e: BookEvent, *, created: bool) -> ChangeReceipt:
    return ChangeReceipt(
        change_id=e.external_id,
        loan_id=e.loan_id,
        kind=e.kind,
        on=e.on,
        amount=e.amount,
        currency=e.currency,
        state="recorded",
        created=created,
    )


def _waiting(p: ProposedChange, *, created: bool) -> ChangeReceipt:
    return ChangeReceipt(
        change_id=p.external_id,
        loan_id=p.loan_id,
        kind=p.kind,
        on=p.on,
        amount=p.amount,
        currency=p.currency,
        state="waiting",
        created=created,
    )
