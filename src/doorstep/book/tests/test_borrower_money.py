"""Money for a borrower with several loans: divided once by law, from any door, taken back whole."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests import cast as c

from doorstep.book import api
from doorstep.book.debts import Debts
from doorstep.book.models import BookEvent, EntryDecision, StatementEntry
from doorstep.book.money.accounts import take_accounts
from doorstep.book.ports import law
from doorstep.book.tests import bank as b
from doorstep.book.tests import files as f
from doorstep.kernel.money import Money
from doorstep.people.models import User
from doorstep.people.types import SYSTEM

DAY = f.AT.date()
LI, KIM, SECOND, CLOSED = "LOAN-10001", "LOAN-10002", "LOAN-10003", "LOAN-10009"
# Li Na's loans on the day: 10001 owes 1,045.00 since 1 September and 1,030.00 from 1 December,
# 10003 the same without the fee, at a heavier rate (14 % a year after 13 %). Money paid ahead meets
# none of the 30.00 of interest in December: the law's cap allows none before its days have passed.


def pay(amount, payment_id="P-1", viewer=SYSTEM, borrower="B1", on=DAY, lender="bluebay", **more):
    money = api.BorrowerPayment(borrower, payment_id, on, Money(amount, "CNY"), **more)
    return api.record_borrower_payment(viewer, lender, money, at=f.AT, by="test")


def shares(receipt):
    return [(s.loan_id, s.amount, s.grounds) for s in receipt.shares]


def events(kind="payment"):
    rows = BookEvent.objects.filter(kind=kind).order_by("external_id")
    return list(rows.values_list("external_id", "loan_id", "amount"))


def state(loan):
    return api.loan_state(SYSTEM, "bluebay", loan, DAY).loan


def test_among_what_is_due_the_heavier_loan_comes_first(bank_book):
    receipt = pay(110_000)
    assert shares(receipt) == [
        (SECOND, 103_000, (("due", 103_000),)),
        (LI, 7_000, (("due", 7_000),)),
    ]
    assert (receipt.created, receipt.verified, receipt.amount) == (True, True, 110_000)
    assert (state(SECOND).arrears, state(LI).arrears) == (0, 97_500)
    assert events() == [("P-1:1", SECOND, 103_000), ("P-1:2", LI, 7_000)]


def test_what_is_due_on_any_loan_comes_before_what_is_not(bank_book):
    receipt = pay(300_000)
    assert shares(receipt) == [
        (SECOND, 195_500, (("due", 103_000), ("later", 92_500))),
        (LI, 104_500, (("due", 104_500),)),
    ]


def test_the_payers_word_comes_first_also_for_what_is_not_due(bank_book):
    receipt = pay(210_000, loans=(LI,))
    assert shares(receipt) == [
        (LI, 207_500, (("chosen", 104_500), ("chosen", 103_000))),
        (SECOND, 2_500, (("due", 2_500),)),
    ]
    assert state(LI).credit == 0


def test_what_nothing_is_owed_for_is_credit_of_the_loan_paid_last(bank_book):
    receipt = pay(450_000)
    assert receipt.shares[-1].loan_id == LI
    assert receipt.shares[-1].grounds[-1] == ("credit", 450_000 - 413_500)
    assert (state(LI).credit, state(SECOND).credit) == (36_500, 0)


def test_what_is_in_dispute_gets_nothing(bank_book):
    dispute = api.Change("D-1", "dispute", DAY, instalment=1, reason="She says it was paid")
    api.record_change(SYSTEM, "bluebay", SECOND, dispute, at=f.AT, by="test")
    assert shares(pay(110_000)) == [
        (LI, 104_500, (("due", 104_500),)),
        (SECOND, 5_500, (("later", 5_500),)),
    ]


def test_a_loan_is_a_debt_as_the_day_of_the_money_finds_it(bank_book):
    debts = Debts(bank_book.bluebay, [LI], DAY)
    before = debts.of(LI, date(2026, 8, 20))
    assert (before.due, before.later, before.later_on) == (0, 206_000, date(2026, 9, 1))
    assert debts.of(LI, DAY).due_on == date(2026, 9, 1)
    api.record_payment(
        SYSTEM, lender="bluebay", loan_id=LI, payment_id="X", on=DAY, amount=Money(150_000, "CNY"),
        at=f.AT, by="test",
    )  # fmt: skip
    again = Debts(bank_book.bluebay, [LI], DAY).of(LI, date(2026, 9, 2))
    assert (again.due, again.later) == (57_500, 0), "money of a later day has had its turn"


def test_a_summary_loan_is_a_debt_and_an_unaged_one_is_not(bank_book):
    debts = Debts(bank_book.bluebay, [KIM], DAY)
    debt = debts.of(KIM, DAY)
    assert (debt.due, debt.later, debt.burden) == (42_025, 80_000, None)
    assert debts.of("NONE", DAY) is None


def test_the_same_payment_again_gets_the_same_answer_whatever_is_owed_by_then(bank_book):
    first = pay(110_000)
    pay(50_000, "P-2")
    again = pay(110_000)
    assert not again.created
    assert again.shares == first.shares
    assert len(events()) == 3


@pytest.mark.parametrize(
    "change",
    [{"amount": 5}, {"borrower": "B2"}, {"on": DAY - timedelta(days=1)}, {"loans": (LI,)}],
)
def test_the_same_id_for_something_else_is_refused(bank_book, change):
    pay(110_000)
    with pytest.raises(api.PaymentConflictError):
        pay(**{"amount": 110_000, **change})
    assert len(events()) == 2


def test_one_id_is_not_money_of_a_borrower_and_of_a_loan(bank_book):
    def single(payment_id):
        return api.record_payment(
            SYSTEM, lender="bluebay", loan_id=LI, payment_id=payment_id, on=DAY,
            amount=Money(110_000, "CNY"), at=f.AT, by="test",
        )  # fmt: skip

    pay(110_000)
    with pytest.raises(api.PaymentConflictError):
        single("P-1")
    single("P-3")
    with pytest.raises(api.PaymentConflictError):
        pay(110_000, "P-3")
    with pytest.raises(api.PaymentConflictError):
        pay(110_000, "PAY1")
    assert len(events()) == 3


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"borrower": "NONE"}, api.UnknownBorrowerError),
        ({"loans": (KIM,)}, api.UnknownLoanError),
        ({"amount": 0}, api.PaymentError),
        ({"payment_id": "x" * 91}, api.PaymentError),
        ({"on": DAY + timedelta(days=3)}, api.PaymentError),
        ({"lender": "pine"}, api.UnknownBorrowerError),
    ],
)
def test_what_cannot_be_recorded_leaves_nothing(bank_book, change, error):
    with pytest.raises(error):
        pay(**{"amount": 100, **change})
    assert events() == []


def test_where_nothing_is_owed_somebody_must_say_whose_money_it_is(bank_book):
    pay(413_500)
    with pytest.raises(api.PaymentError, match="name the loan"):
        pay(100, "P-2")
    assert shares(pay(100, "P-3", loans=(LI,))) == [(LI, 100, (("credit", 100),))]


def test_money_that_was_only_told_counts_once_it_is_verified(bank_book):
    assert not pay(110_000, verified=False).verified
    assert state(SECOND).arrears == 103_000
    proven = pay(110_000)
    assert (proven.created, proven.verified) == (True, True)
    assert not pay(110_000).created
    assert state(SECOND).arrears == 0


def test_a_payment_is_taken_back_with_all_its_shares_once(bank_book):
    pay(110_000)
    back = {"lender": "bluebay", "reversal_id": "R-1", "on": DAY, "at": f.AT, "by": "test"}
    done = api.reverse_borrower_payment(SYSTEM, payment_id="P-1", **back)
    assert (done.created, done.amount, len(done.shares)) == (True, 110_000, 2)
    assert not api.reverse_borrower_payment(SYSTEM, payment_id="P-1", **back).created
    assert (state(SECOND).arrears, state(LI).arrears) == (103_000, 104_500)
    with pytest.raises(api.UnknownPaymentError):
        api.reverse_borrower_payment(SYSTEM, payment_id="PAY1", **back)


def test_where_one_share_was_taken_back_the_whole_is_not(bank_book):
    pay(110_000)
    one = {"lender": "bluebay", "on": DAY, "at": f.AT, "by": "test"}
    api.reverse_payment(SYSTEM, payment_id="P-1:2", reversal_id="R-0", **one)
    with pytest.raises(api.PaymentConflictError):
        api.reverse_borrower_payment(SYSTEM, payment_id="P-1", reversal_id="R-1", **one)
    assert len(events("reversal")) == 1


def test_an_agency_divides_within_its_mandate_and_a_stranger_gets_nothing(bank_book):
    receipt = pay(110_000, viewer=c.manager(bank_book))
    assert len(receipt.shares) == 2
    assert {e.agency_id for e in BookEvent.objects.all()} == {bank_book.doorway}
    with pytest.raises(api.UnknownLenderError):
        pay(5, "P-2", viewer=c.stranger(bank_book))
    assert len(events()) == 2


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.tuples(st.integers(1, 250_000), st.integers(0, 100), st.sampled_from(["", LI, SECOND])),
        min_size=1,
        max_size=4,
    )
)
def test_whatever_comes_the_replay_meets_each_share_and_only_the_credit_is_over(bank_book, money):
    """Without caps: money of an earlier day makes a loan cost less, so that a cap may turn some of
    what later money had met into credit."""
    from django.db import transaction

    with pytest.MonkeyPatch.context() as patch, transaction.atomic():
        patch.setattr(law, "CAPS", [])
        for n, (amount, days, loan) in enumerate(money):
            before = {x: state(x).credit for x in (LI, SECOND)}
            try:
                receipt = pay(
                    amount, f"H-{n}", on=DAY - timedelta(days=days), loans=(loan,) if loan else ()
                )
            except api.PaymentError:
                debts = Debts(bank_book.bluebay, [LI, SECOND], DAY)
                left = [debts.of(x, DAY) for x in (LI, SECOND)]
                assert sum(d.due + d.later for d in left) == 0
                continue
            assert sum(s.amount for s in receipt.shares) == amount
            over = {s.loan_id: x for s in receipt.shares for why, x in s.grounds if why == "credit"}
            assert {x: state(x).credit - before[x] for x in before} == {
                x: over.get(x, 0) for x in before
            }
        transaction.set_rollback(True)


# From bank statements -------------------------------------------------------------------------


@pytest.fixture
def send(bank_book, tmp_path):
    accounts = b.put(tmp_path, "va.csv", "account,borrower_id\n6222-B1,B1\n")
    told = take_accounts(accounts, lender="bluebay", at=f.AT, by="test")
    assert told == {"new": 1, "known": 0}
    count = iter(range(1, 100))

    def go(*lines):
        number = str(next(count))
        path = b.put(tmp_path, f"s{number}.xml", b.camt(lines, number=number))
        return api.take_statement(
            path, form="camt053", map_path=None, lender="bluebay", at=f.AT, by="test"
        )

    return go


def test_money_in_a_borrowers_account_is_divided_by_itself(send):
    report = send(b.Line(110_000, "K1", ours="6222-B1"))
    assert report.new == {"paid": 1}
    assert [(loan, amount) for _, loan, amount in events()] == [(SECOND, 103_000), (LI, 7_000)]
    (decision,) = EntryDecision.objects.all()
    assert (decision.kind, decision.why) == ("auto", "borrower_account")
    assert [p["grounds"] for p in decision.parts] == [[["due", 103_000]], [["due", 7_000]]]
    assert StatementEntry.objects.get().split == [[SECOND, 103_000], [LI, 7_000]]


def test_the_same_entry_in_another_file_is_not_divided_again(send):
    line = b.Line(110_000, "K1", ours="6222-B1")
    send(line)
    assert send(line, b.Line(5_000, "K2", KIM, payer="김미란")).statements[0].known == 1
    assert sum(amount for _, loan, amount in events() if loan != KIM) == 110_000


def test_the_entries_of_a_file_count_against_each_other(send):
    send(b.Line(103_000, "K1", SECOND, payer="李娜"), b.Line(100_000, "K2", ours="6222-B1"))
    send(b.Line(10_000, "K3", ours="6222-B1", on="2026-11-21"))
    assert sorted((loan, amount) for _, loan, amount in events()) == [
        (LI, 4_500), (LI, 100_000), (SECOND, 5_500), (SECOND, 103_000),
    ]  # fmt: skip


def test_several_loans_named_are_the_payers_word(send):
    send(b.Line(207_500, "K1", f"{LI} {SECOND}", payer="李娜"))
    assert [p["grounds"] for p in EntryDecision.objects.get().parts] == [
        [["chosen", 103_000]], [["chosen", 104_500]],
    ]  # fmt: skip


def test_more_than_is_owed_waits_for_a_person(send):
    send(b.Line(500_000, "K1", ours="6222-B1"))
    dispute = api.Change("D-1", "dispute", DAY, instalment=1, reason="She says it was paid")
    api.record_change(SYSTEM, "bluebay", SECOND, dispute, at=f.AT, by="test")
    send(b.Line(330_000, "K2", ours="6222-B1"))
    found = StatementEntry.objects.order_by("id").values_list("state", "why")
    assert list(found) == [("waiting", "more_than_owed")] * 2
    assert events() == []


def test_a_return_takes_every_share_back(send):
    send(b.Line(110_000, "K1", "REF-1", ours="6222-B1"))
    report = send(b.Line(-110_000, "K2", "REF-1", back=True))
    assert report.new == {"returned": 1}
    assert len(events("reversal")) == 2
    assert (state(SECOND).arrears, state(LI).arrears) == (103_000, 104_500)


def test_what_waited_is_divided_once_the_account_is_told(bank_book, tmp_path):
    path = b.put(tmp_path, "s.xml", b.camt([b.Line(110_000, "K1", ours="6222-B1")]))
    given = {"form": "camt053", "map_path": None, "lender": "bluebay", "at": f.AT, "by": "test"}
    assert api.take_statement(path, **given).new == {"waiting": 1}
    accounts = b.put(tmp_path, "va.csv", "account,loan_id,borrower_id\n6222-B1,,B1\n")
    take_accounts(accounts, lender="bluebay", at=f.AT, by="test")
    from doorstep.book.money.again import match_again
    from doorstep.book.money.events import Scope

    scope = Scope(bank_book.bluebay, None, f.AT, "test")
    assert (match_again(scope), match_again(scope)) == (1, 0)
    assert [(loan, amount) for _, loan, amount in events()] == [(SECOND, 103_000), (LI, 7_000)]
    assert EntryDecision.objects.get().parts[0]["grounds"] == [["due", 103_000]]


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("account,borrower_id\n6222-B1,B2\n", "va2.csv:2:account"),
        ("account,loan_id\n6222-B1,LOAN-10001\n", "va2.csv:2:account"),
        ("account,borrower_id\n6222-B9,NONE\n", "va2.csv:2:borrower_id"),
        ("account,loan_id,borrower_id\n6222-B9,LOAN-10001,B1\n", "va2.csv:2:borrower_id"),
        ("account,loan_id,borrower_id\n6222-B9,,\n", "va2.csv:2:loan_id"),
    ],
)
def test_an_account_of_two_or_of_nobody_is_refused_with_its_line(send, tmp_path, text, where):
    file = b.put(tmp_path, "va2.csv", text)
    with pytest.raises(api.BadInputError, match=where):
        take_accounts(file, lender="bluebay", at=f.AT, by="test")


# The queue -------------------------------------------------------------------------


def test_the_queue_proposes_the_division_with_its_grounds_and_a_person_confirms(
    bank_book, client, django_assert_max_num_queries
):
    client.force_login(User.objects.get(username="min"))
    file = SimpleUploadedFile("s.xml", b.camt([b.Line(110_000, "K1", payer="李娜")]).encode())
    client.post("/money/statements/", {"lender": "bluebay", "form": "camt053", "file": file})
    entry = StatementEntry.objects.get()
    assert entry.why == "several_loans"
    with django_assert_max_num_queries(26):
        page = client.get(f"/money/{entry.pk}/").content.decode()
    assert f'value="{SECOND}"' in page
    assert 'value="1030.00"' in page
    assert 'value="70.00"' in page
    assert "article 560" in page
    assert re.search(
        r'id="part-why-2">already due <span class="num nowrap">[^<]*70\.00</span></p>', page
    )
    say = {"do": "split", "why": "As the law says", "part_loan": [SECOND, LI, ""],
           "part_amount": ["1030.00", "70.00", ""]}  # fmt: skip
    assert client.post(f"/money/{entry.pk}/decided", say).status_code == 302
    assert [(loan, amount) for _, loan, amount in events()] == [(SECOND, 103_000), (LI, 7_000)]
    say = {"do": "reopen", "why": "It was for one of them"}
    assert client.post(f"/money/{entry.pk}/decided", say).status_code == 302
    assert len(events("reversal")) == 2
    entry.refresh_from_db()
    assert (entry.state, entry.split) == ("waiting", [])
