"""Loans of a table that bring terms instead of instalments: their schedules are made here."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
import pyarrow as pa

from doorstep.book.rules.arrow import Flags, Ints, column
from doorstep.book.rules.loan import day_of
from doorstep.book.rules.schedule import make_schedule
from doorstep.book.rules.terms import Terms, parse_terms
from doorstep.book.types import BookError, Instalment

COLUMNS = tuple(f.name for f in fields(Terms) if f.name not in {"recalculate", "drawdown"})
"""Columns of `loans` that hold terms; `instalments` is how many there are."""


def from_terms(loans: pa.Table, full: Flags) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    """(loan, due, number, principal, interest) of the schedules made for loans without their own.

    A loan needs `rate_percent`, `instalments`, `principal` and `disbursed_on` for it; one without
    the first two has no terms. Raises BookError naming the loan's row and the column.
    """
    rows: list[tuple[int, int, int, int, int]] = []
    if {"rate_percent", "instalments"} <= set(loans.column_names):
        given = column(loans, "rate_percent").is_valid().to_numpy(zero_copy_only=False)
        names = [n for n in COLUMNS if n in loans.column_names]
        wanted = loans.select([*names, "principal", "disbursed_on"])
        for n in np.flatnonzero(np.asarray(given) & ~full):
            row = wanted.slice(int(n), 1).to_pylist()[0]
            rows += [
                (int(n), day_of(i.due), i.number, i.principal, i.interest)
                for i in _made(row, f"loans:{n + 1}")
            ]
    table = np.array(rows, dtype=np.int64).reshape(-1, 5).T
    return table[0], table[1], table[2], table[3], table[4]


def _made(row: dict[str, Any], where: str) -> tuple[Instalment, ...]:
    for name in ("principal", "disbursed_on"):
        if row[name] is None:
            raise BookError(f"{where}:{name}", "empty; terms need it to make a schedule")
    terms = parse_terms({k: v for k, v in row.items() if k in COLUMNS}, where)
    return make_schedule(int(row["principal"]), row["disbursed_on"], terms)
