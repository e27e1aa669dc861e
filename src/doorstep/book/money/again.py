"""Waiting money is matched again when the book has learned something: loans come after payments."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from doorstep.book.models import EntryDecision, EntryState, StatementEntry
from doorstep.book.money import facts
from doorstep.book.money.divide import Judge, Judged, payment_id
from doorstep.book.money.events import Part, Scope, record_many
from doorstep.book.money.said import opened
from doorstep.book.money.write import as_row, part_row, split_of
from doorstep.people.api import scope_of
from doorstep.people.types import SYSTEM

_AGAIN = ("nobody_found", "not_sure", "several_loans", "several_people", "more_than_owed")
"""What better knowledge can settle. What a person reopened, or a bank contradicts, stays."""

Judgement = tuple[StatementEntry, Judged, list[Part]]
"""An entry, what was found of it, and the payments to record."""

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
    judged = _judged(scope, waiting)
    with transaction.atomic():
        still = set(
            StatementEntry.objects.select_for_update()
            .filter(pk__gte=min(e.pk for e in waiting), state=EntryState.WAITING)
            .filter(lender_id=scope.lender_id)
            .values_list("pk", flat=True)
        )
        return _save(scope, [j for j in judged if j[0].pk in still])


def _judged(scope: Scope, waiting: Sequence[StatementEntry]) -> list[Judgement]:
    asked = [facts.Paying(e.amount, e.currency, opened(e.said)) for e in waiting]
    day = scope.at.date()
    money = facts.candidates(SYSTEM, scope.lender_id, asked, day)
    judge = Judge(scope.lender_id, money, day)
    found = []
    for entry, one in zip(waiting, money, strict=True):
        judged = judge.judge(one, entry.on)
        parts = [
            Part(p.debt_id, payment_id(entry.key, n), entry.on, p.amount, entry.currency)
            for n, p in enumerate(judged.portions, 1)
        ]
        judge.record(parts)
        found.append((entry, judged, parts))
    return found


def _save(scope: Scope, found: Sequence[Judgement]) -> int:
    for entry, one, parts in found:
        entry.state = EntryState.PAID if parts else EntryState.WAITING
        entry.why, entry.confidence = one.why, one.match.confidence
        entry.candidates = [as_row(s) for s in one.match.suggestions]
        entry.split = split_of(parts)
    StatementEntry.objects.bulk_update(
        [e for e, _one, _parts in found],
        ["state", "why", "confidence", "candidates", "split"],
        batch_size=_BATCH,
    )
    sure = [(e, one, parts) for e, one, parts in found if parts]
    record_many(scope, [p for _e, _one, parts in sure for p in parts], channel="statement")
    EntryDecision.objects.bulk_create(
        [_decision(scope, e, one, parts) for e, one, parts in sure], batch_size=_BATCH
    )
    return len(sure)


def _decision(
    scope: Scope, entry: StatementEntry, one: Judged, parts: Sequence[Part]
) -> EntryDecision:
    rows = [part_row(p, g.grounds) for p, g in zip(parts, one.portions, strict=True)]
    return EntryDecision(
        entry=entry,
        kind="auto",
        parts=rows,
        at=scope.at,
        by=scope.by,
        why=one.reasons,
        **scope_of(entry),
    )
