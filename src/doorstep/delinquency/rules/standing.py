"""From aged loans to where each borrower stands. A loan without arrears makes no case."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from doorstep.book.types import bucket_of
from doorstep.delinquency.types import Key, Standing
from doorstep.kernel.money import COMPONENTS

_DUE = tuple(f"due_{name}" for name in COMPONENTS)


def arrears_of(row: Mapping[str, Any]) -> int:
    """What is demanded now: due and unpaid, less money of the borrower that waits on it, less what
    is held back because the lender's own system states a lower figure."""
    due = sum(row[name] or 0 for name in _DUE)
    return int(max(0, due - (row["credit"] or 0) - (row.get("held_back") or 0)))


def is_overdue(row: Mapping[str, Any]) -> bool:
    """Past its due day and really owing: unaged, due today and covered by credit are not."""
    return (row["dpd"] or 0) > 0 and arrears_of(row) > 0


def standings(rows: Iterable[Mapping[str, Any]]) -> dict[Key, Standing]:
    """The standing of every borrower with an overdue loan, from rows of the aged book.

    A case has one currency: that of the largest arrears; loans in another one do not count.
    """
    loans: dict[Key, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        if row["dpd"] is not None:
            loans[row["lender_id"], row["borrower_id"]].append(row)
    found = {}
    for key, mine in loans.items():
        overdue = [row for row in mine if is_overdue(row)]
        if overdue:
            found[key] = _standing(mine, overdue)
    return found


def _standing(mine: list[Mapping[str, Any]], overdue: list[Mapping[str, Any]]) -> Standing:
    largest = max(overdue, key=lambda row: (arrears_of(row), row["loan_id"]))
    currency = largest["currency"]
    mine = [row for row in mine if row["currency"] == currency]
    overdue = [row for row in overdue if row["currency"] == currency]
    dpd = max(row["dpd"] for row in overdue)
    return Standing(
        lender=largest["lender"],
        currency=currency,
        bucket=bucket_of(dpd),
        dpd=dpd,
        arrears=sum(arrears_of(row) for row in mine),
        payoff=sum(row["payoff"] or 0 for row in mine),
        products=frozenset(row["product"] or "" for row in overdue),
    )
