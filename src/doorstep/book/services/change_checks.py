"""What a change must be like before it is recorded; a refusal names the field and the way out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.utils.translation import gettext as _

from doorstep.book.change_facts import Account, Change
from doorstep.book.ports import LARGEST_AMOUNT
from doorstep.book.services.change_errors import (
    ChangeConflictError,
    ChangeError,
    Effect,
    NotAllowedError,
)
from doorstep.book.services.remake_checks import changes_schedule, check_remaking
from doorstep.book.statement_words import money
from doorstep.book.types import BookError, LoanState
from doorstep.kernel.money import COMPONENTS

__all__ = ["ChangeConflictError", "ChangeError", "Effect", "NotAllowedError", "check", "effect_of"]

LONGEST_REASON = 300
LATEST_DUE = 3_650
"""Days a charge may be due after it is made; what lies beyond is a slip of the pen."""
_NEEDS_AMOUNT = {"charge", "disbursement"}
_MAY_AMOUNT = {"waiver", "write_off", "use_credit", "charge", "disbursement"}
_MAY_COMPONENT = {"waiver", "write_off", "charge"}
_MAY_INSTALMENT = {"waiver", "dispute", "dispute_end"}
_MAY_CHARGE = {"waiver", "dispute", "dispute_end", "reversal"}


def check(account: Account, change: Change, asked_on: date | None = None) -> None:
    """Refuse a change that is not whole or not of this loan; `asked_on` is the day on which it was
    proposed, else today. Raises ChangeError."""
    for one in (_words, _days, _fields, _amount, _target):
        one(account, change)
    check_remaking(account, change, asked_on or account.today)


def effect_of(account: Account, change: Change) -> Effect:
    """The loan at the end of today without and with the change.

    Raises ChangeError where the change would do nothing, more than there is to do, or what the
    loan's later events cannot stand.
    """
    try:
        then = _effect(account, change, change.on)
        _does_something(account, change, then)
        return _effect(account, change, account.today)
    except BookError as error:
        raise ChangeError(f"{error.where}: {error.reason}") from error


def _effect(account: Account, change: Change, day: date) -> Effect:
    """The loan at the end of a day, without and with a change."""
    (before, old), (after, new) = account.claim_on(day), account.claim_on(day, change)
    return Effect(before, after, (old, new))


def _words(_account: Account, change: Change) -> None:
    key = change.change_id
    if not key or len(key) > 100 or key != key.strip() or not key.isprintable():
        raise ChangeError(_("change_id: give an id of 1 to 100 characters"))
    if not change.reason.strip():
        raise ChangeError(_("reason: say why; who looks at this loan later will ask"))
    if len(change.reason) > LONGEST_REASON or not change.reason.isprintable():
        raise ChangeError(_("reason: at most 300 characters on one line"))


def _days(account: Account, change: Change) -> None:
    if change.on > account.today:
        raise ChangeError(_("on: a change cannot be dated after today"))
    if change.on < account.disbursed_on:
        raise ChangeError(
            _("on: the loan was paid out on %(day)s; give that day or a later one")
            % {"day": account.disbursed_on}
        )
    if account.stated_on is not None and change.on <= account.stated_on:
        raise ChangeError(
            _("on: the lender's figure of %(day)s holds what came before; give a later day")
            % {"day": account.stated_on}
        )
    if not account.aged:
        raise ChangeError(
            _("loan_id: nobody can say what this loan owes; import its schedule or balance first")
        )


def _fields(_account: Account, change: Change) -> None:
    given = (
        ("amount", change.amount is not None, _MAY_AMOUNT),
        ("component", bool(change.component), _MAY_COMPONENT),
        ("instalment", change.instalment is not None, _MAY_INSTALMENT),
        ("charge_id", bool(change.charge_id), _MAY_CHARGE),
        ("reverses", bool(change.reverses), {"reversal"}),
        ("due", change.due is not None, {"charge"}),
    )
    for name, there, kinds in given:
        if there and change.kind not in kinds:
            raise ChangeError(
                _("%(field)s: a change of this kind has none; leave it out") % {"field": name}
            )


def _amount(_account: Account, change: Change) -> None:
    if change.kind in _NEEDS_AMOUNT and change.amount is None:
        raise ChangeError(_("amount: say how much"))
    if change.amount is not None and not 0 < change.amount <= LARGEST_AMOUNT:
        raise ChangeError(_("amount: must be above zero and not absurdly large"))
    allowed = COMPONENTS[:3] if change.kind == "charge" else COMPONENTS
    if change.kind == "charge" and not change.component:
        raise ChangeError(_("component: say whether it is costs, fees or penalties"))
    if change.component and change.component not in allowed:
        raise ChangeError(
            _("component: %(given)s is none; use %(known)s")
            % {"given": change.component, "known": ", ".join(allowed)}
        )
    if change.due is not None and not 0 <= (change.due - change.on).days <= LATEST_DUE:
        raise ChangeError(_("due: from the day of the charge to ten years after it"))


def _target(account: Account, change: Change) -> None:
    if change.instalment is not None and change.charge_id:
        raise ChangeError(_("instalment: name an instalment or a charge, not both"))
    aims = change.instalment is not None or bool(change.charge_id)
    if change.kind in {"dispute", "dispute_end"} and not aims:
        raise ChangeError(_("instalment: say which instalment or charge is disputed"))
    if change.kind == "reversal" and bool(change.charge_id) == bool(change.reverses):
        raise ChangeError(_("reverses: name one charge or one change to undo"))
    if change.charge_id and change.charge_id not in account.charge_ids:
        raise ChangeError(
            _("charge_id: the loan has no charge %(id)s; look at its statement")
            % {"id": change.charge_id}
        )
    if change.instalment is not None and not 1 <= change.instalment <= len(
        account.loan.instalments
    ):
        raise ChangeError(
            _("instalment: the loan has no instalment %(number)d; look at its statement")
            % {"number": change.instalment}
        )
    _undoes(account, change)


def _undoes(account: Account, change: Change) -> None:
    told = account.events.to_pylist()
    gone = [e for e in told if e["kind"] == "reversal"]
    if change.kind == "reversal" and change.charge_id in {e["charge_id"] for e in gone} - {None}:
        raise ChangeError(_("charge_id: this charge was taken away before"))
    if change.reverses:
        was = [e for e in told if e["event_id"] == change.reverses]
        if not was:
            raise ChangeError(
                _("reverses: the loan has no change %(id)s; look at its history")
                % {"id": change.reverses}
            )
        if any(e["reverses"] == change.reverses for e in gone):
            raise ChangeError(_("reverses: this change was undone before"))
        if was[0]["on"] > change.on:
            raise ChangeError(_("on: a change cannot be undone before its own day"))


def _does_something(account: Account, change: Change, then: Effect) -> None:
    """What the replay made of the change on its own day."""
    changes_schedule(account, change, then)
    moved = _MOVED.get(change.kind)
    if moved is None:
        return
    amount = moved(then)
    if amount == 0:
        raise ChangeError(_NOTHING[change.kind]())
    if change.amount is not None and amount < change.amount:
        raise ChangeError(
            _("amount: on that day there was only %(amount)s of it")
            % {"amount": money(amount, account.currency)}
        )


def _waived(state: LoanState) -> int:
    return sum(i.waived for i in state.instalments)


_MOVED: dict[str, Callable[[Effect], int]] = {
    "waiver": lambda then: _waived(then.after) - _waived(then.before),
    "write_off": lambda then: then.after.written_off - then.before.written_off,
    "use_credit": lambda then: then.before.credit - then.after.credit,
}
_NOTHING: dict[str, Callable[[], str]] = {
    "waiver": lambda: _("amount: there was nothing to waive on that day"),
    "write_off": lambda: _("amount: there was nothing to write off on that day"),
    "use_credit": lambda: _("amount: on that day there was no credit, or nothing to put it to"),
}
