"""The same question put to Polars, DuckDB and pandas: what does every loan owe on a day?

With no penalties, charges or events money fills the instalments in the order of their due days, so
what is left of each follows from two running sums. That is the peers' closed form. Each reads the
files that `doorstep book age` reads and writes what it writes, as far as it can know it.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from doorstep.book.rules.buckets import ranges

COLUMNS = (
    *("loan_id", "currency", "dpd", "bucket", "oldest_unpaid", "next_due", "next_amount"),
    *("due_interest", "due_principal", "not_due", "credit", "payoff"),
)


def polars(book: Path, as_of: date, out: Path) -> None:
    """Running sums over whole columns, cut at the loans' ends: no hash, no window.

    A plainer form (`group_by` and `cum_sum().over("loan_id")`, lazy and streaming) costs three
    times as much.
    """
    import polars as pl

    c = pl.col
    money = pl.read_parquet(book / "payments.parquet", columns=["loan_id", "on", "amount"])
    paid = _ends(money.filter(c("on") <= as_of), {"paid": c("amount")}).select("loan_id", "paid")
    plan = pl.read_parquet(
        book / "instalments.parquet", columns=["loan_id", "due", "principal", "interest"]
    ).with_columns((c("principal") + c("interest")).alias("total"))
    loans = _ends(plan, {"owed": c("total"), "due_rows": c("due") <= as_of})
    loans = loans.join(paid, on="loan_id", how="left", maintain_order="left").with_columns(
        c("paid").fill_null(0)
    )
    met = (c("owed").cum_sum() - c("owed") + c("paid")).alias("met")
    reach = loans.select(met).to_series().gather(plan["loan_id"].rle_id())
    left = (c("total").cum_sum() - reach).clip(0, c("total"))
    rows = plan.select("loan_id", "due", "principal", left.alias("left"))
    is_due, part = c("due") <= as_of, pl.min_horizontal("left", "principal")
    sums = _ends(
        rows,
        {
            "payoff": c("left"),
            "arrears": pl.when(is_due).then(c("left")).otherwise(0),
            "due_principal": pl.when(is_due).then(part).otherwise(0),
            "settled": c("left") == 0,
        },
    )
    first = c("start") + c("settled")
    ahead = c("start") + pl.max_horizontal("settled", "due_rows")
    aged = pl.concat([loans.drop("loan_id", "start", "end"), sums], how="horizontal")
    due, owing = rows["due"], rows["left"]
    last = len(rows) - 1
    day = pl.lit(due).gather(first.clip(0, last))
    later = ahead.clip(0, last)
    is_ahead = ahead < c("end")
    aged = aged.select(
        "loan_id",
        pl.when((first < c("end")) & (day <= as_of)).then(day).alias("oldest_unpaid"),
        pl.when(is_ahead).then(pl.lit(due).gather(later)).alias("next_due"),
        pl.when(is_ahead).then(pl.lit(owing).gather(later)).otherwise(0).alias("next_amount"),
        (c("arrears") - c("due_principal")).alias("due_interest"),
        "due_principal",
        (c("payoff") - c("arrears")).alias("not_due"),
        (c("paid") - c("owed")).clip(0).alias("credit"),
        "payoff",
    )
    days = (pl.lit(as_of) - c("oldest_unpaid")).dt.total_days().fill_null(0)
    names = ["current", *[name for _, name in ranges()]]
    ids = pl.read_parquet(book / "loans.parquet", columns=["loan_id", "currency"])
    assert ids["loan_id"].equals(aged["loan_id"])  # so that no join is needed
    (
        pl.concat([ids, aged.drop("loan_id")], how="horizontal")
        .with_columns(days.cast(pl.Int32).alias("dpd"))
        .with_columns(
            c("dpd").cut([first - 1 for first, _ in ranges()], labels=names).alias("bucket")
        )
        .select(COLUMNS)
        .write_parquet(out, compression="lz4")
    )


def _ends(rows: Any, sums: dict[str, Any]) -> Any:
    """Per loan of sorted rows: id, `start`, `end`, and sums as differences of running ones."""
    import polars as pl

    runs = rows.select(pl.col("loan_id").rle()).unnest("loan_id")
    end = runs["len"].cast(pl.Int64).cum_sum()
    start = end - runs["len"].cast(pl.Int64)
    found = {"loan_id": runs["value"], "start": start, "end": end}
    for name, what in sums.items():
        at_end = rows.select(what.cast(pl.Int64).cum_sum()).to_series().gather(end - 1)
        found[name] = at_end.diff().fill_null(at_end.first())
    return pl.DataFrame(found)


def duckdb(book: Path, as_of: date, out: Path) -> None:
    """One statement; window sums by loan."""
    import duckdb as db

    cases = " ".join(
        f"WHEN dpd >= {first} THEN '{name}'" for first, name in reversed(list(ranges()))
    )
    db.sql("SET threads = 2")
    db.sql(
        f"""
        COPY (
          WITH paid AS (
            SELECT loan_id, sum(amount)::BIGINT AS paid FROM '{book}/payments.parquet'
            WHERE "on" <= DATE '{as_of}' GROUP BY loan_id
          ), running AS (
            SELECT i.loan_id, due, due <= DATE '{as_of}' AS is_due, principal,
                   principal + interest AS total, coalesce(paid, 0) AS paid,
                   sum(principal + interest) OVER (
                     PARTITION BY i.loan_id ORDER BY due ROWS UNBOUNDED PRECEDING
                   )::BIGINT AS cum
            FROM '{book}/instalments.parquet' i LEFT JOIN paid p ON p.loan_id = i.loan_id
          ), unpaid AS (
            SELECT *, greatest(0, least(total, cum - paid)) AS owing FROM running
          ), aged AS (
            SELECT loan_id,
              min(due) FILTER (owing > 0 AND is_due) AS oldest_unpaid,
              min(due) FILTER (owing > 0 AND NOT is_due) AS next_due,
              coalesce(arg_min(owing, due) FILTER (owing > 0 AND NOT is_due), 0) AS next_amount,
              coalesce(sum(owing - least(owing, principal)) FILTER (is_due), 0)::BIGINT
                AS due_interest,
              coalesce(sum(least(owing, principal)) FILTER (is_due), 0)::BIGINT AS due_principal,
              coalesce(sum(owing) FILTER (NOT is_due), 0)::BIGINT AS not_due,
              greatest(0, any_value(paid) - sum(total))::BIGINT AS credit,
              sum(owing)::BIGINT AS payoff
            FROM unpaid GROUP BY loan_id
          ), dated AS (
            SELECT l.loan_id, l.currency, a.* EXCLUDE (loan_id),
                   coalesce(DATE '{as_of}' - oldest_unpaid, 0)::INTEGER AS dpd
            FROM '{book}/loans.parquet' l JOIN aged a ON a.loan_id = l.loan_id
          )
          SELECT *, CASE {cases} ELSE 'current' END AS bucket FROM dated ORDER BY loan_id
        ) TO '{out}' (FORMAT parquet, COMPRESSION lz4_raw)
        """  # noqa: S608
    )


def pandas(book: Path, as_of: date, out: Path) -> None:
    """Running sums of sorted frames."""
    import numpy as np
    import pandas as pd
    import pyarrow.parquet as pq

    def read(name: str, columns: list[str]) -> Any:
        return pq.read_table(book / f"{name}.parquet", columns=columns).to_pandas()

    money = read("payments", ["loan_id", "on", "amount"])
    day = pd.Timestamp(as_of)
    paid = money[pd.to_datetime(money["on"]) <= day].groupby("loan_id", sort=False)["amount"].sum()
    rows = read("instalments", ["loan_id", "due", "principal", "interest"])
    rows["due"] = pd.to_datetime(rows["due"])
    rows["total"] = rows["principal"] + rows["interest"]
    rows["paid"] = rows["loan_id"].map(paid).fillna(0).astype("int64")
    cum = rows.groupby("loan_id", sort=False)["total"].cumsum()
    rows["left"] = np.clip(cum - rows["paid"], 0, rows["total"])
    rows["left_principal"] = np.minimum(rows["left"], rows["principal"])
    owing, is_due = rows["left"] > 0, rows["due"] <= day
    aged = rows.groupby("loan_id", sort=False).agg(
        payoff=("left", "sum"), total=("total", "sum"), paid=("paid", "first")
    )
    late, ahead = rows[owing & is_due], rows[owing & ~is_due]
    by_late, by_ahead = (x.groupby("loan_id", sort=False) for x in (late, ahead))
    aged["oldest_unpaid"], aged["next_due"] = by_late["due"].min(), by_ahead["due"].min()
    aged["next_amount"] = by_ahead["left"].first()
    aged["due_principal"] = by_late["left_principal"].sum()
    aged["due_interest"] = by_late["left"].sum() - aged["due_principal"]
    aged["not_due"] = by_ahead["left"].sum()
    numbers = ["next_amount", "due_principal", "due_interest", "not_due"]
    aged[numbers] = aged[numbers].fillna(0).astype("int64")
    aged["credit"] = np.maximum(aged["paid"] - aged["total"], 0)
    aged["dpd"] = (day - aged["oldest_unpaid"]).dt.days.fillna(0).astype("int32")
    edges = [-1, *[first - 1 for first, _ in ranges()], 10**6]
    names = ["current", *[name for _, name in ranges()]]
    aged["bucket"] = pd.cut(aged["dpd"], edges, labels=names)
    loans = read("loans", ["loan_id", "currency"]).join(aged, on="loan_id")
    for name in ("oldest_unpaid", "next_due"):
        loans[name] = loans[name].dt.date
    loans[list(COLUMNS)].to_parquet(out, compression="lz4")
