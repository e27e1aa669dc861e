"""A book aged on Spark: the same replay, a range of loans at a time, on any number of machines.

Spark reads the tables, brings all rows of a loan together (`repartitionByRange`, so files need no
order) and hands each range to `age` through Arrow. Workers need Doorstep installed as the driver
does. The answer is a folder of Parquet parts in the order of the loans.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from doorstep.book.rules.arrow import pc
from doorstep.book.rules.basis import Basis
from doorstep.book.types import BookError

if TYPE_CHECKING:
    from doorstep.book.services.book_files import Table

_ROWS = 2_000_000
"""Rows of one range, about: what a worker holds in memory at once."""
_TABLE = "_table"
_SAID = "doorstep says"


class NoSparkError(RuntimeError):
    """What Spark needs is not on this machine."""


def age_spark(tables: Mapping[str, Table], basis: Basis, out: Path) -> int:
    """Age the book and write `out`/loans; returns how many loans there are.

    Raises NoSparkError where PySpark or Java is missing, BookError for rows that cannot be aged:
    with table and column, for Spark knows no row numbers. `out` is as it was then.
    """
    session = _session()
    aside = out / ".loans.part"
    try:
        frame = _together(session, tables)
        ranges = max(2, sum(len(t) for t in tables.values()) // _ROWS)
        names = {name: t.columns for name, t in tables.items()}
        kind = "string" if _text(tables) else "bigint"
        aged = frame.repartitionByRange(ranges, "loan_id").mapInArrow(
            _ager(basis, names), f"loan_id {kind}, {_COLUMNS}"
        )
        out.mkdir(parents=True, exist_ok=True)
        aged.write.parquet(str(aside), mode="overwrite", compression="lz4")
        shutil.rmtree(out / "loans", ignore_errors=True)
        (out / "loans.parquet").unlink(missing_ok=True)
        aside.rename(out / "loans")
        return int(session.read.parquet(str(out / "loans")).count())
    except Exception as error:
        raise _told(error) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
        session.stop()


_COLUMNS = (
    "as_of date, currency string, dpd int, bucket string, oldest_unpaid date, next_due date, "
    "next_amount bigint, due_costs bigint, due_fees bigint, due_penalties bigint, "
    "due_interest bigint, due_principal bigint, not_due bigint, credit bigint, payoff bigint, "
    "status string"
)


def _session() -> Any:
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise NoSparkError("PySpark is not installed; install doorstep[spark]") from error
    if not os.environ.get("JAVA_HOME") and shutil.which("java") is None:
        raise NoSparkError("there is no Java; install Java 17 or newer")
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    builder: Any = SparkSession.builder
    session = (
        builder.appName("doorstep book age")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", "100000")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("OFF")
    return session


def _text(tables: Mapping[str, Table]) -> bool:
    return any("text" in t.kinds_of_id() for t in tables.values() if len(t))


def _together(session: Any, tables: Mapping[str, Table]) -> Any:
    """All rows of all tables in one frame, `_table` saying whose they are."""
    from pyspark.sql import functions as f

    kind = "string" if _text(tables) else "bigint"
    whole: Any = None
    for number, (name, table) in enumerate(tables.items()):
        read = session.read.parquet(*[str(p) for p in table.paths]).select(
            f.col("loan_id").cast(kind).alias("loan_id"),
            f.lit(number).alias(_TABLE),
            *[f.col(c).alias(f"{name}__{c}") for c in table.columns if c != "loan_id"],
        )
        whole = read if whole is None else whole.unionByName(read, allowMissingColumns=True)
    return whole


Batches = Iterable[pa.RecordBatch]


def _ager(basis: Basis, names: Mapping[str, list[str]]) -> Callable[[Batches], Iterator[Any]]:
    """What a worker does with a range of loans: all their rows in, the aged loans out."""

    def aged(batches: Batches) -> Iterator[Any]:
        from doorstep.book.rules.ageing import age

        mine = [b for b in batches if b.num_rows]
        if not mine:
            return
        tables = _apart(pa.Table.from_batches(mine), names)
        events = tables.pop("events", None)
        try:
            found = age(
                tables,
                events,
                basis.as_of,
                basis.order,
                orders=basis.orders,
                products=basis.products,
            )
        except BookError as error:
            where = re.sub(r"^(\w+):\d+:", r"\1:", error.where)
            raise RuntimeError(f"{_SAID}<{where}|{error.reason}>") from error
        yield from found.to_batches(max_chunksize=100_000)

    return aged


def _apart(rows: pa.Table, names: Mapping[str, list[str]]) -> dict[str, pa.Table]:
    """The tables that `_together` put into one."""
    found = {}
    for number, (name, columns) in enumerate(names.items()):
        mine = pc.equal(rows.column(_TABLE), number)
        wanted = [c for c in columns if c != "loan_id"]
        part = rows.select(["loan_id", *[f"{name}__{c}" for c in wanted]]).filter(mine)
        found[name] = part.rename_columns(["loan_id", *wanted])
    return found


def _told(error: Exception) -> Exception:
    """The BookError that a worker met, out of what Spark makes of it; else the error itself."""
    said = re.search(rf"{_SAID}<(.*?)\|(.*?)>", str(error), re.DOTALL)
    return BookError(said[1], said[2]) if said else error
