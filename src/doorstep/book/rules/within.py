"""Which loans of a batch are larger than the replay is proved for (`limits`), before it runs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from doorstep.book.rules import columns as c
from doorstep.book.rules.arrow import Flags, Ints
from doorstep.book.rules.columns import Facts
from doorstep.book.rules.limits import AMOUNT, DAYS, MOST
from doorstep.book.rules.loan import date_of
from doorstep.book.types import BookError

MONEY = 10**17
"""The most all payments of a loan may come to here: money is only added up, never multiplied, and a
payoff is found with more of it than any loan can owe."""


def too_large(f: Facts) -> Flags:
    """A mark on each loan of arrays of facts that 64 bits might not count. Mostly one look at the
    largest amount and the oldest day is enough."""
    marks: Flags = np.zeros(len(f.loan_order), dtype=np.bool_)
    most = max(_most(x) for x in (f.principal, f.interest, f.charge_amount))
    rows = 2 * _longest(f.instalment_at) + _longest(f.charge_at)
    if most * rows > MOST or most > AMOUNT:
        owed = _sums(f.instalment_at, f.principal) + _sums(f.instalment_at, f.interest)
        marks |= owed + _sums(f.charge_at, f.charge_amount) > MOST
        for at, amounts in (
            (f.instalment_at, f.principal),
            (f.instalment_at, f.interest),
            (f.charge_at, f.charge_amount),
        ):
            marks |= _sums(at, np.asarray(amounts) > AMOUNT) > 0
    money = np.where(np.asarray(f.event_kind) == c.PAYMENT, f.event_amount, 0)
    if _most(money) > MONEY // max(1, _longest(f.event_at)):
        marks |= _sums(f.event_at, money) > MONEY
    first = f.as_of - DAYS
    for at, days in (
        (f.instalment_at, f.due), (f.charge_at, f.charge_due), (f.event_at, f.event_day)
    ):  # fmt: skip
        if len(days) and int(np.min(days)) < first:
            marks |= _sums(at, np.asarray(days) < first) > 0
    opened = np.asarray(f.loan_opened)
    marks |= (opened != 0) & (opened < first) & (np.asarray(f.loan_terms) != 0)
    return marks


def check_batch(f: Facts, names: Sequence[object]) -> None:
    """Refuse the first loan that is too large, by its id. Raises BookError."""
    bad = np.flatnonzero(too_large(f))
    if len(bad):
        at = int(bad[0])
        since = date_of(max(int(f.as_of) - DAYS, -700_000))
        raise BookError(
            f"loans:{at + 1}:loan_id",
            f"{names[at]} is too large to compute: an amount is at most {AMOUNT}, all of a loan "
            f"{MOST}, and nothing of it lies before {since}; look at its terms, instalments and "
            "payments",
        )


def _most(amounts: Ints) -> int:
    return int(np.max(amounts)) if len(amounts) else 0


def _longest(at: Ints) -> int:
    return int(np.max(np.diff(at))) if len(at) > 1 else 0


def _sums(at: Ints, amounts: Ints | Flags) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """The sum of each loan's amounts, near enough to compare with a limit."""
    run = np.concatenate([[0.0], np.cumsum(np.asarray(amounts, dtype=np.float64))])
    found: np.ndarray[tuple[int], np.dtype[np.float64]] = run[at[1:]] - run[at[:-1]]
    return found
