"""A loan larger than the replay is proved for is refused by name, however it came to be so."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from doorstep.book.commands import app
from doorstep.book.rules.ageing import age
from doorstep.book.rules.case import parse_case, replay_case
from doorstep.book.rules.limits import AMOUNT, DAYS
from doorstep.book.rules.product_terms import ProductTerms
from doorstep.book.rules.within import MONEY
from doorstep.book.types import BookError, PenaltyTerms

DAY = date(2026, 11, 24)
LONG = {
    "loan_id": "B", "currency": "CNY", "principal": AMOUNT, "disbursed_on": date(2000, 1, 1),
    "product": "cash", "rate_percent": 10_000, "instalments": 300, "every": 1, "unit": "months",
}  # fmt: skip


def book(*instalments, payments=()):
    rows = [{"loan_id": "A", "number": n, "due": due, "principal": principal, "interest": 0}
            for n, (due, principal) in enumerate(instalments, 1)]  # fmt: skip
    money = [{"loan_id": "A", "payment_id": f"p{n}", "on": DAY, "amount": x}
             for n, x in enumerate(payments)]  # fmt: skip
    tables = {
        "loans": pa.table({"loan_id": ["A"], "currency": ["CNY"], "product": ["cash"]}),
        "instalments": pa.Table.from_pylist(rows),
    }
    return tables | ({"payments": pa.Table.from_pylist(money)} if money else {})


def test_a_schedule_made_from_terms_is_measured_too():
    with pytest.raises(BookError, match="B is too large"):
        age({"loans": pa.Table.from_pylist([LONG])}, None, DAY)


@pytest.mark.parametrize(
    "tables",
    [
        book((DAY, AMOUNT + 1)),
        book(*[(DAY, AMOUNT)] * 11),
        book((date.fromordinal(DAY.toordinal() - DAYS - 1), 100)),
        book((DAY, 100), payments=[MONEY // 2] * 3),
    ],
)
@pytest.mark.parametrize("streamed", [False, True])
def test_what_64_bits_might_not_count_is_named(tables, streamed, tmp_path):
    if not streamed:
        with pytest.raises(BookError, match="A is too large"):
            age(tables, None, DAY)
        return
    for name, table in tables.items():
        pq.write_table(table, tmp_path / f"{name}.parquet")
    done = CliRunner().invoke(
        app, ["age", str(tmp_path), "--as-of", DAY.isoformat(), "--out", str(tmp_path / "out")]
    )
    assert done.exit_code == 3
    assert "A is too large" in done.stderr
    assert not (tmp_path / "out" / "loans.parquet").exists()


def test_the_largest_loan_is_aged():
    tables = book(*[(date.fromordinal(DAY.toordinal() - DAYS), AMOUNT)] * 10)
    terms = {"cash": ProductTerms(penalty=PenaltyTerms(Fraction(1, 10)))}
    (row,) = age(tables, None, DAY, products=terms).to_pylist()
    assert row["due_principal"] == 10 * AMOUNT
    assert row["due_penalties"] == 10 * AMOUNT * DAYS // 10


def test_a_case_is_measured_with_the_schedule_its_terms_make():
    case = {
        "as_of": "2126-12-31", "disbursed_on": "1926-01-31", "principal": 100_000,
        "terms": {"rate_percent": 12, "instalments": 3}, "penalty": {"daily_rate": "0.001"},
    }  # fmt: skip
    with pytest.raises(BookError, match="too many"):
        replay_case(parse_case(case))


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("payments", {"payment_id": "p", "on": "2026-02-01", "amount": 5}),
        ("events", {"event_id": "e", "kind": "waiver", "on": "2026-02-01", "amount": 5}),
    ],
)
def test_an_id_that_is_there_twice_is_refused(name, row):
    case = {"as_of": "2026-03-01", "instalments": [{"due": "2026-02-01", "principal": 100}],
            name: [row, row]}  # fmt: skip
    with pytest.raises(BookError, match=rf"{name}\[1\].*there twice"):
        parse_case(case)
