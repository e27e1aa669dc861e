"""The most a loan may cost by law, as a share of the principal a year, dated by its contract.

The same figures bound what the book demands (`legal_caps`), so that no demand is ever above them,
and judge a demand whose yearly cost somebody states.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

from doorstep.book.types import Cap
from doorstep.compliance.rules._law import Base, Deed
from doorstep.compliance.types import Facts, Finding
from doorstep.kernel.money import decimals


@dataclass(frozen=True, slots=True)
class Rate:
    """A reference rate in percent a year, as decimal text, from the day it was published on."""

    since: date
    percent: str


@dataclass(frozen=True, kw_only=True)
class Law(Base):
    """The cap is `percent` a year, or `times` the newest of `rates` on the day of the contract.

    It binds lenders of these `licences` (see `people.types.Licence`), for contracts made
    `contracts_from` up to and including `contracts_until`. `components` are what counts as cost.
    """

    licences: tuple[str, ...]
    percent: str = ""
    times: int = 1
    rates: tuple[Rate, ...] = ()
    contracts_from: date | None = None
    contracts_until: date | None = None
    components: tuple[str, ...] = ("interest", "fees", "penalties")

    def __post_init__(self) -> None:
        super().__post_init__()
        if bool(self.percent) == bool(self.rates):
            raise ValueError("give percent or rates, one of the two")
        days = [r.since for r in self.rates]
        if days != sorted(set(days)):
            raise ValueError("rates: each needs a later day than the one before")
        for text in (self.percent, *(r.percent for r in self.rates)):
            Fraction(text or 1)

    def ceiling(self, contract_on: date) -> Fraction | None:
        """The most for a contract of that day, as a share of 1 a year; None where it binds not."""
        for since, until, share in self._times():
            if (since or date.min) <= contract_on <= (until or date.max):
                return share * self.times / 100
        return None

    def caps(self, why: str) -> Iterator[Cap]:
        """The same as caps of the book, one for each time in which another figure held."""
        for since, until, share in self._times():
            yield Cap(
                rule=self.rule.id,
                kind="annual_rate",
                ratio=share * self.times / 100,
                components=self.components,
                since=since,
                until=until,
                why=f"{why} ({self._figure(share)})" if self.rates else why,
            )

    def _times(self) -> Iterator[tuple[date | None, date | None, Fraction]]:
        if self.percent:
            yield self.contracts_from, self.contracts_until, Fraction(self.percent)
            return
        last = self.contracts_until or date.max
        starts = [*self.rates, Rate(date.max, "0")]
        for rate, following in pairwise(starts):
            since = max(rate.since, self.contracts_from or date.min)
            until = min(following.since - timedelta(days=1), last)
            if since <= until:
                open_end = following.since == date.max and self.contracts_until is None
                yield since, None if open_end else until, Fraction(rate.percent)

    def _figure(self, share: Fraction) -> str:
        return f"{self.times} × {decimals(share)} % = {decimals(share * self.times)} %"


def judge(deed: Deed, facts: Facts, law: Law) -> Finding:
    """Is the stated yearly cost of the loan within the cap? Unstated: the book's cap has cut it."""
    if facts.lender.licence not in law.licences or facts.debt.annual_percent is None:
        return law.silent
    cost = Fraction(str(facts.debt.annual_percent)) / 100
    if facts.debt.contract_on is None:
        return _undated(cost, deed, law)
    return _within(cost, law.ceiling(facts.debt.contract_on), law)


def _within(cost: Fraction, ceiling: Fraction | None, law: Law) -> Finding:
    if ceiling is None:
        return law.silent
    if cost <= ceiling:
        return law.passed
    told = {"cost": decimals(cost * 100), "most": decimals(ceiling * 100)}
    return law.fails("cost_above_cap", told)


def _undated(cost: Fraction, deed: Deed, law: Law) -> Finding:
    """Without the day of the contract: what holds whatever day it was, else nobody knows."""
    if law.contracts_from is not None and deed.legal.today < law.contracts_from:
        return law.silent
    if law.percent and law.contracts_from is None and law.contracts_until is None:
        return _within(cost, Fraction(law.percent) / 100, law)
    figures = [Fraction(r.percent) * law.times for r in law.rates] or [Fraction(law.percent)]
    if cost * 100 <= min(figures):
        return law.passed
    return law.unknown("contract_day_unknown")
