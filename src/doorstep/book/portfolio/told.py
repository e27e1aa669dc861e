"""Bucket history, roll rates and vintages as JSON: amounts in minor units, rates to six places."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from doorstep.book.rules.portfolio import Cell, Days, Flow, Move, Part, Stock, Vintages, share


def days_told(days: Days) -> dict[str, list[str]]:
    """The days looked at and those missing."""
    return {
        "days": [d.isoformat() for d in days.days],
        "missing": [d.isoformat() for d in days.missing],
    }


def history_told(stocks: Iterable[Stock]) -> list[dict[str, Any]]:
    """A row for each day, currency and state."""
    return [
        {
            "as_of": s.as_of.isoformat(),
            "currency": s.currency,
            "bucket": s.state,
            "loans": s.loans,
            "arrears": s.arrears,
            "payoff": s.payoff,
        }
        for s in stocks
    ]


def matrix_told(moves: Sequence[Move]) -> list[dict[str, Any]]:
    """A row for each way; its rates are of all loans that began where it begins."""
    whole: dict[tuple[str, str], Part] = defaultdict(Part)
    for m in moves:
        whole[m.currency, m.was] += Part(m.loans, m.amount)
    return [
        {
            "currency": m.currency,
            "from": m.was,
            "to": m.now,
            "loans": m.loans,
            "amount": m.amount,
            "loans_rate": share(m.loans, whole[m.currency, m.was].loans),
            "amount_rate": share(m.amount, whole[m.currency, m.was].amount),
        }
        for m in moves
    ]


def flows_told(flows: Iterable[Flow]) -> list[dict[str, Any]]:
    """A row for each bucket and month."""
    return [
        {
            "from": f.opening.isoformat(),
            "to": f.closing.isoformat(),
            "currency": f.currency,
            "bucket": f.state,
            "loans": f.stock.loans,
            "amount": f.stock.amount,
            **{
                name: _part(part, f.stock)
                for name, part in (
                    ("forward", f.forward),
                    ("stayed", f.stayed),
                    ("eased", f.eased),
                    ("closed", f.closed),
                    ("gone", f.gone),
                )
            },
        }
        for f in flows
    ]


def vintages_told(found: Vintages) -> dict[str, Any]:
    """A row for each cohort, limit and month on book; the loans in no cohort by reason."""
    return {"left_out": dict(found.left_out), "rows": [_cell(c) for c in found.cells]}


def _cell(c: Cell) -> dict[str, Any]:
    return {
        "cohort": f"{c.cohort:%Y-%m}",
        "currency": c.currency,
        "month_on_book": c.month,
        "on": c.on.isoformat(),
        "days": c.days,
        "loans": c.all.loans,
        "principal": c.all.amount,
        "ever": _part(c.ever, c.all),
        "now": _part(c.now, c.all),
    }


def _part(part: Part, whole: Part) -> dict[str, Any]:
    return {
        "loans": part.loans,
        "amount": part.amount,
        "loans_rate": share(part.loans, whole.loans),
        "amount_rate": share(part.amount, whole.amount),
    }


def iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
