"""Invented aged files for `benchmarks/portfolio.py`: one book at twelve month ends.

Loans are disbursed over eighteen months, fall behind, catch up, settle; one in a hundred is only
stated or unaged. The same seed and size give the same files, sorted by loan with text ids, written
as the nightly ageing writes them.
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from doorstep.book.rules.ageing import bucket_column
from doorstep.book.rules.arrow import Flags, Ints
from doorstep.book.rules.portfolio import end_of, first_of, month_of

ENDS = tuple(end_of(month_of(date(2025, 11, 1)) + n) for n in range(12))


def make(folder: Path, loans: int, seed: int = 20261124) -> None:
    """Write the twelve files, called after their days."""
    folder.mkdir(parents=True, exist_ok=True)
    chance = np.random.default_rng(seed)
    months = month_of(date(2025, 5, 1)) + chance.integers(0, 18, loans)
    firsts = np.array([(first_of(m) - date(1970, 1, 1)).days for m in range(24_300, 24_330)])
    born = firsts[months - 24_300] + chance.integers(0, 28, loans)
    facts = {
        "loan_id": pa.array([f"L{n:09d}" for n in range(loans)]),
        "borrower_id": pa.array([f"B{n:09d}" for n in range(loans)]),
        "product": pa.array(np.array(["cash", "flex", "line"])[chance.integers(0, 3, loans)]),
        "currency": pa.array(np.where(chance.random(loans) < 0.9, "CNY", "USD")),
        "kind": pa.array(chance.choice(["full", "summary", "unaged"], loans, p=[0.98, 0.01, 0.01])),
        "principal": pa.array(chance.integers(500, 20_000, loans) * 100),
        "disbursed_on": pa.array(born.astype(np.int32), pa.int32()).cast(pa.date32()),
    }
    unaged = facts["kind"].to_numpy(zero_copy_only=False) == "unaged"
    dpd = np.zeros(loans, dtype=np.int64)
    left = facts["principal"].to_numpy().copy()
    for day in ENDS:
        behind, caught = chance.random(loans) < 0.03, chance.random(loans) < 0.4
        dpd = np.where(left == 0, 0, np.where(dpd > 0, np.where(caught, 0, dpd + 30), behind * 12))
        left = np.where(chance.random(loans) < 0.03, 0, left * 9 // 10)
        dpd[left == 0] = 0
        _write(folder / f"{day}.parquet", day, facts, born, dpd, np.where(unaged, 0, left), unaged)


def _write(
    path: Path,
    day: date,
    facts: dict[str, Any],
    born: Ints,
    dpd: Ints,
    left: Ints,
    unaged: Flags,
) -> None:
    size = len(dpd)
    due = np.where(dpd > 0, left // 4, 0)
    nothing = pa.array(np.zeros(size, dtype=np.int64))
    none = pa.nulls(size, pa.date32())
    table = pa.table(
        {
            "lender": pa.array(["bluebay"] * size),
            "lender_id": pa.array(np.ones(size, dtype=np.int64)),
            **facts,
            "status": pa.array(
                np.where(unaged, "unaged", np.where(due > 0, "in_arrears", "current"))
            ),
            "as_of": pa.array([day] * size, pa.date32()),
            "dpd": pa.array(dpd, mask=unaged),
            "bucket": bucket_column(dpd, unaged).cast(pa.string()),
            **dict.fromkeys(("oldest_unpaid", "next_due"), none),
            **{f"due_{name}": nothing for name in ("costs", "fees", "penalties", "interest")},
            "due_principal": pa.array(due, mask=unaged),
            "not_due": pa.array(left - due, mask=unaged),
            "credit": nothing,
            "payoff": pa.array(left, mask=unaged),
        }
    )
    there = table.filter(pa.array(born <= (day - date(1970, 1, 1)).days))
    pq.write_table(there, path, compression="lz4", row_group_size=16_384)


if __name__ == "__main__":
    make(Path(sys.argv[1]), int(sys.argv[2]))
