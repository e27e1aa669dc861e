"""A book read from front to back says what the same book says in memory."""

from __future__ import annotations

import json
import tempfile
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doorstep.book.rules.ageing import age
from doorstep.book.rules.basis import Basis
from doorstep.book.rules.loan import state_of
from doorstep.book.rules.product_terms import parse_product_terms
from doorstep.book.services import age_files, age_stream, book_files
from doorstep.book.services.age_files import age_folder
from doorstep.book.tests.strategies import DAYS, TERMED
from doorstep.book.tests.test_ageing import tables_of
from doorstep.book.types import BookError, Loan
from doorstep.kernel.money import COMPONENTS

DAY = date(2026, 11, 24)


@pytest.fixture
def tiny(monkeypatch):
    """Blocks of three rows and two loans, so that loans lie across them."""
    monkeypatch.setattr(book_files, "BATCH", 3)
    monkeypatch.setattr(age_stream, "_LOANS", 2)


def text_ids(table: pa.Table) -> pa.Table:
    ids = pa.array([f"客{i.as_py():04d}" for i in table["loan_id"]], pa.string())
    return table.set_column(0, "loan_id", ids)


def write(folder: Path, tables: dict[str, pa.Table], rows: int = 4, parts: int = 1) -> Path:
    """Each table in row groups of a few rows, or in a folder of parts."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        if parts == 1:
            pq.write_table(table, folder / f"{name}.parquet", row_group_size=rows)
            continue
        (folder / name).mkdir()
        each = max(1, table.num_rows // parts)
        for n in range(0, max(table.num_rows, 1), each):
            path = folder / name / f"{n:06d}.parquet"
            pq.write_table(table.slice(n, each), path, row_group_size=rows)
    return folder


def streamed(folder: Path, as_of: date, monkeypatch: pytest.MonkeyPatch | None = None) -> pa.Table:
    """Aged with no way back to memory."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(age_files, "SMALL", -1)
        patch.setattr(age_files, "_age_whole", None)
        age_folder(folder, as_of, folder / "out", detail=False)
    return pq.read_table(folder / "out" / "loans.parquet")


def terms_of(loan: Loan) -> dict[str, Any]:
    """What the product of a loan says, as `products.json` has it."""
    told: dict[str, Any] = {}
    if loan.penalty is not None:
        told["penalty"] = asdict(loan.penalty) | {"daily_rate": str(loan.penalty.daily_rate)}
    told["caps"] = [
        {**asdict(cap), "ratio": str(cap.ratio), "since": None, "until": None} for cap in loan.caps
    ]
    if loan.order is not None:
        told["order"] = asdict(loan.order)
    found: dict[str, Any] = json.loads(json.dumps(told))
    return found


def with_terms(invented: list[Loan]) -> tuple[dict[str, pa.Table], dict[str, Any]]:
    """A book as tables, events too, and its products."""
    tables, events, _ = tables_of(invented)
    opened = pa.array([loan.disbursed_on for loan in invented], pa.date32())
    tables["loans"] = tables["loans"].append_column("disbursed_on", opened)
    return {"events": events, **tables}, {f"P{n}": terms_of(x) for n, x in enumerate(invented)}


def in_memory(tables: dict[str, pa.Table], as_of: date, told: dict[str, Any]) -> pa.Table:
    products = {name: parse_product_terms(terms) for name, terms in told.items()}
    rows = {n: t for n, t in tables.items() if n != "events"}
    return age(rows, tables["events"], as_of, products=products)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(TERMED, min_size=1, max_size=7), DAYS, st.booleans(), st.integers(1, 6),
    st.integers(1, 3),
)  # fmt: skip
def test_a_stream_equals_the_book_in_memory_and_each_loan(invented, as_of, text, rows, parts):
    tables, told = with_terms(invented)
    tables = {n: text_ids(t) if text else t for n, t in tables.items()}
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(book_files, "BATCH", 3)
        patch.setattr(age_stream, "_LOANS", 2)
        home = write(Path(folder) / "book", tables, rows, parts)
        (home / "products.json").write_text(json.dumps(told))
        got = streamed(home, as_of)
    assert got.to_pylist() == in_memory(tables, as_of, told).to_pylist()
    for row, loan in zip(got.to_pylist(), invented, strict=True):
        one = state_of(loan, as_of)
        assert (row["dpd"], row["payoff"], row["credit"]) == (one.dpd, one.payoff, one.credit)
        assert {name: row[f"due_{name}"] for name in COMPONENTS} == dict(one.due)


@pytest.mark.parametrize(
    ("told", "where"),
    [
        ("[]", "give an object"),
        ("{", "cannot be read"),
        ('{"cash": {"fee": 1}}', "cash.fee: unknown key"),
        ('{"cash": {"penalty": {"daily_rate": 0.1}}}', "cash.penalty.daily_rate"),
    ],
)
def test_terms_of_products_that_cannot_be_read_are_named(tmp_path, told, where):
    write(tmp_path / "b", book())
    (tmp_path / "b" / "products.json").write_text(told)
    with pytest.raises(BookError, match=rf"products\.json.*{where}"):
        streamed(tmp_path / "b", DAY)


def test_a_loan_without_the_day_its_cap_depends_on_is_named_by_file_and_row(tmp_path, tiny):
    tables = book()
    days = [date(2025, 1, 1)] * 4 + [None, date(2025, 1, 1)]
    tables["loans"] = tables["loans"].append_column("product", pa.array(["cash"] * 6))
    tables["loans"] = tables["loans"].append_column("contract_on", pa.array(days, pa.date32()))
    cap = {"rule": "C", "kind": "annual_rate", "ratio": "0.24", "since": "2024-01-01"}
    home = write(tmp_path / "b", tables)
    (home / "products.json").write_text(json.dumps({"cash": {"caps": [cap]}}))
    with pytest.raises(BookError, match=r"loans\.parquet:5:contract_on"):
        streamed(home, DAY)


def book(many: int = 6, instalments: int = 3) -> dict[str, pa.Table]:
    """Loans 10, 20, …, each with instalments on the first days of 2026 and one payment."""
    ids = [10 * (n + 1) for n in range(many)]
    return {
        "loans": pa.table({"loan_id": ids, "currency": ["CNY"] * many}),
        "instalments": pa.table(
            {
                "loan_id": [i for i in ids for _ in range(instalments)],
                "number": [k + 1 for _ in ids for k in range(instalments)],
                "due": pa.array(
                    [20454 + k for _ in ids for k in range(instalments)], pa.int32()
                ).cast(pa.date32()),
                "principal": [100] * (many * instalments),
                "interest": [7] * (many * instalments),
            }
        ),
        "payments": pa.table(
            {
                "loan_id": ids,
                "payment_id": ids,
                "on": pa.array([date(2026, 1, 1)] * many),
                "amount": [150] * many,
            }
        ),
    }


def test_a_loan_of_more_instalments_than_row_groups_and_blocks_hold(tmp_path, tiny):
    tables = book(3, 50)
    got = streamed(write(tmp_path / "b", tables, rows=4), DAY)
    assert got["payoff"].to_pylist() == [50 * 107 - 150] * 3
    assert got.equals(age(tables, as_of=DAY).cast(got.schema))


def test_a_loan_of_thousands_of_instalments(tmp_path):
    tables = book(2, 9_000)
    got = streamed(write(tmp_path / "b", tables, rows=4096), DAY)
    assert got["payoff"].to_pylist() == [9_000 * 107 - 150] * 2


@pytest.mark.parametrize("text", [False, True])
@pytest.mark.parametrize(
    ("name", "loan", "row"), [("payments", 25, 3), ("instalments", 5, 1), ("payments", 99, 7)]
)
def test_rows_of_no_loan_are_named_by_file_and_row(tmp_path, tiny, name, loan, row, text):
    tables = book()
    stray = tables[name].slice(0, 1).set_column(0, "loan_id", pa.array([loan]))
    at = row - 1
    tables[name] = pa.concat_tables([tables[name].slice(0, at), stray, tables[name].slice(at)])
    if text:
        tables = {n: text_ids(t) for n, t in tables.items()}
    write(tmp_path / "b", tables)
    with pytest.raises(BookError, match=rf"{name}\.parquet:{row}:loan_id: .*not among the loans"):
        streamed(tmp_path / "b", DAY)
    assert not (tmp_path / "b" / "out").exists()


@pytest.mark.parametrize("name", ["loans", "instalments", "payments"])
def test_a_book_out_of_order_is_sorted_if_small_and_refused_with_what_to_do_if_not(
    tmp_path, tiny, name
):
    tables = book()
    mixed = {**tables, name: tables[name].take([2, 0, 1, *range(3, tables[name].num_rows)])}
    if name == "instalments":
        mixed[name] = tables[name].sort_by([("loan_id", "descending")])
    write(tmp_path / "b", mixed)
    with pytest.raises(BookError, match=rf"{name}\.parquet:\d+:loan_id: .*sort"):
        streamed(tmp_path / "b", DAY)
    age_folder(tmp_path / "b", DAY, tmp_path / "o", detail=False)
    got = pq.read_table(tmp_path / "o" / "loans.parquet")
    assert got.equals(age(tables, as_of=DAY).cast(got.schema))


def test_a_loan_twice_is_named_by_file_and_row(tmp_path, tiny):
    tables = book()
    tables["loans"] = tables["loans"].take([0, 1, 2, 2, 3, 4, 5])
    write(tmp_path / "b", tables)
    with pytest.raises(BookError, match=r"loans\.parquet:4:loan_id: 30 is there twice"):
        streamed(tmp_path / "b", DAY)


@pytest.mark.parametrize(
    ("name", "column", "value"),
    [
        ("instalments", "due", pa.array([None], pa.date32())),
        ("payments", "amount", pa.array([None], pa.int64())),
    ],
)
def test_an_empty_cell_is_named_by_file_row_and_column(tmp_path, tiny, name, column, value):
    tables = book()
    at = tables[name].column_names.index(column)
    old = tables[name].column(column).combine_chunks()
    cells = pa.concat_arrays([old.slice(0, 4), value, old.slice(5)])
    tables[name] = tables[name].set_column(at, column, cells)
    write(tmp_path / "b", tables)
    with pytest.raises(BookError, match=rf"{name}\.parquet:5:{column}: empty"):
        streamed(tmp_path / "b", DAY)


def test_a_reversal_of_nothing_is_named_by_file_and_row(tmp_path, tiny):
    tables = book()
    reverses = pa.array([None, None, None, None, 77, None], pa.int64())
    tables["payments"] = tables["payments"].append_column("reverses", reverses)
    write(tmp_path / "b", tables)
    with pytest.raises(BookError, match=r"payments\.parquet:5:reverses: .*no payment"):
        streamed(tmp_path / "b", DAY)


def test_a_file_cut_short_is_named_and_leaves_the_earlier_answer(tmp_path, tiny):
    tables = book()
    folder = write(tmp_path / "b", tables)
    before = streamed(folder, DAY)
    path = folder / "payments.parquet"
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(BookError, match=r"payments\.parquet: cannot be read"):
        streamed(folder, DAY)
    assert pq.read_table(folder / "out" / "loans.parquet").equals(before)
    assert [p.name for p in (folder / "out").iterdir()] == ["loans.parquet"]


def test_most_loans_take_the_short_way(tmp_path):
    tables = {n: book_files.Table(n, [p], age_files.TABLES[n]) for n, p in _paths(tmp_path)}
    counts = age_stream.age_stream(tables, Basis(DAY), lambda aged: None)
    assert (counts.loans, counts.special) == (6, 1)


def _paths(tmp_path: Path) -> list[tuple[str, Path]]:
    tables = book()
    tables["events"] = pa.table({"loan_id": [30], "on": [date(2026, 1, 2)], "kind": ["pause"]})
    write(tmp_path / "b", tables)
    return [(name, tmp_path / "b" / f"{name}.parquet") for name in tables]


def test_a_loan_that_stands_further_on_is_not_missing(tmp_path, tiny):
    """Loans 2, 1 in blocks of their own: the row of loan 1 comes before anybody has seen it."""
    tables = book(2, 1)
    write(tmp_path / "b", tables | {"loans": tables["loans"].take([1, 0])}, rows=1, parts=2)
    with pytest.raises(BookError, match=r"loans/000001\.parquet:1:loan_id: .*sort every table"):
        streamed(tmp_path / "b", DAY)
    age_folder(tmp_path / "b", DAY, tmp_path / "o", detail=False)
    got = pq.read_table(tmp_path / "o" / "loans.parquet")
    assert got.equals(age(tables, as_of=DAY).cast(got.schema))
