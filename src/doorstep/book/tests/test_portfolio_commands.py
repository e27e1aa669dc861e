"""`doorstep book history`, `roll` and `vintages`, on the state and on files."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests import cast as the_cast
from typer.testing import CliRunner

from doorstep.book import api
from doorstep.book.commands import app
from doorstep.book.models import Ageing
from doorstep.book.portfolio.doors import plain_portfolio
from doorstep.book.portfolio.files import plain_rows
from doorstep.book.tests.shelf import ENDS, TODAY, asked, book_of, shelve
from doorstep.book.types import BookError
from doorstep.people.types import SYSTEM


def test_the_books_own_ageing_feeds_it(bank_book):
    day = TODAY
    found = api.portfolio(SYSTEM, asked(daily=True), day)
    counted = sum(s.loans for s in found.history())
    assert found.days.days == (day,)
    assert counted == Ageing.objects.get(as_of=day).loans == 4
    assert {s.state for s in found.history()} >= {"settled"}
    api.run_ageing(day + timedelta(days=1), the_cast.NINE)
    api.run_ageing(day + timedelta(days=1), the_cast.NINE)
    assert api.portfolio(SYSTEM, asked(daily=True), day).days.days == (day, day + timedelta(days=1))


def run(*args):
    return CliRunner().invoke(app, list(args))


def answered(*args):
    result = run(*args, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def plain_book(folder):
    """Two days aged by `doorstep book age` itself, by hand: 7 is late by 30 and 61 days."""
    book = folder / "book"
    book.mkdir()
    (book / "loans.csv").write_text(
        "loan_id,borrower_id,currency,principal,disbursed_on\n"
        "7,1,CNY,100000,2026-05-15\n8,2,CNY,50000,2026-06-10\n"
    )
    (book / "instalments.csv").write_text(
        "loan_id,number,due,principal,interest\n7,1,2026-06-01,100000,2000\n8,1,2026-09-01,50000,0\n"
    )
    (book / "payments.csv").write_text("loan_id,payment_id,on,amount\n")
    for day in ("2026-07-01", "2026-08-01"):
        result = run("age", str(book), "--as-of", day, "--out", str(folder / day))
        assert result.exit_code == 0, result.output
    return [arg for day in ("2026-07-01", "2026-08-01") for arg in ("--aged", str(folder / day))]


def test_the_commands_on_what_book_age_wrote(tmp_path):
    aged = plain_book(tmp_path)
    told = answered("history", "--every", "day", *aged)
    assert told["days"] == ["2026-07-01", "2026-08-01"]
    assert len(told["missing"]) == 30
    assert [(r["as_of"], r["bucket"], r["arrears"]) for r in told["rows"] if r["arrears"]] == [
        ("2026-07-01", "1-30", 102_000),
        ("2026-08-01", "61-90", 102_000),
    ]
    rolled = answered("roll", "--from", "2026-07-01", "--to", "2026-08-01", *aged)
    assert [(m["from"], m["to"], m["loans_rate"]) for m in rolled["matrix"]] == [
        ("1-30", "61-90", 1.0),
        ("current", "current", 1.0),
    ]


def test_vintages_of_files_need_the_loans(tmp_path):
    aged = plain_book(tmp_path)
    assert run("vintages", *aged).exit_code == 2
    loans = tmp_path / "loans.parquet"
    pq.write_table(
        pa.table({"loan_id": [7, 8], "principal": [100_000, 50_000],
                  "disbursed_on": [date(2026, 5, 15), date(2026, 6, 10)]}), loans)  # fmt: skip
    told = answered("vintages", "--every", "day", "--days", "30,61", "--loans", str(loans), *aged)
    may = [r for r in told["rows"] if r["cohort"] == "2026-05"]
    assert [(r["days"], r["month_on_book"], r["ever"]["loans"]) for r in may] == [
        (30, 2, 1),
        (30, 3, 1),
        (61, 2, 0),
        (61, 3, 1),
    ]
    assert told["left_out"] == {}


def test_the_same_day_twice_is_refused(tmp_path):
    aged = plain_book(tmp_path)
    result = run("history", *aged, *aged)
    assert result.exit_code == 3
    assert "loan '7' stands twice on 2026-07-01" in result.stderr


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "is not there"),
        (b"PAR1 no", "cannot be read as Parquet"),
        ({"x": [1]}, "has no column"),
    ],
)
def test_a_file_that_is_no_aged_book_is_named(tmp_path, content, told):
    path = tmp_path / "x.parquet"
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif content:
        pq.write_table(pa.table(content), path)
    with pytest.raises(BookError, match=told):
        plain_rows([path])


def test_a_file_of_several_days_is_refused(tmp_path):
    plain_book(tmp_path)
    parts = [tmp_path / day / "loans.parquet" for day in ("2026-07-01", "2026-08-01")]
    both = tmp_path / "both.parquet"
    pq.write_table(pa.concat_tables([pq.read_table(p) for p in parts]), both)
    with pytest.raises(BookError, match="holds several days"):
        plain_rows([both])
    assert len(plain_portfolio(plain_rows(parts), asked(daily=True)).history()) == 4


@pytest.mark.parametrize(
    "args",
    [
        ("history", "--from", "yesterday"),
        ("history", "--every", "week"),
        ("history", "--from", "2026-02-01", "--to", "2026-01-01"),
        ("vintages", "--days", "0"),
        ("vintages", "--days", "x"),
    ],
)
def test_wrong_use_is_told(args):
    assert run(*args).exit_code == 2


def test_the_commands_on_the_state(cast):
    shelve(book_of(1, lenders=(cast.bluebay,), size=60))
    told = answered("roll")
    assert (told["from"], told["to"]) == ("2026-09-30", "2026-10-31")
    assert {f["from"] for f in told["flow"]} == {d.isoformat() for d in ENDS[:-1]}
    assert run("history").exit_code == 0
    assert run("vintages").exit_code == 0
    assert run("history", "--lender", "nobody").exit_code == 3
    gap = run("roll", "--from", "2026-07-30", "--to", "2026-08-31")
    assert gap.exit_code == 3
    assert "2026-07-30 was not aged" in gap.stderr
    assert run("history", "--from", "2027-01-01").exit_code == 1
