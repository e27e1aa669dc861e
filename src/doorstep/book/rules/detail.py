"""Every instalment of an aged book and the split of every payment, as tables."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from doorstep.book.rules import columns as c
from doorstep.book.rules.arrow import Ints, dates
from doorstep.book.rules.columns import Results
from doorstep.book.rules.tables import Prepared
from doorstep.kernel.money import COMPONENTS


class _Rows:
    """Where instalments sit among the replay's rows: one extra row per loan, for late charges."""

    def __init__(self, ready: Prepared) -> None:
        f = ready.facts
        loans = np.arange(len(f.loan_order))
        self.loan_of = np.repeat(loans, np.diff(f.instalment_at))
        self.scheduled = np.arange(len(f.due)) + self.loan_of
        self.extra = f.instalment_at[1:] + loans
        self.loan_of_charge = np.repeat(loans, np.diff(f.charge_at))
        self.size = len(f.due) + len(loans)

    def spread(self, scheduled: Any, extra: Any) -> Ints:
        """One column from the values of scheduled and of extra rows."""
        column = np.zeros(self.size, dtype=np.int64)
        column[self.scheduled], column[self.extra] = scheduled, extra
        return column


def instalments(ready: Prepared, r: Results) -> pa.Table:
    """`instalments(loan_id, number, due, …, paid, in_advance, late, outstanding, paid_on)`."""
    f, rows = ready.facts, _Rows(ready)
    parts = _parts(ready, r, rows)
    paid, waived = _settled(r, rows)
    total = np.sum([*parts.values()], axis=0)
    left = total - paid - waived
    last = r.charge_due_on
    shown: dict[str, Any] = {
        "number": rows.spread(ready.numbers, np.diff(f.instalment_at) + 1),
        "due": rows.spread(f.due, last),
        **parts,
        "total": total,
        "paid": paid,
        "waived": waived,
        "in_advance": np.asarray(r.early),
        "late": np.asarray(r.late),
        "outstanding": left,
        "paid_on": np.where((left == 0) & (total > 0), r.paid_on, 0),
    }
    keep = rows.spread(1, np.asarray(last) != 0).astype(bool)
    loan = rows.spread(rows.loan_of, np.arange(len(f.loan_order)))[keep]
    columns: dict[str, Any] = {"loan_id": ready.loan_ids.take(pa.array(loan))}
    for name, values in shown.items():
        columns[name] = dates(values[keep]) if name in {"due", "paid_on"} else values[keep]
    return pa.table(columns)


def _parts(ready: Prepared, r: Results, rows: _Rows) -> dict[str, Ints]:
    f = ready.facts
    home = np.asarray(r.charge_instalment, dtype=np.int64) + rows.loan_of_charge
    parts = {}
    for k, name in enumerate(COMPONENTS[:3]):
        mine = f.charge_component == k
        parts[name] = np.zeros(rows.size, dtype=np.int64)
        np.add.at(parts[name], home[mine], f.charge_amount[mine])
    parts["interest"] = rows.spread(f.interest, 0)
    parts["principal"] = rows.spread(f.principal, 0)
    return parts


def _settled(r: Results, rows: _Rows) -> tuple[Ints, Ints]:
    """Paid and waived, all components together."""
    home = np.asarray(r.charge_instalment, dtype=np.int64) + rows.loan_of_charge
    paid = np.asarray(r.interest_paid) + np.asarray(r.principal_paid)
    waived = np.asarray(r.interest_waived) + np.asarray(r.principal_waived)
    np.add.at(paid, home, np.asarray(r.charge_paid, dtype=np.int64))
    np.add.at(waived, home, np.asarray(r.charge_waived, dtype=np.int64))
    return paid, waived


def payments(ready: Prepared, r: Results) -> pa.Table:
    """`payments(loan_id, payment_id, on, amount, …split, credit, reversed)`, by loan, day, id."""
    split = np.asarray(r.split, dtype=np.int64).reshape(-1, c.SPLIT)[:, :6]
    table = ready.payments
    got = np.zeros((table.num_rows, 6), dtype=np.int64)
    placed = ready.payment_event >= 0
    got[placed] = split[ready.payment_event[placed]]
    for k, name in enumerate((*COMPONENTS, "credit")):
        table = table.append_column(name, pa.array(got[:, k]))
    return table.append_column("reversed", pa.array(~placed))
