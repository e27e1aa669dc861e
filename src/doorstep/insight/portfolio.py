"""The page *Portfolio* as plain numbers: one currency, one measure, tables and pictures of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from doorstep.book import api as book
from doorstep.book.types import bucket_of
from doorstep.insight.rules.shapes import tone
from doorstep.kernel.money import Money

LIMITS = (1, 30, 60, 90)
PARTS = ("closed", "eased", "stayed", "forward", "gone")
_OUT = {"settled", "written_off", "unaged"}
_NOT_LATE = {*_OUT, "current"}
_EVER = 10**6
"""Days past due that only the last bucket holds."""
_LINES = 6
"""Cohorts in the picture; the table has them all."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the page shows: `money` counts payoff and principal instead of loans, `days` is the
    limit of the vintages, `now` their present instead of their past."""

    since: date
    until: date
    lender: str = ""
    product: str = ""
    currency: str = ""
    money: bool = False
    days: int = 30
    now: bool = False

    @property
    def asked(self) -> book.Asked:
        return book.Asked(self.since, self.until, False, self.lender, self.product)


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """The book at the end of a day: by state what is counted, and all of it."""

    on: date
    cells: tuple[int, ...]
    loans: int
    arrears: Money
    payoff: Money


@dataclass(frozen=True, slots=True)
class History:
    """Rising days; `late` are the places of the states that are past due, for the picture."""

    states: tuple[str, ...]
    lines: tuple[HistoryLine, ...]
    late: tuple[int, ...]

    @property
    def tones(self) -> tuple[tuple[str, str], ...]:
        """The states that are past due, each with its fill."""
        return _toned([self.states[at] for at in self.late])


@dataclass(frozen=True, slots=True)
class RollLine:
    """Where the loans of one state went: share and number by state, and the five ways of a flow
    in per mille (none of what came in, is settled or unaged)."""

    state: str
    loans: int
    amount: Money
    cells: tuple[tuple[float | None, int], ...]
    parts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Roll:
    opening: date
    closing: date
    states: tuple[str, ...]
    lines: tuple[RollLine, ...]


@dataclass(frozen=True, slots=True)
class SharesLine:
    """Shares in a row, one for each column; None where there is none."""

    name: str | date
    shares: tuple[float | None, ...]
    tone: str = ""
    loans: int = 0
    amount: Money | None = None


@dataclass(frozen=True, slots=True)
class Shares:
    """A table of shares: its columns are days or months on book. `drawn` are in the picture."""

    columns: tuple[date, ...] | tuple[int, ...]
    lines: tuple[SharesLine, ...]
    drawn: tuple[SharesLine, ...]

    @property
    def reach(self) -> date | int:
        """The last column of the picture: it ends where its lines do."""
        return self.columns[self._width - 1]

    @property
    def points(self) -> tuple[tuple[float | None, ...], ...]:
        """The shares of each line drawn, as far as any of them reaches."""
        return tuple(line.shares[: self._width] for line in self.drawn)

    @property
    def _width(self) -> int:
        seen = [n for x in self.drawn for n, s in enumerate(x.shares, 1) if s is not None]
        return max(seen, default=0)

    @property
    def top(self) -> float:
        """The highest share drawn."""
        return max((s for line in self.drawn for s in line.shares if s is not None), default=0.0)


@dataclass(frozen=True, slots=True)
class Page:
    """Everything on the page; the parts are None where there is nothing to show."""

    currency: str
    currencies: tuple[str, ...]
    running: date | None
    history: History | None
    roll: Roll | None
    flows: Shares | None
    vintages: Shares | None
    left_out: tuple[tuple[str, int], ...]


def page(found: book.Portfolio, want: Wanted) -> Page:
    """The numbers of the page, of the currency asked for or of the one with most to settle."""
    stocks = found.history()
    currencies = _currencies(stocks)
    currency = want.currency if want.currency in currencies else next(iter(currencies), "")
    vintages = found.vintages(LIMITS)
    last = found.days.days[-1] if found.days.days else None
    month = found.last_month()
    return Page(
        currency,
        currencies,
        last if last and month and last > month[1] else None,
        _history([s for s in stocks if s.currency == currency], want.money),
        _roll(found, month, currency, want.money) if month else None,
        _flows([f for f in found.flows() if f.currency == currency], want.money),
        _vintages([c for c in vintages.cells if c.currency == currency], want),
        tuple(sorted(vintages.left_out.items())),
    )


def _currencies(stocks: Iterable[book.Stock]) -> tuple[str, ...]:
    """The one with most to settle first."""
    sums: dict[str, int] = defaultdict(int)
    for s in stocks:
        sums[s.currency] += s.payoff
    return tuple(sorted(sums, key=lambda c: (-sums[c], c)))


def _states(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(found), key=book.place_of_state))


def _toned(states: Sequence[str]) -> tuple[tuple[str, str], ...]:
    return tuple((s, tone(n, len(states))) for n, s in enumerate(states))


def _history(stocks: Sequence[book.Stock], money: bool) -> History | None:
    if not stocks:
        return None
    states = _states(s.state for s in stocks)
    days: dict[date, dict[str, book.Stock]] = defaultdict(dict)
    for s in stocks:
        days[s.as_of][s.state] = s
    lines = [_history_line(day, days[day], states, money) for day in sorted(days)]
    late = tuple(at for at, state in enumerate(states) if state not in _NOT_LATE)
    return History(states, tuple(lines), late)


def _history_line(
    day: date, found: Mapping[str, book.Stock], states: Sequence[str], money: bool
) -> HistoryLine:
    currency = next(iter(found.values())).currency
    cells = [found.get(state) for state in states]
    return HistoryLine(
        day,
        tuple((s.payoff if money else s.loans) if s else 0 for s in cells),
        sum(s.loans for s in found.values()),
        Money(sum(s.arrears for s in found.values()), currency),
        Money(sum(s.payoff for s in found.values()), currency),
    )


def _roll(
    found: book.Portfolio, month: tuple[date, date], currency: str, money: bool
) -> Roll | None:
    moves = [m for m in found.roll(*month) if m.currency == currency]
    states = _states(m.now for m in moves)
    flows = {
        f.state: f
        for f in found.flows()
        if f.currency == currency and (f.opening, f.closing) == month
    }
    lines = []
    for was in _states(m.was for m in moves):
        mine = {m.now: m for m in moves if m.was == was}
        loans, amount = sum(m.loans for m in mine.values()), sum(m.amount for m in mine.values())
        cells = tuple(
            (book.share(m.amount, amount) if money else book.share(m.loans, loans), m.loans)
            if (m := mine.get(now))
            else (None, 0)
            for now in states
        )
        parts = _parts(flows[was], money) if was in flows else ()
        lines.append(RollLine(was, loans, Money(amount, currency), cells, parts))
    return Roll(*month, states, tuple(lines)) if lines else None


def _parts(flow: book.Flow, money: bool) -> tuple[int, ...]:
    whole = flow.stock.amount if money else flow.stock.loans
    parts: list[book.Part] = [getattr(flow, name) for name in PARTS]
    return tuple((p.amount if money else p.loans) * 1000 // whole if whole else 0 for p in parts)


def _flows(flows: Sequence[book.Flow], money: bool) -> Shares | None:
    """The share of each state that went forward in each month; the last bucket has nowhere to go.

    A month without two neighbouring ends has no column, so the line is broken there.
    """
    ends = sorted({f.closing for f in flows})
    states = [s for s in _states(f.state for f in flows) if s != bucket_of(_EVER)]
    if not ends or not states:
        return None
    at = {(f.state, f.closing): f for f in flows}
    lines = tuple(
        SharesLine(state, tuple(_forward(at.get((state, end)), money) for end in ends), fill)
        for state, fill in _toned(states)
    )
    return Shares(tuple(ends), lines, lines if len(ends) > 1 else ())


def _forward(flow: book.Flow | None, money: bool) -> float | None:
    if flow is None:
        return None
    if money:
        return book.share(flow.forward.amount, flow.stock.amount)
    return book.share(flow.forward.loans, flow.stock.loans)


def _vintages(cells: Sequence[book.Cell], want: Wanted) -> Shares | None:
    mine = [c for c in cells if c.days == want.days]
    if not mine:
        return None
    months = tuple(range(max(c.month for c in mine) + 1))
    cohorts: dict[date, dict[int, book.Cell]] = defaultdict(dict)
    for c in mine:
        cohorts[c.cohort][c.month] = c
    late = sorted(cohorts)[-_LINES:]
    fills = {cohort: fill for cohort, (_, fill) in zip(late, _toned([str(c) for c in late]),
             strict=True)}  # fmt: skip
    lines = tuple(
        _cohort_line(cohort, cohorts[cohort], months, want, fills.get(cohort, ""))
        for cohort in sorted(cohorts)
    )
    drawn = tuple(line for line in lines if line.tone)
    return Shares(months, lines, drawn if len(months) > 1 else ())


def _cohort_line(
    cohort: date, cells: Mapping[int, book.Cell], months: Sequence[int], want: Wanted, fill: str
) -> SharesLine:
    last = cells[max(cells)]
    shares = tuple(_share(cells.get(month), want) for month in months)
    amount = Money(last.all.amount, last.currency)
    return SharesLine(cohort, shares, fill, last.all.loans, amount)


def _share(cell: book.Cell | None, want: Wanted) -> float | None:
    if cell is None:
        return None
    part = cell.now if want.now else cell.ever
    if want.money:
        return book.share(part.amount, cell.all.amount)
    return book.share(part.loans, cell.all.loans)
