"""Money that came in becomes part of the story of its case."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from doorstep.book import api as book
from doorstep.book.api import MoneyIn
from doorstep.casefile import api as casefile
from doorstep.casefile.api import NewFact
from doorstep.casefile.types import CaseView, FactKind, FactView
from doorstep.people.types import SYSTEM

BY = "book"


def note_money(at: datetime) -> int:
    """Write a PAYMENT fact for verified money of open cases that has none yet, and a
    PAYMENT_REVERSED fact for noted money that was taken back. Returns how many were written.

    Money from the day a case opened on counts; a fact stands at the instant the money arrived, a
    reversal at `at`. A second call writes nothing.
    """
    cases = casefile.open_cases(SYSTEM)
    money = book.verified_money([(c.lender_id, c.borrower_id) for c in cases])
    noted = _noted([c.id for c in cases])
    facts = [
        fact
        for case in cases
        for fact in _news(
            case, money.get((case.lender_id, case.borrower_id), []), noted.get(case.id, {}), at
        )
    ]
    return casefile.record_many(facts)


def _noted(case_ids: Sequence[UUID]) -> dict[UUID, dict[str, FactView]]:
    """The payments each case's story tells of and has not taken back, by payment id."""
    kinds = [FactKind.PAYMENT, FactKind.PAYMENT_REVERSED]
    known: dict[UUID, dict[str, FactView]] = defaultdict(dict)
    for case_id, facts in casefile.facts_of(SYSTEM, case_ids, kinds).items():
        for fact in sorted(facts, key=lambda f: f.id):
            payment = str(fact.data.get("payment", ""))
            if fact.kind is FactKind.PAYMENT:
                known[case_id][payment] = fact
            else:
                known[case_id].pop(payment, None)
    return known


def _news(
    case: CaseView, money: Sequence[MoneyIn], noted: dict[str, FactView], at: datetime
) -> Iterable[NewFact]:
    there = {m.payment_id for m in money}
    for m in money:
        if m.on >= case.opened_on and m.payment_id not in noted:
            data: dict[str, object] = {
                "payment": m.payment_id,
                "loan": m.loan_id,
                "on": m.on.isoformat(),
            }
            data |= {"amount": m.amount, "currency": m.currency}
            yield NewFact(case.id, FactKind.PAYMENT, min(m.received_at, at), BY, data)
    for payment in sorted(set(noted) - there):
        yield NewFact(case.id, FactKind.PAYMENT_REVERSED, at, BY, dict(noted[payment].data))
