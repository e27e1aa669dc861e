"""A schedule whose interest follows the day money really arrived.

Instalment by instalment: interest runs on what is really owed, stretch by stretch between the days
on which principal came in, each stretch rounded. Late principal stays in the balance until it is
paid; what is still unpaid at `as_of` is taken as paid that day, and everything later as paid on
time. Money beyond the instalment is principal at once and makes the later ones smaller or fewer.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from doorstep.book.rules.terms import (
    Recalculate,
    Terms,
    due_dates,
    equal_instalment,
    half_up,
    interest_between,
    period_rate,
)
from doorstep.book.types import Instalment, Payment


def recalculated(
    principal: int,
    disbursed_on: date,
    terms: Terms,
    payments: Sequence[Payment],
    as_of: date,
) -> tuple[Instalment, ...]:
    """The instalments as they stand at the end of `as_of`, after `payments` up to that day."""
    dues = due_dates(disbursed_on, terms)
    rule = terms.recalculate or Recalculate()
    run = _Run(
        terms,
        dues,
        as_of,
        rule,
        {disbursed_on: principal},
        [_Money(p.on, p.amount) for p in sorted(payments, key=lambda p: p.on) if p.on <= as_of],
    )
    equal, left, start = equal_instalment(principal, len(dues), terms), principal, disbursed_on
    found: list[Instalment] = []
    for n, due in enumerate(dues):
        period = _Period(start, due)
        run.take_early(period)
        cost = run.cost(start, due)
        part = left if n == len(dues) - 1 else min(left, max(equal - cost, period.principal))
        part = run.settle(period, cost, part, left)
        found.append(Instalment(due, part, cost, n + 1))
        left -= part
        start = due
        if left == 0:
            break
        if part + cost > equal and rule.early_payment == "smaller_instalments":
            equal = equal_instalment(left, len(dues) - n - 1, terms)
    return tuple(found)


@dataclass
class _Money:
    on: date
    left: int


@dataclass
class _Period:
    """One instalment in the making, and what was paid towards it so far."""

    start: date
    due: date
    interest: int = 0
    principal: int = 0


@dataclass
class _Run:
    terms: Terms
    dues: Sequence[date]
    as_of: date
    rule: Recalculate
    balance: dict[date, int]
    """Changes of the balance that bears interest, by the day they take effect."""
    money: list[_Money] = field(default_factory=list)

    def cost(self, start: date, end: date) -> int:
        """Interest from `start` to `end`, each stretch of equal balance rounded by itself."""
        turns = sorted(d for d in self.balance if start < d < end)
        if not turns and self.terms.interest_period != "daily" and end in self.dues:
            return half_up(self._balance_on(start) * period_rate(self.terms))
        days = [start, *turns, end]
        return sum(
            interest_between(self._balance_on(a), a, b, self.terms)
            for a, b in itertools.pairwise(days)
        )

    def take_early(self, period: _Period) -> None:
        """Money that came before the due day: the interest run up by then, the rest principal."""
        for money in self.money:
            if money.on >= period.due or self._balance_on(period.due) <= 0:
                break
            if self.rule.early_payment == "next_instalments" and period.principal:
                break
            run_up = self.cost(period.start, money.on) if money.on > period.start else 0
            self._interest(period, money, run_up)
            self._principal(period, money, self._balance_on(period.due), money.on)

    def settle(self, period: _Period, cost: int, part: int, left: int) -> int:
        """Money of the due day and later meets the instalment; returns its final principal."""
        for money in self.money:
            self._interest(period, money, cost)
            if money.on <= period.due and self.rule.early_payment != "next_instalments":
                part = min(left, max(part, period.principal + money.left))
            self._principal(period, money, part - period.principal, money.on)
        if part > period.principal:
            self._drop(max(period.due, self.as_of), part - period.principal)
        return part

    def _interest(self, period: _Period, money: _Money, cost: int) -> None:
        take = max(0, min(money.left, cost - period.interest))
        period.interest += take
        money.left -= take

    def _principal(self, period: _Period, money: _Money, most: int, on: date) -> None:
        take = max(0, min(money.left, most))
        if take:
            period.principal += take
            money.left -= take
            self._drop(max(on, period.start), take)

    def _drop(self, on: date, amount: int) -> None:
        if self.rule.frequency != "daily":
            on = next((d for d in self.dues if d >= on), on)
        self.balance[on] = self.balance.get(on, 0) - amount

    def _balance_on(self, day: date) -> int:
        return sum(change for on, change in self.balance.items() if on <= day)
