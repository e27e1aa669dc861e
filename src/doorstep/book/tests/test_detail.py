"""Every instalment and payment of a book read from front to back is that of the book in memory."""

from __future__ import annotations

import json
import tempfile
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doorstep.book.rules.ageing import age_in_detail
from doorstep.book.services import age_files, age_stream, book_files
from doorstep.book.services.age_files import age_folder, parts_of, read_book
from doorstep.book.services.book_files import read_basis
from doorstep.book.tests.strategies import START
from doorstep.book.tests.test_night_kinds import PLAIN, rows_of, termed, write
from doorstep.book.tests.test_stream import book
from doorstep.book.tests.test_stream import write as write_tables
from doorstep.book.types import BookError

DAY = date(2026, 11, 24)
PARTS = ("loans", "instalments", "payments")


@pytest.fixture
def tiny(monkeypatch):
    """Blocks of three rows and two loans, so that loans lie across them."""
    monkeypatch.setattr(book_files, "BATCH", 3)
    monkeypatch.setattr(age_stream, "_LOANS", 2)


@pytest.fixture
def streamed(monkeypatch):
    """Aged with no way back to memory; answers the tables that were written."""
    monkeypatch.setattr(age_files, "_age_whole", None)

    def aged(folder, day=DAY):
        age_folder(folder, day, folder / "out", detail=True)
        return {name: pq.read_table(folder / "out" / f"{name}.parquet") for name in PARTS}

    return aged


def in_memory(folder: Path, day: date) -> dict[str, pa.Table]:
    tables = read_book(parts_of(folder))
    events = tables.pop("events", None)
    found = age_in_detail(tables, events, day, products=read_basis(folder, day).products)
    return {name: getattr(found, name) for name in PARTS}


@settings(max_examples=40, deadline=None)
@given(
    st.lists(PLAIN | termed(), min_size=1, max_size=6), st.integers(0, 210), st.booleans(),
    st.integers(1, 9),
)  # fmt: skip
def test_a_stream_in_detail_equals_the_book_in_memory(invented, days, text, size):
    rows, told = rows_of(invented)
    day = START + timedelta(days=days)
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        patch.setattr(book_files, "BATCH", size)
        patch.setattr(age_stream, "_LOANS", 2)
        patch.setattr(age_files, "_age_whole", None)
        home = write(Path(name) / "book", rows, text)
        (home / "products.json").write_text(json.dumps(told))
        age_folder(home, day, home / "out", detail=True)
        got = {part: pq.read_table(home / "out" / f"{part}.parquet") for part in PARTS}
        want = in_memory(home, day)
    for part in PARTS:
        assert got[part].to_pylist() == want[part].to_pylist()


@pytest.mark.parametrize("name", ["instalments", "payments"])
@pytest.mark.parametrize("loan", [15, 99])
def test_rows_of_no_loan_are_named_in_detail_too(tmp_path, tiny, streamed, name, loan):
    tables = book()
    rows = tables[name].to_pylist()
    at = next((n for n, r in enumerate(rows) if r["loan_id"] > loan), len(rows))
    astray = pa.Table.from_pylist([*rows[:at], rows[0] | {"loan_id": loan}, *rows[at:]])
    home = write_tables(tmp_path / "b", tables | {name: astray})
    with pytest.raises(BookError, match=rf"{name}\.parquet:{at + 1}:loan_id: {loan} (is|stands)"):
        streamed(home)
    assert not (home / "out").exists()


def test_an_error_of_a_later_stretch_is_named_by_its_row(tmp_path, tiny, streamed):
    tables = book()
    numbers = [*tables["instalments"]["number"].to_pylist()]
    numbers[-1] = None
    words = pa.array([str(n) if n else "third" for n in numbers])
    at = tables["instalments"].column_names.index("number")
    tables["instalments"] = tables["instalments"].set_column(at, "number", words)
    with pytest.raises(BookError, match=r"instalments\.parquet:.*number"):
        streamed(write_tables(tmp_path / "b", tables))
    assert not (tmp_path / "b" / "out").exists()


def test_a_book_whose_payments_come_late_in_it_has_one_kind_of_columns(tmp_path, tiny, streamed):
    """The first stretches have no payment at all, in a table that has text ids and text days."""
    tables = book()
    last = tables["payments"].filter(pa.compute.field("loan_id") == 60)
    text = last["payment_id"].cast(pa.string())
    last = last.set_column(last.column_names.index("payment_id"), "payment_id", text)
    home = write_tables(tmp_path / "b", tables | {"payments": last})
    got = streamed(home)["payments"]
    assert got.to_pylist() == in_memory(home, DAY)["payments"].to_pylist()
    assert got.num_rows > 0


def test_unsorted_files_of_a_small_book_are_aged_in_detail_all_the_same(tmp_path, tiny):
    tables = book()
    want = write_tables(tmp_path / "a", tables)
    mixed = {n: t.take(list(range(t.num_rows))[::-1]) for n, t in tables.items()}
    home = write_tables(tmp_path / "b", mixed)
    age_folder(home, DAY, home / "out", detail=True)
    for part in PARTS:
        got = pq.read_table(home / "out" / f"{part}.parquet")
        assert got.to_pylist() == in_memory(want, DAY)[part].to_pylist()
