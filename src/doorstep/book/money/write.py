"""Writing what was decided of new entries, inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from doorstep.book.models import BankStatement, EntryDecision, EntryState, StatementEntry
from doorstep.book.money.events import Part, Scope, record_many, reverse_many
from doorstep.book.money.outcome import Outcome
from doorstep.book.money.said import reference_key, sealed
from doorstep.book.rules.matching import Suggestion
from doorstep.people.api import scope_of

_BATCH = 500


def write(
    scope: Scope, statements: Sequence[BankStatement], outcomes: Sequence[Outcome], *, form: str
) -> None:
    """Append entries, decisions, payments and reversals. `statements` has one for each outcome.

    Raises IntegrityError where another process took an entry first.
    """
    entries = [_entry(scope, s, o) for s, o in zip(statements, outcomes, strict=True)]
    StatementEntry.objects.bulk_create(entries, batch_size=_BATCH)
    decisions = [
        _decision(scope, e, o) for e, o in zip(entries, outcomes, strict=True) if _decided(o)
    ]
    EntryDecision.objects.bulk_create(decisions, batch_size=_BATCH)
    paid = [p for o in outcomes if o.state == EntryState.PAID for p in o.parts]
    record_many(scope, paid, channel=form)
    back = [o for o in outcomes if o.state == EntryState.RETURNED and o.parts]
    reverse_many(
        scope,
        [p for o in back for p in o.parts],
        {p.payment_id: o.entry.on for o in back for p in o.parts},
        channel=form,
        why="given back by the bank",
    )
    undone = [o.undoes for o in outcomes if o.undoes is not None]
    for pk in undone:  # rare: money that went back before anybody had said whose it was
        StatementEntry.objects.filter(pk=pk, state=EntryState.WAITING).update(
            state=EntryState.RETURNED, why=""
        )


def _decided(outcome: Outcome) -> bool:
    return outcome.state in {EntryState.PAID, EntryState.RETURNED} and bool(outcome.parts)


def _entry(scope: Scope, statement: BankStatement, outcome: Outcome) -> StatementEntry:
    entry = outcome.entry
    return StatementEntry(
        lender_id=scope.lender_id,
        agency_id=scope.agency_id,
        statement=statement,
        row=entry.row,
        key=outcome.name,
        bank_key=reference_key(entry.key),
        reference_key=reference_key(entry.reference),
        on=entry.on,
        amount=entry.amount,
        currency=outcome.currency,
        way=entry.way.value,
        gives_back=entry.gives_back,
        said=sealed(entry),
        state=outcome.state,
        why=outcome.why,
        confidence=outcome.match.confidence,
        candidates=[as_row(s) for s in outcome.match.suggestions],
        split=split_of(outcome.parts),
    )


def as_row(suggestion: Suggestion) -> dict[str, Any]:
    """A suggestion as it is kept with its entry."""
    return {
        "loan_id": suggestion.loan_id,
        "borrower_id": suggestion.borrower_id,
        "confidence": suggestion.confidence,
        "reasons": list(suggestion.reasons),
    }


def part_row(part: Part, grounds: Sequence[tuple[str, int]] = ()) -> dict[str, Any]:
    """A payment as a decision keeps it; with grounds where the law divided the money."""
    row = {"loan_id": part.loan_id, "amount": part.amount, "payment_id": part.payment_id}
    return {**row, "grounds": [list(g) for g in grounds]} if grounds else row


def split_of(parts: Sequence[Part]) -> list[list[Any]]:
    """The loans that an entry pays, where there are several, with their amounts."""
    return [[p.loan_id, p.amount] for p in parts] if len(parts) > 1 else []


def _decision(scope: Scope, entry: StatementEntry, outcome: Outcome) -> EntryDecision:
    return EntryDecision(
        entry=entry,
        kind="auto" if outcome.state == EntryState.PAID else "reverse",
        parts=[part_row(p, outcome.grounds.get(p.payment_id, ())) for p in outcome.parts],
        at=scope.at,
        by=scope.by,
        why=", ".join(outcome.match.reasons),
        **scope_of(entry),
    )
