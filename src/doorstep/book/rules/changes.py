"""What remakes a schedule from a day on: drawdown, rate change, re-amortisation, rescheduling.

A change is a dated fact like any other. The schedule is walked up to its day, the one replay says
what had been met by then, and a new plan takes over; what was paid stays where it went. Nothing of
the past is edited: money that arrives late, dated before the change, makes the change anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from doorstep.book.rules.dues import later
from doorstep.book.rules.met import Ledger, Settled
from doorstep.book.rules.plan import Plan, Position, first_plan, opened, rows_of, sized_for, walk
from doorstep.book.rules.recalculation import Walked, accrued, follow
from doorstep.book.rules.terms import (
    LARGEST_PRINCIPAL,
    MOST_INSTALMENTS,
    UNITS,
    Terms,
    a_day,
    one_of,
    parse_rate,
    sensible,
    whole,
)
from doorstep.book.types import BookError, Instalment, Loan

CHANGES = ("disbursement", "rate_change", "reamortise", "reschedule")
ARREARS = ("moved", "kept")
_KEYS: Mapping[str, tuple[str, ...]] = {
    "disbursement": ("amount",),
    "rate_change": ("rate_percent",),
    "reamortise": ("instalments", "arrears"),
    "reschedule": (
        *("first_due", "holiday", "instalments", "every", "unit", "due_day"),
        *("rate_percent", "grace_principal", "interest_free", "arrears"),
    ),
}
CHANGE_KEYS = {"event_id", "on", "kind", *(key for keys in _KEYS.values() for key in keys)}
"""Every key a change may have."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change on a day, before that day's money. What is None stays as it was.

    `disbursement`: `amount` more of a line is paid out. `rate_change`: `rate_percent` from the day
    on. `reamortise`: what is unpaid, over the due days to come or over `instalments` of them.
    `reschedule`: new due days from `first_due` on, or the old ones `holiday` instalments later.
    `arrears` that are `moved` join the new schedule; `kept` ones stay due as they were.
    """

    on: date
    kind: str
    event_id: str | int = ""
    amount: int = 0
    rate_percent: Fraction | None = None
    instalments: int | None = None
    first_due: date | None = None
    holiday: int = 0
    every: int | None = None
    unit: str | None = None
    due_day: int | None = None
    grace_principal: int = 0
    interest_free: int = 0
    arrears: str = "moved"
    where: str = "event"


def parse_change(row: Mapping[str, Any], where: str) -> Change:
    """A change from one event of a case. Raises BookError naming the key."""
    kind = one_of(row.get("kind"), f"{where}.kind", CHANGES)
    for key in row:
        if key not in {"on", "kind", "event_id", *_KEYS[kind]}:
            raise BookError(
                f"{where}.{key}", f"unknown key of a {kind}; use {', '.join(_KEYS[kind])}"
            )
    given = {k: v for k, v in row.items() if v is not None and k != "kind"}
    for key in ("on", *_NEEDED.get(kind, ())):
        if key not in given:
            raise BookError(f"{where}.{key}", "missing; give it")
    values = {
        key: given[key] if key == "event_id" else _READ[key](given[key], f"{where}.{key}")
        for key in given
    }
    change = Change(kind=kind, where=where, **values)
    if change.first_due is not None and change.first_due < change.on:
        raise BookError(f"{where}.first_due", "is before the change; give a later day")
    return change


_NEEDED = {"disbursement": ("amount",), "rate_change": ("rate_percent",)}


def _number(least: int, most: int) -> Callable[[Any, str], int]:
    return lambda value, where: whole(value, where, least, most)


def _word(words: tuple[str, ...]) -> Callable[[Any, str], str]:
    return lambda value, where: one_of(value, where, words)


_READ: Mapping[str, Callable[[Any, str], Any]] = {
    "on": a_day,
    "first_due": a_day,
    "amount": _number(1, LARGEST_PRINCIPAL),
    "rate_percent": parse_rate,
    "instalments": _number(1, MOST_INSTALMENTS),
    "holiday": _number(1, MOST_INSTALMENTS),
    "every": _number(1, 10**12),
    "unit": _word(tuple(UNITS)),
    "due_day": _number(1, 31),
    "grace_principal": _number(0, MOST_INSTALMENTS),
    "interest_free": _number(0, MOST_INSTALMENTS),
    "arrears": _word(ARREARS),
}


def unmade(loan: Loan, changes: Sequence[Change], as_of: date) -> tuple[Loan, tuple[Change, ...]]:
    """The loan and the changes without those that a reversal takes back by `as_of`, as if they had
    never been made; the replay, which knows no such changes, hears of neither."""
    ids = {c.event_id for c in changes} - {""}
    gone = {e.reverses for e in loan.events if e.kind == "reversal" and e.on <= as_of} & ids
    heard = tuple(e for e in loan.events if e.kind != "reversal" or e.reverses not in ids)
    return replace(loan, events=heard), tuple(c for c in changes if c.event_id not in gone)


def schedule_at(
    principal: int,
    disbursed_on: date,
    terms: Terms,
    loan: Loan,
    changes: Sequence[Change],
    as_of: date,
) -> tuple[Instalment, ...]:
    """The instalments of a loan as they stand at the end of `as_of`.

    `principal` is what was lent, or the limit of a line whose drawdowns are events. Raises
    BookError for a change that cannot be made (before the loan, beyond the limit, without a day).
    """
    loan, changes = unmade(loan, changes, as_of)
    # A schedule follows the contract; what a cap forbids is cut where it would be demanded.
    loan = replace(loan, caps=())
    made = sorted(
        (c for c in changes if c.on <= as_of), key=lambda c: (c.on, str(c.event_id).zfill(20))
    )
    for change in made:
        if change.on < disbursed_on:
            raise BookError(f"{change.where}.on", "is before the disbursement; give a later day")
    first = [c for c in made if c.kind == "disbursement" and c.on == disbursed_on]
    is_line = any(c.kind == "disbursement" for c in changes)
    drawn = sum(c.amount for c in first) if is_line else None
    _within_the_limit(principal, made)
    plan = first_plan(principal, disbursed_on, terms, drawn=drawn)
    fixed: tuple[Instalment, ...] = ()
    for change in made:
        if change not in first:
            before = Ledger(loan, as_of, until=change.on - timedelta(days=1))
            fixed, plan = changed(plan, fixed, change, before)
    return (*fixed, *_walked(plan, fixed, Ledger(loan, as_of)).rows)


def _within_the_limit(principal: int, made: Sequence[Change]) -> None:
    drawn = 0
    for change in made:
        drawn += change.amount
        if drawn > principal:
            raise BookError(
                f"{change.where}.amount", f"the line of {principal} is passed; draw less"
            )


def _walked(plan: Plan, fixed: Sequence[Instalment], ledger: Ledger) -> Walked:
    """The rows of a plan as far as the ledger's money reaches, then as planned."""
    if plan.terms.recalculate is not None:
        return follow(plan, fixed, ledger)
    if plan.terms.interest == "flat":
        rows = rows_of(plan)
        at, before = opened(plan), [opened(plan)]
        for row in rows:
            at = replace(at, n=at.n + 1, start=row.due, left=at.left - row.principal)
            before.append(at)
        return Walked(tuple(rows), tuple(before))
    pairs = list(walk(plan, opened(plan)))
    return Walked(tuple(r for r, _ in pairs), (opened(plan), *[a for _, a in pairs]))


def changed(
    plan: Plan, fixed: Sequence[Instalment], change: Change, ledger: Ledger
) -> tuple[tuple[Instalment, ...], Plan]:
    """What stands of a schedule on the day of a change, and the plan that takes over. Where nothing
    is left to repay, or no interest to come, a change changes nothing."""
    walked = _walked(plan, fixed, ledger)
    coming = [r for r in walked.rows if r.due >= change.on]
    past = [*fixed, *(r for r in walked.rows if r.due < change.on)]
    met = ledger.settled([*past, *coming], change.on - timedelta(days=1))
    behind, ahead = met[: len(past)], met[len(past) :]
    moved = change.arrears == "moved" and change.kind in {"reamortise", "reschedule"}
    stand = [s.closed for s in behind] if moved else past
    closed = [replace(s.closed, due=change.on) for s in ahead if s.principal or s.interest]
    left = _unmet(ahead) + (_unmet(behind) if moved else 0) + change.amount
    owed = sum(s.row.interest - s.interest for s in behind) if moved else 0
    at = _position(plan, walked, change.on)
    if not left or (change.kind == "rate_change" and at.n == len(plan.dues)):
        return tuple(fixed), plan
    new = _taken_over(plan, at, change, left, len(past))
    run_up = 0
    if at.n < len(plan.dues) and change.on > at.start:
        run_up = _run_up(plan, at, walked, fixed, ledger, change.on)
    prepaid = at.prepaid + sum(s.interest for s in ahead)
    return (*stand, *closed), replace(new, run_up=run_up, owed=owed + at.deferred, prepaid=prepaid)


def _unmet(rows: Sequence[Settled]) -> int:
    return sum(s.row.principal - s.principal for s in rows)


def _position(plan: Plan, walked: Walked, day: date) -> Position:
    """The position in whose period the day lies; where nothing was left to repay, an empty one."""
    for at, row in zip(walked.at, walked.rows, strict=False):
        if row.due >= day:
            return at
    last = walked.at[-1]
    n = max(last.n, sum(due < day for due in plan.dues))
    return replace(last, n=n, start=plan.dues[n - 1] if n else plan.start)


def _run_up(
    plan: Plan,
    at: Position,
    walked: Walked,
    fixed: Sequence[Instalment],
    ledger: Ledger,
    day: date,
) -> int:
    """Interest of the running period up to the day; of flat interest its share of the days."""
    before = [*fixed, *walked.rows[: at.n]]
    if plan.terms.interest != "flat":
        return accrued(plan, at, before, ledger, day)
    row = walked.rows[at.n]
    return row.interest * (day - at.start).days // (row.due - at.start).days


def _taken_over(plan: Plan, at: Position, change: Change, left: int, number: int) -> Plan:
    """The plan from the change on, before the interest of the past is put into it."""
    dues, terms, base = _new_dues(plan, at, change)
    since = at.start if at.n < len(plan.dues) else change.on
    amount = at.amount
    if change.kind != "disbursement" or terms.drawdown == "new_instalment":
        amount = sized_for(left, len(dues) - terms.grace_principal, terms)
    return Plan(terms, change.on, dues, base, left, amount, min(since, change.on), number + 1)


def _new_dues(plan: Plan, at: Position, change: Change) -> tuple[tuple[date, ...], Terms, date]:
    coming = plan.dues[at.n :]
    if not coming and change.kind == "disbursement":
        raise BookError(f"{change.where}.on", "is after the last due day; reschedule the loan")
    count = change.instalments or len(coming)
    if not count:
        raise BookError(
            f"{change.where}.instalments", "missing; nothing falls due any more, so say how many"
        )
    terms = _new_terms(plan.terms, at, change, count)
    sensible(terms, change.where)
    base = plan.base
    if change.first_due is not None:
        base = first = change.first_due
    elif coming:
        first = later(
            coming[0], change.holiday * terms.every, terms.unit, terms.due_day or base.day
        )
    else:
        base = plan.dues[-1]
        first = later(base, terms.every, terms.unit, terms.due_day or base.day)
        if first < change.on:
            base = first = change.on
    day = terms.due_day or base.day
    try:
        dues = [later(first, n * terms.every, terms.unit, day) for n in range(count)]
    except (ValueError, OverflowError):
        raise BookError(
            f"{change.where}.instalments", "the last is due after the year 9999; give fewer"
        ) from None
    if not change.holiday and change.first_due is None and count <= len(coming):
        dues = list(coming[:count])
    return tuple(dues[-1:] if terms.amortization == "single_payment" else dues), terms, base


def _new_terms(terms: Terms, at: Position, change: Change, count: int) -> Terms:
    """Grace that has not run out goes on, except under a new schedule, which has its own."""
    fresh = change.kind == "reschedule"
    rest = count - 1

    def grace(old: int, new: int = 0) -> int:
        return min(rest, new if fresh else max(0, old - at.n))

    return replace(
        terms,
        rate_percent=terms.rate_percent if change.rate_percent is None else change.rate_percent,
        instalments=count,
        every=change.every or terms.every,
        unit=change.unit or terms.unit,
        due_day=_due_day(terms, change),
        first_due=None,
        grace_principal=grace(terms.grace_principal, change.grace_principal),
        grace_interest=grace(terms.grace_interest),
        interest_free=grace(terms.interest_free, change.interest_free),
    )


def _due_day(terms: Terms, change: Change) -> int:
    """A new first due day, or a step in days, sets its own rhythm."""
    if change.due_day is not None:
        return change.due_day
    monthly = (change.unit or terms.unit) in {"months", "years"}
    return terms.due_day if monthly and change.first_due is None else 0


__all__ = ["CHANGES", "CHANGE_KEYS", "Change", "changed", "parse_change", "schedule_at", "unmade"]
