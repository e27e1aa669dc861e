"""Loans of a table that bring terms instead of instalments: their schedules are made here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import numpy as np
import pyarrow as pa

from doorstep.book.rules.arrow import Flags, Ints, column
from doorstep.book.rules.loan import day_of
from doorstep.book.rules.schedule import make_schedule
from doorstep.book.rules.terms import Recalculate, Terms, parse_terms
from doorstep.book.types import BookError, Instalment

_RULE = {
    "recalculate": "early_payment",
    "recalculate_frequency": "frequency",
    "recalculate_compounding": "compounding",
    "late_interest": "late_interest",
}
"""Columns that say how interest follows the money, and the key of each. The first one switches."""
COLUMNS = (*(f.name for f in fields(Terms) if f.name != "recalculate"), *_RULE)
"""Columns of `loans` that hold terms; `instalments` is how many there are."""
assert {f.name for f in fields(Recalculate)} == set(_RULE.values())


def terms_of_row(row: Mapping[str, Any], where: str = "terms") -> Terms:
    """The terms in a row's columns. Raises BookError naming the column."""
    given = {k: v for k, v in row.items() if k in COLUMNS and k not in _RULE and v is not None}
    rule = {key: row[name] for name, key in _RULE.items() if row.get(name) is not None}
    if row.get("recalculate") is not None:
        given["recalculate"] = rule
    elif rule:
        name = next(n for n in _RULE if row.get(n) is not None)
        raise BookError(f"{where}.{name}", "needs recalculate beside it; give both or none")
    return parse_terms(given, where)


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


def needed(row: Mapping[str, Any], where: str) -> None:
    """Raises BookError where what a schedule is made from is empty."""
    for name in ("principal", "disbursed_on", "rate_percent", "instalments"):
        if row.get(name) is None:
            raise BookError(f"{where}:{name}", "empty; terms need it to make a schedule")


def _made(row: dict[str, Any], where: str) -> tuple[Instalment, ...]:
    needed(row, where)
    return make_schedule(int(row["principal"]), row["disbursed_on"], terms_of_row(row, where))
