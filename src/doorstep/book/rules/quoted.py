"""What is prepared for the replay, with the payoff of loans whose interest follows the money.

Of most loans everything unpaid is what closes them: their interest is agreed, however early they
are paid. Where it follows the money, a payment on the day saves the interest of the days to come;
so the payoff is found by trying: the loan is replayed once more with money that is surely enough.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from doorstep.book.rules import columns as c
from doorstep.book.rules.arrow import Array, Ints, column, pc
from doorstep.book.rules.basis import Basis
from doorstep.book.rules.loan import Replay
from doorstep.book.rules.payoff import PLENTY, needed
from doorstep.book.rules.remade import follows_money
from doorstep.book.rules.tables import Prepared
from doorstep.book.rules.tables import prepare as facts_of

Tables = Mapping[str, pa.Table]


def prepare(tables: Tables, events: pa.Table | None, basis: Basis, engine: Replay) -> Prepared:
    """`tables.prepare`, and what each loan whose interest follows the money costs to close."""
    ready = facts_of(tables, events, basis)
    ids = follows_money(tables)
    if not len(ids):
        return ready
    places: Any = pc.index_in(ids, value_set=ready.loan_ids)
    return replace(
        ready,
        payoff_at=np.sort(places.to_numpy()).astype(np.int64),
        payoff=_payoffs(tables, events, basis, ids, engine),
    )


def _payoffs(
    tables: Tables, events: pa.Table | None, basis: Basis, ids: Array, engine: Replay
) -> Ints:
    """The payoff of each of some loans, sorted by id."""
    some = {name: _of(table, ids) for name, table in tables.items()}
    more = None if events is None else _of(events, ids)
    ready = facts_of(with_plenty(some, ids, basis.as_of), more, basis)
    results = engine(ready.facts)
    # The trial is the last payment of each loan.
    loan: Any = pc.index_in(column(ready.payments, "loan_id"), value_set=ready.loan_ids)
    trial = np.flatnonzero(np.diff(loan.to_numpy(), append=len(ids)))
    split = np.asarray(results.split, dtype=np.int64).reshape(-1, c.SPLIT)
    over = split[ready.payment_event[trial]]
    state = np.asarray(results.state, dtype=np.int64).reshape(-1, c.STATE)
    found: Ints = needed(over[:, c.LEFT] + over[:, c.RECOVERY], state[:, c.PAYOFF])
    return found


def with_plenty(tables: Tables, ids: Array, on: date) -> dict[str, pa.Table]:
    """The tables with a payment of each loan, the last of its day, that is surely enough."""
    old = tables.get("payments")
    amount = pa.array([PLENTY] * len(ids), pa.int64())
    days: Any = pa.array([on] * len(ids), pa.date32())
    if old is None or not old.num_rows:
        names: Any = pa.array(["+"] * len(ids))
        new = pa.table({"loan_id": ids, "payment_id": names, "on": days, "amount": amount})
        return {**tables, "payments": new}
    at = old.column_names.index("amount")
    old = old.set_column(at, "amount", old.column("amount").cast(pa.int64()))
    trial = {
        "loan_id": ids.cast(old.schema.field("loan_id").type),
        "on": days.cast(old.schema.field("on").type),
        "amount": amount,
    }
    if "payment_id" in old.column_names:
        trial["payment_id"] = pa.array([_after(old.column("payment_id"))] * len(ids))
    return {
        **tables,
        "payments": pa.concat_tables([old, pa.table(trial)], promote_options="permissive"),
    }


def _after(ids: Any) -> Any:
    """An id after all of them."""
    last = max((x for x in ids.to_pylist() if x is not None), default="")
    return last + 1 if isinstance(last, int) else f"{last}+"


def _of(table: pa.Table, ids: Array) -> pa.Table:
    return table.filter(pc.is_in(column(table, "loan_id").cast(ids.type), value_set=ids))
