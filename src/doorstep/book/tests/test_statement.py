"""The statement: lines that add up by hand to what the replay says."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from doorstep.book import api
from doorstep.book.rules.change_kinds import Change
from doorstep.book.rules.loan import state_of
from doorstep.book.rules.statement import What, make_statement
from doorstep.book.statements import statement_of
from doorstep.book.tests import files as f
from doorstep.book.tests.strategies import START, eventful, made_or_none, remade_loans
from doorstep.book.types import Event, Instalment, Loan, Payment
from doorstep.kernel.money import Money
from doorstep.people.models import User
from doorstep.people.types import SYSTEM

DAY = f.AT.date()


@given(eventful(), st.integers(0, 400))
def test_the_lines_add_up_to_what_the_replay_says_on_any_day(loan, days):
    """`make_statement` refuses to answer where they do not, so the sum is asked again by hand."""
    state = state_of(loan, START + timedelta(days=days))
    found = make_statement(loan, state)
    by_hand = sum(x.fell_due - x.settled for x in found.lines)
    assert by_hand == state.arrears - found.ahead - state.credit
    assert [x.on for x in found.lines] == sorted(x.on for x in found.lines)
    assert all(x.on <= found.as_of for x in found.lines)


@settings(max_examples=150, deadline=None)
@given(remade_loans(), st.integers(0, 400))
def test_the_lines_add_up_for_every_schedule_made_anew(invented, days):
    day = START + timedelta(days=days)
    loan = made_or_none(invented, day)
    assume(loan is not None)
    state = state_of(loan, day)
    found = make_statement(loan, state)
    by_hand = sum(x.fell_due - x.settled for x in found.lines)
    assert by_hand == state.arrears - found.ahead - state.credit
    told = {x.what for x in found.lines}
    first = {c.event_id for c in loan.changes if c.kind == "disbursement" and c.on == START}
    assert {What(c.kind) for c in loan.changes if c.event_id not in first} <= told


@settings(max_examples=100, deadline=None)
@given(remade_loans(), st.integers(1, 200))
def test_what_fell_due_before_a_change_stands_in_later_statements_as_it_fell_due(invented, days):
    """A statement of the day before a change, and what a later one says of the same days."""
    loan, principal, changes, terms = invented
    plain = replace(loan, payments=(), events=(), charges=(), penalty=None, caps=())
    on = START + timedelta(days=days)
    drawn = tuple(c for c in changes if c.kind == "disbursement" and c.on < on)
    change = Change(on, "reamortise", event_id=500, instalments=4)

    def lines(made_by, day):
        whole = made_or_none((plain, principal, made_by, terms), day)
        assume(whole is not None)
        found = make_statement(whole, state_of(whole, day))
        return [x for x in found.lines if x.on < on]

    assert lines((*drawn, change), on + timedelta(days=30)) == lines(drawn, on - timedelta(days=1))


@pytest.mark.parametrize("kind", ["refund", "chargeback"])
def test_money_given_back_that_had_met_written_off_debt_is_not_owed_again(kind):
    """1,000 are written off and 100 paid after it; 100 more than was ever paid go back, or the
    bank takes the payment back: of what had met written-off debt nothing is owed again."""
    back = {"refund": {"amount": 200}, "chargeback": {"payment_id": "p"}}[kind]
    loan = Loan(
        (Instalment(START + timedelta(days=30), 1_000, 0, 1),),
        payments=(Payment(START + timedelta(days=1), 100, "p"),),
        events=(
            Event(START, "write_off", event_id="w"),
            Event(START + timedelta(days=2), kind, event_id="b", **back),
        ),
        disbursed_on=START,
    )
    state = state_of(loan, START + timedelta(days=2))
    found = make_statement(loan, state)
    given = next(x for x in found.lines if x.what is What(kind))
    owed_back = 100 if kind == "refund" else 0
    assert (state.owed_back, state.recovered, state.written_off) == (owed_back, 0, 1_000)
    assert (given.fell_due, given.recovered, given.amount) == (owed_back, 100, 100 + owed_back)
    assert found.balance == owed_back - 1_000


def line(found, what):
    return next(x for x in found.statement.lines if x.what is what)


@pytest.fixture
def book(take, cast):
    take()
    return cast


def test_a_loan_with_a_payment_and_a_late_fee(book):
    found = statement_of(SYSTEM, "bluebay", "L1", DAY)
    told = [(x.on.isoformat(), x.what, x.fell_due, x.settled, x.balance) for x in
            found.statement.lines]  # fmt: skip
    assert told == [
        ("2026-07-01", What.PAID_OUT, 0, 0, 0),
        ("2026-08-01", What.INSTALMENT, 103000, 0, 103000),
        ("2026-08-01", What.PAYMENT, 0, 103000, 0),
        ("2026-09-01", What.INSTALMENT, 103000, 0, 103000),
        ("2026-09-05", What.CHARGE, 1500, 0, 104500),
    ]
    assert line(found, What.PAYMENT).parts == {"interest": 3000, "principal": 100000}
    assert (found.statement.not_due, found.statement.payoff) == (103000, 207500)


def test_the_statement_of_an_earlier_day_knows_nothing_later(book):
    found = statement_of(SYSTEM, "bluebay", "L1", date(2026, 8, 31))
    assert found.statement.arrears == 0
    assert [x.what for x in found.statement.lines][-1] is What.PAYMENT


def test_statements_equal_the_night_for_every_kind_of_loan(book):
    rows = {r["loan_id"]: r for r in api.run_ageing(DAY, f.AT).loans.to_pylist()}
    for loan_id in ("L1", "L2"):
        found = statement_of(SYSTEM, "bluebay", loan_id, DAY).statement
        night = rows[loan_id]
        assert found.due == {c: night[f"due_{c}"] for c in found.due}
        assert (found.dpd, found.not_due, found.payoff, found.credit) == (
            night["dpd"], night["not_due"], night["payoff"], night["credit"]
        )  # fmt: skip
    assert statement_of(SYSTEM, "bluebay", "L3", DAY).statement is None


def test_a_payment_taken_back_stays_visible_and_counts_for_nothing(book):
    api.record_payment(
        SYSTEM, lender="bluebay", loan_id="L1", payment_id="LIVE1", on=DAY,
        amount=Money(50000, "CNY"), at=f.AT, by="test",
    )  # fmt: skip
    api.reverse_payment(
        SYSTEM, lender="bluebay", payment_id="LIVE1", reversal_id="BACK1", on=DAY,
        at=f.AT, by="test", why="the bank called it back",
    )  # fmt: skip
    found = statement_of(SYSTEM, "bluebay", "L1", DAY)
    back = [x for x in found.statement.lines if x.ref == "LIVE1"]
    assert [(x.what, x.settled, x.amount) for x in back] == [
        (What.REVERSED, 0, 50000),
        (What.PAYMENT, 0, 50000),
    ]
    assert found.statement.arrears == 104500


@pytest.fixture
def desk(book, client):
    client.force_login(User.objects.get(username="min"))
    return client


def test_page_table_and_pdf_say_the_same(desk):
    page = desk.get("/loans/bluebay/L1/statement/?on=2026-11-24").content.decode()
    assert "1,045.00" in page
    assert "Instalment 2 fell due" in page
    table = desk.get("/loans/bluebay/L1/statement.csv?on=2026-11-24")
    rows = list(csv.DictReader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert rows[-1]["Balance"] == "1045.00"
    assert sum(float(r["Fell due"] or 0) - float(r["Settled"] or 0) for r in rows) == 1045
    paper = desk.get("/loans/bluebay/L1/statement.pdf?on=2026-11-24")
    assert paper["Content-Type"] == "application/pdf"
    assert "1,045.00" in words_of(paper.content)


@pytest.mark.parametrize(
    ("language", "word"),
    [("zh-hans", "到期未付"), ("zh-hant", "放款機構"), ("en", "Due and unpaid")],
)
def test_the_pdf_speaks_the_language_of_the_page(desk, language, word):
    desk.cookies["django_language"] = language
    assert word in words_of(desk.get("/loans/bluebay/L1/statement.pdf").content)


def test_an_unaged_loan_has_a_page_that_says_so_and_no_files(desk):
    assert (
        "nobody can say what is owed" in desk.get("/loans/bluebay/L3/statement/").content.decode()
    )
    assert desk.get("/loans/bluebay/L3/statement.pdf").status_code == 404


@pytest.mark.parametrize(
    "path", ["L1/statement/?on=yesterday", "L9/statement/", "L9/statement.csv"]
)
def test_what_cannot_be_answered_is_not_found(desk, path):
    assert desk.get(f"/loans/bluebay/{path}").status_code == 404


def words_of(paper):
    from pypdf import PdfReader

    return "\n".join(p.extract_text() for p in PdfReader(io.BytesIO(paper)).pages)
