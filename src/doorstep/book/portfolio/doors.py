"""Bucket history, roll rates and vintages, in the scope of whoever asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from doorstep.book import scope
from doorstep.book.portfolio import engine
from doorstep.book.portfolio.engine import Rows
from doorstep.book.portfolio.shelf import Shelf, aged_days, shelf, written_off
from doorstep.book.rules.portfolio import (
    LIMITS,
    Days,
    Flow,
    Move,
    Stock,
    Vintages,
    end_of,
    every_day,
    flows,
    month_ends,
    month_of,
    neighbours,
)
from doorstep.people.api import lender_names
from doorstep.people.types import Viewer


class NotAgedDayError(LookupError):
    """A day was asked for whose book was not aged, or is not there for the viewer."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the book: aged days in [since, until], month ends or every one, of one lender (its
    code) and product or of all."""

    since: date | None = None
    until: date | None = None
    daily: bool = False
    lender: str = ""
    product: str = ""

    def days(self, aged: Mapping[date, str] | Sequence[date]) -> Days:
        """The days that are looked at, of those aged."""
        return (every_day if self.daily else month_ends)(aged, self.since, self.until)


@dataclass(frozen=True, slots=True)
class Portfolio:
    """The book of some days as one viewer may count it; each question is asked when it is put.

    `first` and `last` are the first and the last aged day there is for them, `products` those of
    the last one, `lenders` code and name of those whose book they may open; `hidden` says that
    loans are left out because a mandate names regions.
    """

    rows: Rows
    days: Days
    first: date | None = None
    last: date | None = None
    hidden: bool = False
    products: tuple[str, ...] = ()
    lenders: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        """Whether there is any day to look at."""
        return bool(self.days.days)

    def history(self) -> tuple[Stock, ...]:
        """Loans, arrears and payoff by day, currency and state."""
        return engine.stocks(self.rows) if self.rows.files else ()

    def roll(self, opening: date, closing: date) -> tuple[Move, ...]:
        """Every loan of two of the days, by where it was and where it is."""
        return engine.moves(self.rows.of([opening, closing]), opening, closing)

    def flows(self) -> list[Flow]:
        """Where each bucket went from month to month."""
        return [
            flow
            for opening, closing in self.steps()
            for flow in flows(opening, closing, self.roll(opening, closing))
        ]

    def steps(self) -> list[tuple[date, date]]:
        """The months that were seen from end to end, and the one that runs."""
        return neighbours(month_ends(self.days.days).days)

    def last_month(self) -> tuple[date, date] | None:
        """The last month that is over, from end to end; the running one where none is; None
        where no two days are a month apart."""
        steps = self.steps()
        over = [(a, b) for a, b in steps if b == end_of(month_of(b))]
        return (over or steps)[-1] if steps else None

    def vintages(self, limits: Sequence[int] = LIMITS) -> Vintages:
        """Cohorts by month of disbursement and month on book."""
        return engine.vintages(self.rows, tuple(limits)) if self.rows.files else Vintages(())


def portfolio(viewer: Viewer, span: Asked, today: date) -> Portfolio:
    """The book of the days asked for, as far as the viewer may count it on `today`.

    A lender sees its own loans; an agency those a mandate of its own covered on the day, while
    that mandate is in force. Raises UnknownLenderError.
    """
    mine = shelf(viewer, aged_days(), today, span.lender, span.product)
    found = _told(mine, span.days(mine.paths))
    own = scope.lenders_of(viewer, today)
    names = lender_names()
    return replace(found, lenders=tuple(names[pk] for pk in names if own is None or pk in own))


def between(viewer: Viewer, span: Asked, today: date) -> Portfolio:
    """The book of exactly two days, `span.since` and `span.until`. Raises UnknownLenderError;
    NotAgedDayError where one of the two was not aged."""
    mine = shelf(viewer, aged_days(), today, span.lender, span.product)
    ends = [day for day in (span.since, span.until) if day and day in mine.paths]
    if len(ends) < 2:
        raise NotAgedDayError(span.until if span.since in ends else span.since)
    return _told(mine, Days(tuple(sorted({*ends}))))


def _told(mine: Shelf, days: Days) -> Portfolio:
    written = written_off(days.days[-1]) if days.days else frozenset()
    rows = mine.rows(days.days, written)
    seen = sorted(mine.paths)
    return Portfolio(
        rows,
        days,
        seen[0] if seen else None,
        seen[-1] if seen else None,
        mine.hidden,
        _products(mine, seen),
    )


def _products(mine: Shelf, seen: Sequence[date]) -> tuple[str, ...]:
    """The products of the last day that the viewer may count."""
    if not seen:
        return ()
    found = engine.kinds_in(mine.paths[seen[-1]])
    if mine.kinds is not None:
        found &= mine.kinds[seen[-1]]
    return tuple(sorted({p for lender, p, _ in found if mine.lender in {None, lender}}))


def plain_portfolio(rows: Rows, span: Asked) -> Portfolio:
    """Files of one's own as a portfolio: nobody's scope, for they are in one's hands."""
    days = span.days(rows.days)
    return Portfolio(rows.of(days.days), days, rows.days[0], rows.days[-1])
