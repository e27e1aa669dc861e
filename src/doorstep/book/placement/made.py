"""Instalments of loans that came with terms instead of a schedule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from doorstep.book.columns import Values, pc
from doorstep.book.rules.schedule import make_schedule
from doorstep.book.rules.termed import terms_of_row
from doorstep.book.rules.terms import Terms
from doorstep.book.store import SCHEMAS


def terms_of(row: Mapping[str, Any]) -> Terms | None:
    """The terms of a loan row, None where it has none. Raises BookError for unusable ones."""
    if row["instalments"] is None:
        return None
    return terms_of_row(row)


def with_made_instalments(loans: pa.Table, sent: pa.Table, made: Made) -> pa.Table:
    """The instalments sent, and for loans that have none but have terms those made from them.

    Where interest follows the money they are made each night, from the money as known then.
    """
    has_terms = pc.and_(
        pc.is_valid(loans.column("instalments")), pc.is_null(loans.column("recalculate"))
    )
    has_none = pc.invert(pc.is_in(loans.column("loan_id"), value_set=_ids(sent)))
    wanted = loans.filter(pc.and_(has_terms, has_none))
    still = pc.is_in(wanted.column("loan_id"), value_set=made.unchanged)
    kept = made.before.filter(
        pc.is_in(made.before.column("loan_id"), value_set=_ids(wanted.filter(still)))
    )
    rows = [i for loan in wanted.filter(pc.invert(still)).to_pylist() for i in _schedule(loan)]
    added = pa.Table.from_pylist(rows, schema=SCHEMAS["instalments"])
    return pa.concat_tables([sent, kept, added]).sort_by(
        [("loan_id", "ascending"), ("number", "ascending")]
    )


@dataclass(frozen=True, slots=True)
class Made:
    """Instalments made earlier, and the loans among them whose row did not change since."""

    before: pa.Table
    unchanged: Values


def made_before(instalments: pa.Table, changed: Values) -> Made:
    """What was made earlier and still holds, given the ids of the loans that changed."""
    before = instalments.filter(pc.fill_null(instalments.column("made"), False))
    ids = pc.unique(before.column("loan_id"))
    return Made(before, ids.filter(pc.invert(pc.is_in(ids, value_set=changed))))


def _ids(rows: pa.Table) -> Values:
    return pc.unique(rows.column("loan_id"))


def _schedule(loan: dict[str, Any]) -> list[dict[str, Any]]:
    terms = terms_of(loan)
    assert terms is not None
    return [
        {
            "loan_id": loan["loan_id"],
            "number": i.number,
            "due": i.due,
            "principal": i.principal,
            "interest": i.interest,
            "made": True,
        }
        for i in make_schedule(loan["principal"], loan["disbursed_on"], terms)
    ]
