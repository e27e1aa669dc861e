"""What remakes a schedule from a day on: drawdown, rate change, re-amortisation, rescheduling.

A change is a dated fact like any other. The schedule is walked up to its day, the one replay says
what had been met by then, and a new plan takes over; what was paid stays where it went. Nothing of
the past is edited: money that arrives late, dated before the change, makes the change anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from doorstep.book.rules.change_kinds import IN_FULL, Change
from doorstep.book.rules.dues import later
from doorstep.book.rules.met import Ledger, Settled
from doorstep.book.rules.plan import (
    Plan,
    Position,
    first_plan,
    given_plan,
    opened,
    rows_of,
    sized_for,
    walk,
)
from doorstep.book.rules.recalculation import Walked, accrued, follow
from doorstep.book.rules.stream import undone_changes
from doorstep.book.rules.terms import Terms, sensible
from doorstep.book.types import BookError, Instalment, Loan, Remade


@dataclass(frozen=True, slots=True)
class Made:
    """The instalments of a loan on a day, and the changes that made them, in their order."""

    rows: tuple[Instalment, ...]
    changes: tuple[Remade, ...] = ()


def unmade(loan: Loan, changes: Sequence[Change], as_of: date) -> tuple[Loan, tuple[Change, ...]]:
    """The loan and the changes without those that a reversal takes back by `as_of`, as if they had
    never been made; the replay, which knows no such changes, hears of neither. A reversal that was
    itself reversed takes nothing back."""
    told = [(e.event_id, e.on, e.reverses) for e in loan.events if e.kind == "reversal"]
    gone, mine = undone_changes({c.event_id for c in changes}, told, as_of)
    heard = tuple(e for e in loan.events if e.kind != "reversal" or e.reverses not in mine)
    return replace(loan, events=heard), tuple(c for c in changes if c.event_id not in gone)


def schedule_at(
    principal: int,
    disbursed_on: date,
    terms: Terms,
    loan: Loan,
    changes: Sequence[Change],
    as_of: date,
) -> tuple[Instalment, ...]:
    """The instalments of a loan as they stand at the end of `as_of`: see `made_at`."""
    return made_at(principal, disbursed_on, terms, loan, changes, as_of).rows


def made_at(
    principal: int,
    disbursed_on: date,
    terms: Terms | None,
    loan: Loan,
    changes: Sequence[Change],
    as_of: date,
) -> Made:
    """The instalments of a loan as they stand at the end of `as_of`, and what made them so.

    `principal` is what was lent, or the limit of a line whose drawdowns are events. Instalments
    of `loan` are those the lender gave: they stand until the first change, and `terms` None means
    that nobody knows what they were made from. Raises BookError for a change that cannot be made
    (before the loan, beyond the limit, without a day, of a given schedule without new terms).
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
    plan = _beginning(principal, disbursed_on, terms, loan, changes, first)
    _within_the_limit(principal, made)
    bare = replace(loan, instalments=())
    fixed: tuple[Instalment, ...] = ()
    found = []
    for change in made:
        moved: Mapping[int, tuple[int, int]] = {}
        if change not in first:
            before = Ledger(bare, as_of, until=change.on - timedelta(days=1))
            fixed, plan, moved = changed(plan, fixed, change, before)
        found.append(_told(change, moved))
    return Made((*fixed, *_walked(plan, fixed, Ledger(bare, as_of)).rows), tuple(found))


def _beginning(
    principal: int,
    disbursed_on: date,
    terms: Terms | None,
    loan: Loan,
    changes: Sequence[Change],
    first: Sequence[Change],
) -> Plan:
    """The plan before all changes."""
    if loan.instalments:
        _can_be_made(terms, changes)
        usual = terms or Terms(Fraction(0), len(loan.instalments))
        return given_plan(disbursed_on, usual, loan.instalments)
    assert terms is not None, "terms or instalments"
    is_line = any(c.kind == "disbursement" for c in changes)
    drawn = sum(c.amount for c in first) if is_line else None
    return first_plan(principal, disbursed_on, terms, drawn=drawn)


def _can_be_made(terms: Terms | None, changes: Sequence[Change]) -> None:
    """Raises BookError for a change that a given schedule cannot follow."""
    for change in changes:
        if change.kind == "disbursement":
            raise BookError(
                f"{change.where}.kind", "instalments were given; a line is drawn from terms"
            )
    for change in sorted(changes, key=lambda c: c.on)[:1] if terms is None else ():
        missing = [k for k in IN_FULL if getattr(change, k) is None]
        if change.kind != "reschedule" or missing:
            raise BookError(
                f"{change.where}.kind",
                "the instalments were given without terms; reschedule with "
                f"{', '.join(IN_FULL)} first",
            )


def _told(change: Change, moved: Mapping[int, tuple[int, int]]) -> Remade:
    return Remade(
        change.event_id, change.on, change.kind, change.amount, change.rate_percent, moved
    )


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
    if plan.terms.recalculate is not None and not plan.given:
        return follow(plan, fixed, ledger)
    if plan.terms.interest == "flat" or plan.given:
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
) -> tuple[tuple[Instalment, ...], Plan, Mapping[int, tuple[int, int]]]:
    """What stands of a schedule on the day of a change, the plan that takes over, and the
    (principal, interest) that instalments, by number, gave away to it. Where nothing is left to
    repay, or no interest to come, a change changes nothing."""
    walked = _walked(plan, fixed, ledger)
    coming = [r for r in walked.rows if r.due >= change.on]
    past = [*fixed, *(r for r in walked.rows if r.due < change.on)]
    met = ledger.settled([*past, *coming], change.on - timedelta(days=1))
    behind, ahead = met[: len(past)], met[len(past) :]
    moved = change.arrears == "moved" and change.kind in {"reamortise", "reschedule"}
    stand = [s.closed for s in behind] if moved else past
    # Numbers go on from row to row: rows due on one day are told apart by them.
    met_ahead = [s.closed for s in ahead if s.principal or s.interest]
    closed = [
        replace(row, due=change.on, number=n) for n, row in enumerate(met_ahead, len(past) + 1)
    ]
    left = _unmet(ahead) + (_unmet(behind) if moved else 0) + change.amount
    owed = sum(s.row.interest - s.interest for s in behind) if moved else 0
    at = _position(plan, walked, change.on)
    if not left or (change.kind == "rate_change" and at.n == len(plan.dues)):
        return tuple(fixed), plan, {}
    new = _taken_over(plan, at, change, left, len(past) + len(closed))
    run_up = 0
    if at.n < len(plan.dues) and change.on > at.start:
        run_up = _run_up(plan, at, walked, fixed, ledger, change.on)
    prepaid = at.prepaid + sum(s.interest for s in ahead)
    new = replace(new, run_up=run_up, owed=owed + at.deferred, prepaid=prepaid)
    return (*stand, *closed), new, _given_away(behind) if moved else {}


def _given_away(rows: Sequence[Settled]) -> dict[int, tuple[int, int]]:
    left = [(s.row.principal - s.principal, s.row.interest - s.interest) for s in rows]
    return {n: x for n, x in enumerate(left, 1) if any(x)}


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
    """Interest of the running period up to the day; of flat interest, and of an instalment that
    was given, its share of the days."""
    before = [*fixed, *walked.rows[: at.n]]
    if plan.terms.interest != "flat" and not plan.given:
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
