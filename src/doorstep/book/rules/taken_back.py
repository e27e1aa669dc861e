"""Money that came and went again: which payments are undone, and what banks took back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa

from doorstep.book.rules import columns as c
from doorstep.book.rules.arrow import Flags, Ints, column
from doorstep.book.rules.told import Told
from doorstep.book.types import BookError


def undone_by_payments(table: pa.Table, loan: Ints, rows: Flags) -> Flags:
    """Which payments are named by a reversal among them: by loan and payment id."""
    where = np.flatnonzero(rows)
    gone = np.zeros(table.num_rows, dtype=bool)
    if not len(where):
        return gone
    named = column(table, "reverses").take(where).cast(pa.string()).to_pylist()
    place = _places(table, loan)
    for k, payment_id in zip(where, named, strict=True):
        at = place.get((int(loan[k]), payment_id))
        if at is None:
            raise BookError(
                f"payments:{k + 1}:reverses", f"the loan has no payment {payment_id!r} to reverse"
            )
        gone[at] = True
    return gone


def _places(table: pa.Table, loan: Ints) -> dict[tuple[int, str], int]:
    mine = column(table, "payment_id").cast(pa.string()).to_pylist()
    return {(int(n), i): k for k, (n, i) in enumerate(zip(loan, mine, strict=True))}


def undone_by_changes(table: pa.Table, loan: Ints, told: Told) -> Flags:
    """Which payments a change of another table undoes. Raises BookError for one not there."""
    gone = np.zeros(table.num_rows, dtype=bool)
    if not told.payments:
        return gone
    place = _places(table, loan)
    for name, row in sorted(told.payments.items()):
        if name not in place:
            raise BookError(
                f"events:{row + 1}:payment_id", f"the loan has no payment {name[1]!r} to reverse"
            )
        gone[place[name]] = True
    return gone


def chargebacks(table: pa.Table, loan: Ints, live: Flags, told: Told) -> Told:
    """The changes without chargebacks of payments that are undone anyway.

    `table` holds the payments that count, `live` those not undone. Raises BookError for a
    chargeback without an amount, of no payment, or of more than was paid.
    """
    rows = np.flatnonzero(told.kind == c.TAKEN_BACK)
    if not len(rows):
        return told
    place, keep = _places(table, loan), np.ones(len(told), dtype=bool)
    paid = [int(x or 0) for x in table["amount"].to_pylist()]
    left, amounts = list(paid), told.amount.copy()
    for k in rows:
        at = place.get((int(told.loan[k]), told.paid[k]))
        if at is None:
            raise BookError(
                "events:0:payment_id", f"there is no payment {told.paid[k]!r} to take back"
            )
        if not live[at]:
            keep[k] = False
            continue
        if amounts[k] == c.ALL:
            amounts[k] = paid[at]
        left[at] -= int(amounts[k])
        if left[at] < 0:
            raise BookError(
                "events:0:amount", f"more is taken back of payment {told.paid[k]!r} than was paid"
            )
    return replace(told, amount=amounts).kept(keep)
