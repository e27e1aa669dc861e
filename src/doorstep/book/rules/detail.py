"""Every instalment of an aged book and the split of every payment, as tables."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from doorstep.book.rules import columns as c
from doorstep.book.rules.arrow import Ints, dates
from doorstep.book.rules.columns import Results
from doorstep.book.rules.loan import PAID
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
    """`instalments(loan_id, number, due, …, paid, waived, cut, in_advance, late, outstanding,
    paid_on)`; what is written off counts as waived here."""
    f, rows = ready.facts, _Rows(ready)
    cells = np.asarray(c.cells_of_instalments(f, r), dtype=np.int64).reshape(-1, c.WIDTH).T
    parts, paid, waived = _parts(ready, r, rows, cells)
    total = np.sum([*parts.values()], axis=0)
    left = total - paid - waived
    last = _extra_due(r)
    shown: dict[str, Any] = {
        "number": rows.spread(ready.numbers, np.diff(f.instalment_at) + 1),
        "due": rows.spread(f.due, last),
        **parts,
        "total": total,
        "paid": paid,
        "waived": waived,
        "cut": cells[c.CUT_OFF],
        "in_advance": cells[c.EARLY],
        "late": cells[c.LATE],
        "outstanding": left - cells[c.CUT_OFF],
        "paid_on": np.where((left == 0) & (total > 0), cells[c.PAID_ON], 0),
    }
    keep = rows.spread(1, last != 0).astype(bool)
    loan = rows.spread(rows.loan_of, np.arange(len(f.loan_order)))[keep]
    columns: dict[str, Any] = {"loan_id": ready.loan_ids.take(pa.array(loan))}
    for name, values in shown.items():
        columns[name] = dates(values[keep]) if name in {"due", "paid_on"} else values[keep]
    return pa.table(columns)


def _extra_due(r: Results) -> Ints:
    """The day of the instalment that late charges make, of each loan, or 0."""
    state = np.asarray(r.state, dtype=np.int64).reshape(-1, c.STATE)
    days: Ints = state[:, c.EXTRA_DUE]
    return days


def _parts(
    ready: Prepared, r: Results, rows: _Rows, cells: Ints
) -> tuple[dict[str, Ints], Ints, Ints]:
    """What each instalment came to by component, and what of it is paid and waived."""
    f = ready.facts
    charges = np.asarray(c.cells_of_charges(f, r), dtype=np.int64).reshape(-1, c.CHARGE_WIDTH)
    home = charges[:, c.CHARGE_INSTALMENT] + rows.loan_of_charge
    terms = np.asarray(f.penalties).reshape(-1, c.PENALTY)[np.asarray(f.loan_terms)]
    mine = terms[rows.spread(rows.loan_of, np.arange(len(f.loan_order)))]
    parts = {name: np.zeros(rows.size, dtype=np.int64) for name in COMPONENTS[:3]}
    for k, name in enumerate(COMPONENTS[:3]):
        of = np.asarray(f.charge_component) == k
        np.add.at(parts[name], home[of], np.asarray(f.charge_amount)[of])
        parts[name] += np.where(mine[:, c.P_FEE_COMPONENT] == k, cells[c.LATE_FEE], 0)
    parts["penalties"] += cells[c.PENALTY_RUN]
    parts["penalties"] += 2 * cells[c.PENALTY_REST] >= mine[:, c.P_UNIT]
    parts["interest"] = rows.spread(f.interest, 0)
    parts["principal"] = rows.spread(f.principal, 0)
    paid, waived = (np.sum([cells[k + more] for k in PAID], axis=0) for more in (0, 1))
    np.add.at(paid, home, charges[:, c.CHARGE_PAID])
    np.add.at(waived, home, charges[:, c.CHARGE_WAIVED])
    return parts, paid, waived


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
