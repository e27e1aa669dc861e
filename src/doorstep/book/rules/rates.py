"""New penalty rates of single loans: each such loan reads terms of its own from then on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from doorstep.book.rules import columns as c
from doorstep.book.rules.limits import RATE
from doorstep.book.rules.product_terms import parse_fraction
from doorstep.book.rules.terms_rows import unit_of
from doorstep.book.rules.told import Told
from doorstep.book.types import BookError

Terms = Mapping[str, Any]
"""The facts of the replay about terms: loan_terms, penalties, cap_at, caps (and others)."""


def daily_rate(text: Any, where: str) -> Fraction:
    """A new penalty rate a day, exactly as written. Raises BookError naming `where`."""
    if text is None or text == "":
        raise BookError(where, 'missing; give the rate a day, a text like "0.0005" or "1/2000"')
    rate = parse_fraction(text, where)
    if rate > RATE:
        raise BookError(where, f"{text} a day is too high; give at most {RATE}")
    return rate


def rate_of(row: Mapping[str, Any]) -> Fraction | None:
    """The new penalty rate of an event's row; None for an event of another kind."""
    if row["kind"] != "penalty_rate":
        return None
    return daily_rate(row.get("rate"), "events:0:rate")


def with_rates(told: Told, terms: Terms) -> tuple[Told, Terms]:
    """The changes with their penalty rates as the replay counts them, and the terms with a row
    more for each loan that has any: a common denominator is needed for one loan only, not for all.

    Raises BookError for rates of one loan without one.
    """
    rows = np.flatnonzero(told.kind == c.RATE)
    if not len(rows):
        return told, terms
    of: dict[int, list[int]] = defaultdict(list)
    for k in rows.tolist():
        of[int(told.loan[k])].append(k)
    amount, loan_terms = told.amount.copy(), np.array(terms["loan_terms"], dtype=np.int64)
    penalties, caps = list(map(int, terms["penalties"])), list(map(int, terms["caps"]))
    cap_at = list(map(int, terms["cap_at"]))
    for loan, mine in of.items():
        row = int(loan_terms[loan])
        base = penalties[c.PENALTY * row : c.PENALTY * (row + 1)]
        rates = [daily_rate(told.rate[k], "events:0:rate") for k in mine]
        was = Fraction(base[c.P_RATE], base[c.P_UNIT])
        unit = unit_of((was, *rates), "events:0:rate")
        base[c.P_RATE], base[c.P_UNIT], base[c.P_PLAIN] = int(was * unit), unit, 0
        loan_terms[loan] = len(cap_at) - 1
        penalties += base
        caps += caps[c.CAP * cap_at[row] : c.CAP * cap_at[row + 1]]
        cap_at.append(cap_at[-1] + cap_at[row + 1] - cap_at[row])
        amount[mine] = [int(rate * unit) for rate in rates]
    new = {"loan_terms": loan_terms, "penalties": penalties, "cap_at": cap_at, "caps": caps}
    own = {name: np.array(numbers, dtype=np.int64) for name, numbers in new.items()}
    return replace(told, amount=amount), {**terms, **own}
