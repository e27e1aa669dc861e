"""How a whole book moves: which days are looked at, what flows are, how vintages add up. Pure.

Amounts are minor units of one currency and are never added across currencies. The words and the
worked numbers: `docs/algorithms/portfolio.md`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

from doorstep.book.rules.buckets import CURRENT, UNAGED, names

SETTLED = "settled"
WRITTEN_OFF = "written_off"
NEW = "new"
GONE = "gone"
LIMITS = (1, 30, 60, 90)
"""Days past due that vintages ask for: *at least* so many."""


@dataclass(frozen=True, slots=True)
class Days:
    """The aged days looked at, rising, and those that should be there and were not aged."""

    days: tuple[date, ...]
    missing: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """So many loans and so much money."""

    loans: int = 0
    amount: int = 0

    def __add__(self, other: Part) -> Part:
        return Part(self.loans + other.loans, self.amount + other.amount)


@dataclass(frozen=True, slots=True)
class Stock:
    """The loans of one currency in one state at the end of a day: what of them is overdue
    (`arrears`) and what settles them (`payoff`)."""

    as_of: date
    currency: str
    state: str
    loans: int
    arrears: int
    payoff: int


@dataclass(frozen=True, slots=True)
class Move:
    """Loans that were in `was` at the opening and are in `now` at the closing. `amount` is their
    payoff at the opening; of those that came in (`was` = new) that at the closing."""

    currency: str
    was: str
    now: str
    loans: int
    amount: int


@dataclass(frozen=True, slots=True)
class Flow:
    """Where the loans of one state went from one day to another. The five parts add up to
    `stock`: further overdue, the same state, less overdue, nothing more to claim, not in the book.
    """

    opening: date
    closing: date
    currency: str
    state: str
    stock: Part
    forward: Part
    stayed: Part
    eased: Part
    closed: Part
    gone: Part


@dataclass(frozen=True, slots=True)
class Cell:
    """A cohort at one month on book: of the `all` seen by then, those that ever stood at `days`
    past due or more, and those that stand so `on` the day."""

    cohort: date
    currency: str
    month: int
    on: date
    days: int
    all: Part
    ever: Part
    now: Part


Cohort = tuple[int, str]
"""(year * 12 + month - 1 of disbursement, currency)."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What the book says of cohorts, by cohort and month: loans first seen then, loans that first
    stood at a limit then, and loans that stood at it then."""

    entered: Mapping[Cohort, Mapping[int, Part]]
    reached: Mapping[tuple[int, Cohort], Mapping[int, Part]]
    standing: Mapping[tuple[int, Cohort], Mapping[int, Part]]


@dataclass(frozen=True, slots=True)
class Vintages:
    """`left_out`: loans in no cohort, by reason (unaged, summary, no_day)."""

    cells: tuple[Cell, ...]
    left_out: Mapping[str, int] = field(default_factory=dict)


def share(part: int, whole: int) -> float | None:
    """A part of a whole to six places; None where there is no whole.

    >>> share(1, 3), share(0, 0)
    (0.333333, None)
    """
    return round(part / whole, 6) if whole else None


def month_of(day: date) -> int:
    """Months since year 0: subtract two for the months between them."""
    return day.year * 12 + day.month - 1


def first_of(month: int) -> date:
    """The first day of a month as `month_of` counts it.

    >>> first_of(month_of(date(2026, 11, 24)))
    datetime.date(2026, 11, 1)
    """
    return date(month // 12, month % 12 + 1, 1)


def end_of(month: int) -> date:
    """The last day of a month as `month_of` counts it."""
    return first_of(month + 1) - timedelta(days=1)


def month_ends(aged: Iterable[date], since: date | None = None, until: date | None = None) -> Days:
    """The last calendar day of each month in [since, until]; for a last month that is not over,
    its last aged day.

    A month whose last day was not aged is missing: another day of it would not be a month away
    from its neighbours. Nothing is missing before the first day ever aged.

    >>> d = date
    >>> found = month_ends([d(2026, 1, 31), d(2026, 3, 31), d(2026, 4, 9), d(2026, 4, 12)])
    >>> [str(x) for x in found.days], [str(x) for x in found.missing]
    (['2026-01-31', '2026-03-31', '2026-04-12'], ['2026-02-28'])
    """
    known = set(aged)
    within = _within(known, since, until)
    if not within:
        return Days(())
    first, last = max(min(known), since or date.min), within[-1]
    months = range(month_of(first), month_of(last) + 1)
    seen = min(max(known), until or date.max)
    ends = [end_of(m) for m in months if end_of(m) <= seen]
    days = [end for end in ends if end in known]
    if not ends or last > ends[-1]:
        days.append(last)
    return Days(tuple(days), tuple(end for end in ends if end not in known))


def every_day(aged: Iterable[date], since: date | None = None, until: date | None = None) -> Days:
    """Each aged day in [since, until], and the days between them that were not aged."""
    within = _within(set(aged), since, until)
    missing = [a + timedelta(days=n) for a, b in pairwise(within) for n in range(1, (b - a).days)]
    return Days(tuple(within), tuple(missing))


def _within(known: set[date], since: date | None, until: date | None) -> list[date]:
    return sorted(d for d in known if (not since or since <= d) and (not until or d <= until))


def neighbours(days: Sequence[date]) -> list[tuple[date, date]]:
    """Pairs of days in months that follow each other: over a gap nothing is told.

    >>> [(str(a), str(b)) for a, b in neighbours([date(2026, m, 28) for m in (1, 2, 4, 5)])]
    [('2026-01-28', '2026-02-28'), ('2026-04-28', '2026-05-28')]
    """
    return [(a, b) for a, b in pairwise(days) if month_of(b) - month_of(a) == 1]


def place(state: str) -> tuple[int, str]:
    """The order of states in a table: new, current, the buckets, then what is out of them.

    A bucket that is in use no more stands by its first day.

    >>> sorted(["settled", "31-60", "gone", "current", "new", "1-30"], key=place)
    ['new', 'current', '1-30', '31-60', 'settled', 'gone']
    """
    ends = (SETTLED, WRITTEN_OFF, UNAGED, GONE)
    if state in ends:
        return 10**6 + ends.index(state), state
    digits = "".join(c if c.isdigit() else " " for c in state).split()
    return (
        -1 if state == NEW else 0 if state == CURRENT else int(digits[0]) if digits else 1
    ), state


def flows(opening: date, closing: date, moves: Iterable[Move]) -> list[Flow]:
    """Each bucket's (and current's) way from one day to another; unaged loans are left out."""
    parts: dict[tuple[str, str], dict[str, Part]] = defaultdict(lambda: defaultdict(Part))
    for m in moves:
        if m.was not in {NEW, UNAGED, SETTLED, WRITTEN_OFF}:
            parts[(m.currency, m.was)][_way(m)] += Part(m.loans, m.amount)
    found = []
    for (currency, state), ways in parts.items():
        stock = sum(ways.values(), Part())
        told = [ways.get(w, Part()) for w in ("forward", "stayed", "eased", "closed", "gone")]
        found.append(Flow(opening, closing, currency, state, stock, *told))
    return sorted(found, key=lambda f: (f.currency, place(f.state)))


def _way(m: Move) -> str:
    if m.now in {SETTLED, WRITTEN_OFF}:
        return "closed"
    if m.now in {GONE, UNAGED}:
        return "gone"
    was, now = place(m.was), place(m.now)
    return "stayed" if was == now else "forward" if now > was else "eased"


def cells(counts: Counts, days: Days, limits: Sequence[int] = LIMITS) -> list[Cell]:
    """Every cohort at every month it was seen at, sums carried forward month by month."""
    last_of = {month_of(d): d for d in days.days}
    found = []
    for cohort in sorted(counts.entered, key=lambda c: (c[1], c[0])):
        for limit in limits:
            found += _row(counts, cohort, limit, last_of)
    return found


def _row(counts: Counts, cohort: Cohort, limit: int, last_of: Mapping[int, date]) -> list[Cell]:
    entered = counts.entered[cohort]
    reached = counts.reached.get((limit, cohort), {})
    standing = counts.standing.get((limit, cohort), {})
    everyone, ever, row = Part(), Part(), []
    for month in sorted(last_of):
        everyone += entered.get(month, Part())
        ever += reached.get(month, Part())
        if everyone.loans and month >= cohort[0]:
            row.append(
                Cell(
                    first_of(cohort[0]), cohort[1], month - cohort[0], last_of[month], limit,
                    everyone, ever, standing.get(month, Part()),
                )
            )  # fmt: skip
    return row


def ordered(states: Iterable[str]) -> list[str]:
    """States in the order of a table; all of today's buckets, so that an empty one is seen too."""
    return sorted({*states, *names()}, key=place)
