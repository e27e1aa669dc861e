"""What decides beside the rows of a book: its day and the terms of its products, as numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from doorstep.book.rules import columns as c
from doorstep.book.rules.arrow import Ints, pc
from doorstep.book.rules.loan import day_of
from doorstep.book.rules.order import DEFAULT, numbers
from doorstep.book.types import AllocationOrder


@dataclass(frozen=True)
class Basis:
    """The day, the default allocation order and those of products by name."""

    as_of: date
    order: AllocationOrder = DEFAULT
    orders: Mapping[str, AllocationOrder] = field(default_factory=dict)

    COLUMNS = ("product",)
    """The columns of loans that `each` reads where they are there."""

    @cached_property
    def shared(self) -> dict[str, Any]:
        """The facts of the replay that all loans share (`columns.SHARED`)."""
        flat = [*numbers(self.order)]
        for name in self._names:
            flat += numbers(self.orders[name])
        return {
            "as_of": day_of(self.as_of),
            "orders": np.array(flat, dtype=np.int64),
            **{name: np.array(x, dtype=np.int64) for name, x in c.NO_TERMS.items()},
        }

    @cached_property
    def _names(self) -> list[str]:
        return sorted(self.orders)

    def each(self, loans: Any) -> dict[str, Ints]:
        """The facts of each loan (`columns.PER_LOAN`), of a table or batch of loans."""
        none = np.zeros(loans.num_rows, dtype=np.int64)
        return {"loan_order": self._order(loans), "loan_terms": none, "loan_opened": none}

    def _order(self, loans: Any) -> Ints:
        if not self._names or "product" not in loans.schema.names:
            return np.zeros(loans.num_rows, dtype=np.int64)
        words = loans.column("product").cast(pa.string())
        found = pc.index_in(words, value_set=pa.array(self._names))
        return np.asarray(pc.add(found, 1).fill_null(0).to_numpy(), dtype=np.int64)
