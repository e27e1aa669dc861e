"""Settle promises from verified money, every day, all borrowers at once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from doorstep.book import api as book
from doorstep.book.api import MoneyIn
from doorstep.casefile import api as casefile
from doorstep.casefile.types import CaseView, PromiseStatus, PromiseView
from doorstep.followup.rules.keeping import results
from doorstep.followup.types import ChaseReport, Coin, Result, Word
from doorstep.negotiation import api as negotiation
from doorstep.people.types import SYSTEM

BY = "followup"
Key = tuple[int, str]


def chase(as_of: date, at: datetime) -> ChaseReport:
    """Settle what can be settled at the end of `as_of`, then look at the plans it belongs to.

    Kept at once when the money is there in full; partly kept or broken at the end of the grace day
    after the due day. `as_of` must be over: a morning looks back to yesterday. A second call finds
    nothing to do.
    """
    waiting = casefile.promises_due(SYSTEM, date.max)
    cases = _cases({p.case_id for p in waiting})
    words = _words(cases)
    money = _money(cases, words)
    settled = [
        r
        for key, mine in sorted(words.items())
        for r in results(mine, money.get(key, []), as_of)
        if r.status is not PromiseStatus.OPEN
    ]
    with transaction.atomic():
        _settle(settled, at)
        negotiation.review(at)
    kinds = Counter(r.status for r in settled)
    return ChaseReport(
        kinds[PromiseStatus.KEPT], kinds[PromiseStatus.PARTLY], kinds[PromiseStatus.BROKEN]
    )


def _cases(wanted: Iterable[UUID]) -> dict[UUID, CaseView]:
    """All cases the promises belong to; closed ones too, for a word outlives its case."""
    ids = frozenset(wanted)
    if not ids:
        return {}
    found = casefile.list_cases(
        SYSTEM, casefile.CaseFilter(status="", only=ids), sort="reference", limit=len(ids)
    )
    return {c.id: c for c in found}


def _words(cases: Mapping[UUID, CaseView]) -> dict[Key, list[Word]]:
    words: dict[Key, list[Word]] = defaultdict(list)
    for case_id, promises in casefile.promises_of(SYSTEM, sorted(cases)).items():
        case = cases[case_id]
        words[case.lender_id, case.borrower_id] += [_word(p, case.zone) for p in promises]
    return words


def _word(p: PromiseView, zone: str) -> Word:
    return Word(
        id=p.id,
        amount=p.amount,
        currency=p.currency,
        made_on=p.made_at.astimezone(ZoneInfo(zone or "UTC")).date(),
        made_at=p.made_at,
        due_on=p.due_on,
        number=p.number,
        status=p.status,
        received=p.received,
    )


def _money(
    cases: Mapping[UUID, CaseView], words: Mapping[Key, Sequence[Word]]
) -> dict[Key, list[Coin]]:
    if not cases:
        return {}
    since = min(w.made_on for mine in words.values() for w in mine)
    found = book.verified_money(sorted(words), since)
    return {key: [_coin(m) for m in rows] for key, rows in found.items()}


def _coin(m: MoneyIn) -> Coin:
    return Coin(f"{m.loan_id}\x1f{m.payment_id}", m.on, m.received_at, m.amount, m.currency)


def _settle(settled: Sequence[Result], at: datetime) -> None:
    casefile.settle_promises(
        [casefile.Settlement(r.id, r.status, r.received) for r in settled], at=at, by=BY
    )
