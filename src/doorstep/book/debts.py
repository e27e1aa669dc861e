"""Loans as debts for article 560: what money paid on a day could meet, found by the one replay."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

import pyarrow as pa

from doorstep.book.ageing import tables_of
from doorstep.book.columns import values
from doorstep.book.one_loan import has_schedule, loan_from
from doorstep.book.products import products_of
from doorstep.book.rules.as_debt import burden_of, debt_of
from doorstep.book.rules.debts import Debt
from doorstep.book.rules.loan import state_of
from doorstep.book.scope import current
from doorstep.book.store import SCHEMAS

_PLENTY = 10**16
"""More than any loan; what a trial payment of it meets is what is owed."""


class Debts:
    """Some loans of a lender as debts; the book is read once. `today` is the day of asking."""

    def __init__(self, lender: int, loans: Collection[str], today: date) -> None:
        tables, events = tables_of(lender, current(lender), sorted(loans))
        self._today = today
        self._products = products_of(lender)
        self._tables = {name: _by_loan(table) for name, table in tables.items()}
        self._empty = {name: table.slice(0, 0) for name, table in tables.items()}
        self._events, self._none = _by_loan(events), events.slice(0, 0)
        self._told: dict[str, list[dict[str, Any]]] = defaultdict(list)

    def tell(self, loan_id: str, payment_id: str, on: date, amount: int) -> None:
        """A payment that is decided and not written yet: it counts from now on."""
        self._told[loan_id].append(_payment(loan_id, payment_id, on, amount))

    def of(self, loan_id: str, on: date) -> Debt | None:
        """A loan as money of the day `on` finds it; None where nobody can say what it owes.

        What became known since, and money of later days, has its turn too: a debt is never more
        than what is unpaid today.
        """
        tables = {n: found.get(loan_id, self._empty[n]) for n, found in self._tables.items()}
        if not tables["loans"].num_rows:
            return None
        told = pa.Table.from_pylist(self._told[loan_id], schema=SCHEMAS["payments"])
        tables["payments"] = pa.concat_tables([tables["payments"], told])
        events = self._events.get(loan_id, self._none)
        debt = self._tried(tables, events, on)
        later = any(on < day for t in (tables["payments"], events) for day in values(t, "on"))
        if debt is None or on >= self._today or not later:
            return debt
        now = self._tried(tables, events, self._today)
        return None if now is None else _not_above(debt, now)

    def _tried(self, tables: Mapping[str, pa.Table], events: pa.Table, on: date) -> Debt | None:
        """What plenty of money would meet on a day: disputed and written-off parts it would not."""
        row = tables["loans"].to_pylist()[0]
        last = f"{max(values(tables['payments'], 'payment_id'), default='')}+"
        trial = [_payment(row["loan_id"], last, on, _PLENTY)]
        rows = pa.Table.from_pylist(trial, schema=SCHEMAS["payments"])
        paid = {**tables, "payments": pa.concat_tables([tables["payments"], rows])}
        loan = loan_from(paid, events, on, self._products.get(row["product"]))
        if not loan.instalments:
            return None
        burden = burden_of(row, loan) if has_schedule(tables) else None
        return debt_of(row["loan_id"], state_of(loan, on), last, on, burden)


def _not_above(debt: Debt, now: Debt) -> Debt:
    """A debt of an earlier day as far as it is still unpaid."""
    left = now.due + now.later
    due = min(debt.due, left)
    return Debt(
        debt.debt_id,
        due,
        min(debt.later, left - due),
        debt.due_on,
        debt.later_on,
        debt.security,
        debt.burden,
    )


def _payment(loan_id: str, payment_id: str, on: date, amount: int) -> dict[str, Any]:
    return {"loan_id": loan_id, "payment_id": payment_id, "on": on, "amount": amount}


def _by_loan(table: pa.Table) -> dict[str, pa.Table]:
    places: dict[str, list[int]] = defaultdict(list)
    for n, loan in enumerate(table.column("loan_id").to_pylist()):
        places[str(loan)].append(n)
    return {loan: table.take(pa.array(at, pa.int64())) for loan, at in places.items()}
