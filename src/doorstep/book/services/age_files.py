"""A folder of tables in, a folder of aged tables out: `doorstep book age`."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from doorstep.book.rules.ageing import age, age_in_detail
from doorstep.book.rules.arrow import pc
from doorstep.book.rules.basis import Basis
from doorstep.book.rules.change_kinds import CHANGE_KEYS
from doorstep.book.rules.termed import COLUMNS as TERMS
from doorstep.book.services.age_detail import age_stream_in_detail
from doorstep.book.services.age_stream import age_stream, check_order
from doorstep.book.services.book_files import (
    PRODUCTS,
    SORT,
    OrphanError,
    Table,
    UnsortedError,
    check_columns,
    read_basis,
)
from doorstep.book.services.night import NightReport, age_night
from doorstep.book.services.night_state import State, Writer
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
        {
            "loan_id", "event_id", "on", "kind", "component", "amount", "payment_id", "instalment",
            "charge_id", "reverses", "rate", "by", "reason", *CHANGE_KEYS,
        }
    ),
}  # fmt: skip
"""The columns each table may have. `events` is optional: every kind of change, and what remakes a
schedule."""


_IDS = ("loan_id", "borrower_id", "payment_id", "reverses", "charge_id", "event_id")


SMALL = 3_000_000
"""Rows of a book that is read whole and sorted in memory where its files are not in order."""


def age_folder(
    folder: Path, as_of: date, out: Path, *, detail: bool, state: Path | None = None
) -> dict[str, int]:
    """Age the book in `folder` and write it to `out`; returns rows by table.

    Sorted Parquet is read from front to back, whatever its size. CSV and unsorted files of a small
    book are read whole. With `state` the folder for the nights after it is made,
    which needs sorted Parquet. Raises BookError naming file, row and column; nothing is written
    then.
    """
    parts, basis = parts_of(folder), read_basis(folder, as_of)
    with Output(out) as output:
        tables = _sorted_tables(parts)
        if state is not None and (tables is None or detail):
            raise BookError(str(folder), f"a state needs Parquet and no --detail; {SORT}")
        if tables is None:
            _age_whole(parts, basis, output, detail=detail)
            return output.finish()
        try:
            _age_streamed(tables, basis, output, detail, _kept(state, tables, basis, folder))
        except UnsortedError:
            if state is not None or sum(len(t) for t in tables.values()) > SMALL:
                raise
            output.forget()
            _age_whole(parts, basis, output, detail=detail)
        return output.finish()


def age_folder_on_spark(folder: Path, as_of: date, out: Path) -> dict[str, int]:
    """`age_folder` on Spark, for Parquet in any order; the loans are a folder of parts.

    Raises what `age_spark` raises.
    """
    from doorstep.book.services.age_spark import age_spark

    parts = parts_of(folder)
    if any(p.suffix != ".parquet" for paths in parts.values() for p in paths):
        raise BookError(str(folder), "Spark reads Parquet; write the tables as such")
    tables = {name: Table(name, paths, TABLES[name]) for name, paths in parts.items()}
    return {"loans": age_spark(tables, read_basis(folder, as_of), out)}


@contextmanager
def _kept(
    state: Path | None, tables: Mapping[str, Table], basis: Basis, folder: Path
) -> Iterator[Writer | None]:
    """A writer of the state, finished if all goes well."""
    if state is None:
        yield None
        return
    writer = Writer(state, tables, basis.as_of, folder / PRODUCTS)
    try:
        yield writer
        writer.finish()
    finally:
        writer.forget()


def age_night_folder(changes: Path, state: Path, as_of: date, out: Path) -> NightReport:
    """Age what the new rows in `changes` and the due days since the state's last day touch.

    Writes the loans aged anew to `out` and the night to the state. `changes` holds tables of a
    book, none of them needed. Raises BookError naming table, row and column; nothing is written
    then.
    """
    if not changes.is_dir():
        raise BookError(str(changes), "there is no such folder; give the folder of the new rows")
    parts = {name: found for name in TABLES if (found := _parts(changes, name))}
    tables = read_book(parts) if parts else {}
    known = State(state)
    _same_products(known, changes, as_of)
    kind = known.tables["loans"].schema.field("loan_id").type
    with Output(out) as output:
        aged, report = age_night(
            known, {n: _with_ids(t, kind, n) for n, t in tables.items()}, known.basis(as_of)
        )
        output.write("loans", aged)
        output.finish()
    return report


def _same_products(known: State, changes: Path, as_of: date) -> None:
    """Raises BookError where the terms of products are others than at the full run: they concern
    loans that nothing else touches."""
    told = known.basis(as_of).products
    folders = [known.book] if known.book.is_dir() else []
    folders += [changes] if (changes / PRODUCTS).exists() else []
    for folder in folders:
        if read_basis(folder, as_of).products != told:
            raise BookError(
                str(folder / PRODUCTS),
                "is not what it was at the full run; age the whole book with --state again",
            )


def _with_ids(table: pa.Table, kind: pa.DataType, name: str) -> pa.Table:
    try:
        ids = table.column("loan_id").cast(kind)
    except pa.ArrowInvalid as error:
        raise BookError(f"{name}:1:loan_id", f"not as in the book ({error})") from error
    return table.set_column(table.column_names.index("loan_id"), "loan_id", ids)


def _age_streamed(
    tables: Mapping[str, Table],
    basis: Basis,
    output: Output,
    detail: bool,
    kept: AbstractContextManager[Writer | None],
) -> None:
    try:
        if detail:
            age_stream_in_detail(tables, basis, output.write)
            return
        with kept as keep:
            age_stream(tables, basis, lambda aged: output.write("loans", aged), keep)
    except OrphanError:
        check_order(tables["loans"])
        raise


def _age_whole(
    parts: Mapping[str, list[Path]], basis: Basis, output: Output, *, detail: bool
) -> None:
    tables = read_book(parts)
    events = tables.pop("events", None)
    if not detail:
        output.write("loans", age(tables, events, basis.as_of, products=basis.products))
        return
    found = age_in_detail(tables, events, basis.as_of, products=basis.products)
    for name in ("loans", "instalments", "payments"):
        output.write(name, getattr(found, name))


def _sorted_tables(parts: Mapping[str, list[Path]]) -> dict[str, Table] | None:
    """The book as tables to be read from front to back, where its files allow that."""
    if any(p.suffix != ".parquet" for paths in parts.values() for p in paths):
        return None
    tables = {name: Table(name, paths, TABLES[name]) for name, paths in parts.items()}
    kinds = {kind for t in tables.values() if len(t) for kind in t.kinds_of_id()}
    return tables if len(kinds) <= 1 else None


class Output:
    """Parquet files written aside and put in place together at the end."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._open: dict[str, Any] = {}
        self._rows: dict[str, int] = {}

    def __enter__(self) -> Output:
        return self

    def write(self, name: str, table: pa.Table) -> None:
        if name not in self._open:
            self.folder.mkdir(parents=True, exist_ok=True)
            words: Any = [f.name for f in table.schema if pa.types.is_dictionary(f.type)]
            self._open[name] = pa.parquet.ParquetWriter(
                self._aside(name),
                table.schema,
                compression="lz4",
                use_dictionary=words,
                write_statistics=["loan_id"],
                store_schema=False,
                write_batch_size=65_536,
            )
            self._rows[name] = 0
        self._open[name].write_table(table)
        self._rows[name] += table.num_rows

    def finish(self) -> dict[str, int]:
        """Put the files in place; returns their rows."""
        for name, writer in self._open.items():
            writer.close()
            os.replace(self._aside(name), self.folder / f"{name}.parquet")
        self._open = {}
        return self._rows

    def forget(self) -> None:
        """Remove what was written so far."""
        for name, writer in self._open.items():
            writer.close()
            self._aside(name).unlink()
        if self._open and not any(self.folder.iterdir()):
            self.folder.rmdir()
        self._open, self._rows = {}, {}

    def __exit__(self, *_: object) -> None:
        self.forget()

    def _aside(self, name: str) -> Path:
        return self.folder / f".{name}.parquet.part"


def parts_of(folder: Path) -> dict[str, list[Path]]:
    """The files of each table: `NAME.parquet`, `NAME.csv` or a folder `NAME` of such parts."""
    if not folder.is_dir():
        raise BookError(str(folder), "there is no such folder; give the folder of the book")
    found = {name: _parts(folder, name) for name in TABLES}
    if not found["loans"]:
        raise BookError(
            str(folder), "has no loans.parquet, loans.csv or folder loans; put the loans there"
        )
    return {name: parts for name, parts in found.items() if parts}


def read_book(parts: Mapping[str, list[Path]]) -> dict[str, pa.Table]:
    """All tables of a book in memory."""
    return _same_ids({name: _whole(paths, TABLES[name]) for name, paths in parts.items()})


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
    check_columns(path, table.column_names, allowed)
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
