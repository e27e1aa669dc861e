"""Aged files that lie anywhere: what `doorstep book age` wrote for several days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import duckdb

from doorstep.book.portfolio.engine import Rows, dates_in, twice_in
from doorstep.book.types import BookError

NEEDED = {
    *("loan_id", "as_of", "currency", "dpd", "bucket", "payoff", "status"),
    *("due_costs", "due_fees", "due_penalties", "due_interest", "due_principal"),
}
TERMS = {"loan_id", "principal", "disbursed_on"}


def plain_rows(aged: Sequence[Path], loans: Sequence[Path] = ()) -> Rows:
    """The rows of aged files or folders, each of one day; several of a day are its parts.

    `loans` are the book's own, for vintages. Raises BookError naming the file.
    """
    days: dict[date, list[str]] = defaultdict(list)
    for path in _parquet(aged):
        days[_day(path)].append(str(path))
    terms = _parquet(loans)
    for path in terms:
        _columns(path, TERMS)
    files = tuple((day, path) for day in sorted(days) for path in days[day])
    rows = Rows(files, plain=True, loans=tuple(str(p) for p in terms))
    if twice := _twice(rows):
        where = ", ".join(days[twice[0]])
        told = f"loan {twice[1]!r} stands twice on {twice[0]}; give each day's book once"
        raise BookError(where, told)
    return rows


def _twice(rows: Rows) -> tuple[date, str] | None:
    try:
        return twice_in(rows)
    except duckdb.Error as error:
        first = str(error).splitlines()[0]
        raise BookError(rows.files[0][1], f"the files do not fit together ({first})") from error


def _parquet(paths: Sequence[Path]) -> list[Path]:
    """Files as given; of a folder `loans.parquet`, or the parts in `loans/`, or its own."""
    found: list[Path] = []
    for path in paths:
        if not path.is_dir():
            found.append(path)
            continue
        whole, parts = path / "loans.parquet", path / "loans"
        inside = [whole] if whole.is_file() else sorted((parts if parts.is_dir() else path).glob(
            "*.parquet"
        ))  # fmt: skip
        if not inside:
            raise BookError(str(path), "holds no aged loans; give what `doorstep book age` wrote")
        found += inside
    return found


def _day(path: Path) -> date:
    first, last = _columns(path, NEEDED)
    if first is None or first != last:
        told = "holds no loans" if first is None else f"holds several days, {first} to {last}"
        raise BookError(str(path), f"{told}; give one file for each day")
    return first


def _columns(path: Path, needed: set[str]) -> tuple[date | None, date | None]:
    if not path.is_file():
        raise BookError(str(path), "is not there; give the path of a Parquet file")
    try:
        first, last, columns = dates_in(str(path))
    except duckdb.Error as error:
        raise BookError(str(path), "cannot be read as Parquet; write it again") from error
    if lacking := sorted(needed - columns):
        raise BookError(str(path), f"has no column {lacking[0]!r}; give a loans file as written")
    return first, last
