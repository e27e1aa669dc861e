"""What happened to one loan, in the order in which the replay walks through it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from doorstep.book.rules import columns as c
from doorstep.book.types import BookError, Charge, Event, Loan, Payment

KINDS = {
    "pause": c.PAUSE,
    "resume": c.RESUME,
    "waiver": c.WAIVER,
    "re_age": c.RE_AGE,
    "penalty_rate": c.RATE,
    "dispute": c.DISPUTE,
    "dispute_end": c.DISPUTE_END,
    "chargeback": c.TAKEN_BACK,
    "use_credit": c.USE_CREDIT,
    "refund": c.REFUND,
    "write_off": c.WRITE_OFF,
}
"""Kinds of events and their numbers; a `reversal` takes away what it names and has none."""

Id = str | int


@dataclass(frozen=True, slots=True)
class Happened:
    """What is known of a loan at the end of a day: charges by due day, all payments by day, which
    of them are undone, and the stream of live payments and events."""

    charges: list[Charge]
    money: list[Payment]
    undone: frozenset[Id]
    stream: list[Event | Payment]


def by_id(key: Id) -> tuple[bool, Id]:
    """Ids are text or numbers; numbers come first and rise as numbers."""
    return isinstance(key, str), key


def kind_of(happened: Event | Payment) -> int:
    """The replay's number of an event."""
    return c.PAYMENT if isinstance(happened, Payment) else KINDS[happened.kind]


def happened(loan: Loan, as_of: date) -> Happened:
    """What happened up to the end of `as_of`, reversals applied.

    Raises BookError for a change that names no payment, charge or event of the loan, and for more
    taken back than was paid.
    """
    events, undone, gone = _reversed(loan, as_of)
    charges = sorted(
        (x for x in loan.charges if x.added_on <= as_of and x.charge_id not in gone),
        key=lambda x: (x.due, by_id(x.charge_id)),
    )
    money = sorted(
        (p for p in loan.payments if p.on <= as_of and p.reverses is None),
        key=lambda p: (p.on, by_id(p.payment_id)),
    )
    events = [e for e in events if e.charge_id == "" or e.charge_id not in gone]
    _check_chargebacks(loan, events)
    kept = sorted(
        (e for e in events if e.kind != "chargeback" or e.payment_id not in undone),
        key=lambda e: by_id(e.event_id),
    )
    stream: list[Event | Payment] = [*kept, *(p for p in money if p.payment_id not in undone)]
    stream.sort(key=lambda x: (x.on, c.RANK[kind_of(x)]))
    return Happened(charges, money, undone, stream)


def live_events(loan: Loan, as_of: date) -> list[Event]:
    """The changes up to the end of `as_of` that no reversal took away again, and the reversals of
    payments."""
    events, undone, _ = _reversed(loan, as_of)
    return events + [
        e
        for e in loan.events
        if e.on <= as_of and e.kind == "reversal" and e.payment_id in undone - {""}
    ]


def undone_changes(
    ids: Collection[Id], reversals: Iterable[tuple[Id, date, Id]], as_of: date
) -> tuple[set[Id], set[Id]]:
    """Which of the changes `ids` are taken back by `as_of`, and those ids with all that reverses
    them, directly or through another reversal.

    `reversals` are (id, day, what it reverses). The newest speaks first, so that one undone by a
    later one undoes nothing.
    """
    mine, rows = set(ids) - {""}, list(reversals)
    for _ in rows:
        mine |= {name for name, _, target in rows if target in mine and name != ""}
    dead: set[Id] = set()
    told = [r for r in rows if r[2] in mine and r[1] <= as_of]
    for name, _, target in sorted(told, key=lambda r: (r[1], by_id(r[0])), reverse=True):
        if name == "" or name not in dead:
            dead.add(target)
    return dead & set(ids), mine


def target_of(happened: Event | Payment, charges: Sequence[Charge], instalments: int) -> int:
    """What an event aims at, as the replay reads it. Raises BookError where there is no such."""
    if isinstance(happened, Payment):
        return c.ANYWHERE
    if happened.charge_id != "":
        for k, charge in enumerate(charges):
            if charge.charge_id == happened.charge_id:
                return -2 - k
        raise BookError(happened.kind, f"there is no charge {happened.charge_id!r}")
    if happened.instalment is None:
        return c.ANYWHERE
    if not 1 <= happened.instalment <= instalments + 1:
        raise BookError(happened.kind, f"there is no instalment {happened.instalment}")
    return happened.instalment - 1


def _reversed(loan: Loan, as_of: date) -> tuple[list[Event], frozenset[Id], frozenset[Id]]:
    """Events that stand, payments that are undone, charges that are gone."""
    known = {p.payment_id for p in loan.payments if p.reverses is None} - {""}
    charges = {x.charge_id for x in loan.charges} - {""}
    names = {e.event_id for e in loan.events} - {""}
    undone = {p.reverses for p in loan.payments if p.reverses is not None and p.on <= as_of}
    gone: set[Id] = set()
    dead: set[Id] = set()
    told = [e for e in loan.events if e.on <= as_of]
    for e in sorted(told, key=lambda e: (e.on, by_id(e.event_id)), reverse=True):
        if e.kind != "reversal" or (e.event_id != "" and e.event_id in dead):
            continue
        if e.charge_id != "":
            gone.add(e.charge_id)
        elif e.reverses != "":
            dead.add(e.reverses)
        else:
            undone.add(e.payment_id)
    for found, all_, what in ((undone, known, "payment"), (gone, charges, "charge"),
                              (dead, names, "event")):  # fmt: skip
        for name in sorted(found - all_, key=by_id):
            raise BookError("reversal", f"there is no {what} {name!r} to reverse")
    events = [
        e for e in told if e.kind != "reversal" and (e.event_id == "" or e.event_id not in dead)
    ]
    return events, frozenset(undone), frozenset(gone)


def _check_chargebacks(loan: Loan, events: Sequence[Event]) -> None:
    paid = {p.payment_id: p for p in loan.payments if p.reverses is None}
    taken: dict[Id, int] = defaultdict(int)
    for e in events:
        if e.kind != "chargeback":
            continue
        payment = paid.get(e.payment_id)
        if payment is None or e.payment_id == "":
            raise BookError("chargeback", f"there is no payment {e.payment_id!r} to take back")
        if e.on < payment.on:
            raise BookError("chargeback", f"{e.on} is before the payment {e.payment_id!r}")
        taken[e.payment_id] += payment.amount if e.amount is None else e.amount
        if taken[e.payment_id] > payment.amount:
            raise BookError(
                "chargeback", f"more is taken back of payment {e.payment_id!r} than was paid"
            )
