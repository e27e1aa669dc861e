"""The payoff is what a payment of the day must be that closes the loan: in every way to ask."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pyarrow.parquet as pq
import pytest

from doorstep.book import api
from doorstep.book.rules.case import parse_case, replay_case
from doorstep.book.services import age_files
from doorstep.book.services.age_files import age_folder, age_night_folder
from doorstep.book.services.night import whole
from doorstep.book.services.night_state import State
from doorstep.book.statements import statement_of
from doorstep.book.tests.test_remade import LOAN, PUBLISHED, book
from doorstep.people.types import SYSTEM

DAY = date.fromisoformat
TERMS = LOAN["terms"] | {
    "interest_period": "daily",
    "recalculate": {"early_payment": "smaller_instalments"},
}
MONEY = [{"payment_id": 1, "on": "2026-02-28", "amount": 103_600}]
FOLLOWS = LOAN | {"terms": TERMS, "payments": MONEY, "events": [], "as_of": "2026-03-15"}
"""Fifteen days after the first instalment: 5,019.23 and 15 days of 12 % are 5,043.98."""
FIXED = FOLLOWS | {"terms": LOAN["terms"]}


def test_streamed_in_detail_and_on_a_night_the_payoff_is_the_loans_own(tmp_path, monkeypatch):
    monkeypatch.setattr(age_files, "_age_whole", None)
    folder, day = book(tmp_path, [FIXED, FOLLOWS, FIXED]), DAY("2026-03-15")
    fixed = replay_case(parse_case(FIXED)).payoff
    want = [fixed, 504_398, fixed]
    for detail in (False, True):
        age_folder(folder, day, tmp_path / "out", detail=detail)
        assert pq.read_table(tmp_path / "out" / "loans.parquet")["payoff"].to_pylist() == want
    age_folder(folder, DAY("2026-03-01"), tmp_path / "out", detail=False, state=tmp_path / "s")
    (tmp_path / "none").mkdir()
    age_night_folder(tmp_path / "none", tmp_path / "s", day, tmp_path / "night")
    assert whole(State(tmp_path / "s"))["payoff"].to_pylist() == want


def test_an_agreed_schedule_is_owed_whole_however_early():
    """Without the product saying so, early money saves no interest."""
    state = replay_case(parse_case(FIXED))
    assert state.payoff == sum(state.due.values()) + state.not_due
    assert state.payoff > 504_398


@pytest.mark.parametrize("case", PUBLISHED, ids=lambda c: c["id"])
def test_a_book_and_a_case_quote_the_same(case, tmp_path):
    age_folder(book(tmp_path, [case]), DAY(case["as_of"]), tmp_path / "out", detail=False)
    [row] = pq.read_table(tmp_path / "out" / "loans.parquet").to_pylist()
    assert row["payoff"] == replay_case(parse_case({k: v for k, v in case.items() if k in
                            {"as_of", "disbursed_on", "principal", "terms", "payments", "events",
                             "charges"}})).payoff  # fmt: skip


def test_what_is_in_dispute_stays_in_the_payoff_and_what_is_written_off_does_not():
    disputed = {"on": "2026-03-01", "kind": "dispute", "event_id": 1}
    late = FOLLOWS | {"payments": [], "as_of": "2026-03-10"}
    plain = replay_case(parse_case(late)).payoff
    held = replay_case(parse_case(late | {"events": [disputed]}))
    assert held.payoff >= sum(held.due.values()) > 0
    off = {"on": "2026-03-05", "kind": "write_off", "event_id": 1, "amount": 50_000}
    assert replay_case(parse_case(late | {"events": [off]})).payoff <= plain - 50_000


def test_the_page_the_statement_and_the_night_quote_the_same(take):
    loan = {"loan_id": "L9", "borrower_id": "B1", "product": "cash", "currency": "CNY",
            "principal": "6000.00", "disbursed_on": "2026-01-31", "rate_percent": "12",
            "instalments": "6", "interest_period": "daily", "instalment_multiple_of": "1.00",
            "recalculate": "smaller_instalments"}  # fmt: skip
    paid = {"loan_id": "L9", "payment_id": "P9", "on": "2026-02-28", "amount": "1036.00"}
    assert not take(loans=[loan], payments=[paid], instalments=[], charges=[]).rejects
    day = DAY("2026-03-15")
    state = api.loan_state(SYSTEM, "bluebay", "L9", day)
    statement = statement_of(SYSTEM, "bluebay", "L9", day).statement
    at = api.run_ageing(day, datetime(2026, 3, 16, tzinfo=UTC))
    [row] = [r for r in at.loans.to_pylist() if r["loan_id"] == "L9"]
    assert statement is not None
    assert (state.loan.payoff, statement.payoff, row["payoff"]) == (504_398,) * 3
