"""The lender's own system says what is unpaid: the replay of what was taken must say the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

import pyarrow as pa

from doorstep.book.columns import pc
from doorstep.book.ports import Note, Stated
from doorstep.book.rules.case import CHARGES
from doorstep.book.rules.loan import state_of
from doorstep.book.types import Charge, Instalment, Loan, LoanState, Payment

_PART = 5_000
_T = TypeVar("_T")


def proved(stated: Sequence[Stated], tables: Mapping[str, pa.Table]) -> list[Note]:
    """A note for each loan whose replay gives another total, or the same in other components.

    The replay goes to the last day anything falls due or was paid, so that every component is
    due; what is outstanding then does not depend on the day. Loans that were refused are absent.
    """
    found: list[Note] = []
    for start in range(0, len(stated), _PART):
        part = stated[start : start + _PART]
        ids = pa.array(sorted({s.loan_id for s in part}), pa.string())
        some = {
            name: tables[name].filter(pc.is_in(tables[name].column("loan_id"), value_set=ids))
            for name in ("loans", "instalments", "charges", "payments")
        }
        found += _compared(part, some)
    return found


def _compared(stated: Sequence[Stated], tables: Mapping[str, pa.Table]) -> Iterator[Note]:
    known = set(tables["loans"].column("loan_id").to_pylist())
    instalments = _by_loan(tables["instalments"], _instalment)
    charges = _by_loan(tables["charges"], _charge)
    payments = _by_loan(tables["payments"], _payment)
    for one in stated:
        key = one.loan_id
        if key not in known:
            continue
        loan = Loan(tuple(instalments[key]), tuple(charges[key]), tuple(payments[key]))
        note = _difference(one, state_of(loan, _last_day(loan)))
        if note:
            yield note


def _difference(one: Stated, state: LoanState) -> Note | None:
    why = f" ({one.remark})" if one.remark else ""
    if state.payoff != one.total:
        text = (
            f"loan {one.loan_id}: the file states {one.total} minor units outstanding, the replay "
            f"gives {state.payoff}, {state.payoff - one.total:+d}{why}"
        )
        return Note(one.file, one.row, "outstanding", "differs", text)
    other = [
        f"{name} {amount} there, {state.due.get(name, 0)} here"
        for name, amount in one.parts.items()
        if amount != state.due.get(name, 0)
    ]
    if not other:
        return None
    text = f"loan {one.loan_id}: the same sum in other parts: {'; '.join(other)}{why}"
    return Note(one.file, one.row, "outstanding", "allocated_otherwise", text)


def _last_day(loan: Loan) -> date:
    days = [i.due for i in loan.instalments]
    days += [day for c in loan.charges for day in (c.due, c.added_on)]
    return max([*days, *(p.on for p in loan.payments)], default=date.min)


def _by_loan(rows: pa.Table, made: Callable[[dict[str, Any]], _T]) -> dict[str, list[_T]]:
    found: dict[str, list[_T]] = defaultdict(list)
    for row in rows.to_pylist():
        found[row["loan_id"]].append(made(row))
    return found


def _instalment(row: dict[str, Any]) -> Instalment:
    return Instalment(row["due"], row["principal"], row["interest"], row["number"])


def _charge(row: dict[str, Any]) -> Charge:
    return Charge(
        CHARGES[row["kind"]], row["due"], row["added_on"], row["amount"], row["charge_id"]
    )


def _payment(row: dict[str, Any]) -> Payment:
    return Payment(row["on"], row["amount"], row["payment_id"], row["reverses"])
