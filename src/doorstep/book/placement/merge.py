"""What is new against the book, what corrects it, and the book that comes out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from doorstep.book.columns import Values, pc
from doorstep.book.placement.checks import key_of
from doorstep.book.placement.work import Work
from doorstep.book.ports import TABLES
from doorstep.book.records import Correction
from doorstep.book.store import KEYS, SCHEMAS

_ORDER = {
    "charges": ("loan_id", "charge_id"),
    "payments": ("loan_id", "payment_id"),
}
_SHOWN = 1000


@dataclass(frozen=True, slots=True)
class Merged:
    """`table` is the whole new table; `accepted` and `unchanged` the rows of the files."""

    table: pa.Table
    accepted: pa.Table
    unchanged: pa.Table
    corrected: pa.Table
    corrections: list[Correction]


def merge(work: Work, old: pa.Table) -> Merged:
    """Lay the rows of the files (as sealed) over the table as it was."""
    schema = SCHEMAS[work.name]
    new = work.rows
    was, now = key_of(old, work.name), key_of(new, work.name)
    at = pc.index_in(now, value_set=was)
    known = pc.is_valid(at)
    before = old.take(pc.fill_null(at, 0)) if old.num_rows else None
    same = known
    if before is not None:
        for f in schema:
            same = pc.and_(same, _equal(new.column(f.name), before.column(f.name)))
    corrected = pc.and_(known, pc.invert(same))
    accepted = new.filter(pc.invert(same))
    kept = old.filter(pc.invert(pc.is_in(was, value_set=key_of(accepted, work.name))))
    table = pa.concat_tables([kept, accepted.select(schema.names).cast(schema)])
    order: Any = [(c, "ascending") for c in _ORDER.get(work.name, KEYS[work.name])]
    return Merged(
        table.sort_by(order),
        accepted,
        new.filter(same),
        new.filter(corrected),
        _corrections(work, new, before, corrected) if before is not None else [],
    )


def _equal(a: Values, b: Values) -> Any:
    same = pc.fill_null(pc.equal(a, b), False)
    return pc.or_(same, pc.and_(pc.is_null(a), pc.is_null(b)))


def _corrections(work: Work, new: pa.Table, before: pa.Table, corrected: Any) -> list[Correction]:
    spec = TABLES[work.name]
    found = []
    rows = new.filter(corrected).slice(0, _SHOWN).to_pylist()
    olds = before.filter(corrected).slice(0, _SHOWN).to_pylist()
    for row, old in zip(rows, olds, strict=True):
        key = "/".join(str(row[k]) for k in spec.key if k in row and k != "value")
        for f in SCHEMAS[work.name]:
            if row[f.name] == old[f.name] or f.name in {"number_key", "person_key"}:
                continue
            column = spec.column(f.name)
            hidden = column is None or column.personal
            found.append(
                Correction(
                    work.files[row["file"]].path.name,
                    row["row"],
                    work.name,
                    key,
                    f.name,
                    "***" if hidden else _text(old[f.name]),
                    "***" if hidden else _text(row[f.name]),
                )
            )
    return found


def _text(value: Any) -> str:
    return "" if value is None else str(value)
