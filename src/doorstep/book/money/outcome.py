"""What becomes of each new entry: recorded, waiting, our own money, or given back. No writing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from doorstep.book.models import EntryDecision, EntryState, StatementEntry
from doorstep.book.money import facts
from doorstep.book.money.divide import Grounds, Judge, payment_id
from doorstep.book.money.events import Part, reversed_ids
from doorstep.book.money.said import Said, reference_key
from doorstep.book.ports.statements import Entry, Way
from doorstep.book.rules.entries import Named
from doorstep.book.rules.matching import Match, match
from doorstep.people.types import Viewer

PAYMENTS = ("auto", "assign", "split")
"""Decisions that made payments."""

Tagged = tuple[str, str, Named]
"""Account, currency and the named entry."""


@dataclass(slots=True)
class Outcome:
    """`parts` are the payments to record, or for money given back those to take back."""

    name: str
    account: str
    currency: str
    entry: Entry
    state: str = EntryState.WAITING
    why: str = ""
    match: Match = field(default_factory=lambda: Match(()))
    parts: list[Part] = field(default_factory=list)
    grounds: dict[str, Grounds] = field(default_factory=dict)
    """Why each payment has its part, by payment id, where the law divided the money."""
    undoes: int | None = None
    """The row of the entry that this one gives back, where that had not been recorded yet."""


@dataclass(slots=True)
class _Earlier:
    """An entry of money in that may be given back: one of the database or of this file."""

    amount: int
    state: str
    parts: list[Part]
    pk: int | None = None
    outcome: Outcome | None = None


def decide(viewer: Viewer, lender: int, tagged: Sequence[Tagged], at: datetime) -> list[Outcome]:
    """Outcomes in the order given. Reads what is known; a fixed number of queries."""
    found = [Outcome(name, acc, code, entry) for acc, code, (name, entry) in tagged]
    incoming = [o for o in found if o.entry.way is Way.IN and not o.entry.gives_back]
    _match_all(viewer, lender, incoming, at)
    _strange_references(lender, incoming)
    matched = {id(o) for o in incoming}
    outgoing = [o for o in found if id(o) not in matched]
    _give_back(lender, found, outgoing)
    _own_money(viewer, lender, outgoing, at)
    return found


def _match_all(viewer: Viewer, lender: int, outcomes: Sequence[Outcome], at: datetime) -> None:
    asked = [facts.Paying(o.entry.amount, o.currency, _said(o.entry)) for o in outcomes]
    money = facts.candidates(viewer, lender, asked, at.date())
    judge = Judge(lender, money, at.date())
    for outcome, one in zip(outcomes, money, strict=True):
        entry = outcome.entry
        found = judge.judge(one, entry.on)
        outcome.match, outcome.why = found.match, found.why
        if found.portions:
            outcome.state = EntryState.PAID
        for n, p in enumerate(found.portions, 1):
            key = payment_id(outcome.name, n)
            outcome.parts.append(Part(p.debt_id, key, entry.on, p.amount, outcome.currency))
            outcome.grounds[key] = list(p.grounds)
        judge.record(outcome.parts)


def _strange_references(lender: int, outcomes: Sequence[Outcome]) -> None:
    """The bank's own reference is known with another amount that day: a person looks."""
    keys = {reference_key(o.entry.key) for o in outcomes if o.entry.key}
    known: dict[str, list[tuple[object, int]]] = defaultdict(list)
    for part in facts.chunks(keys):
        rows = StatementEntry.objects.filter(lender_id=lender, way="in", bank_key__in=part)
        for key, on, amount in rows.values_list("bank_key", "on", "amount"):
            known[key].append((on, amount))
    for outcome in outcomes:
        there = known.get(reference_key(outcome.entry.key), []) if outcome.entry.key else []
        if any(on == outcome.entry.on for on, _ in there):
            outcome.state, outcome.parts = EntryState.WAITING, []
            outcome.why = "same_reference"


def _give_back(lender: int, found: Sequence[Outcome], outgoing: Sequence[Outcome]) -> None:
    """Money that came back out: undo the payment of the entry it names, if that is certain."""
    back = [o for o in outgoing if o.entry.gives_back and o.entry.way is Way.OUT]
    earlier = _earlier(lender, found, back)
    loans = {p.loan_id for rows in earlier.values() for e in rows for p in e.parts}
    gone = reversed_ids(lender, loans) if loans else set()
    used: set[int] = set()
    for outcome in back:
        rows = earlier.get((outcome.account, reference_key(outcome.entry.original)), [])
        fit = [e for e in rows if e.amount == outcome.entry.amount and id(e) not in used]
        outcome.why = _why_not_undone(outcome, rows, fit, gone)
        if outcome.why:
            continue
        used.add(id(fit[0]))
        outcome.state, outcome.parts = EntryState.RETURNED, fit[0].parts
        _unrecord(outcome, fit[0])


def _why_not_undone(
    outcome: Outcome, rows: Sequence[_Earlier], fit: Sequence[_Earlier], gone: set[str]
) -> str:
    if not rows:
        return "returns_unknown"
    if not fit:
        return "returns_part"
    if len(fit) > 1:
        return "returns_several"
    one = fit[0]
    if one.state == EntryState.RETURNED or any(p.payment_id in gone for p in one.parts):
        return "returned_before"
    if any(p.on > outcome.entry.on for p in one.parts):
        return "returns_before_paid"
    return ""


def _unrecord(outcome: Outcome, earlier: _Earlier) -> None:
    """An entry that still waited is given back together with its return: it never paid."""
    if earlier.state == EntryState.WAITING:
        outcome.undoes = earlier.pk
        if earlier.outcome is not None:
            earlier.outcome.state, earlier.outcome.why = EntryState.RETURNED, ""


def _earlier(
    lender: int, found: Sequence[Outcome], back: Sequence[Outcome]
) -> dict[tuple[str, str], list[_Earlier]]:
    """Entries of money in by account and by each of their two references."""
    keys = {reference_key(o.entry.original) for o in back if o.entry.original}
    result: dict[tuple[str, str], list[_Earlier]] = defaultdict(list)
    if not keys:
        return result
    for outcome in found:
        if outcome.entry.way is Way.IN:
            one = _Earlier(outcome.entry.amount, outcome.state, outcome.parts, outcome=outcome)
            for key in {reference_key(outcome.entry.reference), reference_key(outcome.entry.key)}:
                if key in keys:
                    result[outcome.account, key].append(one)
    for row, account in _rows(lender, keys):
        one = _Earlier(row.amount, row.state, [], pk=row.pk)
        one.parts = parts_of(row)
        for key in {row.reference_key, row.bank_key} & keys:
            result[account, key].append(one)
    return result


def _rows(lender: int, keys: set[str]) -> list[tuple[StatementEntry, str]]:
    found: dict[int, StatementEntry] = {}
    for part in facts.chunks(keys):
        for name in ("reference_key", "bank_key"):
            rows = StatementEntry.objects.filter(
                lender_id=lender, way="in", **{f"{name}__in": part}
            ).select_related("statement")
            found |= {row.pk: row for row in rows.order_by("pk")}
    _with_parts(list(found.values()))
    return [(row, row.statement.account) for row in found.values()]


def _with_parts(rows: Sequence[StatementEntry]) -> None:
    """Put the payments of entries beside them, in one read for each nine hundred."""
    by_pk = {row.pk: row for row in rows}
    for row in rows:
        row.made = []  # type: ignore[attr-defined]
    pks = sorted(by_pk)
    for at in range(0, len(pks), facts.CHUNK):
        decisions = EntryDecision.objects.filter(
            entry__in=pks[at : at + facts.CHUNK], kind__in=PAYMENTS
        )
        for decision in decisions.order_by("id"):
            by_pk[decision.entry_id].made = decision.parts  # type: ignore[attr-defined]


def parts_of(row: StatementEntry) -> list[Part]:
    """The payments an entry made, as last decided."""
    made = getattr(row, "made", None)
    if made is None:
        _with_parts([row])
        made = row.made  # type: ignore[attr-defined]
    return [Part(p["loan_id"], p["payment_id"], row.on, p["amount"], row.currency) for p in made]


def _own_money(viewer: Viewer, lender: int, outgoing: Sequence[Outcome], at: datetime) -> None:
    """Money out that names no borrower is the lender's own business (fees, transfers); what names
    one may be a refund, which a person records."""
    asked = [o for o in outgoing if not o.entry.gives_back]
    paying = [facts.Paying(o.entry.amount, o.currency, _said(o.entry)) for o in asked]
    for outcome, one in zip(
        asked, facts.candidates(viewer, lender, paying, at.date()), strict=True
    ):
        found = match(one.incoming, one.loans)
        if found.suggestions and found.suggestions[0].reasons[0] != "name":
            outcome.match, outcome.why = found, "refund"
        else:
            outcome.state, outcome.why = EntryState.OWN, ""
    for outcome in outgoing:
        if outcome.entry.gives_back and outcome.entry.way is Way.IN:
            outcome.why = "refund_came_back"


def _said(entry: Entry) -> Said:
    return Said(
        reference=entry.reference,
        text=entry.text,
        payer=entry.payer,
        payer_account=entry.payer_account,
        account=entry.account,
        original=entry.original,
    )
