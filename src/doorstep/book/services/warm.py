"""What `doorstep warm` compiles for the book: the replay, and what brings a whole book to it."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from doorstep.book.rules import compiled
from doorstep.book.services.age_files import age_folder, age_night_folder

_DAY = date(2026, 1, 1)


def warm() -> None:
    """Compile everything (or load it from the disk cache) by ageing two loans once with numbers
    and once with texts as ids, and a night after it."""
    compiled.warm()
    for ids in ([1, 2], ["1", "2"]):
        with tempfile.TemporaryDirectory(prefix="doorstep-warm-") as name:
            _age(Path(name), ids)


def _age(home: Path, ids: list[Any]) -> None:
    for name, table in _book(ids).items():
        path = home / "book" / f"{name}.parquet"
        path.parent.mkdir(exist_ok=True)
        pq.write_table(table, path)
    out, state = home / "out", home / "state"
    age_folder(home / "book", _DAY, out, detail=False, state=state)
    (home / "new").mkdir()
    age_night_folder(home / "new", state, date(2026, 1, 2), out)


def _book(ids: list[Any]) -> dict[str, pa.Table]:
    """Two loans with a row of every kind, one of them dated later."""
    days, amounts = [_DAY, date(2026, 1, 3)], [100, 100]
    return {
        "loans": pa.table({"loan_id": ids}),
        "instalments": pa.table({"loan_id": ids, "due": days, "principal": amounts}),
        "charges": pa.table(
            {"loan_id": ids, "kind": ["fee", "fee"], "due": days, "added_on": days,
             "amount": amounts}
        ),
        "payments": pa.table(
            {"loan_id": ids, "payment_id": ids, "on": days, "amount": amounts,
             "reverses": [None, ids[1]]}
        ),
        "events": pa.table({"loan_id": ids[:1], "on": days[:1], "kind": ["pause"]}),
    }  # fmt: skip
