"""Waiting money is matched again when the book has learned something: loans come after payments."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from doorstep.book.models import EntryDecision, EntryState, StatementEntry
from doorstep.book.money import facts
from doorstep.book.money.events import Part, Scope, record_many
from doorstep.book.money.outcome import payment_id
from doorstep.book.money.said import opened
from doorstep.book.money.write import as_row
from doorstep.book.rules.matching import Match, match
from doorstep.people.api import scope_of
from doorstep.people.types import SYSTEM

_AGAIN = ("nobody_found", "not_sure", "several_loans", "several_people", "more_than_owed")
"""What better knowledge can settle. What a person reopened, or a bank contradicts, stays."""

_MOST = 5_000
_BATCH = 500


def match_again(scope: Scope) -> int:
    """Record what has become certain and renew the suggestions of the rest; returns how many were
    recorded. The oldest first, and a fixed number of queries; nothing new changes nothing."""
    rows = StatementEntry.objects.filter(
        lender_id=scope.lender_id, state=EntryState.WAITING, way="in", why__in=_AGAIN
    )
    waiting = list(rows.order_by("on", "id")[:_MOST])
    if not waiting:
        return 0
    matches = _matches(scope, waiting)
    with transaction.atomic():
        still = set(
            StatementEntry.objects.select_for_update()
            .filter(pk__gte=min(e.pk for e in waiting), state=EntryState.WAITING)
            .filter(lender_id=scope.lender_id)
            .values_list("pk", flat=True)
        )
        found = [(e, m) for e, m in zip(waiting, matches, strict=True) if e.pk in still]
        return _save(scope, found)


def _matches(scope: Scope, waiting: Sequence[StatementEntry]) -> list[Match]:
    asked = [facts.Paying(e.amount, e.currency, opened(e.said)) for e in waiting]
    day = scope.at.date()
    found, paid = [], dict[str, int]()
    for money in facts.candidates(SYSTEM, scope.lender_id, asked, day):
        loans = [facts.less(o, paid.get(o.loan_id, 0)) for o in money.loans]
        one = match(money.incoming, loans)
        if one.loan_id:
            paid[one.loan_id] = paid.get(one.loan_id, 0) + money.incoming.amount
        found.append(one)
    return found


def _save(scope: Scope, found: Sequence[tuple[StatementEntry, Match]]) -> int:
    sure = [(e, m) for e, m in found if m.loan_id]
    for entry, one in found:
        entry.state = EntryState.PAID if one.loan_id else EntryState.WAITING
        entry.why, entry.confidence = one.why, one.confidence
        entry.candidates = [as_row(s) for s in one.suggestions]
        entry.split = [list(part) for part in one.split]
    StatementEntry.objects.bulk_update(
        [e for e, _one in found],
        ["state", "why", "confidence", "candidates", "split"],
        batch_size=_BATCH,
    )
    parts = [Part(m.loan_id, payment_id(e.key), e.on, e.amount, e.currency) for e, m in sure]
    record_many(scope, parts, channel="statement")
    EntryDecision.objects.bulk_create(
        [
            EntryDecision(
                entry=e,
                kind="auto",
                parts=[{"loan_id": p.loan_id, "amount": p.amount, "payment_id": p.payment_id}],
                at=scope.at,
                by=scope.by,
                why=", ".join(m.suggestions[0].reasons),
                **scope_of(e),
            )
            for (e, m), p in zip(sure, parts, strict=True)
        ],
        batch_size=_BATCH,
    )
    return len(sure)
