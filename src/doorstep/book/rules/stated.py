"""Summary loans: stated balances made into an opening instalment and a rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from doorstep.book.rules.arrow import Ints, days, ints
from doorstep.book.rules.buckets import UNAGED
from doorstep.book.rules.columns import NEVER

FULL, SUMMARY = "full", "summary"
_LONG_AGO = -(2**31)
OWED = ("owed_costs", "owed_fees", "owed_penalties", "owed_interest", "owed_principal")


@dataclass(frozen=True, slots=True)
class Stated:
    """`status` per loan; `since` is the day whose end the stated numbers describe (long ago for a
    full loan): facts up to it are in those numbers already. The rest is the opening balance:
    (loan, component, due, added, amount) of charges, and the parts of instalments."""

    status: np.ndarray[Any, Any]
    since: Ints
    loan: Ints
    opened: Ints
    matures: Ints
    owed: dict[str, Ints]
    not_due: Ints
    charges: tuple[Ints, Ints, Ints, Ints, Ints]


def stated_of(loans: pa.Table, day: int, full: np.ndarray[Any, Any]) -> Stated:
    """Which loans are full, summary or unaged on `day`, and what the summary ones opened with.

    A balance stated after `day` is a later fact and is not looked at.
    """
    where = "loans"
    on = days(loans, "stated_on", where, _LONG_AGO)
    summary = ~full & (on != _LONG_AGO) & (on <= day)
    status = np.where(full, FULL, np.where(summary, SUMMARY, UNAGED)).astype(object)
    since = np.where(summary, on, _LONG_AGO)
    mine = np.flatnonzero(summary)
    owed = {name: ints(loans, name, where, 0)[mine] for name in OWED}
    opened = (on - ints(loans, "dpd", where, 0))[mine]
    charges = [
        np.stack(
            [
                mine[owed[name] > 0],
                np.full(int((owed[name] > 0).sum()), k),
                opened[owed[name] > 0],
                opened[owed[name] > 0],
                owed[name][owed[name] > 0],
            ]
        )
        for k, name in enumerate(OWED[:3])
    ]
    rows = np.concatenate(charges, axis=1)
    return Stated(
        status,
        since,
        mine,
        opened,
        days(loans, "maturity", where, NEVER)[mine],
        owed,
        ints(loans, "not_due", where, 0)[mine],
        (rows[0], rows[1], rows[2], rows[3], rows[4]),
    )


def opening(s: Stated) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    """(loan, due, number, principal, interest) of the instalments that summary loans open with."""
    zero = np.zeros(len(s.loan), dtype=np.int64)
    rest = s.not_due > 0
    return (
        np.concatenate([s.loan, s.loan[rest]]),
        np.concatenate([s.opened, np.maximum(s.matures[rest], s.opened[rest])]),
        np.concatenate([zero, zero[rest] + 1]),
        np.concatenate([s.owed["owed_principal"], s.not_due[rest]]),
        np.concatenate([s.owed["owed_interest"], zero[rest]]),
    )
