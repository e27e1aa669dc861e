"""One contender and question of `benchmarks/portfolio.py` in a process of its own.

Each answers the same rows, sorted: history (day, currency, state, loans, arrears, payoff), roll
(closing, currency, was, now, loans, amount), vintages (cohort, currency, month on book, limit,
loans, ever, now, principal of ever, of now).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

from benchmarks.book_child import NoPandas

LIMITS = (1, 30, 60, 90)
DUES = [f"due_{name}" for name in ("costs", "fees", "penalties", "interest", "principal")]
KEY = ["lender_id", "loan_id", "currency"]
Files = dict[date, str]
Rows = list[tuple[Any, ...]]


def main() -> None:
    who, what, home, out = sys.argv[1:5]
    if who == "doorstep":
        sys.meta_path.insert(0, NoPandas())
    files = {date.fromisoformat(p.stem): str(p) for p in sorted(Path(home).glob("*.parquet"))}
    rows = WHO[who][what](files)
    Path(out).write_text(json.dumps(sorted(rows), default=str))


def our_history(files: Files) -> Rows:
    from doorstep.book.portfolio.engine import Rows as Asked
    from doorstep.book.portfolio.engine import stocks

    return [
        (s.as_of, s.currency, s.state, s.loans, s.arrears, s.payoff)
        for s in stocks(Asked(tuple(files.items())))
    ]


def our_roll(files: Files) -> Rows:
    from doorstep.book.portfolio.engine import Rows as Asked
    from doorstep.book.portfolio.engine import moves

    asked = Asked(tuple(files.items()))
    return [
        (b, m.currency, m.was, m.now, m.loans, m.amount)
        for a, b in pairwise(files)
        for m in moves(asked, a, b)
    ]


def our_vintages(files: Files) -> Rows:
    from doorstep.book.portfolio.engine import Rows as Asked
    from doorstep.book.portfolio.engine import vintages

    return [
        (
            c.cohort, c.currency, c.month, c.days, c.all.loans, c.ever.loans, c.now.loans,
            c.ever.amount, c.now.amount,
        )
        for c in vintages(Asked(tuple(files.items())), LIMITS).cells
    ]  # fmt: skip


def _polars_rows(path: str) -> Any:
    import polars as pl

    c = pl.col
    state = (
        pl.when(c("dpd").is_null())
        .then(pl.lit("unaged"))
        .when((c("dpd") == 0) & (c("payoff") == 0))
        .then(pl.lit("settled"))
        .otherwise(c("bucket"))
    )
    arrears = pl.sum_horizontal(c(name).fill_null(0) for name in DUES)
    return pl.scan_parquet(path).with_columns(
        state.alias("state"), arrears.alias("arrears"), c("payoff").fill_null(0)
    )


def polars_history(files: Files) -> Rows:
    import polars as pl

    found: Rows = []
    for path in files.values():
        groups = _polars_rows(path).group_by("as_of", "currency", "state")
        sums = groups.agg(pl.len(), pl.sum("arrears"), pl.sum("payoff"))
        found += sums.collect(engine="streaming").rows()
    return found


def polars_roll(files: Files) -> Rows:
    import polars as pl

    c = pl.col
    found: Rows = []
    for a, b in pairwise(files):
        was, now = (_polars_rows(files[d]).select(*KEY, "state", "payoff") for d in (a, b))
        both = was.join(now, on=KEY, how="full", coalesce=True, suffix="_now")
        groups = both.group_by(
            "currency", c("state").fill_null("new"), c("state_now").fill_null("gone")
        )
        sums = groups.agg(pl.len(), pl.coalesce("payoff", "payoff_now").sum())
        found += [(b, *row) for row in sums.collect(engine="streaming").rows()]
    return found


def polars_vintages(files: Files) -> Rows:
    import polars as pl

    c = pl.col
    parts = [
        pl.scan_parquet(p).select(
            *KEY, "kind", "principal", "disbursed_on", "dpd",
            (c("as_of").dt.year().cast(pl.Int64) * 12 + c("as_of").dt.month() - 1).alias("m"),
        )
        for p in files.values()
    ]  # fmt: skip
    seen = pl.concat(parts).collect(engine="streaming").lazy()
    loans = (
        seen.group_by(KEY)
        .agg(
            c("kind").last(),
            c("principal").last(),
            (c("disbursed_on").last().dt.year().cast(pl.Int64) * 12
             + c("disbursed_on").last().dt.month() - 1).alias("cohort"),
            c("m").min().alias("entered"),
            *[c("m").filter(c("dpd") >= n).min().alias(f"first{n}") for n in LIMITS],
        )
        .filter(c("kind") == "full")
        .collect(engine="streaming")
    )  # fmt: skip
    by = ["cohort", "currency"]

    def counted(column: str) -> Any:
        rows = loans.lazy().filter(c(column).is_not_null())
        return rows.group_by(*by, c(column).alias("m")).agg(pl.len(), c("principal").sum())

    stands = [
        agg
        for n in LIMITS
        for agg in (
            (c("dpd") >= n).sum().alias(f"n{n}"),
            c("principal").filter(c("dpd") >= n).sum().alias(f"p{n}"),
        )
    ]
    slim = loans.lazy().select(*KEY, "cohort", "principal")
    joined = seen.select(*KEY, "m", "dpd").join(slim, on=KEY)
    now = joined.group_by(*by, "m").agg(*stands).collect(engine="streaming")
    return _cells(
        counted("entered").collect().rows(),
        {n: counted(f"first{n}").collect().rows() for n in LIMITS},
        {(r["cohort"], r["currency"], r["m"]): r for r in now.to_dicts()},
        files,
    )


def _cells(entered: Any, firsts: Any, now: Any, files: Files) -> Rows:
    """Sums carried forward month by month, as all peers need them."""
    months = [d.year * 12 + d.month - 1 for d in files]
    found: Rows = []
    for cohort, currency in sorted({(r[0], r[1]) for r in entered}):
        for limit in LIMITS:
            mine = [r for r in entered if (r[0], r[1]) == (cohort, currency)]
            late = [r for r in firsts[limit] if (r[0], r[1]) == (cohort, currency)]
            for m in months:
                loans = sum(r[3] for r in mine if r[2] <= m)
                if loans and m >= cohort:
                    ever = [(r[3], r[4]) for r in late if r[2] <= m]
                    stands = now.get((cohort, currency, m), {})
                    found.append(
                        (
                            date(cohort // 12, cohort % 12 + 1, 1), currency, m - cohort, limit,
                            int(loans), int(sum(e[0] for e in ever)),
                            int(stands.get(f"n{limit}", 0)), int(sum(e[1] for e in ever)),
                            int(stands.get(f"p{limit}", 0)),
                        )
                    )  # fmt: skip
    return found


def _pandas_rows(path: str, columns: list[str]) -> Any:
    import numpy as np
    import pandas as pd

    rows = pd.read_parquet(path, columns=["dpd", "payoff", "bucket", "currency", *columns])
    settled = (rows["dpd"] == 0) & (rows["payoff"] == 0)
    rows["state"] = np.where(
        rows["dpd"].isna(), "unaged", np.where(settled, "settled", rows["bucket"])
    )
    rows["payoff"] = rows["payoff"].fillna(0).astype("int64")
    return rows


def pandas_history(files: Files) -> Rows:
    found: Rows = []
    for day, path in files.items():
        rows = _pandas_rows(path, DUES)
        rows["arrears"] = rows[DUES].fillna(0).sum(axis=1).astype("int64")
        groups = rows.groupby(["currency", "state"]).agg(
            n=("payoff", "size"), arrears=("arrears", "sum"), payoff=("payoff", "sum")
        )
        found += [(day, *k, *(int(x) for x in v)) for k, v in zip(
            groups.index, groups.itertuples(index=False), strict=True)]  # fmt: skip
    return found


def pandas_roll(files: Files) -> Rows:
    found: Rows = []
    wanted = ["lender_id", "loan_id"]
    before = None
    for day, path in files.items():
        now = _pandas_rows(path, wanted)[[*KEY, "state", "payoff"]]
        if before is not None:
            both = before.merge(now, on=KEY, how="outer", suffixes=("", "_now"))
            both["amount"] = both["payoff"].fillna(both["payoff_now"]).astype("int64")
            both["was"], both["now"] = both["state"].fillna("new"), both["state_now"].fillna("gone")
            groups = both.groupby(["currency", "was", "now"])["amount"].agg(["size", "sum"])
            found += [(day, *k, int(n), int(a)) for k, n, a in zip(
                groups.index, groups["size"], groups["sum"], strict=True)]  # fmt: skip
        before = now
    return found


def pandas_vintages(files: Files) -> Rows:
    import pandas as pd

    columns = [*KEY, "kind", "principal", "disbursed_on", "dpd"]
    parts = []
    for day, path in files.items():
        part = pd.read_parquet(path, columns=columns)
        part["m"] = day.year * 12 + day.month - 1
        parts.append(part)
    seen = pd.concat(parts, ignore_index=True)
    groups = seen.groupby(KEY, sort=False)
    loans = groups[["kind", "principal", "disbursed_on"]].last()
    loans["entered"] = groups["m"].min()
    for n in LIMITS:
        loans[f"first{n}"] = seen[seen["dpd"] >= n].groupby(KEY, sort=False)["m"].min()
    loans = loans[loans["kind"] == "full"].reset_index()
    born = pd.to_datetime(loans["disbursed_on"])
    loans["cohort"] = born.dt.year * 12 + born.dt.month - 1
    by = ["cohort", "currency"]

    def counted(column: str) -> Rows:
        sums = loans.groupby([*by, column])["principal"].agg(["size", "sum"])
        return [(*k, n, a) for k, n, a in zip(sums.index, sums["size"], sums["sum"], strict=True)]

    joined = seen[[*KEY, "m", "dpd"]].merge(loans[[*KEY, "cohort", "principal"]], on=KEY)
    now: dict[Any, dict[str, int]] = {}
    for n in LIMITS:
        sums = joined[joined["dpd"] >= n].groupby([*by, "m"])["principal"].agg(["size", "sum"])
        for k, loans_now, amount in zip(sums.index, sums["size"], sums["sum"], strict=True):
            now.setdefault(k, {}).update({f"n{n}": loans_now, f"p{n}": amount})
    return _cells(counted("entered"), {n: counted(f"first{n}") for n in LIMITS}, now, files)


WHO: dict[str, dict[str, Callable[[Files], Rows]]] = {
    "doorstep": {"history": our_history, "roll": our_roll, "vintages": our_vintages},
    "polars": {"history": polars_history, "roll": polars_roll, "vintages": polars_vintages},
    "pandas": {"history": pandas_history, "roll": pandas_roll, "vintages": pandas_vintages},
}

if __name__ == "__main__":
    main()
