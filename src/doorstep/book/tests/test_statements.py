"""Bank statements into the book: once, whole, and only what is certain by itself."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests import cast as c

from doorstep.book import api
from doorstep.book.models import BankStatement, BookEvent, EntryDecision, StatementEntry
from doorstep.book.money.said import Said, masked, opened
from doorstep.book.tests import bank as b
from doorstep.book.tests import files as f
from doorstep.people.types import SYSTEM

DAY = f.AT.date()
LI, KIM, CLOSED, SECOND = "LOAN-10001", "LOAN-10002", "LOAN-10009", "LOAN-10003"


def paid() -> list[tuple[str, int]]:
    rows = BookEvent.objects.filter(kind="payment").order_by("loan_id", "id")
    return list(rows.values_list("loan_id", "amount"))


def states() -> list[tuple[str, str]]:
    return list(StatementEntry.objects.order_by("row").values_list("state", "why"))


@pytest.fixture
def send(bank_book, tmp_path):
    """Take lines in as camt.053 (or another file as it is)."""
    count = iter(range(1, 1000))

    def go(lines=(), *, content=None, form="camt053", map_path=None, name="", **more):
        number = next(count)
        content = content if content is not None else b.camt(lines, number=str(number), **more)
        path = b.put(tmp_path, name or f"s{number}.xml", content)
        return api.take_statement(
            path, form=form, map_path=map_path, lender="bluebay", at=f.AT, by="test"
        )

    return go


def test_a_certain_payment_is_recorded_and_the_book_knows_it(send):
    before = api.loan_state(SYSTEM, "bluebay", LI, DAY).loan.payoff
    report = send([b.Line(104500, "K1", LI, payer="李娜")])
    assert report.new == {"paid": 1}
    assert paid() == [(LI, 104500)]
    assert api.loan_state(SYSTEM, "bluebay", LI, DAY).loan.payoff == before - 104500
    (decision,) = EntryDecision.objects.all()
    assert (decision.kind, decision.why) == ("auto", "reference, name, amount_arrears")
    entry = StatementEntry.objects.get()
    assert opened(entry.said).payer == "李娜"
    assert "李娜".encode() not in bytes(entry.said)


@pytest.mark.parametrize("form", ["camt053", "mt940", "csv"])
def test_the_same_file_and_a_file_that_overlaps_it_apply_nothing_twice(send, form, tmp_path):
    lines = [b.Line(10_000, "K1", LI, payer="李娜"), b.Line(5_000, "K2", KIM)]
    more = [*lines, b.Line(7_000, "K3", KIM)]
    content = {
        "camt053": (b.camt(lines), b.camt(more, number="2")),
        "mt940": (b.mt940(lines), b.mt940(more, number="00002/001")),
        "csv": (b.alipay(lines), b.alipay(more)),
    }[form]
    plan = Path("alipay") if form == "csv" else None
    names = ("a.csv", "b.csv")
    first = send(content=content[0], form=form, map_path=plan, name=names[0])
    assert (first.applied, first.new) == (True, {"paid": 2})
    again = send(content=content[0], form=form, map_path=plan, name=names[0])
    assert (again.applied, again.new, again.statements[0].known) == (False, {}, 2)
    over = send(content=content[1], form=form, map_path=plan, name=names[1])
    assert (over.new, over.statements[0].known) == ({"paid": 1}, 2)
    assert sorted(paid()) == [(LI, 10_000), (KIM, 5_000), (KIM, 7_000)]


def test_an_entry_printed_twice_is_one_payment_unless_the_sums_need_both(send):
    line = b.Line(10_000, "", LI, payer="李娜")
    once = send([line, line], closing=b.OPENING + 10_000)
    assert (once.new, once.statements[0].repeated) == ({"paid": 1}, 1)
    both = send([line, line])
    assert (both.new, both.statements[0].known) == ({"paid": 1}, 1)
    assert paid() == [(LI, 10_000), (LI, 10_000)]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b.Line(10_000, "K", "unknown", payer="Nobody"), "nobody_found"),
        (b.Line(10_000, "K", "", payer="李娜"), "several_loans"),
        (b.Line(10_000, "K", LI, text=KIM), "several_people"),
        (b.Line(10_000, "K", CLOSED), "settled"),
        (b.Line(9_000_000, "K", LI, payer="李娜"), "more_than_owed"),
        (b.Line(12_345, "K", LI, payer="Wang Wei"), "not_sure"),
    ],
)
def test_what_is_not_certain_waits_with_its_reason(send, line, why):
    report = send([line])
    assert report.new == {"waiting": 1}
    assert states() == [("waiting", why)]
    assert not BookEvent.objects.exists()


def test_several_payments_for_one_loan_in_a_file_count_against_each_other(send):
    left = api.loan_state(SYSTEM, "bluebay", LI, DAY).loan.payoff
    send([b.Line(left, "K1", LI, payer="李娜"), b.Line(5_000, "K2", LI, payer="李娜")])
    assert states() == [("paid", ""), ("waiting", "settled")]


def test_fees_and_transfers_of_the_lender_are_nobodys_payment(send):
    report = send([b.Line(-1_500, "F1", "FEES NOV", text="account fee")])
    assert report.new == {"own": 1}


def test_a_returned_payment_is_taken_back_in_the_same_file_or_a_later_one(send):
    here = b.Line(10_000, "K1", f"{LI}-A", payer="李娜")
    send([here, b.Line(-10_000, "K2", f"{LI}-A", back=True)])
    send([b.Line(20_000, "K3", f"{LI}-B", payer="李娜")])
    send([b.Line(-20_000, "K4", f"{LI}-B", back=True, on="2026-11-21")])
    gone = BookEvent.objects.filter(kind="reversal").order_by("id")
    made = set(BookEvent.objects.filter(kind="payment").values_list("external_id", flat=True))
    assert {e.data["reverses"] for e in gone} == made
    assert len(made) == 2
    again = send([b.Line(-20_000, "K9", f"{LI}-B", back=True, on="2026-11-22")])
    assert again.new == {"waiting": 1}
    assert StatementEntry.objects.get(bank_key__gt="", statement__number="4").why == (
        "returned_before"
    )


@pytest.mark.parametrize(
    ("amount", "reference", "why"),
    [(-4_000, "A", "returns_part"), (-10_000, "Z", "returns_unknown")],
)
def test_a_return_that_fits_nothing_whole_waits(send, amount, reference, why):
    send([b.Line(10_000, "K1", f"{LI}-A", payer="李娜")])
    send([b.Line(amount, "K2", f"{LI}-{reference}", back=True)])
    assert ("waiting", why) in states()
    assert not BookEvent.objects.filter(kind="reversal").exists()


def test_money_given_back_before_anybody_said_whose_it_was_is_closed_without_a_payment(send):
    send([b.Line(10_000, "K1", "QQQ-1", payer="Nobody")])
    send([b.Line(-10_000, "K2", "QQQ-1", back=True)])
    assert [s for s, _ in states()] == ["returned", "returned"]
    assert not BookEvent.objects.exists()


def test_a_virtual_account_is_enough(send, tmp_path):
    from doorstep.book.money.accounts import take_accounts

    plan = b.put(tmp_path, "va.csv", f"account,loan_id\n6222 0001 0001,{KIM}\n")
    at = {"lender": "bluebay", "at": f.AT, "by": "test"}
    assert take_accounts(plan, **at) == {"new": 1, "known": 0}
    assert take_accounts(plan, **at) == {"new": 0, "known": 1}
    send([b.Line(3_000, "K1", payer="Somebody Else", ours="622200010001")])
    send([b.Line(4_000, "K2", ours="622200010001")])
    assert paid() == [(KIM, 4_000)]
    assert states()[0] == ("waiting", "not_sure"), "the name speaks against it"


def test_the_banks_reference_with_another_amount_that_day_waits(send):
    send([b.Line(10_000, "K1", LI, payer="李娜")])
    send([b.Line(11_000, "K1", LI, payer="李娜")])
    assert paid() == [(LI, 10_000)]
    assert ("waiting", "same_reference") in states()


def test_nothing_is_half_saved_when_writing_fails(send, monkeypatch):
    def broken(*_args, **_more):
        raise RuntimeError("disk full")

    monkeypatch.setattr("doorstep.book.money.write.record_many", broken)
    with pytest.raises(RuntimeError):
        send([b.Line(10_000, "K1", LI, payer="李娜")])
    assert not BankStatement.objects.exists()
    assert not StatementEntry.objects.exists()


def test_another_lender_cannot_take_money_in_for_bluebay(bank_book, tmp_path):
    path = b.put(tmp_path, "s.xml", b.camt([b.Line(10_000, "K1", LI)]))
    with pytest.raises(api.UnknownLenderError):
        api.take_statement(
            path, form="camt053", map_path=None, lender="bluebay", at=f.AT, by="x",
            viewer=c.stranger(bank_book),
        )  # fmt: skip


def test_ten_thousand_entries_take_a_bounded_number_of_queries(send):
    """Takes seconds: ten thousand is the size that is promised."""

    def lines(count: int, start: int) -> list[b.Line]:
        return [
            b.Line(1 + n % 5, f"K{start + n}", LI if n % 2 else f"NOBODY-{n}", payer="李娜")
            for n in range(count)
        ]

    counts = []
    for count, start in ((200, 0), (10_000, 200)):
        with CaptureQueriesContext(
            connection,
        ) as seen:
            report = send(lines(count, start))
        assert sum(report.new.values()) == count
        counts.append(len(seen))
    batch = 500 if connection.vendor == "postgresql" else 45
    assert counts[1] <= 120 + 3 * 10_000 // batch, counts


def test_the_agency_of_the_mandate_takes_in_for_its_own(bank_book, tmp_path):
    path = b.put(tmp_path, "s.xml", b.camt([b.Line(10_000, "K1", LI, payer="李娜")]))
    api.take_statement(
        path, form="camt053", map_path=None, lender="bluebay", at=f.AT, by="min",
        viewer=c.manager(bank_book),
    )  # fmt: skip
    assert BookEvent.objects.get().agency_id == bank_book.doorway
    assert StatementEntry.objects.get().agency_id == bank_book.doorway


def test_what_a_person_sees_of_the_banks_words_is_masked():
    said = Said(
        reference="LOAN-10001",
        text="李娜还款 13912345678, 222401199001011234",
        payer="李娜",
        payer_account="6222020000001234",
    )
    shown = masked(said)
    assert (shown.reference, shown.payer) == ("LOAN-10001", "李*")
    assert shown.text == "李*还款 *******5678, **************1234"
    assert shown.payer_account == "************1234"


def test_an_entry_from_the_future_is_refused_with_its_line(send):
    ahead = (DAY + timedelta(days=5)).isoformat()
    with pytest.raises(api.BadInputError, match=r"^s1\.xml:8:date: "):
        send([b.Line(10_000, "K1", LI, on=ahead)])
