"""How a balance is repaid from a day on: the one generator of instalments behind every schedule.

A plan is walked row by row. Each row is made from the position before it, so a schedule that
follows the money, or is made anew by a change, differs from a plain one only in what is put in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from doorstep.book.rules.dues import due_dates, step_before
from doorstep.book.rules.interest import (
    Share,
    equal_instalment,
    half_up,
    share_of,
    to_multiple,
)
from doorstep.book.rules.terms import Terms
from doorstep.book.types import Instalment

Spend = Callable[[date, date], int]
"""(from, to) -> what the balance costs in those days, rounded."""


@dataclass(frozen=True, slots=True)
class Plan:
    """`principal` repaid on `dues` from `start` on; `amount` is the equal instalment, or the equal
    principal. `base` is the day the rhythm is counted from.

    A plan that takes over in the middle of a period knows when that began (`since`) and what it
    has cost so far (`run_up`). `owed` is interest from before, paid with the first instalment;
    `prepaid` is interest paid before it was due, which comes off the next. `given` are instalments
    the lender gave, which stand as they are.
    """

    terms: Terms
    start: date
    dues: tuple[date, ...]
    base: date
    principal: int
    amount: int
    since: date
    number: int = 1
    run_up: int = 0
    owed: int = 0
    prepaid: int = 0
    given: tuple[Instalment, ...] = ()


@dataclass(frozen=True, slots=True)
class Position:
    """Where a plan stands before row `n`: `left` of the principal, the `amount` in force, principal
    paid ahead of the rows to come (`carry`), interest put off by grace (`deferred`)."""

    n: int
    start: date
    left: int
    amount: int
    carry: int = 0
    deferred: int = 0
    prepaid: int = 0


@dataclass(frozen=True, slots=True)
class Cost:
    """The interest of a period. `usual` is what the equal instalment covers; of a first period
    that is longer than a step, only that of its last step: the rest comes on top."""

    whole: int
    usual: int


def first_plan(principal: int, start: date, terms: Terms, *, drawn: int | None = None) -> Plan:
    """The plan of a new loan. Of a line only `drawn` of `principal` has been paid out."""
    dues = due_dates(start, terms)
    if terms.amortization == "single_payment":
        dues = dues[-1:]
    now = principal if drawn is None else drawn
    sized = principal if terms.drawdown == "keep_instalment" else now
    amount = sized_for(sized, len(dues) - terms.grace_principal, terms)
    return Plan(terms, start, tuple(dues), terms.first_due or start, now, amount, since=start)


def given_plan(start: date, terms: Terms, rows: Sequence[Instalment]) -> Plan:
    """Instalments as the lender gave them, until a change makes them anew by `terms`."""
    rows = sorted(rows, key=lambda i: (i.due, i.number))
    rows = [replace(row, number=n) for n, row in enumerate(rows, 1)]
    whole = sum(i.principal for i in rows)
    dues = tuple(i.due for i in rows)
    rhythm = max(dues, key=lambda due: due.day)
    return Plan(terms, start, dues, rhythm, whole, 0, since=start, given=tuple(rows))


def sized_for(balance: int, periods: int, terms: Terms) -> int:
    """The equal instalment, or the equal principal, that repays `balance` in `periods`."""
    balloon = min(terms.balloon, balance)
    if terms.amortization == "equal_principal_payments":
        return half_up(Fraction(balance - balloon, max(1, periods)))
    return equal_instalment(balance, max(1, periods), terms, balloon)


def opened(plan: Plan) -> Position:
    """The position before the first row."""
    return Position(0, plan.start, plan.principal, plan.amount, prepaid=plan.prepaid)


def rows_of(plan: Plan) -> list[Instalment]:
    """All rows of a plan that no money disturbs; the principal parts add up to the principal."""
    if plan.given:
        return list(plan.given)
    if plan.terms.interest == "flat":
        return _flat(plan)
    return [row for row, _ in walk(plan, opened(plan))]


def walk(plan: Plan, at: Position) -> Iterator[tuple[Instalment, Position]]:
    """The rows from a position on, each with the position after it."""
    while at.n < len(plan.dues):
        row, at = next_row(plan, at, plain_cost(plan, at))
        yield row, at


def share(plan: Plan, at: Position) -> Share:
    """How the interest of the period that begins at a position spreads over its days."""
    return share_of(plan.terms, plan.dues[at.n], plan.base)


def plain_cost(plan: Plan, at: Position) -> Cost:
    """The interest of the period when nothing but the schedule moves the balance."""
    part = share(plan, at)
    return cost_of(plan, at, lambda a, b: half_up(at.left * part(a, b)))


def cost_of(plan: Plan, at: Position, spent: Spend) -> Cost:
    """The interest of the period, given what the balance costs between two days (rounded)."""
    if at.n < plan.terms.interest_free:
        return Cost(0 if at.n else plan.run_up, 0)
    due = plan.dues[at.n]
    cost = spent(at.start, due)
    if at.n:
        return Cost(cost, cost)
    whole = cost + plan.run_up
    window = step_before(due, 1, plan.terms, plan.base)
    if window <= plan.since or plan.terms.amortization == "single_payment":
        return Cost(whole, whole)
    return Cost(whole, spent(max(window, at.start), due))


def next_row(plan: Plan, at: Position, cost: Cost, early: int = 0) -> tuple[Instalment, Position]:
    """The row after a position, and the position after the row.

    `early` is principal that came before the due day; what of it is more than the row's own
    principal makes the row larger and those to come smaller, fewer or paid ahead.
    """
    part = _principal(plan, at, cost)
    own, carry = _after_carry(plan, at, part)
    whole = max(own, min(early, at.left))
    interest, deferred, prepaid = _interest(plan, at, cost.whole)
    row = Instalment(plan.dues[at.n], whole, interest, plan.number + at.n)
    after = Position(
        at.n + 1, plan.dues[at.n], at.left - whole, at.amount, carry, deferred, prepaid
    )
    return row, adjusted(plan, after, whole - own)


def grown(row: Instalment, at: Position, extra: int, plan: Plan) -> tuple[Instalment, Position]:
    """The row and the position after it when `extra` principal came with the instalment."""
    more = min(extra, at.left)
    bigger = replace(row, principal=row.principal + more)
    return bigger, adjusted(plan, replace(at, left=at.left - more), more)


def adjusted(plan: Plan, at: Position, excess: int) -> Position:
    """The position once `excess` principal has come: what it does is the product's setting."""
    rule = plan.terms.recalculate
    if not excess or not at.left or rule is None or rule.early_payment == "fewer_instalments":
        return at
    if rule.early_payment == "next_instalments":
        return replace(at, carry=at.carry + excess)
    paying = len(plan.dues) - max(at.n, plan.terms.grace_principal)
    return replace(at, amount=sized_for(at.left, paying, plan.terms))


def _principal(plan: Plan, at: Position, cost: Cost) -> int:
    terms = plan.terms
    if at.n == len(plan.dues) - 1:
        return at.left
    if at.n < terms.grace_principal or terms.amortization == "interest_only":
        return 0
    equal = terms.amortization == "equal_principal_payments"
    part = at.amount if equal else at.amount - cost.usual
    return max(0, min(part, at.left - min(terms.balloon, at.left)))


def _after_carry(plan: Plan, at: Position, part: int) -> tuple[int, int]:
    """Principal paid ahead comes off this row, and what of it is left off the next."""
    if at.n == len(plan.dues) - 1:
        return part, 0
    return max(0, part - at.carry), max(0, at.carry - part)


def _interest(plan: Plan, at: Position, cost: int) -> tuple[int, int, int]:
    """(interest of the row, put off by grace, still prepaid)."""
    cost += plan.owed if at.n == 0 else 0
    last = at.n == len(plan.dues) - 1
    if at.n < plan.terms.grace_interest and not last:
        return 0, at.deferred + cost, at.prepaid
    charged = cost + at.deferred
    off = min(charged, at.prepaid)
    return charged - off, 0, at.prepaid - off


def _flat(plan: Plan) -> list[Instalment]:
    """The same interest each time, on the whole principal; the last takes what rounding left."""
    interest = _flat_interest(plan)
    parts = _flat_principal(plan, interest)
    found, at = [], opened(plan)
    for n, due in enumerate(plan.dues):
        whole = interest[n] + (0 if n else plan.run_up)
        cost, deferred, prepaid = _interest(plan, replace(at, n=n), whole)
        at = replace(at, deferred=deferred, prepaid=prepaid)
        found.append(Instalment(due, parts[n], cost, plan.number + n))
    return found


def _flat_interest(plan: Plan) -> list[int]:
    terms, count = plan.terms, len(plan.dues)
    whole = share_of(terms, plan.dues[-1], plan.base)(plan.start, plan.dues[-1])
    total = plan.principal * whole
    each = half_up(total / count)
    left = half_up(total) - each * terms.interest_free
    parts = [0] * terms.interest_free
    for _ in range(count - terms.interest_free - 1):
        parts.append(min(each, left))
        left -= parts[-1]
    return [*parts, max(0, left)]


def _flat_principal(plan: Plan, interest: list[int]) -> list[int]:
    terms, count = plan.terms, len(plan.dues)
    balloon = min(terms.balloon, plan.principal)
    exact = Fraction(plan.principal - balloon, max(1, count - terms.grace_principal))
    parts: list[int] = []
    for n in range(count):
        left = plan.principal - sum(parts)
        if n == count - 1:
            part = left
        elif n < terms.grace_principal or terms.amortization == "interest_only":
            part = 0
        elif terms.amortization == "equal_principal_payments":
            part = half_up(exact)
        else:
            part = to_multiple(exact + interest[n], terms.instalment_multiple_of) - interest[n]
        parts.append(max(0, min(part, left)))
    return parts
