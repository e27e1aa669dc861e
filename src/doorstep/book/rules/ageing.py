"""A whole book through the replay: tables in, tables out. What every night runs.

`age` is for who only needs the loans, `age_in_detail` for who also wants every instalment and the
split of every payment. Money is int64; the totals of a loan must stay below 2**62.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa

from doorstep.book.rules import columns as c
from doorstep.book.rules import compiled
from doorstep.book.rules.arrow import Array, Ints, dates
from doorstep.book.rules.basis import Basis
from doorstep.book.rules.buckets import UNAGED, bucket_of, ranges
from doorstep.book.rules.columns import Results
from doorstep.book.rules.detail import instalments, payments
from doorstep.book.rules.loan import Replay, day_of
from doorstep.book.rules.order import DEFAULT
from doorstep.book.rules.product_terms import ProductTerms
from doorstep.book.rules.quoted import prepare
from doorstep.book.rules.stated import FULL, SUMMARY
from doorstep.book.rules.tables import Prepared
from doorstep.book.types import AllocationOrder
from doorstep.kernel.money import COMPONENTS

Tables = Mapping[str, pa.Table]

STATUS = (FULL, SUMMARY, UNAGED)
"""What kinds of loans there are; in the order of the alphabet."""
_WORDS = ("bucket", "status")
_SHOWN = {
    "dpd": c.DPD,
    "oldest_unpaid": c.OLDEST,
    "next_due": c.NEXT_DUE,
    "next_amount": c.NEXT_AMOUNT,
    **{f"due_{name}": c.DUE_COSTS + k for k, name in enumerate(COMPONENTS)},
    "not_due": c.NOT_DUE,
    "credit": c.CREDIT,
    "payoff": c.PAYOFF,
}
"""The numbers of a loan's state that are shown, in this order."""


@dataclass(frozen=True, slots=True)
class AgedTables:
    """`loans` always; `instalments` and `payments` where asked for. All sorted by loan."""

    loans: pa.Table
    instalments: pa.Table
    payments: pa.Table


def age(
    tables: Tables,
    events: pa.Table | None = None,
    as_of: date | None = None,
    order: AllocationOrder = DEFAULT,
    *,
    orders: Mapping[str, AllocationOrder] | None = None,
    products: Mapping[str, ProductTerms] | None = None,
    engine: Replay | None = None,
) -> pa.Table:
    """The loans of a book at the end of `as_of`, with the columns of `doorstep book age`.

    `tables` holds `loans` and, where there are any, `instalments`, `charges`, `payments`, as in
    the placement tables; more columns do no harm. `events` adds
    (loan_id, on, kind, component?, amount?, payment_id?, event_id?) of kind pause, resume, waiver
    or reversal. `order` is the default allocation order, `orders` and `products` are the orders
    and the terms of products by name.
    Raises BookError naming table, row and column.
    """
    assert as_of is not None, "as_of is required"
    engine = engine or compiled.replay
    ready = prepare(tables, events, Basis(as_of, order, orders or {}, products or {}), engine)
    return _loans(ready, engine(ready.facts), as_of)


def age_in_detail(
    tables: Tables,
    events: pa.Table | None,
    as_of: date,
    order: AllocationOrder = DEFAULT,
    *,
    orders: Mapping[str, AllocationOrder] | None = None,
    products: Mapping[str, ProductTerms] | None = None,
    engine: Replay | None = None,
) -> AgedTables:
    """`age`, and with it every instalment and where every payment went."""
    engine = engine or compiled.replay
    ready = prepare(tables, events, Basis(as_of, order, orders or {}, products or {}), engine)
    return detailed(ready, as_of, engine)


def detailed(ready: Prepared, as_of: date, engine: Replay | None = None) -> AgedTables:
    """`age_in_detail` of what is prepared."""
    results = (engine or compiled.replay)(ready.facts)
    return AgedTables(
        _loans(ready, results, as_of), instalments(ready, results), payments(ready, results)
    )


def _loans(ready: Prepared, results: Results, as_of: date) -> pa.Table:
    state = np.array(results.state, dtype=np.int64).reshape(-1, c.STATE)
    ready.quote(state)
    status = np.searchsorted(STATUS, ready.status.astype(str)).astype(np.int8)
    found = loans_table(ready.loan_ids, ready.currencies, status, state, as_of)
    for name in _WORDS:
        at = found.schema.get_field_index(name)
        found = found.set_column(at, name, found.column(name).cast(pa.string()))
    return found


def loans_table(
    loan_ids: Array, currencies: Array, status: Any, state: Ints, as_of: date
) -> pa.Table:
    """The columns of `doorstep book age` from the replay's (loans, STATE) numbers.

    `status` holds places in STATUS. Words are dictionaries. Unaged loans have no numbers.
    """
    unknown = status == STATUS.index(UNAGED)
    mask = unknown if unknown.any() else None
    size = len(loan_ids)
    numbers = np.empty((len(_SHOWN), size), dtype=np.int64)
    compiled.align().turn(state, np.array(list(_SHOWN.values())), numbers)
    told = dict(zip(_SHOWN, numbers, strict=True))
    columns: dict[str, Any] = {
        "loan_id": loan_ids,
        "as_of": pa.array(np.full(size, day_of(as_of), dtype=np.int32)).cast(pa.date32()),
        "currency": currencies,
        "dpd": pa.array(told.pop("dpd").astype(np.int32), mask=mask),
        "bucket": bucket_column(numbers[0], unknown),
        "oldest_unpaid": dates(told.pop("oldest_unpaid")),
        "next_due": dates(told.pop("next_due")),
        **{name: pa.array(amounts, mask=mask) for name, amounts in told.items()},
        "status": pa.DictionaryArray.from_arrays(pa.array(status), pa.array(STATUS)),
    }
    return pa.table(columns)


def bucket_column(dpd: Ints, unknown: Any) -> Array:
    """`bucket_of` for a column, looked up in a table that ends with the last range."""
    names, places = _bucket_table()
    index = places[np.minimum(dpd, len(places) - 1)]
    index[unknown] = 0
    return pa.DictionaryArray.from_arrays(pa.array(index), pa.array(names))


@cache
def _bucket_table() -> tuple[list[str], Any]:
    """The buckets' names, and each day's place among them."""
    starts = [first for first, _ in ranges()]
    names = [UNAGED, bucket_of(0), *[name for _, name in ranges()]]
    days = np.arange(starts[-1] + 1)
    return names, (np.searchsorted(starts, days, side="right") + 1).astype(np.int8)
