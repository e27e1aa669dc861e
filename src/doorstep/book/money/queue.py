"""The queue as pages see it: masked words, suggestions with their loans, what was decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, QuerySet

from doorstep.book.debts import Debts
from doorstep.book.models import BankStatement, EntryDecision, EntryState, StatementEntry
from doorstep.book.money import facts
from doorstep.book.money.divide import proposed
from doorstep.book.money.said import Said, masked, opened
from doorstep.book.people_of import borrowers
from doorstep.book.records import Key
from doorstep.book.rules.debts import Portion
from doorstep.book.rules.matching import Owed, Suggestion, chosen_of
from doorstep.people.types import Viewer


@dataclass(frozen=True, slots=True)
class Line:
    """An entry in a list. `more` is how many loans it pays beside the best one."""

    id: int
    on: date
    amount: int
    currency: str
    way: str
    state: str
    why: str
    said: Said
    best: dict[str, Any] | None
    more: int = 0


@dataclass(frozen=True, slots=True)
class Choice:
    """A loan the money may be for: `reasons` are codes, `name` is masked."""

    loan_id: str
    borrower_id: str
    name: str
    confidence: int
    reasons: tuple[str, ...]
    owed: Owed | None


@dataclass(frozen=True, slots=True)
class EntryPage:
    """One entry with everything a person needs to decide it. `earlier` are entries of money in
    that money out may give back; `next_id` is the next one that waits; `portions` is how the law
    divides it among the loans of the likeliest borrower, with today's figures."""

    entry: StatementEntry
    statement: BankStatement
    said: Said
    choices: tuple[Choice, ...]
    decisions: tuple[EntryDecision, ...]
    earlier: tuple[Line, ...] = ()
    next_id: int | None = None
    portions: tuple[Portion, ...] = ()


def entries(viewer: Viewer, state: str = EntryState.WAITING) -> QuerySet[StatementEntry]:
    """Entries of a state the viewer may see, the oldest first; decided ones the newest first."""
    rows = StatementEntry.objects.seen_by(viewer).filter(state=state)
    return rows.order_by("on", "id") if state == EntryState.WAITING else rows.order_by("-on", "-id")


def counts(viewer: Viewer) -> dict[str, int]:
    """How many entries are in each state."""
    rows = StatementEntry.objects.seen_by(viewer).values_list("state").annotate(n=Count("id"))
    return dict.fromkeys(EntryState.values, 0) | dict(rows.order_by())


def lines(rows: Sequence[StatementEntry]) -> list[Line]:
    """Entries for a list, masked."""
    return [
        Line(
            id=row.pk,
            on=row.on,
            amount=row.amount,
            currency=row.currency,
            way=row.way,
            state=row.state,
            why=row.why,
            said=masked(opened(row.said)),
            best=_best(row),
            more=max(0, len(row.split) - 1),
        )
        for row in rows
    ]


def _best(row: StatementEntry) -> dict[str, Any] | None:
    """The loan an entry pays (of several the first), or the likeliest one."""
    best = row.candidates[0] if row.candidates else None
    return {**(best or {}), "loan_id": row.split[0][0]} if row.split else best


def entry_page(viewer: Viewer, entry_id: int, at: datetime) -> EntryPage | None:
    """One entry; None where there is none for this viewer. A fixed number of reads."""
    rows = StatementEntry.objects.seen_by(viewer).select_related("statement")
    entry = rows.filter(pk=entry_id).first()
    if entry is None:
        return None
    people = {c["borrower_id"] for c in entry.candidates}
    owed = facts.loans_of_people(viewer, entry.lender_id, people, at.date()) if people else {}
    decisions = EntryDecision.objects.filter(entry=entry).order_by("-id")
    return EntryPage(
        entry=entry,
        statement=entry.statement,
        said=masked(opened(entry.said)),
        choices=_choices(entry, owed),
        decisions=tuple(decisions),
        earlier=tuple(_earlier(viewer, entry)) if entry.way == "out" else (),
        next_id=entries(viewer).exclude(pk=entry.pk).values_list("pk", flat=True).first(),
        portions=_portions(entry, owed, at.date()),
    )


def statements(viewer: Viewer) -> QuerySet[BankStatement]:
    """Statements taken in, the newest first."""
    rows = BankStatement.objects.seen_by(viewer).select_related("lender")
    return rows.order_by("-at", "-id")


def _choices(entry: StatementEntry, owed: Mapping[str, Owed]) -> tuple[Choice, ...]:
    """The suggestions of the intake with today's figures; what the viewer may not open is out."""
    keys: list[Key] = [(entry.lender_id, o.borrower_id) for o in owed.values()]
    people = borrowers(sorted(set(keys)))
    found = [
        Choice(
            loan_id=c["loan_id"],
            borrower_id=c["borrower_id"],
            name=_name(people, entry.lender_id, c["borrower_id"]),
            confidence=c["confidence"],
            reasons=tuple(c["reasons"]),
            owed=owed[c["loan_id"]],
        )
        for c in entry.candidates
        if c["loan_id"] in owed
    ]
    return tuple(found)


def _portions(entry: StatementEntry, owed: Mapping[str, Owed], on: date) -> tuple[Portion, ...]:
    """How the law divides waiting money; nothing where its borrower has one loan that is open."""
    if entry.way != "in" or entry.state != EntryState.WAITING or not entry.candidates:
        return ()
    told = [Suggestion(**{**c, "reasons": tuple(c["reasons"])}) for c in entry.candidates]
    mine = [o for o in owed.values() if o.borrower_id == told[0].borrower_id]
    mine = [o for o in mine if o.currency == entry.currency and not o.settled]
    if len(mine) < 2:
        return ()
    debts = Debts(entry.lender_id, [o.loan_id for o in mine], on)
    chosen = set(chosen_of(told)) & {o.loan_id for o in mine}
    return proposed(debts, mine, entry.amount, chosen, entry.on) or ()


def _name(people: dict[Key, Any], lender: int, borrower: str) -> str:
    known = people.get((lender, borrower))
    return known.name if known else ""


def _earlier(viewer: Viewer, entry: StatementEntry) -> list[Line]:
    """Entries of money in of the same amount that money out may give back, the newest first."""
    rows = StatementEntry.objects.seen_by(viewer).filter(
        lender_id=entry.lender_id,
        way="in",
        amount=entry.amount,
        currency=entry.currency,
        on__lte=entry.on,
        state__in=(EntryState.PAID, EntryState.WAITING),
    )
    return lines(list(rows.order_by("-on", "-id")[:10]))
