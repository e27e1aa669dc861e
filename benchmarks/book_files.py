"""An invented book for `benchmarks/book.py`: loans, instalments and payments in sorted Parquet.

Some seven instalments and four to five payments a loan, 6 % of the loans in arrears. The same seed,
size and kind of ids give the same files. Rows are made and written 100,000 loans at a time.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

AS_OF = date(2026, 11, 24)
_TODAY = (AS_OF - date(1970, 1, 1)).days
_BATCH = 100_000
_ROW_GROUP = 262_144
_FIRST = 7_000_000_000
_ARREARS = 0.06
_LATE = 0.10
_TWICE = 0.08
_AHEAD = 0.04

Ints = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True, slots=True)
class Size:
    """How many loans, and whether their ids are text."""

    loans: int
    text: bool = False
    seed: int = 20261124


PENALTIES = {
    code: {"penalty": {"daily_rate": "0.0005", "grace_days": 12}}
    for code in ("cash", "flex", "line")
}
"""Terms with which loans in arrears run up penalty interest; who pays some days late does not."""


def with_penalties(plain: Path, folder: Path) -> None:
    """The same files again, with products whose terms have daily penalties."""
    folder.mkdir(exist_ok=True)
    for path in plain.glob("*.parquet"):
        (folder / path.name).unlink(missing_ok=True)
        (folder / path.name).symlink_to(path.resolve())
    (folder / "products.json").write_text(json.dumps(PENALTIES))


def new_payments(book: Path, folder: Path) -> None:
    """A night's payments: of every sixtieth loan, on the day after the book's."""
    folder.mkdir(exist_ok=True)
    ids = pq.read_table(book / "loans.parquet", columns=["loan_id"])["loan_id"]
    some = ids.take(np.arange(0, len(ids), 60))
    rows = {
        "loan_id": some,
        "payment_id": np.arange(len(some)),
        "on": _days(np.full(len(some), _TODAY + 1)),
        "amount": np.full(len(some), 10_000),
    }
    pq.write_table(pa.table(rows), folder / "payments.parquet")


def make_book(folder: Path, size: Size) -> dict[str, int]:
    """Write `loans`, `instalments` and `payments` to `folder`; returns rows by table."""
    folder.mkdir(parents=True, exist_ok=True)
    counts = dict.fromkeys(("loans", "instalments", "payments"), 0)
    writers: dict[str, Any] = {}
    for start in range(0, size.loans, _BATCH):
        many = min(_BATCH, size.loans - start)
        made = _batch(start, many, np.random.default_rng([size.seed, start]), size.text)
        for name, table in made.items():
            if name not in writers:
                path = folder / f"{name}.parquet"
                writers[name] = pq.ParquetWriter(path, table.schema, compression="lz4")
            writers[name].write_table(table, row_group_size=_ROW_GROUP)
            counts[name] += table.num_rows
    for writer in writers.values():
        writer.close()
    return counts


def _batch(start: int, many: int, random: np.random.Generator, text: bool) -> dict[str, pa.Table]:
    count = random.choice([3, 6, 12], size=many, p=[0.28, 0.42, 0.30])
    principal = random.integers(10, 300, size=many) * 10_000
    passed = np.minimum((random.random(many) * (count + 1.5)).astype(np.int64), count)
    first = _TODAY - 30 * passed - random.integers(0, 30, size=many) + 30
    ids = _FIRST + 7 * (start + np.arange(many))
    loans = {
        "loan_id": _ids(ids, text),
        "borrower_id": _ids(ids + 1, text),
        "product": pa.array(np.array(["cash", "flex", "line"])[random.integers(0, 3, many)]),
        "currency": pa.array(np.full(many, "CNY")),
        "principal": principal,
        "disbursed_on": _days(first - 30),
    }
    plan = _instalments(count, principal, first, random)
    paid = _payments(plan, count, passed, random)
    return {
        "loans": pa.table(loans),
        "instalments": pa.table(
            {
                "loan_id": _ids(ids[plan["loan"]], text),
                "number": plan["number"],
                "due": _days(plan["due"]),
                "principal": plan["principal"],
                "interest": plan["interest"],
            }
        ),
        "payments": pa.table(
            {
                "loan_id": _ids(ids[paid["loan"]], text),
                "payment_id": _ids(100 * ids[paid["loan"]] + paid["number"], text),
                "on": _days(paid["on"]),
                "amount": paid["amount"],
            }
        ),
    }


def _ids(numbers: Ints, text: bool) -> Any:
    values = pa.array(numbers)
    return values.cast(pa.string()) if text else values


def _days(days: Ints) -> Any:
    return pa.array(days.astype(np.int32)).cast(pa.date32())


def _instalments(
    count: Ints, principal: Ints, first: Ints, random: np.random.Generator
) -> Mapping[str, Ints]:
    """Equal principal every 30 days; interest falls with what is left."""
    loan = np.repeat(np.arange(len(count)), count)
    number = np.arange(len(loan)) - np.repeat(np.cumsum(count) - count, count) + 1
    part = principal // count
    last = number == count[loan]
    share = np.where(last, principal[loan] - part[loan] * (count[loan] - 1), part[loan])
    rate = random.integers(8, 21, size=len(count))
    left = principal[loan] - part[loan] * (number - 1)
    return {
        "loan": loan,
        "number": number,
        "due": first[loan] + 30 * (number - 1),
        "principal": share,
        "interest": left * rate[loan] // 1200,
    }


def _payments(
    plan: Mapping[str, Ints], count: Ints, passed: Ints, random: np.random.Generator
) -> Mapping[str, Ints]:
    """What came in: on the day, days late, in two parts or ahead; the last of 6 % never came."""
    late = random.random(len(count)) < _ARREARS * 1.25
    missed = np.where(late, random.integers(1, 4, size=len(count)), 0)
    due, loan = plan["due"], plan["loan"]
    ahead = (random.random(len(count)) < _AHEAD).astype(np.int64)
    reach = np.where(late, passed - missed, passed + ahead)
    paid = plan["number"] <= reach[loan]
    loan, due = loan[paid], due[paid]
    amount = plan["principal"][paid] + plan["interest"][paid]
    shift = np.where(random.random(len(loan)) < _LATE, random.integers(1, 12, len(loan)), 0)
    on = np.minimum(due + shift, _TODAY)
    twice = random.random(len(loan)) < _TWICE
    half = np.where(twice, amount // 2, 0)
    rows = np.arange(len(loan))
    at = np.concatenate([rows, rows[twice]])
    money = np.concatenate([amount - half, half[twice]])
    days = np.concatenate([on, np.minimum(on[twice] + 3, _TODAY)])
    by = np.lexsort((days, loan[at]))
    mine = loan[at][by]
    starts = np.searchsorted(mine, np.arange(len(count)))
    return {
        "loan": mine,
        "number": np.arange(len(mine)) - starts[mine] + 1,
        "on": days[by],
        "amount": money[by],
    }
