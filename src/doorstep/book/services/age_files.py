"""A folder of tables in, a folder of aged tables out: `doorstep book age`."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from doorstep.book.rules.ageing import age, age_in_detail
from doorstep.book.rules.arrow import pc
from doorstep.book.rules.termed import COLUMNS as TERMS
from doorstep.book.types import BookError

TABLES: dict[str, frozenset[str]] = {
    "loans": frozenset(
        {
            "loan_id", "borrower_id", "lender", "product", "currency", "principal",
            "disbursed_on", "contract_on", "maturity", "stated_on", "dpd", "owed_principal",
            "owed_interest", "owed_fees", "owed_penalties", "owed_costs", "not_due", *TERMS,
        }
    ),
    "instalments": frozenset({"loan_id", "number", "due", "principal", "interest"}),
    "charges": frozenset({"loan_id", "charge_id", "kind", "due", "added_on", "amount"}),
    "payments": frozenset({"loan_id", "payment_id", "on", "amount", "reverses"}),
    "events": frozenset(
        {"loan_id", "event_id", "on", "kind", "component", "amount", "payment_id"}
    ),
}  # fmt: skip
"""The columns each table may have. `events` is optional: pauses, waivers and reversals."""


_IDS = ("loan_id", "borrower_id", "payment_id", "reverses", "charge_id", "event_id")


def age_folder(folder: Path, as_of: date, out: Path, *, detail: bool) -> dict[str, int]:
    """Age the book in `folder` and write it to `out`; returns rows by table.

    Raises BookError naming file, row and column; nothing is written then.
    """
    tables = read_book(folder)
    events = tables.pop("events", None)
    if detail:
        found = age_in_detail(tables, events, as_of)
        aged = {
            "loans": found.loans,
            "instalments": found.instalments,
            "payments": found.payments,
        }
    else:
        aged = {"loans": age(tables, events, as_of)}
    out.mkdir(parents=True, exist_ok=True)
    for name, table in aged.items():
        part = out / f".{name}.parquet.part"
        pa.parquet.write_table(table, part, compression="zstd")
        os.replace(part, out / f"{name}.parquet")
    return {name: table.num_rows for name, table in aged.items()}


def read_book(folder: Path) -> dict[str, pa.Table]:
    """The tables of a book: `NAME.parquet`, `NAME.csv` or a folder `NAME` of such parts."""
    if not folder.is_dir():
        raise BookError(str(folder), "there is no such folder; give the folder of the book")
    found = {}
    for name, allowed in TABLES.items():
        parts = _parts(folder, name)
        if not parts:
            continue
        found[name] = _whole(parts, allowed)
    if "loans" not in found:
        raise BookError(
            str(folder), "has no loans.parquet, loans.csv or folder loans; put the loans there"
        )
    return _same_ids(found)


def _whole(parts: list[Path], allowed: frozenset[str]) -> pa.Table:
    """One table of its parts. Ids of CSV files become numbers where all are written as such."""
    try:
        read = [_read(part, allowed) for part in parts]
        table = pa.concat_tables(read, promote_options="permissive")
    except pa.ArrowTypeError as error:
        where = str(parts[0].parent)
        raise BookError(
            where, f"its parts do not fit together ({error}); write them alike"
        ) from error
    return _plain_ids(table) if all(p.suffix == ".csv" for p in parts) else table


def _plain_ids(table: pa.Table) -> pa.Table:
    for at, name in enumerate(table.column_names):
        if name in _IDS:
            table = table.set_column(at, name, _numbers_where_all_are(table.column(at)))
    return table


def _parts(folder: Path, name: str) -> list[Path]:
    single = [p for p in (folder / f"{name}.parquet", folder / f"{name}.csv") if p.is_file()]
    inside = folder / name
    parts = sorted(p for p in inside.glob("*") if p.suffix in {".parquet", ".csv"})
    if len(single) + bool(parts) > 1:
        raise BookError(f"{folder}/{name}", "is there more than once; keep one of them")
    return single or parts


def _read(path: Path, allowed: frozenset[str]) -> pa.Table:
    try:
        table = _read_csv(path) if path.suffix == ".csv" else pa.parquet.read_table(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise BookError(str(path), f"cannot be read ({error}); correct the file") from error
    for column in table.column_names:
        if column not in allowed:
            raise BookError(
                f"{path}:1:{column}", f"unknown column; use {', '.join(sorted(allowed))}"
            )
    return table


def _read_csv(path: Path) -> pa.Table:
    """A CSV file says nothing of types: ids are text (0012 is not 12) and empty cells are empty."""
    options = pa.csv.ConvertOptions(
        column_types=dict.fromkeys(_IDS, pa.string()), strings_can_be_null=True
    )
    return pa.csv.read_csv(path, convert_options=options)


def _numbers_where_all_are(column: pa.ChunkedArray[Any]) -> pa.ChunkedArray[Any]:
    """Text ids as whole numbers where every one is written as a number is, else as they are."""
    if not pa.types.is_string(column.type):
        return column
    plain = pc.all(pc.match_substring_regex(column, r"^(0|[1-9][0-9]{0,17})$")).as_py()
    return column.cast(pa.int64()) if plain else column


def _same_ids(tables: dict[str, pa.Table]) -> dict[str, pa.Table]:
    """Loan ids as whole numbers where all tables have them so, else as text everywhere."""
    types = {t.schema.field("loan_id").type for t in tables.values() if t.num_rows}
    wanted = pa.int64() if all(pa.types.is_integer(t) for t in types) else pa.string()
    for name, table in tables.items():
        at = table.schema.get_field_index("loan_id")
        if at < 0:
            raise BookError(f"{name}:1:loan_id", "this column is missing; add it")
        tables[name] = table.set_column(at, "loan_id", table.column(at).cast(wanted))
    return tables
