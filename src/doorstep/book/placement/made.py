"""Instalments of loans that came with terms instead of a schedule."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from doorstep.book.columns import Values, pc
from doorstep.book.store import SCHEMAS

TERMS = (
    "rate_percent",
    "interest",
    "interest_period",
    "amortization",
    "instalments",
    "every",
    "unit",
    "grace_principal",
    "grace_interest",
    "interest_free",
    "day_count",
    "instalment_multiple_of",
)


def with_made_instalments(loans: pa.Table, sent: pa.Table) -> pa.Table:
    """The instalments sent, and for loans that have none but have terms those made from them."""
    has_terms = pc.is_valid(loans.column("instalments"))
    has_none = pc.invert(pc.is_in(loans.column("loan_id"), value_set=_ids(sent)))
    rows = loans.filter(pc.and_(has_terms, has_none)).to_pylist()
    if not rows:
        return sent
    made = [i for row in rows for i in _schedule(row)]
    added = pa.Table.from_pylist(made, schema=SCHEMAS["instalments"])
    return pa.concat_tables([sent, added]).sort_by(
        [("loan_id", "ascending"), ("number", "ascending")]
    )


def _ids(sent: pa.Table) -> Values:
    return pc.unique(sent.column("loan_id"))


def _schedule(row: dict[str, Any]) -> list[dict[str, Any]]:
    raise NotImplementedError
