"""The aged files asked with DuckDB: a scan for the history, a join for a roll, a pass for vintages.

The text of every question is fixed: paths, days, lenders and products go in as values. A
connection may read the files it is given and nothing else.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

import duckdb
import pyarrow as pa

from doorstep.book.rules.portfolio import (
    Cohort,
    Counts,
    Days,
    Move,
    Part,
    Stock,
    Vintages,
    cells,
    month_of,
)

THREADS = 2
MEMORY = "1GB"
"""What a question may take; beyond it DuckDB works on the disk."""

Kind = tuple[int, str, str]
"""(lender's id, product, bucket): what a mandate can tell apart."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Which rows are asked: those of `days` in `files` (day and path).

    `plain` files are those `doorstep book age` writes: no lender, no product, no principal; what
    vintages need of them is in the `loans` files of the book. `kinds` None means all; `written`
    are the loans written off: (lender's id, loan, day).
    """

    files: tuple[tuple[date, str], ...]
    plain: bool = False
    loans: tuple[str, ...] = ()
    lender: int | None = None
    product: str = ""
    kinds: frozenset[tuple[date, Kind]] | None = None
    written: frozenset[tuple[int, str, date]] = field(default_factory=frozenset)

    @property
    def days(self) -> tuple[date, ...]:
        return tuple(sorted({day for day, _ in self.files}))

    def of(self, days: Sequence[date]) -> Rows:
        """The same question of some of the days; what happened after them is not part of it, so
        that an answer once found stays found."""
        wanted = set(days)
        kinds = None if self.kinds is None else frozenset(k for k in self.kinds if k[0] in wanted)
        files = tuple(f for f in self.files if f[0] in wanted)
        written = frozenset(w for w in self.written if w[2] <= max(wanted, default=date.min))
        return Rows(files, self.plain, self.loans, self.lender, self.product, kinds, written)


_DUE = " + ".join(
    f"coalesce(r.due_{name}, 0)" for name in ("costs", "fees", "penalties", "interest", "principal")
)
_STATE = """
    CASE WHEN r.dpd IS NULL THEN 'unaged'
         WHEN r.dpd = 0 AND r.payoff = 0
         THEN CASE WHEN w.loan_id IS NULL THEN 'settled' ELSE 'written_off' END
         ELSE r.bucket END
"""
_COMMON = f"""
    r.loan_id, r.as_of, r.currency, r.dpd, coalesce(r.payoff, 0) AS payoff,
    {_DUE} AS arrears, {_STATE} AS state
"""
_KEPT = f"""
    SELECT r.lender_id AS lender, r.kind, r.principal, r.disbursed_on, {_COMMON}
    FROM raw r LEFT JOIN written w
      ON w.lender_id = r.lender_id AND w.loan_id = r.loan_id AND w.day <= r.as_of
    WHERE r.as_of IN (SELECT day FROM days)
"""  # noqa: S608 - made of the constants above
_PLAIN = f"""
    SELECT 0 AS lender, r.status AS kind, t.principal, t.disbursed_on, {_COMMON}
    FROM raw r LEFT JOIN terms t ON t.loan_id = r.loan_id LEFT JOIN written w ON false
    WHERE r.as_of IN (SELECT day FROM days)
"""  # noqa: S608 - made of the constants above
_LENDER = " AND r.lender_id IN (SELECT lender_id FROM lenders)"
_PRODUCT = " AND r.product IN (SELECT product FROM products)"
_KINDS = """ AND EXISTS (SELECT 1 FROM kinds k WHERE k.day = r.as_of AND k.lender_id = r.lender_id
    AND k.product = r.product AND k.bucket = r.bucket)"""
_HISTORY = """
    SELECT as_of, currency, state, count(*), sum(arrears), sum(payoff)
    FROM aged GROUP BY ALL ORDER BY ALL
"""
_ROLL = """
    SELECT currency, coalesce(o.state, 'new'), coalesce(c.state, 'gone'), count(*),
           sum(coalesce(o.payoff, c.payoff))
    FROM (SELECT * FROM aged WHERE as_of = $opening) o
    FULL JOIN (SELECT * FROM aged WHERE as_of = $closing) c USING (lender, loan_id, currency)
    GROUP BY ALL ORDER BY ALL
"""
_SEEN = "CREATE TEMP VIEW seen AS SELECT *, year(as_of) * 12 + month(as_of) - 1 AS m FROM aged"
"""A view: reading the files twice costs less than holding their rows."""
_LOANS = """
    CREATE TEMP TABLE loans AS
    SELECT lender, loan_id, currency, arg_max(kind, as_of) AS kind,
           year(arg_max(disbursed_on, as_of)) * 12
           + month(arg_max(disbursed_on, as_of)) - 1 AS cohort,
           coalesce(arg_max(principal, as_of), 0) AS principal, min(m) AS entered{firsts}
    FROM seen GROUP BY lender, loan_id, currency
"""
_FIRST = ", min(m) FILTER (WHERE dpd >= $limit{n}) AS first{n}"
_LEFT_OUT = """
    SELECT CASE WHEN kind <> 'full' THEN kind ELSE 'no_day' END, count(*) FROM loans
    WHERE kind <> 'full' OR cohort IS NULL GROUP BY ALL ORDER BY ALL
"""
_ENTERED = """
    SELECT cohort, currency, entered, count(*), sum(principal) FROM loans
    WHERE kind = 'full' AND cohort IS NOT NULL GROUP BY ALL
"""
_REACHED = """
    SELECT cohort, currency, first{n}, count(*), sum(principal) FROM loans
    WHERE kind = 'full' AND cohort IS NOT NULL AND first{n} IS NOT NULL GROUP BY ALL
"""
_STANDING = """
    SELECT l.cohort, l.currency, s.m{sums}
    FROM seen s JOIN loans l USING (lender, loan_id, currency)
    WHERE l.kind = 'full' AND l.cohort IS NOT NULL AND s.as_of IN (SELECT day FROM lasts)
    GROUP BY ALL
"""
_STANDS = (
    ", count(*) FILTER (WHERE s.dpd >= $limit{n})"
    ", coalesce(sum(l.principal) FILTER (WHERE s.dpd >= $limit{n}), 0)"
)


@lru_cache(maxsize=256)
def stocks(rows: Rows) -> tuple[Stock, ...]:
    """Loans and amounts by day, currency and state. Aged files never change under their name, so
    answers stay in memory."""
    with _asked(rows) as ask:
        return tuple(Stock(*row) for row in ask.execute(_HISTORY).fetchall())


@lru_cache(maxsize=1024)
def moves(rows: Rows, opening: date, closing: date) -> tuple[Move, ...]:
    """The loans of two days by where they were and where they are, each loan once."""
    with _asked(rows.of([opening, closing])) as ask:
        found = ask.execute(_ROLL, {"opening": opening, "closing": closing})
        return tuple(Move(*row) for row in found.fetchall())


@lru_cache(maxsize=64)
def vintages(rows: Rows, limits: tuple[int, ...]) -> Vintages:
    """Cohorts by month of disbursement, at every month on book that was looked at."""
    with _asked(rows) as ask:
        return _vintages(ask, rows, limits)


def _vintages(ask: duckdb.DuckDBPyConnection, rows: Rows, limits: tuple[int, ...]) -> Vintages:
    places = range(len(limits))
    bound = {f"limit{n}": limit for n, limit in enumerate(limits)}
    lasts = {month_of(day): day for day in rows.days}
    _put(ask, "lasts", {"day": pa.array(list(lasts.values()), pa.date32())})
    ask.execute(_SEEN)
    ask.execute(_LOANS.format(firsts="".join(_FIRST.format(n=n) for n in places)), bound)
    reached: dict[tuple[int, Cohort], dict[int, Part]] = {}
    for n in places:
        firsts = ask.execute(_REACHED.format(n=n)).fetchall()
        reached |= {(limits[n], c): found for c, found in _by_cohort(firsts).items()}
    sums = "".join(_STANDS.format(n=n) for n in places)
    standing: dict[tuple[int, Cohort], dict[int, Part]] = defaultdict(dict)
    for cohort, currency, month, *parts in ask.execute(
        _STANDING.format(sums=sums), bound
    ).fetchall():
        for n in places:
            standing[limits[n], (cohort, currency)][month] = Part(*parts[2 * n : 2 * n + 2])
    counts = Counts(_by_cohort(ask.execute(_ENTERED).fetchall()), reached, standing)
    left_out = dict(ask.execute(_LEFT_OUT).fetchall())
    return Vintages(tuple(cells(counts, Days(rows.days), limits)), left_out)


def _by_cohort(rows: list[Any]) -> dict[Cohort, dict[int, Part]]:
    found: dict[Cohort, dict[int, Part]] = defaultdict(dict)
    for cohort, currency, month, loans, amount in rows:
        found[cohort, currency][month] = Part(loans, amount)
    return dict(found)


@lru_cache(maxsize=4096)
def kinds_in(path: str) -> frozenset[Kind]:
    """The lenders, products and buckets of one file."""
    with _connect([path]) as ask:
        rows = ask.read_parquet(path).select("lender_id", "product", "bucket").distinct()
        return frozenset(rows.fetchall())


def dates_in(path: str) -> tuple[date | None, date | None, set[str]]:
    """The first and the last day of one file, and its columns. Raises duckdb.Error."""
    with _connect([path]) as ask:
        rows = ask.read_parquet(path)
        if "as_of" not in rows.columns:
            return None, None, set(rows.columns)
        first, last = rows.aggregate("min(as_of), max(as_of)").fetchall()[0]
        return first, last, set(rows.columns)


def twice_in(rows: Rows) -> tuple[date, str] | None:
    """A loan that stands twice on a day, of files nobody has checked; None where none does."""
    with _asked(rows) as ask:
        found = ask.execute(
            "SELECT as_of, CAST(loan_id AS VARCHAR) FROM aged GROUP BY lender, loan_id, as_of "
            "HAVING count(*) > 1 ORDER BY 1, 2 LIMIT 1"
        ).fetchone()
    return (found[0], found[1]) if found else None


@contextmanager
def _connect(paths: Sequence[str]) -> Iterator[duckdb.DuckDBPyConnection]:
    """DuckDB with two threads, bounded memory, and sight of these files only."""
    with tempfile.TemporaryDirectory(prefix="doorstep-") as aside:
        told: dict[str, str | bool | int | float | list[str]] = {
            "threads": THREADS,
            "memory_limit": MEMORY,
            "temp_directory": aside,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
        with duckdb.connect(config=told) as ask:
            ask.execute("SET allowed_paths = $paths", {"paths": list(paths)})
            ask.execute("SET allowed_directories = $aside", {"aside": [aside]})
            ask.execute("SET enable_external_access = false")
            ask.execute("SET lock_configuration = true")
            yield ask


@contextmanager
def _asked(rows: Rows) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with the view `aged`: one row for each loan and day that is asked for."""
    paths = [path for _, path in rows.files]
    with _connect([*paths, *rows.loans]) as ask:
        ask.read_parquet(paths, union_by_name=True).create_view("raw")
        _put(ask, "days", {"day": pa.array(rows.days, pa.date32())})
        lenders, loans, days = (
            zip(*sorted(rows.written), strict=True) if rows.written else ((),) * 3
        )
        _put(
            ask,
            "written",
            {
                "lender_id": pa.array(lenders, pa.int64()),
                "loan_id": pa.array(loans, pa.string()),
                "day": pa.array(days, pa.date32()),
            },
        )
        ask.execute(f"CREATE TEMP VIEW aged AS {_view(ask, rows)}")
        yield ask


def _view(ask: duckdb.DuckDBPyConnection, rows: Rows) -> str:
    if rows.plain:
        _put_terms(ask, rows.loans)
        return _PLAIN
    sql = _KEPT
    if rows.lender is not None:
        _put(ask, "lenders", {"lender_id": pa.array([rows.lender], pa.int64())})
        sql += _LENDER
    if rows.product:
        _put(ask, "products", {"product": pa.array([rows.product], pa.string())})
        sql += _PRODUCT
    if rows.kinds is not None:
        _put_kinds(ask, rows.kinds)
        sql += _KINDS
    return sql


def _put_kinds(ask: duckdb.DuckDBPyConnection, kinds: frozenset[tuple[date, Kind]]) -> None:
    found = sorted(kinds)
    _put(
        ask,
        "kinds",
        {
            "day": pa.array([day for day, _ in found], pa.date32()),
            "lender_id": pa.array([k[0] for _, k in found], pa.int64()),
            "product": pa.array([k[1] for _, k in found], pa.string()),
            "bucket": pa.array([k[2] for _, k in found], pa.string()),
        },
    )


def _put_terms(ask: duckdb.DuckDBPyConnection, loans: Sequence[str]) -> None:
    """Principal and day of disbursement from the book's own loans; nothing where none are given."""
    if loans:
        rows = ask.read_parquet(list(loans), union_by_name=True)
        rows.select("loan_id", "principal", "disbursed_on").create_view("terms")
        return
    empty = {
        "loan_id": pa.array([], pa.string()),
        "principal": pa.array([], pa.int64()),
        "disbursed_on": pa.array([], pa.date32()),
    }
    _put(ask, "terms", empty)


def _put(ask: duckdb.DuckDBPyConnection, name: str, columns: Mapping[str, Any]) -> None:
    ask.register(name, pa.table(dict(columns)))
