"""Ageing a small book, and money that arrives live."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from tests import cast as c

from doorstep.book import api
from doorstep.book.models import BookEvent, Loan
from doorstep.book.tests import files as f
from doorstep.kernel.money import Money
from doorstep.people.types import SYSTEM

DAY = f.AT.date()


@pytest.fixture
def book(take, cast):
    take()
    return cast


def pay(viewer=SYSTEM, **change):
    given = {
        "lender": "bluebay",
        "loan_id": "L1",
        "payment_id": "LIVE1",
        "on": DAY,
        "amount": Money(103000, "CNY"),
        "at": f.AT,
        "by": "test",
    }
    return api.record_payment(viewer, **{**given, **change})


def aged(day=DAY):
    return {r["loan_id"]: r for r in api.run_ageing(day, f.AT).loans.to_pylist()}


def test_full_summary_and_unaged_loans_age_by_one_replay(book):
    rows = aged()
    full, summary, unaged = rows["L1"], rows["L2"], rows["L3"]
    assert (full["kind"], full["dpd"], full["due_principal"], full["due_fees"]) == (
        "full",
        (DAY - date(2026, 9, 1)).days,
        100000,
        1500,
    )
    assert (summary["kind"], summary["dpd"], summary["due_principal"], summary["not_due"]) == (
        "summary",
        12 + (DAY - date(2026, 11, 20)).days,
        40000,
        80000,
    )
    assert (unaged["kind"], unaged["status"], unaged["dpd"]) == ("unaged", "unaged", None)
    assert sorted(Loan.objects.values_list("loan_id", flat=True)) == ["L1", "L2"]


def test_an_unaged_loan_is_seen_but_has_nothing_due(book):
    aged()
    (loan,) = api.loans_of(SYSTEM, book.bluebay, "B3")
    assert (loan.kind, loan.arrears, loan.dpd) == ("unaged", 0, None)


def test_rebuild_remakes_the_same_rows(book):
    aged()
    before = list(Loan.objects.order_by("id").values())
    Loan.objects.all().delete()
    again = api.rebuild(None, f.AT + timedelta(hours=3))
    assert list(Loan.objects.order_by("id").values()) == before
    assert again.digest == api.aged(DAY).digest


def test_a_live_payment_counts_once_and_the_page_agrees_with_the_night(book):
    receipt = pay()
    assert receipt.created
    assert not pay().created
    row = aged()["L1"]
    assert row["dpd"] == 0 or row["oldest_unpaid"] > date(2026, 9, 1)
    state = api.loan_state(SYSTEM, "bluebay", "L1", DAY)
    assert state.loan.due == {k: row[f"due_{k}"] for k in state.loan.due}
    assert [p.payment_id for p in state.payments] == ["PAY1", "LIVE1"]
    assert sum(state.payments[1].split.values()) == 103000


def test_the_same_id_with_other_values_is_a_conflict(book):
    pay()
    for change in ({"amount": Money(1, "CNY")}, {"on": DAY - timedelta(days=1)}):
        with pytest.raises(api.PaymentConflictError):
            pay(**change)
    assert BookEvent.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"amount": Money(0, "CNY")}, "amount"),
        ({"amount": Money(-5, "CNY")}, "amount"),
        ({"amount": Money(10**14, "CNY")}, "amount"),
        ({"amount": Money(5, "USD")}, "currency"),
        ({"loan_id": "NONE"}, "loan_id"),
        ({"on": DAY + timedelta(days=9)}, "on"),
        ({"payment_id": ""}, "payment_id"),
    ],
)
def test_what_cannot_be_money_is_refused_by_field(book, change, field):
    with pytest.raises(api.PaymentError, match=f"^{field}:"):
        pay(**change)
    assert not BookEvent.objects.exists()


def test_a_payment_that_comes_again_in_a_file_counts_once(book, take):
    pay(payment_id="BOTH", amount=Money(5000, "CNY"), on=date(2026, 11, 20))
    first = aged()["L1"]["payoff"]
    both = {"loan_id": "L1", "payment_id": "BOTH", "on": "2026-11-20", "amount": "50.00"}
    assert not take("next", payments=[*f.PAYMENTS, both]).rejects
    assert aged()["L1"]["payoff"] == first
    other = {**both, "amount": "51.00"}
    report = take("then", payments=[*f.PAYMENTS, other])
    assert [r.code for r in report.rejects] == ["conflicts_with_live"]


@pytest.mark.parametrize("payment_id", ["PAY1", "LIVE1"])
def test_a_reversal_takes_money_back_whether_it_came_live_or_in_a_file(book, payment_id):
    before = aged()["L1"]["payoff"]
    pay()
    paid = aged()["L1"]["payoff"]
    api.reverse_payment(
        SYSTEM,
        lender="bluebay",
        payment_id=payment_id,
        reversal_id="R1",
        on=DAY,
        at=f.AT,
        by="test",
        why="bounced",
    )
    assert paid == before - 103000
    assert aged()["L1"]["payoff"] == before
    with pytest.raises(api.PaymentConflictError):
        api.reverse_payment(
            SYSTEM, lender="bluebay", payment_id=payment_id, reversal_id="R2", on=DAY, at=f.AT,
            by="test",
        )  # fmt: skip


@pytest.mark.parametrize("payment_id", ["PAY1", "LIVE1"])
def test_money_is_not_taken_back_before_it_came(book, payment_id):
    pay()
    with pytest.raises(api.PaymentError, match="cannot be taken back before"):
        api.reverse_payment(
            SYSTEM, lender="bluebay", payment_id=payment_id, reversal_id="R1",
            on=date(2020, 1, 1), at=f.AT, by="test",
        )  # fmt: skip


def test_unverified_money_reduces_nothing_until_it_is_verified(book):
    before = aged()["L1"]["payoff"]
    key = (book.bluebay, "B1")
    assert not pay(verified=False).verified
    assert aged()["L1"]["payoff"] == before
    assert [m.payment_id for m in api.verified_money([key])[key]] == ["PAY1"]
    assert not api.loan_state(SYSTEM, "bluebay", "L1", DAY).payments[1].verified
    assert pay(verified=True).verified
    assert aged()["L1"]["payoff"] == before - 103000
    assert [m.payment_id for m in api.verified_money([key])[key]] == ["PAY1", "LIVE1"]


def test_money_known_by_its_date_arrives_at_the_end_of_that_day(book):
    key = (book.bluebay, "B1")
    (money,) = api.verified_money([key])[key]
    assert money.received_at.isoformat() == "2026-08-01T23:59:59+08:00"
    assert api.verified_money([key], since=date(2026, 8, 2)) == {}


def test_events_can_be_neither_changed_nor_deleted(book):
    pay()
    for change in (lambda q: q.update(amount=1), lambda q: q.delete()):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change(BookEvent.objects.all())


def test_another_organisation_gets_nothing_and_the_agency_of_the_mandate_does(book):
    aged()
    stranger, manager = c.stranger(book), c.manager(book)
    with pytest.raises(api.UnknownLoanError):
        api.loan_state(stranger, "bluebay", "L1", DAY)
    with pytest.raises(api.UnknownLenderError):
        pay(stranger)
    assert api.loans_of(stranger, book.bluebay, "B1") == []
    assert api.list_loans(stranger) == []
    assert api.loans_of(manager, book.bluebay, "B1")[0].loan_id == "L1"
    assert pay(manager).created
    assert [v.loan_id for _, v in api.list_loans(manager)] == ["L1", "L2", "L3"]
    assert [v.loan_id for _, v in api.list_loans(manager, after=("bluebay", "L1"), limit=1)] == [
        "L2"
    ]
