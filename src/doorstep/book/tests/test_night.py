"""Nights on top of a full run say what another full run would say, to the cent."""

from __future__ import annotations

import json
import tempfile
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doorstep.book.services.age_files import age_folder, age_night_folder
from doorstep.book.services.night import whole
from doorstep.book.services.night_state import State
from doorstep.book.tests.strategies import START, TERMED
from doorstep.book.tests.test_stream import book, in_memory, text_ids, with_terms, write
from doorstep.book.types import BookError

_WHEN = {"payments": "on", "charges": "added_on", "events": "on"}


def arrivals(table: pa.Table, name: str, random: Random) -> list[date]:
    """When each row came: early, in time or backdated, a reversal never before its payment."""
    found = [d + timedelta(days=random.randint(-10, 30)) for d in table[_WHEN[name]].to_pylist()]
    if name == "payments":
        rows = table.to_pylist()
        came = {(r["loan_id"], r["payment_id"]): d for r, d in zip(rows, found, strict=True)}
        for n, row in enumerate(rows):
            if row["reverses"] is not None:
                found[n] = max(found[n], came[row["loan_id"], row["reverses"]])
    return found


def split(
    tables: dict[str, pa.Table], days: list[date], random: Random
) -> list[dict[str, pa.Table]]:
    """What was known by the first day, and what came after it until each later one."""
    found: list[dict[str, pa.Table]] = [{} for _ in days]
    for name, table in tables.items():
        if name not in _WHEN:
            found[0][name] = table
            continue
        came = arrivals(table, name, random)
        for n, day in enumerate(days):
            since = days[n - 1] if n else date.min
            mine = pa.array([since < d <= day for d in came], pa.bool_())
            found[n][name] = table.filter(mine).sort_by("loan_id")
    return found


@settings(max_examples=25, deadline=None)
@given(
    st.lists(TERMED, min_size=1, max_size=6),
    st.lists(st.integers(0, 210), min_size=2, max_size=4, unique=True).map(sorted),
    st.booleans(),
    st.randoms(use_true_random=False),
)
def test_nights_equal_a_full_run(invented, numbers, text, random):
    days = [START + timedelta(days=n) for n in numbers]
    tables, told = with_terms(invented)
    tables = {n: text_ids(t) if text else t for n, t in tables.items()}
    nights = split(tables, days, random)
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        first = write(home / "0", nights[0])
        (first / "products.json").write_text(json.dumps(told))
        age_folder(first, days[0], home / "out", detail=False, state=home / "state")
        for day, new in zip(days[1:], nights[1:], strict=True):
            changes = write(home / day.isoformat(), {n: t for n, t in new.items() if t.num_rows})
            age_night_folder(changes, home / "state", day, home / "out")
        got = whole(State(home / "state"))
    known = {n: pa.concat_tables([night[n] for night in nights if n in night]) for n in tables}
    assert got.to_pylist() == in_memory(known, days[-1], told).to_pylist()


DAY = date(2026, 1, 20)


def a_book(tmp_path: Path, many: int = 300) -> dict[str, pa.Table]:
    """Loans whose instalments fall due on different days, aged with a state."""
    tables = book(many)
    shift = [n % 60 for n in range(many) for _ in range(3)]
    due = [d + timedelta(days=s) for d, s in zip(tables["instalments"]["due"].to_pylist(), shift,
                                                strict=True)]  # fmt: skip
    tables["instalments"] = tables["instalments"].set_column(2, "due", pa.array(due))
    age_folder(
        write(tmp_path / "b", tables, rows=100), DAY, tmp_path / "o", detail=False,
        state=tmp_path / "s",
    )  # fmt: skip
    return tables


def test_a_night_reads_and_writes_the_touched_loans_and_no_others(tmp_path):
    tables = a_book(tmp_path)
    paid = pa.table(
        {"loan_id": [50, 70, 90], "payment_id": [1, 2, 3], "on": [date(2026, 1, 21)] * 3,
         "amount": [10, 20, 400]}
    )  # fmt: skip
    changes = write(tmp_path / "c", {"payments": paid})
    report = age_night_folder(changes, tmp_path / "s", date(2026, 1, 21), tmp_path / "n")
    # Each loan's first instalment is paid already: its due day touches nothing.
    rows = tables["instalments"].filter(
        (pc.field("due") == date(2026, 1, 21)) & (pc.field("number") > 1)
    )
    due = set(rows["loan_id"].to_pylist())
    touched = due | {50, 70, 90}
    assert 4 < len(touched) < 30
    assert (report.read, report.written) == (len(touched), len(touched))
    assert (report.loans, report.new_rows, report.running) == (300, 3, 0)
    assert report.due == len(due)
    got = pq.read_table(tmp_path / "n" / "loans.parquet")
    assert got["loan_id"].to_pylist() == sorted(touched)


def test_a_loan_that_comes_on_a_night_is_aged_from_then_on(tmp_path):
    a_book(tmp_path)
    new = {
        "loans": pa.table({"loan_id": [55], "currency": ["CNY"]}),
        "instalments": pa.table(
            {"loan_id": [55], "number": [1], "due": [date(2026, 1, 22)], "principal": [900],
             "interest": [0]}
        ),
    }  # fmt: skip
    age_night_folder(write(tmp_path / "c1", new), tmp_path / "s", date(2026, 1, 21), tmp_path / "n")
    (tmp_path / "c2").mkdir()
    age_night_folder(tmp_path / "c2", tmp_path / "s", date(2026, 1, 25), tmp_path / "n")
    [row] = whole(State(tmp_path / "s")).filter(pc.field("loan_id") == 55).to_pylist()
    assert (row["dpd"], row["payoff"]) == (3, 900)
    with pytest.raises(BookError, match="loans:1:loan_id: 55 is known already"):
        age_night_folder(tmp_path / "c1", tmp_path / "s", date(2026, 1, 26), tmp_path / "n")


@pytest.mark.parametrize(
    ("day", "loan", "where"),
    [(date(2026, 1, 20), 50, "knows 2026-01-20 already"), (date(2026, 1, 21), 51, "payments:1")],
)
def test_a_night_that_cannot_be_leaves_state_and_answer_alone(tmp_path, day, loan, where):
    a_book(tmp_path)
    before = whole(State(tmp_path / "s"))
    paid = {"loan_id": [loan], "payment_id": [1], "on": [day], "amount": [10]}
    changes = write(tmp_path / "c", {"payments": pa.table(paid)})
    with pytest.raises(BookError, match=where):
        age_night_folder(changes, tmp_path / "s", day, tmp_path / "n")
    assert whole(State(tmp_path / "s")).equals(before)
    assert not (tmp_path / "n").exists()


def test_without_a_full_run_there_is_no_night(tmp_path):
    (tmp_path / "c").mkdir()
    with pytest.raises(BookError, match="age the whole book with --state first"):
        age_night_folder(tmp_path / "c", tmp_path / "s", DAY, tmp_path / "n")
