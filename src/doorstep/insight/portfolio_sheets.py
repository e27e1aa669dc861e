"""The portfolio's tables as files: every currency, loans and amounts, shares as numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from doorstep.book import api as book
from doorstep.insight.sheets import Column
from doorstep.insight.words import WAYS, state
from doorstep.kernel.money import Money

Sheet = tuple[list[Column], list[list[Any]]]
LIMITS = (1, 30, 60, 90)


def history(found: book.Portfolio) -> Sheet:
    """A row for each day, currency and state."""
    columns = [Column(_("Day"), 12), Column(_("Currency"), 9), Column(_("Bucket"), 14)]
    columns += [Column(_("Loans")), Column(_("Arrears"), 16), Column(_("Payoff"), 16)]
    rows: list[list[Any]] = [
        [
            s.as_of,
            s.currency,
            state(s.state),
            s.loans,
            Money(s.arrears, s.currency),
            Money(s.payoff, s.currency),
        ]
        for s in found.history()
    ]
    return columns, rows


def roll(found: book.Portfolio) -> Sheet:
    """A row for each way between two month ends that follow each other."""
    columns = [Column(_("From"), 12), Column(pgettext("day", "To"), 12), Column(_("Currency"), 9)]
    columns += [Column(_("From bucket"), 14), Column(_("To bucket"), 14), Column(_("Loans"))]
    columns += [Column(_("Payoff at the opening"), 20), Column(_("Share of loans"), 16)]
    columns += [Column(_("Share of money"), 16)]
    rows: list[list[Any]] = []
    for opening, closing in found.steps():
        moves = found.roll(opening, closing)
        for m in moves:
            row = [o for o in moves if (o.currency, o.was) == (m.currency, m.was)]
            rows.append(
                [
                    opening,
                    closing,
                    m.currency,
                    state(m.was),
                    state(m.now),
                    m.loans,
                    Money(m.amount, m.currency),
                    book.share(m.loans, sum(o.loans for o in row)),
                    book.share(m.amount, sum(o.amount for o in row)),
                ]
            )
    return columns, rows


def flows(found: book.Portfolio) -> Sheet:
    """A row for each bucket and month, its loans by where they went."""
    columns = [Column(_("From"), 12), Column(pgettext("day", "To"), 12), Column(_("Currency"), 9)]
    columns += [Column(_("Bucket"), 14), Column(_("Loans")), Column(_("Payoff"), 16)]
    columns += [Column(str(word).capitalize(), 14) for word in WAYS.values()]
    rows: list[list[Any]] = [
        [
            f.opening,
            f.closing,
            f.currency,
            state(f.state),
            f.stock.loans,
            Money(f.stock.amount, f.currency),
            *[book.share(getattr(f, way).loans, f.stock.loans) for way in WAYS],
        ]
        for f in found.flows()
    ]
    return columns, rows


def vintages(found: book.Portfolio) -> Sheet:
    """A row for each cohort, limit and month on book."""
    columns = [Column(_("Month of disbursement"), 20), Column(_("Currency"), 9)]
    columns += [Column(_("Month on book"), 14), Column(_("Day"), 12)]
    columns += [Column(_("Days past due, at least"), 20), Column(_("Loans"))]
    columns += [Column(_("Principal disbursed"), 18), Column(_("Ever: loans"), 12)]
    columns += [Column(_("Ever: share of loans"), 18), Column(_("Ever: share of principal"), 22)]
    columns += [Column(_("Now: loans"), 12), Column(_("Now: share of loans"), 18)]
    columns += [Column(_("Now: share of principal"), 22)]
    return columns, [_vintage(c) for c in found.vintages(LIMITS).cells]


def _vintage(c: book.Cell) -> list[Any]:
    return [
        f"{c.cohort:%Y-%m}",
        c.currency,
        c.month,
        c.on,
        c.days,
        c.all.loans,
        Money(c.all.amount, c.currency),
        c.ever.loans,
        book.share(c.ever.loans, c.all.loans),
        book.share(c.ever.amount, c.all.amount),
        c.now.loans,
        book.share(c.now.loans, c.all.loans),
        book.share(c.now.amount, c.all.amount),
    ]


SHEETS: dict[str, Callable[[book.Portfolio], Sheet]] = {
    "history": history,
    "roll": roll,
    "flows": flows,
    "vintages": vintages,
}
