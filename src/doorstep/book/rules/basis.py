"""What decides beside the rows of a book: its day and the terms of its products, as numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from doorstep.book.rules.arrow import Flags, Ints, days, pc
from doorstep.book.rules.loan import day_of
from doorstep.book.rules.order import DEFAULT, numbers
from doorstep.book.rules.product_terms import ProductTerms, TermsRows, terms_rows
from doorstep.book.types import AllocationOrder, PenaltyTerms


@dataclass(frozen=True)
class Basis:
    """The day, the default allocation order, and by product its order and its terms. An order in
    the terms counts where `orders` has none for the product."""

    as_of: date
    order: AllocationOrder = DEFAULT
    orders: Mapping[str, AllocationOrder] = field(default_factory=dict)
    products: Mapping[str, ProductTerms] = field(default_factory=dict)

    COLUMNS = ("product", "contract_on", "disbursed_on", "recalculate")
    """The columns of loans that are read here where they are there."""

    @cached_property
    def all_orders(self) -> dict[str, AllocationOrder]:
        """The orders of products, those in their terms too."""
        told = {name: t.order for name, t in self.products.items() if t.order is not None}
        return {**told, **self.orders}

    @cached_property
    def penalties(self) -> dict[str, PenaltyTerms]:
        """The penalty terms of products that have some."""
        return {name: t.penalty for name, t in self.products.items() if t.penalty is not None}

    @cached_property
    def shared(self) -> dict[str, Any]:
        """The facts of the replay that all loans share (`columns.SHARED`)."""
        flat = [*numbers(self.order)]
        for name in self._names:
            flat += numbers(self.all_orders[name])
        none = np.zeros(0, dtype=np.int64)
        rows = self._terms(none, none)
        return {
            "as_of": day_of(self.as_of),
            "orders": np.array(flat, dtype=np.int64),
            "penalties": rows.penalties,
            "cap_at": rows.cap_at,
            "caps": rows.caps,
        }

    @cached_property
    def _names(self) -> list[str]:
        return sorted(self.all_orders)

    def _terms(self, product: Ints, contract: Ints) -> TermsRows:
        return terms_rows(self.products, product, contract)

    def each(self, loans: Any) -> dict[str, Ints]:
        """The facts of each loan (`columns.PER_LOAN`), of a table or batch of loans.

        Raises BookError naming the row of a loan whose terms need a day it does not have.
        """
        none = np.zeros(loans.num_rows, dtype=np.int64)
        order = _place(loans, self._names)
        found = {"loan_order": none if order is None else order + 1}
        product = _place(loans, sorted(self.products))
        if product is None:
            return {**found, "loan_terms": none, "loan_opened": none}
        opened = _days(loans, "disbursed_on")
        contract = _days(loans, "contract_on")
        contract = np.where(contract == 0, opened, contract)
        return {
            **found,
            "loan_terms": self._terms(product, contract).loan_terms,
            "loan_opened": opened,
        }

    def remade(self, loans: Any) -> Flags:
        """Loans whose schedule follows the money and so changes from day to day."""
        if "recalculate" not in loans.schema.names:
            return np.zeros(loans.num_rows, dtype=np.bool_)
        given: Any = pc.is_valid(loans.column("recalculate"))
        return np.asarray(given, dtype=np.bool_)


def _place(loans: Any, names: list[str]) -> Ints | None:
    """Each loan's product as its place among the sorted names, -1 for none of them; None where
    there is nothing to look for."""
    if not names or "product" not in loans.schema.names:
        return None
    words: Any = loans.column("product")
    if pa.types.is_dictionary(words.type):
        words = words.cast(words.type.value_type)
    found = pc.index_in(words.cast(pa.string()), value_set=pa.array(names))
    return np.asarray(pc.fill_null(found, -1).to_numpy(), dtype=np.int64)


def _days(loans: Any, name: str) -> Ints:
    """A day of each loan, 0 where it is not known."""
    table = pa.Table.from_batches([loans]) if isinstance(loans, pa.RecordBatch) else loans
    return days(table, name, "loans", 0)
