"""Invented aged files, as the nightly ageing would have left them."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date, timedelta

import pyarrow as pa
import pyarrow.parquet as pq
from tests import cast as the_cast

from doorstep.book import api
from doorstep.book.models import Ageing
from doorstep.book.rules.buckets import bucket_of
from doorstep.book.services.ageing import _empty
from doorstep.book.store import aged_path

TODAY = the_cast.DAY
ENDS = [date(2026, m, d) for m, d in ((6, 30), (7, 31), (8, 31), (9, 30), (10, 31))]
DUES = ("due_costs", "due_fees", "due_penalties", "due_interest", "due_principal")


def row(day, loan, dpd, **more):
    """An aged loan of Bluebay's: 100.00 left, half of it due where it is late."""
    payoff = more.pop("payoff", 10_000)
    found = {
        "lender": "bluebay", "lender_id": 1, "loan_id": loan, "borrower_id": "B",
        "product": "cash", "currency": "CNY", "kind": "full", "status": "", "principal": 20_000,
        "disbursed_on": date(2026, 6, 3), "as_of": day, "dpd": dpd, "bucket": bucket_of(dpd),
        "oldest_unpaid": None, "next_due": None, "next_amount": 0, **dict.fromkeys(DUES, 0),
        "not_due": 0, "credit": 0, "payoff": payoff,
    }  # fmt: skip
    return found | {"due_principal": payoff // 2 if dpd else 0} | more


def shelve(rows):
    """The rows as the aged files of their days."""
    days = defaultdict(list)
    for r in rows:
        days[r["as_of"]].append(r)
    for day, found in days.items():
        digest = f"{hash(str(found)) % 16**16:016x}"
        path = aged_path(day, digest)
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.Table.from_pylist(found, schema=_empty().schema), path)
        defaults = {"digest": digest, "loans": len(found), "made_at": the_cast.NINE}
        Ageing.objects.update_or_create(as_of=day, defaults=defaults)


def book_of(seed, lenders=(1,), size=300):
    """An invented book over five month ends: loans come, fall behind, recover, settle, go."""
    chance = random.Random(seed)
    rows = []
    for lender in lenders:
        for n in range(size):
            born = date(2026, 3, 1) + timedelta(days=chance.randrange(230))
            kind = chance.choices(["full", "summary", "unaged"], [90, 6, 4])[0]
            currency, product = chance.choice(["CNY", "CNY", "USD"]), chance.choice(["a", "b"])
            dpd, payoff, leaves = 0, chance.randrange(1, 90_000), chance.choice([*ENDS, None, None])
            for day in ENDS:
                if day < born or (leaves and day > leaves):
                    continue
                if payoff:
                    dpd = chance.choice([0, dpd, dpd + chance.choice([1, 30, 31, 60])])
                    payoff = chance.choices([payoff, payoff // 2, 0], [70, 20, 10])[0]
                dpd = dpd if payoff else 0
                unaged = kind == "unaged"
                rows.append(
                    row(
                        day, f"L{n}", None if unaged else dpd, lender_id=lender, kind=kind,
                        product=product, currency=currency, disbursed_on=born,
                        principal=payoff + n, payoff=0 if unaged else payoff,
                    )
                )  # fmt: skip
    return rows


def asked(**more):
    return api.Asked(**more)
