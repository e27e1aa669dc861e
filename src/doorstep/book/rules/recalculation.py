"""A schedule whose interest follows the day money really arrived.

Rows are made one after the other, and a row in whose period money came is made from that money:
what was due before is met first, all that is left is principal from its day on. Late principal
costs interest in that period until the day of the (last) money; what is then still unpaid goes on
as if paid, so a row that has fallen due is never changed by what comes after its due day.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from doorstep.book.rules.interest import half_up
from doorstep.book.rules.met import Ledger
from doorstep.book.rules.plan import (
    Cost,
    Plan,
    Position,
    cost_of,
    first_plan,
    grown,
    next_row,
    opened,
    plain_cost,
    share,
)
from doorstep.book.rules.terms import Recalculate, Terms
from doorstep.book.types import Instalment, Loan, Payment


@dataclass(frozen=True, slots=True)
class Walked:
    """A plan's rows as made so far and the position before each of them (and after the last)."""

    rows: tuple[Instalment, ...]
    at: tuple[Position, ...]


def recalculated(
    principal: int,
    disbursed_on: date,
    terms: Terms,
    payments: Sequence[Payment],
    as_of: date,
) -> tuple[Instalment, ...]:
    """The instalments as they stand at the end of `as_of`, after `payments` up to that day."""
    ledger = Ledger(Loan((), payments=tuple(payments)), as_of)
    return follow(first_plan(principal, disbursed_on, terms), (), ledger).rows


def follow(plan: Plan, fixed: Sequence[Instalment], ledger: Ledger) -> Walked:
    """The rows of a plan that follows the money; `fixed` are the instalments before it."""
    at, found, before = opened(plan), list[Instalment](), [opened(plan)]
    open_rows, chapter = list(fixed), ledger
    while at.n < len(plan.dues) and at.left:
        cutoff = _cutoff(plan, at, chapter)
        if cutoff is None:
            row, at = next_row(plan, at, plain_cost(plan, at))
        else:
            if len(open_rows) >= _CHAPTER:
                carried = chapter.carried(open_rows, _before(plan, at))
                open_rows, chapter = carried or (open_rows, chapter)
            row, at = Running(plan, at, open_rows, chapter, cutoff).made()
        found.append(row)
        open_rows.append(row)
        before.append(at)
    return Walked(tuple(found), tuple(before))


_CHAPTER = 4
"""Rows that are looked at again before it is worth asking what is left of them."""


def _rule(plan: Plan) -> Recalculate:
    assert plan.terms.recalculate is not None
    return plan.terms.recalculate


def _cutoff(plan: Plan, at: Position, ledger: Ledger) -> date | None:
    """The day up to which the period is known to differ from the plan, or None."""
    due = plan.dues[at.n]
    days = ledger.days(_before(plan, at), due)
    seen = min(ledger.as_of, ledger.until)
    if _rule(plan).late_interest == "every_day" and seen > at.start:
        return min(due, seen)
    return days[-1] if days else None


def _before(plan: Plan, at: Position) -> date:
    """Money after this day belongs to the period: that of its first day met the row before."""
    return at.start if at.n else date.fromordinal(at.start.toordinal() - 1)


class Running:
    """One period in which money came, up to `cutoff`."""

    def __init__(
        self,
        plan: Plan,
        at: Position,
        fixed: Sequence[Instalment],
        ledger: Ledger,
        cutoff: date,
    ) -> None:
        self.plan, self.at, self.fixed, self.ledger = plan, at, fixed, ledger
        self.due, self.cutoff = plan.dues[at.n], cutoff
        self.rule, self.share = _rule(plan), share(plan, at)
        self.daily = self.rule.frequency == "daily"
        state = ledger.trial(fixed, cutoff)
        after = _before(plan, at)
        self.money = [p for p in state.payments if after < p.on and not p.reversed]
        self.late_now = self._late(state.due)

    def made(self) -> tuple[Instalment, Position]:
        """The row, and the position after it."""
        settled = self._paid_off()
        if settled is not None:
            return settled
        row, after = next_row(
            self.plan, self.at, cost_of(self.plan, self.at, self.spent), self.early()
        )
        more = self._on_time(row)
        return grown(row, after, more, self.plan) if more else (row, after)

    def spent(self, start: date, end: date) -> int:
        """Interest between two days, each stretch of equal balance rounded by itself."""
        days = {p.on for p in self.money} | {self.cutoff} if self.daily else set[date]()
        turns = [start, *sorted(d for d in days if start < d < end), end]
        return sum(
            half_up(self._balance(a) * self.share(a, b)) for a, b in itertools.pairwise(turns)
        )

    def early(self, until: date | None = None) -> int:
        """Principal that came before the due day (by `until`): nothing due had a claim on it."""
        if not self.daily:
            return 0
        last = until or date.max
        return sum(p.credit for p in self.money if p.on < self.due and p.on <= last)

    def _balance(self, day: date) -> int:
        """What bears interest from the end of `day` on."""
        return max(0, self.at.left - self.early(day)) + self._late_on(day)

    def _late_on(self, day: date) -> int:
        """Late money owed at the end of a day; after the cutoff it counts as paid."""
        if self.rule.late_interest == "never":
            return 0
        if not self.daily:
            day = self.at.start
        elif day >= self.cutoff:
            return 0
        return self.late_now + sum(self._late(p.split) for p in self.money if p.on > day)

    def _late(self, parts: object) -> int:
        names = ["principal"] + (["interest"] if self.rule.compounding != "none" else [])
        return sum(parts[n] for n in names)  # type: ignore[index]

    def _on_time(self, row: Instalment) -> int:
        """What came with the instalment and was more than it."""
        last = self.due if self.daily and self.cutoff == self.due else self.cutoff
        if self.daily and self.cutoff < self.due:
            return 0
        state = self.ledger.trial([*self.fixed, row], last)
        days = {p.on for p in self.money}
        return sum(p.credit for p in state.payments if p.on in days)

    def _paid_off(self) -> tuple[Instalment, Position] | None:
        """The last row if early money paid the whole loan: due that day, interest to that day."""
        for day in sorted({p.on for p in self.money if p.on < self.due} if self.daily else ()):
            run_up = self.spent(self.at.start, day) + (0 if self.at.n else self.plan.run_up)
            if self.at.n < self.plan.terms.interest_free:
                run_up = 0
            run_up += self.at.deferred + (0 if self.at.n else self.plan.owed)
            cost = max(0, run_up - self.at.prepaid)
            if self.early(day) >= self.at.left + cost:
                row = Instalment(day, self.at.left, cost, self.plan.number + self.at.n)
                return row, replace(self.at, n=self.at.n + 1, start=day, left=0)
        return None


def accrued(
    plan: Plan, at: Position, fixed: Sequence[Instalment], ledger: Ledger, day: date
) -> int:
    """Interest the period has cost by `day`, as far as the money before it is known."""
    if at.n < plan.terms.interest_free:
        return 0
    run_up = 0 if at.n else plan.run_up
    if plan.terms.recalculate is None:
        return run_up + half_up(at.left * share(plan, at)(at.start, day))
    cutoff = _cutoff(plan, at, ledger)
    if cutoff is None:
        return run_up + half_up(at.left * share(plan, at)(at.start, day))
    return run_up + Running(plan, at, fixed, ledger, cutoff).spent(at.start, day)


__all__ = ["Cost", "Walked", "accrued", "follow", "recalculated"]
