"""Whole books: what one loan says, the batch says too."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from doorstep.book.commands import app
from doorstep.book.rules.ageing import age, age_in_detail
from doorstep.book.rules.buckets import bucket_of, names, severity
from doorstep.book.rules.loan import state_of
from doorstep.book.rules.order import DEFAULT
from doorstep.book.tests.strategies import DAYS, loans
from doorstep.book.types import AllocationOrder, BookError, Loan
from doorstep.kernel.money import COMPONENTS

DAY = date(2026, 11, 24)
RUN = CliRunner()
_DATE = pa.date32()


def tables_of(book: list[Loan]) -> tuple[dict[str, pa.Table], pa.Table, dict[str, AllocationOrder]]:
    """A book as tables; every loan is a product of its own, so that it keeps its order."""

    def table(names_: list[str], rows: list[tuple]) -> pa.Table:
        types = {"on": _DATE, "due": _DATE, "added_on": _DATE}
        columns = list(zip(*rows, strict=True)) if rows else [[] for _ in names_]
        return pa.table(
            {n: pa.array(c, types.get(n)) for n, c in zip(names_, columns, strict=True)}
        )

    numbered = list(enumerate(book))
    tables = {
        "loans": table(
            ["loan_id", "product", "currency"], [(n, f"P{n}", "CNY") for n, _ in numbered]
        ),
        "instalments": table(
            ["loan_id", "number", "due", "principal", "interest"],
            [
                (n, i.number, i.due, i.principal, i.interest)
                for n, x in numbered
                for i in x.instalments
            ],
        ),
        "charges": table(
            ["loan_id", "charge_id", "kind", "due", "added_on", "amount"],
            [
                (n, c.charge_id, c.component, c.due, c.added_on, c.amount)
                for n, x in numbered
                for c in x.charges
            ],
        ),
        "payments": table(
            ["loan_id", "payment_id", "on", "amount", "reverses"],
            [
                (n, p.payment_id, p.on, p.amount, p.reverses)
                for n, x in numbered
                for p in x.payments
            ],
        ),
    }
    events = table(
        ["loan_id", "event_id", "on", "kind", "component", "amount"],
        [
            (n, e.event_id, e.on, e.kind, e.component or None, e.amount)
            for n, x in numbered
            for e in x.events
        ],
    )
    return tables, events, {f"P{n}": x.order or DEFAULT for n, x in numbered}


@settings(max_examples=60, deadline=None)
@given(st.lists(loans(), min_size=1, max_size=6), DAYS)
def test_one_loan_equals_the_batch(book, as_of):
    tables, events, orders = tables_of(book)
    aged = age_in_detail(tables, events, as_of, orders=orders)
    for n, row in enumerate(aged.loans.to_pylist()):
        one = state_of(book[n], as_of)
        assert (row["dpd"], row["oldest_unpaid"]) == (one.dpd, one.oldest_unpaid)
        assert (row["next_due"], row["next_amount"]) == (one.next_due, one.next_amount)
        assert {c: row[f"due_{c}"] for c in COMPONENTS} == dict(one.due)
        assert (row["not_due"], row["credit"], row["payoff"]) == (
            one.not_due, one.credit, one.payoff,
        )  # fmt: skip
        assert row["bucket"] == bucket_of(one.dpd)
        mine = [i for i in aged.instalments.to_pylist() if i["loan_id"] == n]
        assert [
            (i["due"], i["total"], i["paid"], i["in_advance"], i["late"], i["paid_on"])
            for i in mine
        ] == [(i.due, i.total, i.paid, i.in_advance, i.late, i.paid_on) for i in one.instalments]
        money = [p for p in aged.payments.to_pylist() if p["loan_id"] == n]
        assert [
            (p["payment_id"], [p[c] for c in COMPONENTS], p["credit"], p["reversed"]) for p in money
        ] == [(p.payment_id, list(p.split.values()), p.credit, p.reversed) for p in one.payments]


def book_with(loan: dict, **more: list[dict]) -> dict[str, pa.Table]:
    return {
        "loans": pa.Table.from_pylist([{"loan_id": "L1", "currency": "CNY", **loan}]),
        **{name: pa.Table.from_pylist(rows) for name, rows in more.items()},
    }


SUMMARY = {
    "stated_on": date(2026, 11, 10), "dpd": 40, "owed_principal": 50_000, "owed_interest": 4_000,
    "owed_penalties": 1_000, "not_due": 90_000, "maturity": date(2027, 3, 1),
}  # fmt: skip


def test_a_summary_loan_goes_on_ageing_from_its_stated_balance():
    [row] = age(book_with(SUMMARY), as_of=DAY).to_pylist()
    assert (row["dpd"], row["bucket"], row["status"]) == (54, "31-60", "summary")
    assert row["oldest_unpaid"] == date(2026, 11, 10) - timedelta(days=40)
    assert (row["due_principal"], row["due_interest"], row["due_penalties"]) == (
        50_000,
        4_000,
        1_000,
    )
    assert (row["next_due"], row["next_amount"], row["payoff"]) == (
        date(2027, 3, 1), 90_000, 145_000,
    )  # fmt: skip


def test_money_up_to_the_stated_day_is_already_in_the_stated_balance():
    paid = [
        {"loan_id": "L1", "payment_id": "p1", "on": date(2026, 11, 10), "amount": 9_000},
        {"loan_id": "L1", "payment_id": "p2", "on": date(2026, 11, 11), "amount": 55_000},
    ]
    [row] = age(book_with(SUMMARY, payments=paid), as_of=DAY).to_pylist()
    assert (row["dpd"], row["payoff"], row["credit"]) == (0, 90_000, 0)


def test_a_loan_with_neither_is_unaged_and_its_numbers_are_unknown_not_nought():
    [row] = age(book_with({}), as_of=DAY).to_pylist()
    assert (row["status"], row["bucket"], row["dpd"], row["payoff"]) == (
        "unaged", "unaged", None, None,
    )  # fmt: skip


def test_a_balance_stated_later_than_the_day_is_not_looked_at():
    [row] = age(book_with(SUMMARY), as_of=date(2026, 11, 9)).to_pylist()
    assert row["status"] == "unaged"


def test_a_loan_with_terms_gets_its_schedule_made():
    terms = {
        "principal": 500_000, "disbursed_on": date(2022, 11, 1), "rate_percent": 12.0,
        "interest": "flat", "instalments": 18, "instalment_multiple_of": 100,
    }  # fmt: skip
    aged = age_in_detail(book_with(terms), None, date(2022, 12, 11))
    assert aged.loans["dpd"].to_pylist() == [10]
    assert aged.instalments["total"].to_pylist()[0] == 32_800
    assert aged.loans["status"].to_pylist() == ["full"]


GOOD = {
    "payments": {"loan_id": "L1", "payment_id": 1, "on": DAY, "amount": 1},
    "charges": {
        "loan_id": "L1", "charge_id": 1, "kind": "fee", "due": DAY, "added_on": DAY, "amount": 1,
    },
    "instalments": {"loan_id": "L1", "number": 1, "due": DAY, "principal": 10, "interest": 0},
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "change", "where"),
    [
        ("payments", {"loan_id": "L9"}, "payments:1:loan_id"),
        ("charges", {"kind": "tip"}, "charges:1:kind"),
        ("instalments", {"principal": 10.5}, "principal"),
        ("instalments", {"due": None}, "instalments:1:due"),
    ],
)
def test_what_cannot_be_aged_is_named_by_table_row_and_column(name, change, where):
    age(book_with({}, **{name: [GOOD[name]]}), as_of=DAY)
    with pytest.raises(BookError, match=where):
        age(book_with({}, **{name: [GOOD[name] | change]}), as_of=DAY)


def test_a_loan_twice_is_named():
    tables = {"loans": pa.table({"loan_id": ["A", "B", "A"]})}
    with pytest.raises(BookError, match="A is there twice"):
        age(tables, as_of=DAY)


def test_buckets_rise_and_negative_days_are_current():
    assert bucket_of(-3) == "current"
    assert [severity(b) for b in names()] == list(range(len(names())))


def write_book(folder, kind):
    loans_ = pa.table({"loan_id": [2, 1], "currency": ["CNY", "CNY"]})
    rows = pa.table(
        {
            "loan_id": [1, 2],
            "number": [1, 1],
            "due": pa.array([date(2026, 11, 1), date(2026, 12, 1)]),
            "principal": [10_000, 20_000],
            "interest": [500, 600],
        }
    )
    for name, table in (("loans", loans_), ("instalments", rows)):
        if kind == "csv":
            pa.csv.write_csv(table, folder / f"{name}.csv")
        elif kind == "parquet":
            pa.parquet.write_table(table, folder / f"{name}.parquet")
        else:
            (folder / name).mkdir()
            for n in range(table.num_rows):
                pa.parquet.write_table(table.slice(n, 1), folder / name / f"part-{n}.parquet")


@pytest.mark.parametrize("kind", ["csv", "parquet", "parts"])
def test_the_command_ages_csv_parquet_and_parts_alike(tmp_path, kind):
    write_book(tmp_path, kind)
    out = tmp_path / "out"
    done = RUN.invoke(
        app,
        ["age", str(tmp_path), "--as-of", "2026-11-24", "--detail", "--out", str(out), "--json"],
    )
    assert done.exit_code == 0, done.stderr
    assert json.loads(done.stdout)["rows"] == {"loans": 2, "instalments": 2, "payments": 0}
    got = pa.parquet.read_table(out / "loans.parquet").to_pylist()
    assert [(r["loan_id"], r["dpd"], r["payoff"]) for r in got] == [(1, 23, 10_500), (2, 0, 20_600)]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["--as-of", "yesterday"], 2), (["--as-of", "2026-11-24", "--engine", "abacus"], 2)],
)
def test_wrong_usage_is_2(tmp_path, arguments, code):
    done = RUN.invoke(app, ["age", str(tmp_path), *arguments, "--out", str(tmp_path / "o")])
    assert done.exit_code == code


def test_an_unknown_column_is_3_and_nothing_is_written(tmp_path):
    pa.csv.write_csv(pa.table({"loan_id": [1], "lone": [2]}), tmp_path / "loans.csv")
    out = tmp_path / "out"
    done = RUN.invoke(app, ["age", str(tmp_path), "--as-of", "2026-11-24", "--out", str(out)])
    assert done.exit_code == 3
    assert "loans.csv:1:lone" in done.stderr
    assert not out.exists()


def test_ids_of_a_csv_are_what_they_are_written_as_and_empty_cells_are_empty(tmp_path):
    (tmp_path / "loans.csv").write_text("loan_id,currency\n0012,CNY\n7,CNY\n")
    (tmp_path / "instalments.csv").write_text(
        "loan_id,number,due,principal,interest\n0012,1,2026-11-01,10000,0\n7,1,2026-11-01,500,0\n"
    )
    (tmp_path / "payments.csv").write_text(
        "loan_id,payment_id,on,amount,reverses\n"
        "0012,A1,2026-11-02,10000,\n0012,A2,2026-11-03,0,A1\n7,A3,2026-11-03,500,\n"
    )
    out = tmp_path / "out"
    done = RUN.invoke(app, ["age", str(tmp_path), "--as-of", "2026-11-24", "--out", str(out)])
    assert done.exit_code == 0, done.stderr
    rows = pa.parquet.read_table(out / "loans.parquet").to_pylist()
    assert [(r["loan_id"], r["payoff"]) for r in rows] == [("0012", 10_000), ("7", 0)]


def test_parts_with_and_without_numbers_as_ids_are_one_table(tmp_path):
    write_book(tmp_path, "csv")
    (tmp_path / "instalments.csv").unlink()
    (tmp_path / "instalments").mkdir()
    rows = pa.table({"loan_id": ["1"], "number": [1], "due": pa.array([date(2026, 11, 1)]),
                     "principal": [100], "interest": [0]})  # fmt: skip
    pa.parquet.write_table(rows, tmp_path / "instalments" / "a.parquet")
    out = tmp_path / "out"
    done = RUN.invoke(app, ["age", str(tmp_path), "--as-of", "2026-11-24", "--out", str(out)])
    assert done.exit_code == 0, done.stderr
    assert pa.parquet.read_table(out / "loans.parquet")["dpd"].to_pylist() == [23, None]
