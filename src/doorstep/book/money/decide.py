"""A person says what a waiting entry is: assign, divide, refuse, give back. Author and reason stay.

Each decision is one transaction: the entry is locked, what follows from it is written, and the
decision is kept beside it. The ids of what is written come from the entry, so a decision that is
sent twice is one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from doorstep.book.models import BookEvent, EntryDecision, EntryState, EventKind, StatementEntry
from doorstep.book.money import facts
from doorstep.book.money.accounts import learn
from doorstep.book.money.divide import payment_id
from doorstep.book.money.events import Part, Scope, record_many, reverse_many, reversed_ids
from doorstep.book.money.outcome import parts_of
from doorstep.book.money.said import opened
from doorstep.book.rules.matching import Owed
from doorstep.people.api import scope_of
from doorstep.people.types import Viewer

Parts = Sequence[tuple[str, int]]
"""Loans with the minor units each of them gets."""


class DecisionError(ValueError):
    """The decision cannot be made; the message says why and what to do."""


class UnknownEntryError(LookupError):
    """No such entry, or not for this viewer."""


@dataclass(frozen=True, slots=True)
class Author:
    """Who decides, when and why. `why` is a sentence, never empty."""

    viewer: Viewer
    at: datetime
    why: str


def assign(author: Author, entry_id: int, parts: Parts, *, remember: bool = False) -> None:
    """Record money in for one loan or several; the parts must make the whole amount.

    `remember` keeps the payer's account as one this borrower pays from.
    Raises UnknownEntryError, DecisionError.
    """

    def work(entry: StatementEntry, scope: Scope) -> list[dict[str, object]]:
        _must(entry.way == "in", _("this is money out; assign the payment it gives back"))
        owed = _loans(author, entry, parts)
        made = _made_so_far(entry)
        rows = [
            Part(loan, payment_id(entry.key, made + n), entry.on, amount, entry.currency)
            for n, (loan, amount) in enumerate(parts, 1)
        ]
        record_many(scope, rows, channel="statement")
        if remember:
            number = opened(entry.said).payer_account
            for person in {owed[loan].borrower_id for loan, _amount in parts}:
                learn(scope, number, person)
        return [_row(p) for p in rows]

    kind = "assign" if len(parts) == 1 else "split"
    _decide(author, entry_id, kind, EntryState.PAID, work)


def refuse(author: Author, entry_id: int) -> None:
    """Say that an entry is no borrower's money, or goes back to whoever sent it."""
    _decide(author, entry_id, "refuse", EntryState.REFUSED, lambda entry, scope: [])


def refund(author: Author, entry_id: int, parts: Parts) -> None:
    """Record money out as given back to borrowers: an event that reduces the loan's credit."""

    def work(entry: StatementEntry, scope: Scope) -> list[dict[str, object]]:
        _must(entry.way == "out", _("this is money in; a refund is money out"))
        _loans(author, entry, parts)
        made = _made_so_far(entry)
        rows = [
            Part(loan, payment_id(entry.key, made + n), entry.on, amount, entry.currency)
            for n, (loan, amount) in enumerate(parts, 1)
        ]
        BookEvent.objects.bulk_create(
            [
                BookEvent(
                    lender_id=scope.lender_id,
                    agency_id=scope.agency_id,
                    kind=EventKind.REFUND,
                    external_id=p.payment_id,
                    loan_id=p.loan_id,
                    on=p.on,
                    amount=p.amount,
                    currency=p.currency,
                    received_at=scope.at,
                    by=scope.by,
                    channel="statement",
                    data={"why": author.why},
                )
                for p in rows
            ]
        )
        return [_row(p) for p in rows]

    _decide(author, entry_id, "refund", EntryState.RETURNED, work)


def take_back(author: Author, entry_id: int, earlier_id: int) -> None:
    """Record money out as the return of an earlier entry: its payments are taken back whole."""

    def work(entry: StatementEntry, scope: Scope) -> list[dict[str, object]]:
        _must(entry.way == "out", _("this is money in; only money out gives something back"))
        earlier = _entry(author.viewer, earlier_id, lock=True)
        _must(
            earlier.way == "in" and earlier.lender_id == entry.lender_id,
            _("choose an entry of money in"),
        )
        _must(
            earlier.amount == entry.amount,
            _("the amounts differ: record what was given back as a refund"),
        )
        _undo(scope, earlier, entry, author.why)
        return [{"entry": earlier.pk}]

    _decide(author, entry_id, "reverse", EntryState.RETURNED, work)


def reopen(author: Author, entry_id: int) -> None:
    """Take a decision back: its payments are undone on their own day and the entry waits again."""

    def work(entry: StatementEntry, scope: Scope) -> list[dict[str, object]]:
        _must(entry.way == "in", _("money out cannot be taken back here"))
        parts = parts_of(entry)
        reverse_many(
            scope,
            parts,
            {p.payment_id: p.on for p in parts},
            channel="statement",
            why=author.why,
        )
        return [_row(p) for p in parts]

    states = {EntryState.PAID, EntryState.REFUSED}
    _decide(author, entry_id, "reopen", EntryState.WAITING, work, states=states)


@transaction.atomic
def _decide(
    author: Author,
    entry_id: int,
    kind: str,
    state: EntryState,
    work: Callable[[StatementEntry, Scope], list[dict[str, object]]],
    *,
    states: set[EntryState] | None = None,
) -> None:
    entry = _entry(author.viewer, entry_id, lock=True)
    _must(bool(author.why.strip()), _("say why, in a sentence"))
    _must(
        entry.state in (states or {EntryState.WAITING}),
        _("somebody decided this entry before; look at it again"),
    )
    scope = Scope(entry.lender_id, entry.agency_id, author.at, author.viewer.name)
    parts = work(entry, scope)
    entry.state = state
    entry.why = "reopened" if kind == "reopen" else ""
    entry.split = [[p["loan_id"], p["amount"]] for p in parts] if kind == "split" else []
    entry.save(update_fields=["state", "why", "split"])
    EntryDecision.objects.create(
        entry=entry,
        kind=kind,
        parts=parts,
        at=author.at,
        by=author.viewer.name[:80],
        why=author.why.strip()[:300],
        **scope_of(entry),
    )


def _entry(viewer: Viewer, entry_id: int, *, lock: bool = False) -> StatementEntry:
    rows = StatementEntry.objects.seen_by(viewer)
    if lock:
        rows = rows.select_for_update()
    found = rows.filter(pk=entry_id).first()
    if found is None:
        raise UnknownEntryError(_("there is no such entry"))
    return found


def _loans(author: Author, entry: StatementEntry, parts: Parts) -> dict[str, Owed]:
    """The loans of the parts; raises DecisionError where something about them is wrong."""
    _must(bool(parts), _("name a loan"))
    _must(all(amount > 0 for _loan, amount in parts), _("every part must be above zero"))
    wanted = [loan for loan, _amount in parts]
    _must(len(set(wanted)) == len(wanted), _("name each loan once"))
    total = sum(amount for _loan, amount in parts)
    _must(total == entry.amount, _("the parts must make the whole amount, no more and no less"))
    owed = facts.owed(author.viewer, entry.lender_id, wanted, author.at.date())
    for loan in wanted:
        _must(loan in owed, _("there is no loan %(loan)s") % {"loan": loan})
        _must(
            owed[loan].currency == entry.currency,
            _("loan %(loan)s is in another currency") % {"loan": loan},
        )
    return owed


def _undo(scope: Scope, earlier: StatementEntry, entry: StatementEntry, why: str) -> None:
    _must(
        earlier.state in {EntryState.PAID, EntryState.WAITING},
        _("that entry was given back or refused before"),
    )
    parts = parts_of(earlier) if earlier.state == EntryState.PAID else []
    gone = reversed_ids(scope.lender_id, {p.loan_id for p in parts}) if parts else set()
    _must(
        not any(p.payment_id in gone for p in parts),
        _("a payment of that entry was taken back before"),
    )
    _must(
        all(p.on <= entry.on for p in parts),
        _("money cannot go back before it came"),
    )
    days = {p.payment_id: entry.on for p in parts}
    reverse_many(scope, parts, days, channel="statement", why=why)
    if earlier.state == EntryState.WAITING:
        earlier.state = EntryState.RETURNED
        earlier.save(update_fields=["state"])


def _made_so_far(entry: StatementEntry) -> int:
    """How many payments this entry ever made, so that new ones have ids of their own."""
    rows = EntryDecision.objects.filter(entry=entry, kind__in=("auto", "assign", "split"))
    return sum(len(parts) for parts in rows.values_list("parts", flat=True))


def _row(part: Part) -> dict[str, object]:
    return {"loan_id": part.loan_id, "amount": part.amount, "payment_id": part.payment_id}


def _must(holds: bool, reason: str) -> None:
    if not holds:
        raise DecisionError(reason)
